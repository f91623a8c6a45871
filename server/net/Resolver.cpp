#include "net/Resolver.h"

#include "net/DnsCache.h"
#include "net/DnsChannel.h"
#include "net/FileChange.h"
#include "net/HostsTable.h"
#include "net/ServerHealth.h"

#include <algorithm>
#include <list>
#include <unordered_map>
#include <utility>

namespace sallyport::net {

/// All that is known and all that is being asked.
class Resolver::Lookups {
public:
    class Waiter;

    Lookups(EventLoop& loop, ResolverOptions options);
    ~Lookups();

    [[nodiscard]] const Addresses* fromHosts(std::string_view host);
    [[nodiscard]] const Result<Addresses>* known(std::string_view host);

private:
    class Query;
    using Waiters = std::list<Waiter*>;

    void join(Waiter& waiter);
    void finish(Query& query, DnsAnswer answer);
    [[nodiscard]] std::chrono::seconds keepFor(const DnsAnswer& answer) const;
    [[nodiscard]] DnsChannel& channel();
    void change(std::unique_ptr<DnsChannel> fresh);
    void noteSilence(const DnsChannel& asked);

    EventLoop& loop_;
    ResolverOptions options_;
    HostsTable hosts_;
    FileChange resolvConf_;
    DnsCache cache_;
    ServerHealth health_{{}};
    TimePoint orderGoodUntil_ = Never;
    std::unordered_map<std::string, std::unique_ptr<Query>> queries_;
    Waiters answered_; ///< have their answer and go on in the next turn
    std::unique_ptr<DnsChannel> channel_;
    std::vector<std::unique_ptr<DnsChannel>> finishing_; ///< no longer asked, still owing answers
};

/// One name being asked for, by however many.
class Resolver::Lookups::Query final : public DnsChannel::Asker {
public:
    Query(Lookups& lookups, const DnsChannel& asked, std::string host)
        : lookups_(lookups), asked_(asked), host_(std::move(host))
    {}

    void onAnswer(DnsAnswer answer) override { lookups_.finish(*this, std::move(answer)); }

    [[nodiscard]] const std::string& host() const { return host_; }
    [[nodiscard]] const DnsChannel& asked() const { return asked_; }
    [[nodiscard]] Waiters& waiters() { return waiters_; }

private:
    Lookups& lookups_;
    const DnsChannel& asked_;
    std::string host_;
    Waiters waiters_;
};

/// Waits for the answer to one name. Lives in the coroutine that awaits it.
class Resolver::Lookups::Waiter final : Timer {
public:
    Waiter(Lookups& lookups, const std::string& host, TimePoint deadline)
        : lookups_(lookups), host_(host), deadline_(deadline)
    {}
    ~Waiter() override { leave(); }

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine)
    {
        coroutine_ = coroutine;
        lookups_.loop_.start(*this, deadline_);
        lookups_.join(*this);
    }
    [[nodiscard]] Result<Addresses> await_resume()
    {
        deferred_ = Deferred::No;
        leave();
        return std::move(answer_);
    }

    [[nodiscard]] const std::string& host() const { return host_; }

    void wait(Waiters& waiters)
    {
        waiters_ = &waiters;
        place_ = waiters.insert(waiters.end(), this);
    }
    /// Goes on in the next turn: c-ares is in the middle of something.
    void take(const Result<Addresses>& answer, Waiters& answered)
    {
        stop();
        answer_ = answer;
        answered.splice(answered.end(), *waiters_, place_);
        waiters_ = &answered;
        deferred_ = Deferred::Yes;
        lookups_.loop_.defer(coroutine_);
    }
    /// Neither the timer nor the loop nor the lookups know it any more: it does not go on by
    /// itself.
    void leave()
    {
        if (waiters_ == nullptr)
            return;
        stop();
        if (deferred_ == Deferred::Yes)
            lookups_.loop_.forget(coroutine_);
        std::exchange(waiters_, nullptr)->erase(place_);
    }

private:
    enum class Deferred : std::uint8_t { No, Yes };

    void onTimer() override
    {
        leave();
        answer_ = std::unexpected(Error{Error::Kind::TimedOut, Side::Upstream,
                                        host_ + ": no answer from the name servers in time"});
        coroutine_.resume();
    }

    Lookups& lookups_;
    const std::string& host_;
    TimePoint deadline_;
    Result<Addresses> answer_;
    std::coroutine_handle<> coroutine_;
    Waiters* waiters_ = nullptr; ///< the list it stands in
    Waiters::iterator place_;
    Deferred deferred_ = Deferred::No;
};

Resolver::Lookups::Lookups(EventLoop& loop, ResolverOptions options)
    : loop_(loop), options_(std::move(options)), hosts_(options_.hostsFile),
      resolvConf_(options_.resolvConf), cache_(options_.cacheNames)
{
    (void)channel();
}

Resolver::Lookups::~Lookups()
{
    for (const auto& [host, query] : queries_)
        while (!query->waiters().empty())
            query->waiters().front()->leave();
    while (!answered_.empty())
        answered_.front()->leave();
}

const Addresses* Resolver::Lookups::fromHosts(std::string_view host)
{
    return hosts_.find(host, loop_.now());
}

const Result<Addresses>* Resolver::Lookups::known(std::string_view host)
{
    return cache_.find(host, loop_.now());
}

void Resolver::Lookups::join(Waiter& waiter)
{
    if (const auto asked = queries_.find(waiter.host()); asked != queries_.end()) {
        waiter.wait(asked->second->waiters());
        return;
    }
    DnsChannel& servers = channel();
    auto& query =
        *queries_.emplace(waiter.host(), std::make_unique<Query>(*this, servers, waiter.host()))
             .first->second;
    waiter.wait(query.waiters());
    // The answer may come from inside this call, and the query is gone then.
    servers.ask(waiter.host(), query);
}

void Resolver::Lookups::finish(Query& query, DnsAnswer answer)
{
    if (answer.firstServer == DnsAnswer::FirstServer::Silent)
        noteSilence(query.asked());
    while (!query.waiters().empty())
        query.waiters().front()->take(answer.addresses, answered_);
    const auto entry = queries_.find(query.host());
    const auto now = loop_.now();
    const auto ttl = keepFor(answer);
    cache_.put(query.host(), std::move(answer.addresses), now, now + ttl);
    queries_.erase(entry);
}

std::chrono::seconds Resolver::Lookups::keepFor(const DnsAnswer& answer) const
{
    if (answer.addresses)
        return std::min(answer.ttl, options_.cacheMax);
    if (answer.addresses.error().kind == Error::Kind::NotFound)
        return options_.negativeTtl;
    return std::chrono::seconds(0);
}

/// The channel to ask, made anew when the servers or their order have changed.
DnsChannel& Resolver::Lookups::channel()
{
    std::erase_if(finishing_, [](const auto& old) { return old->idle(); });
    const auto now = loop_.now();
    if (resolvConf_.happened(now)) {
        change(std::make_unique<DnsChannel>(loop_, options_.resolvConf, options_.servers));
        health_ = ServerHealth(channel_->servers());
        orderGoodUntil_ = Never;
    } else if (now >= orderGoodUntil_) {
        orderGoodUntil_ = health_.goodUntil(now);
        const auto order = health_.order(now);
        if (order != channel_->servers())
            change(std::make_unique<DnsChannel>(loop_, options_.resolvConf, order));
    }
    return *channel_;
}

void Resolver::Lookups::change(std::unique_ptr<DnsChannel> fresh)
{
    channel_.swap(fresh);
    if (fresh)
        finishing_.push_back(std::move(fresh));
}

void Resolver::Lookups::noteSilence(const DnsChannel& asked)
{
    // An answer from an older channel speaks of an order that has been left already.
    if (&asked != channel_.get() || asked.servers().size() < 2)
        return;
    health_.noteSilence(asked.servers().front(), loop_.now());
    orderGoodUntil_ = loop_.now();
}

Resolver::Resolver(EventLoop& loop, ResolverOptions options)
    : lookups_(std::make_unique<Lookups>(loop, std::move(options)))
{}

Resolver::~Resolver() = default;

const Addresses* Resolver::cached(std::string_view host)
{
    if (const auto* listed = lookups_->fromHosts(host))
        return listed;
    const auto* answer = lookups_->known(host);
    return answer != nullptr && *answer ? &**answer : nullptr;
}

Task<Result<Addresses>> Resolver::resolve(std::string host, TimePoint deadline)
{
    if (const auto* listed = lookups_->fromHosts(host))
        co_return *listed;
    if (const auto* answer = lookups_->known(host))
        co_return *answer;
    auto answer = co_await Lookups::Waiter(*lookups_, host, deadline);
    co_return answer;
}

} // namespace sallyport::net
