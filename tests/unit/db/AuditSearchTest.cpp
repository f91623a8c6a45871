#include "db/AuditSearch.h"

#include "support/TemporaryFolder.h"
#include "unit/db/RandomLog.h"
#include "unit/db/SampleEvents.h"
#include "unit/db/SealOlderFiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace sallyport::db {
namespace {

using test::RandomLog;
using test::timeOf;
using testing::HasSubstr;
using testing::IsEmpty;

// A session as all its events tell it.
struct Told {
    std::uint64_t seq = 0;
    AuditTime time{};
    std::string client;
    std::string user;
    std::string protocol;
    std::string host;
    std::string verdict;
    std::string ruleId;
    std::string ruleName;
    std::string reason;
    std::string inspection;
    std::uint16_t port = 0;
    std::uint32_t policyVersion = 0; // 0: none
    std::optional<std::uint64_t> bytesUp;
    std::optional<std::uint64_t> bytesDown;
    std::optional<std::uint64_t> duration;
    SessionState state = SessionState::Open;
    std::uint64_t lastSeq = 0; // of the last event with figures, or 0
};

// An event's verdict repeats its session's first one where it has none of its own: whether it has,
// the random log tells by what the session had before.
std::vector<Told> sessionsOf(const std::filesystem::path& folder)
{
    std::map<std::string, Told> sessions;
    AuditReader(folder).forEach({}, [&](const AuditRecord& record) {
        if (record.sessionId.empty() || record.event == "alert")
            return;
        Told& told = sessions[std::string(record.sessionId)];
        if (told.seq == 0) {
            told.seq = record.seq;
            told.time = timeOf(record.time);
            told.client = record.clientIp;
            told.user = record.user;
            told.protocol = record.protocol;
            told.host = record.host;
            told.port = record.port;
            told.inspection = record.inspection;
            told.policyVersion = record.policyVersion.value_or(0);
            told.verdict = record.verdict;
            told.ruleId = record.ruleId;
            told.ruleName = record.ruleName;
        } else {
            told.lastSeq = record.seq;
            told.bytesUp = record.counts->clientToProxy;
            told.bytesDown = record.counts->upstreamToProxy;
            told.duration = record.counts->durationMicroseconds;
        }
        if (record.event == "decision")
            told.state = SessionState::Refused;
        if (record.event == "close")
            told.state = SessionState::Ended;
        if (record.end)
            told.reason = record.end->reason;
    });
    std::vector<Told> list;
    for (auto& [id, told] : sessions)
        list.push_back(std::move(told));
    std::ranges::sort(list, std::greater(), &Told::seq);
    return list;
}

bool isOneOf(const std::vector<std::string>& texts, const std::string& text)
{
    return texts.empty() || std::ranges::find(texts, text) != texts.end();
}

bool hostFits(const std::string& wanted, const std::string& host)
{
    if (isPattern(wanted))
        return matchesPattern(wanted, host);
    return wanted.starts_with('.') ? host == wanted.substr(1) || host.ends_with(wanted)
                                   : host == wanted;
}

bool hasOne(const SessionValues& values, const Told& told)
{
    const auto any = [](const auto& list, auto fits) { return std::ranges::any_of(list, fits); };
    const auto is = [](const std::string& text) {
        return [&text](const std::string& wanted) {
            return isPattern(wanted) ? matchesPattern(wanted, text) : wanted == text;
        };
    };
    const auto outcome = outcomeOf(told.verdict, told.inspection, told.reason);
    return any(values.hosts, [&](const auto& host) { return hostFits(host, told.host); }) ||
           any(values.clients,
               [&](const policy::Network& network) {
                   return network.contains(*policy::parseAddress(told.client));
               }) ||
           any(values.users, is(told.user)) || any(values.verdicts, is(told.verdict)) ||
           any(values.reasons, is(told.reason)) || any(values.protocols, is(told.protocol)) ||
           any(values.rules, is(told.ruleName)) ||
           (!told.ruleId.empty() && any(values.rules, is(told.ruleId))) ||
           any(values.outcomes, [&](SessionOutcome wanted) { return wanted == outcome; }) ||
           any(values.ports,
               [&](const policy::PortRange& range) {
                   return told.port >= range.first && told.port <= range.last;
               }) ||
           any(values.policyVersions,
               [&](std::uint32_t version) { return version == told.policyVersion; });
}

// One value list at a time.
template <auto List>
bool holdsOneOf(const SessionFilter& filter, const Told& told)
{
    SessionValues one;
    one.*List = filter.*List;
    return (filter.*List).empty() || hasOne(one, told);
}

bool figuresFit(const SessionFilter& filter, const Told& told)
{
    const auto sum = told.bytesUp ? std::optional(*told.bytesUp + *told.bytesDown) : std::nullopt;
    return filter.bytesUp.hold(told.bytesUp) && filter.bytesDown.hold(told.bytesDown) &&
           filter.bytes.hold(sum) && filter.durationMicroseconds.hold(told.duration);
}

bool fits(const SessionFilter& filter, const Told& told)
{
    const auto inNetwork = [&](const policy::Network& network) {
        return network.contains(*policy::parseAddress(told.client));
    };
    return holdsOneOf<&SessionValues::outcomes>(filter, told) &&
           holdsOneOf<&SessionValues::ports>(filter, told) &&
           holdsOneOf<&SessionValues::policyVersions>(filter, told) && figuresFit(filter, told) &&
           !hasOne(filter.without, told) &&
           (!filter.period.since || told.time >= *filter.period.since) &&
           (!filter.period.until || told.time < *filter.period.until) &&
           (filter.hosts.empty() ||
            std::ranges::any_of(filter.hosts,
                                [&](const auto& host) { return hostFits(host, told.host); })) &&
           told.host.contains(filter.hostText) &&
           (filter.clients.empty() || std::ranges::any_of(filter.clients, inNetwork)) &&
           holdsOneOf<&SessionValues::users>(filter, told) &&
           isOneOf(filter.protocols, told.protocol) && isOneOf(filter.verdicts, told.verdict) &&
           isOneOf(filter.reasons, told.reason) &&
           holdsOneOf<&SessionValues::rules>(filter, told) &&
           (filter.state == SessionState::Any || filter.state == told.state);
}

policy::Network network(std::string_view text)
{
    return *policy::parseNetwork(text);
}

class AuditSearching : public testing::Test {
protected:
    std::string path() const { return folder_.file("audit"); }
    void fill()
    {
        for (int day = 0; day < 4; ++day, log_.nextDay())
            log_.add(600);
    }
    // The later verdicts that only the rows tell.
    std::vector<Told> told()
    {
        auto sessions = sessionsOf(path());
        std::map<std::uint64_t, Told*> bySeq;
        for (Told& session : sessions)
            bySeq[session.seq] = &session;
        for (const auto& file : AuditFolder(path()).files()) {
            const Database database = Database::openReadOnly(file.path);
            Statement rows = database.prepare(
                "SELECT e.session, v.text, r.rule_id, r.name, e.policy_version, i.text "
                "FROM session_event e JOIN dict v ON v.id = e.verdict LEFT JOIN dict i ON i.id = "
                "e.inspection LEFT JOIN rule r ON r.id = e.rule ORDER BY e.seq");
            while (rows.step()) {
                Told& session = *bySeq.at(static_cast<std::uint64_t>(rows.integer(0)));
                session.verdict = rows.text(1);
                session.ruleId = rows.text(2);
                session.ruleName = rows.isNull(3) ? "default" : rows.text(3);
                session.policyVersion = static_cast<std::uint32_t>(rows.integer(4));
                session.inspection = rows.text(5);
            }
        }
        return sessions;
    }
    static std::vector<std::uint64_t> wanted(const SessionFilter& filter,
                                             const std::vector<Told>& sessions)
    {
        std::vector<std::uint64_t> seqs;
        for (const Told& session : sessions)
            if (fits(filter, session))
                seqs.push_back(session.seq);
        return seqs;
    }
    // From cursor to cursor.
    static std::vector<std::uint64_t> found(AuditSearch& search, const SessionFilter& filter,
                                            std::size_t limit, const AuditSearch::Stop& stop = {})
    {
        std::vector<std::uint64_t> seqs;
        std::string cursor;
        for (int pages = 0; pages < 10'000; ++pages) {
            std::size_t given = 0;
            const SearchPage page = search.page(
                filter, cursor, limit,
                [&](const FoundSession& session) {
                    seqs.push_back(session.begin.seq);
                    ++given;
                },
                stop);
            EXPECT_EQ(page.sessions, given);
            EXPECT_LE(given, limit);
            EXPECT_EQ(page.ending == SearchPage::Ending::Exhausted, page.nextCursor.empty());
            cursor = page.nextCursor;
            if (cursor.empty())
                return seqs;
        }
        ADD_FAILURE() << "no end";
        return seqs;
    }

    const test::TemporaryFolder folder_;
    RandomLog log_{path(), 3};
};

struct FilterCase {
    const char* name;
    void (*set)(SessionFilter&);
};
class SearchFor : public AuditSearching, public testing::WithParamInterface<FilterCase> {};

TEST_P(SearchFor, FindsWhatReadingEverythingFinds)
{
    fill();
    const auto sessions = told();
    SessionFilter filter;
    GetParam().set(filter);
    const auto seqs = wanted(filter, sessions);
    AuditSearch search(path());
    EXPECT_EQ(found(search, filter, 50), seqs);
    EXPECT_EQ(found(search, filter, 500), seqs);
    log_.nextDay();
    log_.add(1);
    test::sealOlderFiles(path());
    auto again = wanted(filter, told());
    EXPECT_EQ(found(search, filter, 50), again);
    EXPECT_EQ(found(search, filter, 7), again);
}

INSTANTIATE_TEST_SUITE_P(
    AuditSearch, SearchFor,
    testing::Values(
        FilterCase{"All", [](SessionFilter&) {}},
        FilterCase{"Host", [](SessionFilter& f) { f.hosts = {"www.example.com"}; }},
        FilterCase{"HostInOneFile", [](SessionFilter& f) { f.hosts = {"rare.test"}; }},
        FilterCase{"Hosts",
                   [](SessionFilter& f) {
                       f.hosts = {"rare.test", "cdn.example.net"};
                   }},
        FilterCase{"UnknownHost", [](SessionFilter& f) { f.hosts = {""}; }},
        FilterCase{"NoSuchHost", [](SessionFilter& f) { f.hosts = {"example.test"}; }},
        FilterCase{"HostAndAllBelow", [](SessionFilter& f) { f.hosts = {".example.com"}; }},
        FilterCase{"TextInHost", [](SessionFilter& f) { f.hostText = "example"; }},
        FilterCase{"Client", [](SessionFilter& f) { f.clients = {network("10.0.0.7")}; }},
        FilterCase{"ClientNetwork", [](SessionFilter& f) { f.clients = {network("10.0.1.0/28")}; }},
        FilterCase{"WideClientNetwork",
                   [](SessionFilter& f) { f.clients = {network("10.0.0.0/8")}; }},
        FilterCase{"ClientIpv6", [](SessionFilter& f) { f.clients = {network("2001:db8::/32")}; }},
        FilterCase{"User", [](SessionFilter& f) { f.users = {"ann"}; }},
        FilterCase{"NoUser", [](SessionFilter& f) { f.users = {""}; }},
        FilterCase{"RuleById", [](SessionFilter& f) { f.rules = {"r-3"}; }},
        FilterCase{"RuleByName", [](SessionFilter& f) { f.rules = {"Guests"}; }},
        FilterCase{"DefaultRow", [](SessionFilter& f) { f.rules = {"default"}; }},
        FilterCase{"Deny", [](SessionFilter& f) { f.verdicts = {"deny"}; }},
        FilterCase{"Allow", [](SessionFilter& f) { f.verdicts = {"allow"}; }},
        FilterCase{"Undecided", [](SessionFilter& f) { f.verdicts = {""}; }},
        FilterCase{"Reason", [](SessionFilter& f) { f.reasons = {"denied"}; }},
        FilterCase{"Reasons",
                   [](SessionFilter& f) {
                       f.reasons = {"idle-timeout", "bad-request"};
                   }},
        FilterCase{"NoReasonYet", [](SessionFilter& f) { f.reasons = {""}; }},
        FilterCase{"Protocol", [](SessionFilter& f) { f.protocols = {"http"}; }},
        FilterCase{"Open", [](SessionFilter& f) { f.state = SessionState::Open; }},
        FilterCase{"Ended", [](SessionFilter& f) { f.state = SessionState::Ended; }},
        FilterCase{"Refused", [](SessionFilter& f) { f.state = SessionState::Refused; }},
        FilterCase{"OpenOfHost",
                   [](SessionFilter& f) {
                       f.state = SessionState::Open;
                       f.hosts = {".example.com"};
                   }},
        FilterCase{"DeniedByReasonAndUser",
                   [](SessionFilter& f) {
                       f.reasons = {"policy-revoked", "denied"};
                       f.users = {"bob", "eve"};
                       f.verdicts = {"deny"};
                   }},
        FilterCase{"HostPattern", [](SessionFilter& f) { f.hosts = {"*exam*.com", "RARE*"}; }},
        FilterCase{"UserPattern",
                   [](SessionFilter& f) {
                       f.users = {"a*", "eve"};
                   }},
        FilterCase{"RulePattern", [](SessionFilter& f) { f.rules = {"*st*"}; }},
        FilterCase{"Inspected", [](SessionFilter& f) { f.outcomes = {SessionOutcome::Inspect}; }},
        FilterCase{"Failed", [](SessionFilter& f) { f.outcomes = {SessionOutcome::Error}; }},
        FilterCase{"DeniedOrFailed",
                   [](SessionFilter& f) {
                       f.outcomes = {SessionOutcome::Error, SessionOutcome::Deny};
                   }},
        FilterCase{"Port", [](SessionFilter& f) { f.ports = {{80, 80}}; }},
        FilterCase{"Ports",
                   [](SessionFilter& f) {
                       f.ports = {{80, 80}, {8000, 9000}};
                   }},
        FilterCase{"PolicyVersion", [](SessionFilter& f) { f.policyVersions = {8}; }},
        FilterCase{"ManyBytes", [](SessionFilter& f) { f.bytesDown.least = 50'000; }},
        FilterCase{"BytesBetween",
                   [](SessionFilter& f) {
                       f.bytes = {1000, 60'000};
                       f.bytesUp.most = 800;
                   }},
        FilterCase{"Short", [](SessionFilter& f) { f.durationMicroseconds.most = 200'000; }},
        FilterCase{"NotHost", [](SessionFilter& f) { f.without.hosts = {".example.com", ""}; }},
        FilterCase{"AnyHost", [](SessionFilter& f) { f.hosts = {"*"}; }},
        FilterCase{"HostButNotBelow",
                   [](SessionFilter& f) {
                       f.hosts = {".example.com"};
                       f.without.hosts = {"a.*"};
                   }},
        FilterCase{"NotClient", [](SessionFilter& f) { f.without.clients = {network("10.0.0.0/16")}; }},
        FilterCase{"NotUser",
                   [](SessionFilter& f) {
                       f.without.users = {"", "b*"};
                   }},
        FilterCase{"NotRule",
                   [](SessionFilter& f) {
                       f.without.rules = {"default", "r-1"};
                   }},
        FilterCase{"NotDenied", [](SessionFilter& f) { f.without.outcomes = {SessionOutcome::Deny}; }},
        FilterCase{"NotVerdict", [](SessionFilter& f) { f.without.verdicts = {"deny", ""}; }},
        FilterCase{"NotReason", [](SessionFilter& f) { f.without.reasons = {"done"}; }},
        FilterCase{"NotProtocol", [](SessionFilter& f) { f.without.protocols = {"http"}; }},
        FilterCase{"NotPort", [](SessionFilter& f) { f.without.ports = {{443, 443}}; }},
        FilterCase{"NotVersion", [](SessionFilter& f) { f.without.policyVersions = {7}; }},
        FilterCase{"EarlyDays",
                   [](SessionFilter& f) {
                       f.period.since = timeOf("2026-11-23T09:05:00.000000Z");
                       f.period.until = timeOf("2026-11-24T09:20:00.000000Z");
                   }},
        FilterCase{"HostOnADay",
                   [](SessionFilter& f) {
                       f.period.since = timeOf("2026-11-24T00:00:00.000000Z");
                       f.period.until = timeOf("2026-11-25T00:00:00.000000Z");
                       f.hosts = {"mail.example.org"};
                   }}),
    [](const auto& info) { return info.param.name; });

TEST_F(AuditSearching, FindsWhatAnyCombinationOfFiltersAsks)
{
    fill();
    test::sealOlderFiles(path());
    log_.nextDay();
    log_.add(300); // so that one file is neither sealed nor the newest
    const auto sessions = told();
    std::mt19937 random(4);
    const auto oneIn = [&](unsigned count) { return random() % count == 0; };
    AuditSearch search(path());
    std::size_t matches = 0;
    for (int i = 0; i < 120; ++i) {
        SessionFilter filter;
        if (oneIn(3))
            filter.period.since = sessions[random() % sessions.size()].time;
        if (oneIn(3))
            filter.period.until = sessions[random() % sessions.size()].time;
        if (oneIn(3))
            filter.hosts = {oneIn(2) ? ".example.com" : "www.example.com"};
        if (oneIn(6))
            filter.hostText = "bank";
        if (oneIn(4))
            filter.clients = {network(oneIn(2) ? "10.0.1.0/24" : "10.0.0.0/30"),
                              network("2001:db8::/127")};
        if (oneIn(4))
            filter.users = {oneIn(2) ? "ann" : "", "eve"};
        if (oneIn(4))
            filter.rules = {oneIn(2) ? "r-1" : "Blocked", "Guests"};
        if (oneIn(3))
            filter.verdicts = {oneIn(2) ? "deny" : "allow"};
        if (oneIn(4))
            filter.reasons = {oneIn(2) ? "done" : "denied"};
        if (oneIn(4))
            filter.protocols = {"connect"};
        if (oneIn(3))
            filter.state = std::array{SessionState::Open, SessionState::Ended,
                                      SessionState::Refused}[random() % 3];
        if (oneIn(4))
            filter.outcomes = {AllSessionOutcomes[random() % 4]};
        if (oneIn(6))
            filter.without.users = {"bob"};
        if (oneIn(6))
            filter.without.rules = {"Staff"};
        if (oneIn(6))
            filter.without.hosts = {"*net"};
        const auto seqs = wanted(filter, sessions);
        matches += seqs.size();
        ASSERT_EQ(found(search, filter, 1 + random() % 100), seqs) << "filter " << i;
    }
    EXPECT_GT(matches, 1000U);
}

TEST_P(SearchFor, GivesTheSameBackwards)
{
    fill();
    log_.nextDay();
    log_.add(1);
    test::sealOlderFiles(path());
    log_.add(100); // some of it in a file that is not sealed
    SessionFilter filter;
    GetParam().set(filter);
    const auto seqs = wanted(filter, told());
    AuditSearch search(path());
    // To the oldest page, and back from there.
    std::string cursor;
    std::string newer;
    std::vector<std::uint64_t> oldestPage;
    do {
        oldestPage.clear();
        const auto page = search.page(filter, cursor, 7, [&](const FoundSession& session) {
            oldestPage.push_back(session.begin.seq);
        });
        EXPECT_EQ(page.order, SearchPage::Order::NewestFirst);
        cursor = page.nextCursor;
        newer = page.newerCursor;
    } while (!cursor.empty());
    std::vector<std::uint64_t> upwards(oldestPage.rbegin(), oldestPage.rend());
    for (int pages = 0; pages < 10'000; ++pages) {
        std::size_t given = 0;
        const auto page = search.page(filter, newer, 7, [&](const FoundSession& session) {
            upwards.push_back(session.begin.seq);
            ++given;
        });
        EXPECT_EQ(page.order, SearchPage::Order::OldestFirst);
        newer = page.newerCursor;
        if (given == 0)
            break;
        // And down again from any page.
        std::vector<std::uint64_t> older;
        static_cast<void>(search.page(filter, page.nextCursor, 1, [&](const FoundSession& session) {
            older.push_back(session.begin.seq);
        }));
        if (upwards.size() > given) {
            EXPECT_EQ(older, std::vector{upwards[upwards.size() - given - 1]});
        }
    }
    std::ranges::reverse(upwards);
    EXPECT_EQ(upwards, seqs);
}

TEST_F(AuditSearching, GivesWhatComesLaterBehindTheNewestPage)
{
    log_.add(100);
    AuditSearch search(path());
    std::set<std::uint64_t> seqs;
    const auto take = [&](const FoundSession& session) {
        EXPECT_TRUE(seqs.insert(session.begin.seq).second);
    };
    std::string cursor = search.page({}, "", 500, take).newerCursor;
    for (int i = 0; i < 20; ++i) {
        log_.add(30);
        if (i % 6 == 5)
            log_.nextDay();
        cursor = search.page({}, cursor, 500, take).newerCursor;
    }
    EXPECT_EQ(seqs.size(), sessionsOf(path()).size());
}

TEST_F(AuditSearching, OfAnEmptyLogGoesOnWithWhatComes)
{
    AuditSearch search(path());
    const auto empty = search.page({}, "", 10, [](const FoundSession&) {});
    EXPECT_EQ(empty.sessions, 0U);
    log_.add(20);
    std::size_t given = 0;
    static_cast<void>(
        search.page({}, empty.newerCursor, 500, [&](const FoundSession&) { ++given; }));
    EXPECT_EQ(given, sessionsOf(path()).size());
}

TEST_F(AuditSearching, TellsHowASessionStands)
{
    fill();
    test::sealOlderFiles(path());
    std::map<std::uint64_t, Told> sessions;
    for (const Told& session : told())
        sessions[session.seq] = session;
    AuditSearch search(path());
    std::size_t count = 0;
    search.forEach({}, [&](const FoundSession& found) {
        ++count;
        const Told& told = sessions.at(found.begin.seq);
        ASSERT_EQ(found.begin.host, told.host);
        ASSERT_EQ(found.begin.clientIp, told.client);
        ASSERT_EQ(found.verdict, told.verdict);
        ASSERT_EQ(found.ruleId, told.ruleId);
        ASSERT_EQ(found.ruleName, told.ruleName);
        ASSERT_EQ(found.isOpen(), told.state == SessionState::Open);
        ASSERT_EQ(found.state, told.state);
        ASSERT_EQ(found.reason, told.reason);
        ASSERT_EQ(found.policyVersion.value_or(0), told.policyVersion);
        ASSERT_EQ(found.outcome, outcomeOf(told.verdict, told.inspection, told.reason));
        ASSERT_EQ(found.last ? found.last->seq : 0, told.lastSeq);
        if (found.last) {
            ASSERT_EQ(found.last->sessionId, found.begin.sessionId);
            ASSERT_TRUE(found.last->counts);
        }
    });
    EXPECT_EQ(count, sessions.size());
}

TEST_F(AuditSearching, GivesEachSessionOnceWhileOthersAreAdded)
{
    fill();
    const auto wantedSeqs = wanted({}, told());
    AuditSearch search(path());
    std::vector<std::uint64_t> seqs;
    std::string cursor;
    for (int i = 0; i < 1000; ++i) {
        cursor = search
                     .page({}, cursor, 20,
                           [&](const FoundSession& session) { seqs.push_back(session.begin.seq); })
                     .nextCursor;
        if (cursor.empty())
            break;
        log_.add(5);
        if (i % 20 == 19)
            log_.nextDay();
        if (i == 30)
            test::sealOlderFiles(path());
    }
    EXPECT_EQ(seqs, wantedSeqs);
}

TEST_F(AuditSearching, GoesOnWhereItWasStopped)
{
    fill();
    log_.nextDay();
    log_.add(2000);
    SessionFilter filter;
    filter.hostText = "bank";
    AuditSearch search(path());
    const auto seqs = wanted(filter, told());
    std::size_t asked = 0;
    EXPECT_EQ(found(search, filter, 100, [&] { return ++asked % 2 == 0; }), seqs);
    EXPECT_GE(asked, 4U);
    const SearchPage stopped = search.page(
        filter, "", 500, [](const FoundSession&) {}, [] { return true; });
    EXPECT_EQ(stopped.ending, SearchPage::Ending::Stopped);
    EXPECT_GT(stopped.fraction, 0);
    EXPECT_LT(stopped.fraction, 0.5);
}

TEST_F(AuditSearching, RefusesTheCursorOfAnotherSearchAndADamagedOne)
{
    fill();
    AuditSearch search(path());
    const auto pageOf = [&](const SessionFilter& filter, std::string_view cursor) {
        return search.page(filter, cursor, 1, [](const FoundSession&) {});
    };
    SessionFilter ann;
    ann.users = {"ann"};
    const std::string cursor = pageOf(ann, "").nextCursor;
    ASSERT_FALSE(cursor.empty());
    EXPECT_NO_THROW(static_cast<void>(pageOf(ann, cursor)));
    SessionFilter bob;
    bob.users = {"bob"};
    EXPECT_THROW(static_cast<void>(pageOf(bob, cursor)), BadCursor);
    for (const std::string_view damaged :
         {"x", "-", "12-", "-12", "12", "1 2-3", "-1-2", "n", "n12", "nn12-3"})
        EXPECT_THROW(static_cast<void>(pageOf(ann, damaged)), BadCursor) << damaged;
}

TEST_F(AuditSearching, SkipsFilesThatAreGone)
{
    fill();
    const auto files = AuditFolder(path()).files();
    removeAuditFile(files[1].path);
    AuditSearch search(path());
    std::size_t sessions = 0;
    search.forEach({}, [&](const FoundSession& session) {
        EXPECT_TRUE(session.begin.seq < files[1].firstSeq || session.begin.seq > files[1].lastSeq);
        ++sessions;
    });
    EXPECT_GT(sessions, 500U);
}

} // namespace
} // namespace sallyport::db
