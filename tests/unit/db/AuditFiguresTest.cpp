#include "db/AuditFigures.h"

#include "support/TemporaryFolder.h"
#include "unit/db/RandomLog.h"
#include "unit/db/SealOlderFiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

namespace sallyport::db {
namespace {

using test::RandomLog;

class AuditSums : public testing::Test {
protected:
    std::string path() const { return folder_.file("audit"); }
    void fill()
    {
        for (int day = 0; day < 3; ++day, log_.nextDay())
            log_.add(800);
        test::sealOlderFiles(path());
    }
    // As all records tell them, by what `key` makes of the first event's record.
    template <class Key>
    std::map<std::string, std::uint64_t> begun(Key key)
    {
        std::map<std::string, std::uint64_t> sums;
        AuditReader(path()).forEach({}, [&](const AuditRecord& record) {
            if (record.event == "open" || record.event == "decision")
                ++sums[std::string(key(record))];
        });
        return sums;
    }
    static std::map<std::string, std::uint64_t> sessions(const FacetFigures& facet)
    {
        std::map<std::string, std::uint64_t> sums;
        for (const FacetValue& value : facet.values)
            sums[value.value] = value.sessions;
        return sums;
    }
    static std::uint64_t total(const Histogram& histogram)
    {
        std::uint64_t sum = 0;
        for (const HistogramSeries& series : histogram.series)
            sum = std::accumulate(series.sessions.begin(), series.sessions.end(), sum);
        return sum;
    }
    Figures figures(const FiguresWanted& wanted) { return AuditFigures(path()).figures(wanted); }

    const test::TemporaryFolder folder_;
    RandomLog log_{path(), 5};
};

FiguresWanted wanting(std::vector<Facet> facets)
{
    FiguresWanted wanted;
    wanted.facets = std::move(facets);
    wanted.values = 1000;
    wanted.budget = std::chrono::seconds(30);
    return wanted;
}

TEST_F(AuditSums, OfTheRollupAreThoseOfTheRecords)
{
    fill();
    const Figures told =
        figures(wanting({Facet::Verdict, Facet::Protocol, Facet::Reason, Facet::Rule}));
    EXPECT_EQ(told.fraction, 1);
    EXPECT_EQ(sessions(told.facets[0]), begun([](const auto& r) { return r.verdict; }));
    EXPECT_EQ(sessions(told.facets[1]), begun([](const auto& r) { return r.protocol; }));
    EXPECT_EQ(sessions(told.facets[3]), begun([](const auto& r) {
                  return r.ruleId.empty() ? std::string_view("default") : r.ruleId;
              }));
    std::map<std::string, std::uint64_t> reasons;
    std::uint64_t bytes = 0;
    AuditReader(path()).forEach({}, [&](const AuditRecord& record) {
        if (!record.end)
            return;
        ++reasons[std::string(record.end->reason)];
        bytes += record.counts ? record.counts->upstreamToProxy : 0;
    });
    EXPECT_EQ(sessions(told.facets[2]), reasons);
    std::uint64_t told_bytes = 0;
    for (const FacetValue& value : told.facets[2].values)
        told_bytes += value.bytesDown.value_or(0);
    EXPECT_EQ(told_bytes, bytes);
    for (const FacetValue& value : told.facets[3].values)
        if (value.value == "r-1") {
            EXPECT_EQ(value.label, "Staff");
        }

    const auto verdicts = begun([](const auto& r) { return r.verdict; });
    for (const HistogramSeries& series : told.histogram.series)
        EXPECT_EQ(std::accumulate(series.sessions.begin(), series.sessions.end(), std::uint64_t{0}),
                  verdicts.at(series.verdict))
            << series.verdict;
}

TEST_F(AuditSums, ByOutcomeAreThoseOfTheRecords)
{
    fill();
    // Where nothing asks for more than the roll-up, sessions count as they began, and as failed
    // when they failed.
    std::map<std::string, std::string> outcomes;
    AuditReader(path()).forEach({}, [&](const AuditRecord& record) {
        if (record.sessionId.empty() || record.event == "alert" || record.event == "update")
            return;
        auto& outcome = outcomes[std::string(record.sessionId)];
        const auto reason = record.end ? record.end->reason : std::string_view();
        if (outcome.empty())
            outcome = outcomeName(outcomeOf(record.verdict, record.inspection, reason));
    });
    AuditSearch search(path());
    search.forEach({}, [&](const FoundSession& session) {
        if (session.outcome == SessionOutcome::Error)
            outcomes[std::string(session.begin.sessionId)] = "error";
    });
    std::map<std::string, std::uint64_t> expected;
    for (const auto& [id, outcome] : outcomes)
        ++expected[outcome];
    FiguresWanted wanted = wanting({Facet::Outcome, Facet::Rule});
    wanted.series = FiguresWanted::Series::Outcomes;
    const Figures told = figures(wanted);
    EXPECT_EQ(told.fraction, 1);
    ASSERT_EQ(expected.size(), 4U);
    EXPECT_NEAR(static_cast<double>(sessions(told.facets[0])["error"]),
                static_cast<double>(expected["error"]), 12); // some failed after a new verdict
    EXPECT_EQ(total(told.histogram), outcomes.size());

    std::map<std::string, std::uint64_t> rules;
    for (const SessionOutcome outcome : AllSessionOutcomes) {
        FiguresWanted only = wanted;
        only.filter.outcomes = {outcome};
        const Figures part = figures(only);
        EXPECT_EQ(part.fraction, 1);
        ASSERT_EQ(part.facets[0].values.size(), 1U) << outcomeName(outcome);
        EXPECT_EQ(part.facets[0].values[0].sessions,
                  sessions(told.facets[0])[std::string(outcomeName(outcome))]);
        for (const auto& [rule, count] : sessions(part.facets[1]))
            rules[rule] += count;
        FiguresWanted others = wanted;
        others.filter.without.outcomes = {outcome};
        EXPECT_EQ(total(figures(others).histogram) + total(part.histogram), total(told.histogram));
    }
    EXPECT_EQ(rules, sessions(told.facets[1]));
}

TEST_F(AuditSums, ByOutcomeOfSomeSessionsAreWhatASearchFinds)
{
    fill();
    FiguresWanted wanted = wanting({Facet::Outcome, Facet::Port, Facet::PolicyVersion});
    wanted.series = FiguresWanted::Series::Outcomes;
    wanted.filter.hosts = {".example.com"};
    wanted.filter.without.users = {"ann"};
    wanted.filter.without.rules = {"Guests"};
    std::map<std::string, std::uint64_t> outcomes;
    std::map<std::string, std::uint64_t> ports;
    std::map<std::string, std::uint64_t> versions;
    AuditSearch search(path());
    search.forEach(wanted.filter, [&](const FoundSession& session) {
        ++outcomes[std::string(outcomeName(session.outcome))];
        ++ports[std::to_string(session.begin.port)];
        if (session.policyVersion)
            ++versions[std::to_string(*session.policyVersion)];
    });
    const Figures told = figures(wanted);
    EXPECT_EQ(sessions(told.facets[0]), outcomes);
    EXPECT_EQ(sessions(told.facets[1]), ports);
    EXPECT_EQ(sessions(told.facets[2]), versions);
    for (const HistogramSeries& series : told.histogram.series)
        EXPECT_EQ(std::accumulate(series.sessions.begin(), series.sessions.end(), std::uint64_t{0}),
                  outcomes[series.verdict]);
}

TEST_F(AuditSums, OfTheRollupLeaveOutWhatTheFilterLeavesOut)
{
    fill();
    FiguresWanted wanted = wanting({Facet::Rule, Facet::Protocol, Facet::Verdict});
    wanted.filter.without.rules = {"Guests", "default"};
    wanted.filter.without.protocols = {"http"};
    wanted.filter.without.verdicts = {"deny"};
    const auto rules = begun([](const AuditRecord& record) {
        const bool left = record.protocol != "http" && record.verdict != "deny" &&
                          record.ruleName != "Guests" && !record.ruleId.empty();
        return left ? record.ruleId : std::string_view("-");
    });
    auto expected = rules;
    expected.erase("-");
    const Figures told = figures(wanted);
    EXPECT_EQ(sessions(told.facets[0]), expected);
    EXPECT_EQ(sessions(told.facets[1]).size(), 1U);
    EXPECT_EQ(sessions(told.facets[2]).count("deny"), 0U);
}

TEST_F(AuditSums, OfHostsUsersAndClientsAreThoseOfTheRecords)
{
    fill();
    const Figures told = figures(wanting({Facet::Host, Facet::User, Facet::Client}));
    EXPECT_EQ(told.fraction, 1);
    EXPECT_EQ(sessions(told.facets[0]), begun([](const auto& r) { return r.host; }));
    EXPECT_EQ(sessions(told.facets[1]), begun([](const auto& r) { return r.user; }));
    EXPECT_EQ(sessions(told.facets[2]), begun([](const auto& r) { return r.clientIp; }));
    EXPECT_FALSE(told.facets[0].values.front().bytesUp);
}

TEST_F(AuditSums, CountWhatASearchFinds)
{
    fill();
    const std::vector<Facet> every{Facet::Verdict, Facet::Reason, Facet::Rule,  Facet::Protocol,
                                   Facet::Host,    Facet::User,   Facet::Client};
    FiguresWanted wanted = wanting(every);
    wanted.filter.hosts = {".example.com"};
    wanted.filter.verdicts = {"deny"};
    std::map<std::string, std::uint64_t> users;
    std::map<std::string, std::uint64_t> bytes;
    std::uint64_t count = 0;
    AuditSearch search(path());
    search.forEach(wanted.filter, [&](const FoundSession& session) {
        ++count;
        ++users[std::string(session.begin.user)];
        bytes[std::string(session.begin.user)] +=
            session.last ? session.last->counts->clientToProxy : 0;
    });
    const Figures told = figures(wanted);
    EXPECT_GT(count, 10U);
    EXPECT_EQ(total(told.histogram), count);
    EXPECT_EQ(sessions(told.facets[0]), (std::map<std::string, std::uint64_t>{{"deny", count}}));
    EXPECT_EQ(sessions(told.facets[5]), users);
    for (const FacetValue& value : told.facets[5].values)
        EXPECT_EQ(value.bytesUp, bytes.at(value.value));
    EXPECT_EQ(told.facets[4].distinct, 3U);
}

TEST_F(AuditSums, ShowTheMostFrequentAndHowManyThereAre)
{
    fill();
    FiguresWanted wanted = wanting({Facet::Host});
    wanted.values = 2;
    const Figures told = figures(wanted);
    ASSERT_EQ(told.facets[0].values.size(), 2U);
    EXPECT_EQ(told.facets[0].distinct, RandomLog::Hosts.size());
    EXPECT_GE(told.facets[0].values[0].sessions, told.facets[0].values[1].sessions);
}

TEST_F(AuditSums, OfAPartOfThePeriodSayHowMuchItIs)
{
    fill();
    FiguresWanted wanted = wanting({Facet::Host});
    wanted.budget = std::chrono::milliseconds(0);
    const Figures told = figures(wanted);
    EXPECT_GT(told.fraction, 0);
    EXPECT_LT(told.fraction, 0.5);
}

TEST_F(AuditSums, HaveNarrowBucketsInAShortPeriod)
{
    fill();
    FiguresWanted wanted = wanting({});
    wanted.buckets = 60;
    wanted.filter.period.since =
        AuditTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}} +
        std::chrono::hours(9) + std::chrono::minutes(15);
    wanted.filter.period.until = *wanted.filter.period.since + std::chrono::minutes(10);
    std::uint64_t count = 0;
    AuditSearch(path()).forEach(wanted.filter, [&](const FoundSession&) { ++count; });
    const Figures told = figures(wanted);
    EXPECT_EQ(told.histogram.bucket, std::chrono::seconds(30));
    EXPECT_EQ(total(told.histogram), count);
}

TEST_F(AuditSums, OfFilesTellWhatIsInThem)
{
    fill();
    const auto files = AuditFigures(path()).files();
    ASSERT_EQ(files.size(), 3U);
    std::uint64_t begunInAll = 0;
    for (const AuditFileFigures& file : files) {
        EXPECT_LE(file.firstSeq, file.lastSeq);
        EXPECT_GT(file.bytesOnDisk, 0U);
        begunInAll += file.begun;
    }
    EXPECT_EQ(files.front().condition, AuditFileFigures::Condition::Sealed);
    EXPECT_EQ(files.back().condition, AuditFileFigures::Condition::Written);
    std::uint64_t count = 0;
    AuditSearch(path()).forEach({}, [&](const FoundSession&) { ++count; });
    EXPECT_EQ(begunInAll, count);
}

TEST_F(AuditSums, OfAnEmptyLogAreNone)
{
    const Figures told = figures(wanting({Facet::Host, Facet::Verdict}));
    EXPECT_EQ(told.histogram.bucket, std::chrono::seconds(0));
    EXPECT_TRUE(told.histogram.series.empty());
    EXPECT_EQ(told.facets.size(), 2U);
}

} // namespace
} // namespace sallyport::db
