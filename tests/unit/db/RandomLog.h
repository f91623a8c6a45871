// RandomLog: an audit log of random sessions over several files, written by the real store.
//
// Sessions are refused, stay open over days, change their verdict, are told of in updates and
// alerts; now and then the clock is set back. The same seed gives the same log.
#pragma once

#include "db/AuditStore.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

namespace sallyport::test {

class RandomLog {
public:
    RandomLog(const std::filesystem::path& folder, std::uint32_t seed)
        : store_(folder, options(folder)), random_(seed)
    {}

    /// Adds that many records, in transactions of a few each; the next day begins a new file.
    void add(std::size_t records)
    {
        const std::uint64_t goal = store_.lastSeq() + records;
        while (store_.lastSeq() < goal)
            write(1 + below(40));
    }
    void nextDay() { now_ += std::chrono::days(1); }
    /// Ends all that are open.
    void closeAll()
    {
        std::vector<db::AuditEvent> events;
        for (const Session& session : open_)
            events.push_back(close(session));
        open_.clear();
        write(events, {});
    }

    [[nodiscard]] db::AuditTime now() const { return now_; }
    [[nodiscard]] std::size_t open() const { return open_.size(); }
    [[nodiscard]] db::AuditStore& store() { return store_; }

    static constexpr auto Hosts = std::to_array<std::string_view>(
        {"www.example.com", "example.com", "a.b.example.com", "notexample.com", "cdn.example.net",
         "mail.example.org", "", "rare.test", "login.bank.test"});
    static constexpr auto Users = std::to_array<std::string_view>({"", "", "ann", "bob", "eve"});
    static constexpr auto Rules = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"", ""}, {"", ""}, {"r-1", "Staff"}, {"r-2", "Guests"}, {"r-3", "Blocked"}});

private:
    struct Session {
        db::SessionId id{};
        db::ByteCounts bytes;
    };

    std::uint32_t below(std::uint32_t count) { return random_() % count; }
    bool oneIn(std::uint32_t count) { return below(count) == 0; }
    template <class Values>
    const auto& oneOf(const Values& values)
    {
        return values[below(static_cast<std::uint32_t>(values.size()))];
    }

    void write(std::size_t count)
    {
        std::vector<db::AuditEvent> events;
        std::vector<db::AdminAct> acts;
        for (std::size_t i = 0; i < count; ++i) {
            now_ += std::chrono::microseconds(below(2'000'000));
            if (oneIn(300))
                now_ -= std::chrono::seconds(below(90));
            events.push_back(event());
        }
        if (oneIn(10))
            acts.push_back(act());
        write(events, acts);
        if (oneIn(50))
            static_cast<void>(store_.checkpoint(now_));
    }

    void write(const std::vector<db::AuditEvent>& events, const std::vector<db::AdminAct>& acts)
    {
        db::JournalRecords records;
        records.events = events;
        records.acts = acts;
        static_cast<void>(store_.write({&records, 1}, now_));
    }

    static db::AuditStoreOptions options(const std::filesystem::path& folder)
    {
        db::AuditStoreOptions options;
        options.node = "node-1";
        options.key =
            std::make_shared<const db::AuditKey>(db::AuditKey::openOrCreate(folder.parent_path()));
        return options;
    }

    db::AdminAct act()
    {
        db::AdminAct act;
        act.time = now_;
        act.who = "ann";
        act.source = "test";
        act.action = "policy.publish";
        return act;
    }

    db::AuditEvent event()
    {
        if (open_.empty() || oneIn(2))
            return begin();
        const std::size_t which =
            oneIn(3) ? below(static_cast<std::uint32_t>(open_.size())) : open_.size() - 1;
        Session& session = open_[which];
        session.bytes.clientToProxy += below(1000);
        session.bytes.proxyToUpstream = session.bytes.clientToProxy;
        session.bytes.upstreamToProxy += below(100'000);
        session.bytes.proxyToClient =
            oneIn(5) ? session.bytes.upstreamToProxy / 2 : session.bytes.upstreamToProxy;
        if (oneIn(6))
            return alert(session);
        if (oneIn(3)) {
            db::AuditEvent update = close(session);
            update.kind = db::EventKind::Update;
            update.closeBy = db::CloseBy::None;
            update.closeReason = db::CloseReason::None;
            return update;
        }
        const db::AuditEvent end = close(session);
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(which));
        return end;
    }

    db::AuditEvent begin()
    {
        static constexpr auto Protocols = std::to_array<policy::Protocol>(
            {policy::Protocol::Connect, policy::Protocol::Connect, policy::Protocol::Http});
        Session session;
        session.id = nextId();
        db::AuditEvent event;
        event.kind = db::EventKind::Open;
        event.session = session.id;
        event.time = now_;
        event.listener = "127.0.0.1:3128";
        event.clientAddress = address();
        event.clientPort = static_cast<std::uint16_t>(1024 + below(60'000));
        event.user = oneOf(Users);
        event.userAgent = oneIn(2) ? "curl/8" : "";
        event.protocol = oneOf(Protocols);
        event.form = db::Form::Connect;
        event.method = "CONNECT";
        event.host = oneOf(Hosts);
        event.port = std::array<std::uint16_t, 3>{443, 80, 8443}[event.clientPort % 3];
        event.status = 200;
        if (!oneIn(4))
            setVerdict(event, policy::Answer::Allow);
        if (oneIn(5)) {
            event.kind = db::EventKind::Decision;
            event.status = 403;
            setVerdict(event, oneIn(6) ? policy::Answer::Undecided : policy::Answer::Deny);
            event.closeBy = db::CloseBy::Policy;
            event.closeReason = oneIn(3) ? db::CloseReason::BadRequest : db::CloseReason::Denied;
        } else {
            open_.push_back(session);
        }
        return event;
    }

    db::AuditEvent close(const Session& session)
    {
        static constexpr auto Reasons = std::to_array<db::CloseReason>(
            {db::CloseReason::Done, db::CloseReason::Done, db::CloseReason::IdleTimeout,
             db::CloseReason::PolicyRevoked, db::CloseReason::Denied,
             db::CloseReason::BadResponse});
        db::AuditEvent event;
        event.kind = db::EventKind::Close;
        event.session = session.id;
        event.time = now_;
        event.status = 200;
        event.bytes = session.bytes;
        event.duration = std::chrono::microseconds(below(1'000'000));
        event.closeBy = db::CloseBy::Client;
        event.closeReason = oneOf(Reasons);
        if (oneIn(4))
            setVerdict(event, oneIn(3) ? policy::Answer::Allow : policy::Answer::Deny);
        return event;
    }

    db::AuditEvent alert(const Session& session)
    {
        static const db::FoundByCheck Found = [] {
            db::FoundByCheck found;
            found.check = "cards";
            found.kind = "card-number";
            return found;
        }();
        db::AuditEvent event;
        event.kind = db::EventKind::Alert;
        event.session = session.id;
        event.time = now_;
        event.layer = policy::Layer::Inspection;
        event.ruleId = "i-1";
        event.ruleName = "Look";
        event.found = &Found;
        return event;
    }

    void setVerdict(db::AuditEvent& event, policy::Answer verdict)
    {
        const auto& rule = oneOf(Rules);
        event.verdict = verdict;
        event.stage = policy::Stage::Request;
        event.ruleId = rule.first;
        event.ruleName = rule.second;
        event.policyVersion = rule.first.empty() ? 7 : 8;
        if (verdict == policy::Answer::Allow)
            event.inspection =
                rule.first == "r-1" ? policy::Action::Observe : policy::Action::Blind;
    }

    policy::AddressBytes address()
    {
        policy::AddressBytes bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0};
        if (oneIn(8))
            bytes = {0x20, 0x01, 0x0d, 0xb8};
        bytes[14] = static_cast<std::uint8_t>(below(3));
        bytes[15] = static_cast<std::uint8_t>(below(60));
        return bytes;
    }

    db::SessionId nextId()
    {
        db::SessionId id{};
        const auto milliseconds = static_cast<std::uint64_t>(
            std::chrono::floor<std::chrono::milliseconds>(now_).time_since_epoch().count());
        for (std::size_t i = 0; i < 6; ++i)
            id[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
        id[6] = 0x70;
        id[8] = 0x80;
        ++sessions_;
        for (std::size_t i = 0; i < 4; ++i)
            id[12 + i] = static_cast<std::uint8_t>(sessions_ >> (24 - 8 * i));
        return id;
    }

    db::AuditStore store_;
    std::mt19937 random_;
    db::AuditTime now_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                       std::chrono::hours(9)};
    std::uint32_t sessions_ = 0;
    std::vector<Session> open_;
};

} // namespace sallyport::test
