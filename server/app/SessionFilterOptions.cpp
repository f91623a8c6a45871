#include "app/SessionFilterOptions.h"

#include "app/CommandLine.h"
#include "app/TimeOption.h"
#include "policy/Network.h"

#include <algorithm>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

std::vector<std::string> several(const CommandLine& line, const std::string& option)
{
    const auto texts = line.texts(option);
    return {texts.begin(), texts.end()};
}

// "*.example.com" is how a policy says "the names below it"; here the name itself comes along.
std::vector<std::string> hostsOption(const CommandLine& line)
{
    std::vector<std::string> hosts = several(line, "host");
    for (std::string& host : hosts) {
        if (host.starts_with("*."))
            host.erase(0, 1);
        if (host.empty() || host == ".")
            throw UsageError("--host: write a name, or .example.com for it and all names below it");
        std::ranges::transform(host, host.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
    }
    return hosts;
}

std::vector<policy::Network> clientsOption(const CommandLine& line)
{
    std::vector<policy::Network> clients;
    for (const std::string& text : line.texts("client")) {
        const auto network = policy::parseNetwork(text);
        if (!network)
            throw UsageError("--client: " + network.error());
        clients.push_back(*network);
    }
    return clients;
}

// Of a closed set; a name outside of it would find nothing, which reads like an answer.
template <class Value>
std::vector<std::string> namesOption(const CommandLine& line, const std::string& option, Value last,
                                     std::string_view (*nameOf)(Value))
{
    std::vector<std::string> names;
    std::string known;
    for (int value = 0; value <= static_cast<int>(last); ++value)
        if (const std::string_view name = nameOf(static_cast<Value>(value)); !name.empty()) {
            names.emplace_back(name);
            known += (known.empty() ? "" : ", ") + names.back();
        }
    for (const std::string& text : line.texts(option))
        if (std::ranges::find(names, text) == names.end())
            throw UsageError("--" + option + ": \"" + text + "\" is not known; there are " + known);
    return several(line, option);
}

std::string_view verdictName(policy::Answer answer)
{
    return answer == policy::Answer::Allow ? "allow" : answer == policy::Answer::Deny ? "deny" : "";
}

} // namespace

void addSessionFilterOptions(CommandLine& line)
{
    const auto many = [](const char* name) {
        return po::value<std::vector<std::string>>()->composing()->value_name(name);
    };
    line.options().add_options()(
        "since", po::value<std::string>()->value_name("TIME"),
        "leave out sessions that began before this time, for example 2026-01-31T08:00:00Z or "
        "2026-01-31")("until", po::value<std::string>()->value_name("TIME"),
                      "leave out sessions that began at this time or later")(
        "host", many("HOST"), "the host asked for; .example.com: it and all names below it")(
        "text", po::value<std::string>()->value_name("TEXT"), "text somewhere in the host's name")(
        "client", many("NET"),
        "the client's address, or a network: 10.0.0.0/8")("user", many("USER"), "the user")(
        "rule", many("RULE"),
        "the rule that decided, by id or name; the word default: a default row")(
        "verdict", many("VERDICT"), "allow or deny, as the policy said last")(
        "reason", many("REASON"), "why it ended: done, idle-timeout, process-lost, …")(
        "protocol", many("PROTOCOL"), "connect, http, websocket, tls, …");
}

db::SessionFilter sessionFilterOptions(const CommandLine& line)
{
    db::SessionFilter filter;
    filter.period = {timeOption(line, "since"), timeOption(line, "until")};
    filter.hosts = hostsOption(line);
    filter.hostText = line.text("text");
    filter.clients = clientsOption(line);
    filter.users = several(line, "user");
    filter.rules = several(line, "rule");
    filter.verdicts = namesOption(line, "verdict", policy::Answer::Deny, verdictName);
    filter.reasons = namesOption(line, "reason", db::CloseReason::Internal, db::closeReasonName);
    filter.protocols = namesOption(line, "protocol", policy::Protocol::Ssh, policy::protocolName);
    return filter;
}

} // namespace sallyport::app
