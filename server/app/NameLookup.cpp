#include "app/NameLookup.h"

#include "net/Job.h"

#include <stdexcept>

namespace sallyport::app {
namespace {

using Answer = std::optional<net::Result<net::Addresses>>;

net::Task<void> resolveInto(net::Resolver& resolver, std::string host, net::TimePoint deadline,
                            Answer& answer)
{
    auto result = co_await resolver.resolve(std::move(host), deadline);
    answer = std::move(result);
}

// As the resolver wants it.
std::string spelled(std::string host)
{
    for (char& c : host)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    while (host.ends_with('.'))
        host.pop_back();
    return host;
}

} // namespace

std::vector<std::string> lookUpName(const std::string& host, const net::ResolverOptions& options,
                                    std::chrono::milliseconds limit)
{
    if (const auto literal = net::IpAddress::parse(host))
        return {literal->toString()};
    net::EventLoop loop;
    net::Resolver resolver(loop, options);
    const auto name = spelled(host);
    std::vector<std::string> texts;
    const auto take = [&texts](const net::Addresses& addresses) {
        for (const auto& address : addresses)
            texts.push_back(address.toString());
    };
    if (const auto* known = resolver.cached(name)) {
        take(*known);
        return texts;
    }
    Answer answer;
    net::Job job;
    job.start(resolveInto(resolver, name, net::Clock::now() + limit, answer));
    loop.runUntil([&job] { return job.done(); });
    if (!answer || !*answer) {
        const auto error = answer ? answer->error() : net::Error{};
        throw std::runtime_error(std::string(net::kindName(error.kind)) +
                                 (error.detail.empty() ? "" : ": " + error.detail));
    }
    take(**answer);
    return texts;
}

} // namespace sallyport::app
