#include "db/SessionBlocks.h"

#include "db/AuditFigures.h"
#include "db/AuditFolder.h"
#include "db/AuditMemory.h"
#include "db/AuditSearch.h"
#include "db/AuditSessionCourse.h"
#include "support/TemporaryFolder.h"
#include "unit/db/RandomLog.h"
#include "unit/db/SealOlderFiles.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sallyport::db {
namespace {

using test::RandomLog;

policy::Network network(std::string_view text)
{
    return *policy::parseNetwork(text);
}

// As an earlier version left the sealed files.
void removeBlocks(const std::filesystem::path& folder)
{
    for (const AuditFile& file : AuditFolder(folder).files())
        if (file.sealed)
            Database::openExisting(file.path).execute(
                "DROP TABLE session_block; DROP TABLE rollup_hour; "
                "CREATE INDEX session_verdict ON session (verdict)");
}

class SessionBlocksOfALog : public testing::Test {
protected:
    std::string path() const { return folder_.file("audit"); }
    void fill()
    {
        for (int day = 0; day < 3; ++day, log_.nextDay())
            log_.add(700);
        test::sealOlderFiles(path());
        log_.add(500);
        log_.nextDay();
        log_.add(400); // so that one file is neither sealed nor the newest
    }

    SessionFilter anyFilter(std::mt19937& random)
    {
        const auto oneIn = [&](unsigned count) { return random() % count == 0; };
        const auto begin = AuditTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                                     std::chrono::hours(9)};
        const auto someTime = [&] {
            return begin + std::chrono::days(random() % 5) +
                   std::chrono::microseconds(random() % 1'500'000'000);
        };
        SessionFilter filter;
        if (oneIn(3))
            filter.period.since = someTime();
        if (oneIn(3))
            filter.period.until = someTime();
        if (oneIn(6))
            filter.hosts = {oneIn(2) ? ".example.com" : "*net"};
        if (oneIn(6))
            filter.hostText = oneIn(2) ? "ExaMPLE" : "bank";
        if (oneIn(6))
            filter.clients = {network(oneIn(2) ? "10.0.1.0/24" : "10.0.0.0/30"),
                              network("2001:db8::/127")};
        if (oneIn(8))
            filter.without.clients = {network(oneIn(2) ? "0.0.0.0/0" : "::/0")};
        if (oneIn(6))
            filter.users = {oneIn(2) ? "ann" : "", "e*"};
        if (oneIn(6))
            filter.rules = {std::array{"r-1", "Blocked", "default", "", "G*"}[random() % 5]};
        if (oneIn(8))
            filter.without.rules = {oneIn(2) ? "default" : "Staff"};
        if (oneIn(5))
            filter.verdicts = {std::array{"deny", "allow", ""}[random() % 3]};
        if (oneIn(6))
            filter.reasons = {std::array{"done", "denied", "", "bad-response"}[random() % 4]};
        if (oneIn(8))
            filter.without.reasons = {oneIn(2) ? "done" : ""};
        if (oneIn(6))
            filter.protocols = {"connect"};
        if (oneIn(8))
            filter.without.protocols = {"http"};
        if (oneIn(6))
            filter.ports = {{80, 443}};
        if (oneIn(8))
            filter.without.ports = {{8000, 9000}};
        if (oneIn(6))
            filter.policyVersions = {7};
        if (oneIn(8))
            filter.without.policyVersions = {8};
        if (oneIn(5))
            filter.state = std::array{SessionState::Open, SessionState::Ended,
                                      SessionState::Refused}[random() % 3];
        if (oneIn(5))
            filter.outcomes = {AllSessionOutcomes[random() % 4]};
        if (oneIn(8))
            filter.without.outcomes = {AllSessionOutcomes[random() % 4]};
        if (oneIn(6))
            filter.bytesDown.least = random() % 100'000;
        if (oneIn(6))
            filter.bytes.most = random() % 100'000;
        if (oneIn(8))
            filter.bytesUp.least = 0; // so that it is known
        if (oneIn(8))
            filter.durationMicroseconds.most = random() % 1'000'000;
        if (oneIn(8))
            filter.without.users = {"bob"};
        if (oneIn(8))
            filter.without.hosts = {".example.com"};
        return filter;
    }

    // Every session by the rows of its events, which knows neither indexes nor blocks.
    struct Plain {
        std::int64_t seq = 0;
        AuditTime time{};
        std::string host;
        std::string user;
        std::string client;
        std::string protocol;
        std::uint16_t port = 0;
        SessionCourse course;
    };
    std::vector<Plain> allSessions()
    {
        std::vector<Plain> all;
        OpenAuditFiles files(path());
        const auto list = files.list();
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto file = files.open(list[i]);
            Statement row = file->database().prepare(selectBeginnings("WHERE s.seq >= ?1"));
            row.bind(1, file->seqs().first);
            while (row.step()) {
                const auto record = file->rows().ofSession(row, AuditRows::Contents::LeaveOut);
                Plain& one = all.emplace_back();
                one.seq = static_cast<std::int64_t>(record.seq);
                one.host = record.host;
                one.user = record.user;
                one.client = record.clientIp;
                one.protocol = record.protocol;
                one.port = record.port;
            }
            Statement time = file->database().prepare("SELECT time FROM session WHERE seq = ?1");
            for (Plain& one : all)
                if (one.seq >= file->seqs().first) {
                    time.reset();
                    time.bind(1, one.seq);
                    EXPECT_TRUE(time.step());
                    one.time = AuditTime{std::chrono::microseconds(time.integer(0))};
                    one.course = *followSession(files, list, i, one.seq, {});
                    one.course.lastFile.reset();
                }
        }
        return all;
    }
    static bool fits(const SessionFilter& filter, const Plain& one)
    {
        const auto address = *policy::parseAddress(one.client);
        const auto inOne = [&](const auto& networks) {
            return std::ranges::any_of(networks,
                                       [&](const auto& each) { return each.contains(address); });
        };
        const auto isOne = [](const std::vector<std::string>& wanted, const std::string& text) {
            return std::ranges::any_of(wanted, [&](const std::string& each) {
                return isPattern(each) ? matchesPattern(each, text) : each == text;
            });
        };
        const auto portIn = [&](const auto& ranges) {
            return std::ranges::any_of(ranges, [&](const auto& each) {
                return one.port >= each.first && one.port <= each.last;
            });
        };
        const bool refused = one.course.state == SessionState::Refused;
        const SessionValues& without = filter.without;
        return (!filter.period.since || one.time >= *filter.period.since) &&
               (!filter.period.until || one.time < *filter.period.until) &&
               (filter.state == SessionState::Any ||
                (filter.state == SessionState::Refused) == refused) &&
               hostMatches(filter, one.host) && (filter.clients.empty() || inOne(filter.clients)) &&
               !inOne(without.clients) && (filter.users.empty() || isOne(filter.users, one.user)) &&
               !isOne(without.users, one.user) &&
               (filter.protocols.empty() || isOne(filter.protocols, one.protocol)) &&
               !isOne(without.protocols, one.protocol) &&
               (filter.ports.empty() || portIn(filter.ports)) && !portIn(without.ports) &&
               standingMatches(filter, one.course.standing());
    }

    const test::TemporaryFolder folder_;
    RandomLog log_{path(), 11};
};

// Facets and histogram that are surely of the sessions, and not of the roll-up.
FiguresWanted ofSessions(SessionFilter filter)
{
    FiguresWanted wanted;
    wanted.filter = std::move(filter);
    wanted.filter.bytesDown.most = wanted.filter.bytesDown.most.value_or(1ULL << 40);
    wanted.series = FiguresWanted::Series::Outcomes;
    wanted.facets = {Facet::Verdict,  Facet::Outcome,      Facet::Reason, Facet::Rule,
                     Facet::Protocol, Facet::Host,         Facet::User,   Facet::Client,
                     Facet::Port,     Facet::PolicyVersion};
    wanted.values = 1000;
    wanted.budget = std::chrono::seconds(60);
    return wanted;
}

using Sums = std::map<std::string, std::array<std::uint64_t, 3>>;

Sums sumsOf(const FacetFigures& facet)
{
    Sums sums;
    for (const FacetValue& value : facet.values)
        sums[value.value] = {value.sessions, value.bytesUp.value(), value.bytesDown.value()};
    return sums;
}

TEST_F(SessionBlocksOfALog, GiveWhatReadingEverySessionGives)
{
    fill();
    const auto all = allSessions();
    std::mt19937 random(21);
    AuditSearch search(path());
    AuditFigures figures(path());
    std::size_t matches = 0;
    for (int i = 0; i < 150; ++i) {
        const FiguresWanted wanted = ofSessions(anyFilter(random));
        std::vector<std::int64_t> seqs;
        std::array<Sums, 10> expected;
        for (const Plain& one : all) {
            if (!fits(wanted.filter, one))
                continue;
            seqs.push_back(one.seq);
            const auto add = [&](Facet facet, const std::string& value) {
                const auto place = std::ranges::find(wanted.facets, facet) - wanted.facets.begin();
                auto& sum = expected[static_cast<std::size_t>(place)][value];
                ++sum[0];
                sum[1] += one.course.bytesUp.value_or(0);
                sum[2] += one.course.bytesDown.value_or(0);
            };
            const SessionCourse& course = one.course;
            add(Facet::Verdict, course.verdict);
            add(Facet::Outcome, std::string(outcomeName(course.outcome())));
            if (!course.reason.empty())
                add(Facet::Reason, course.reason);
            add(Facet::Rule, course.ruleId.empty() ? course.ruleName : course.ruleId);
            add(Facet::Protocol, one.protocol);
            add(Facet::Host, one.host);
            add(Facet::User, one.user);
            add(Facet::Client, one.client);
            add(Facet::Port, std::to_string(one.port));
            if (course.policyVersion)
                add(Facet::PolicyVersion, std::to_string(*course.policyVersion));
        }
        std::ranges::reverse(seqs);
        matches += seqs.size();
        std::vector<std::int64_t> found;
        search.forEach(wanted.filter, [&](const FoundSession& session) {
            found.push_back(static_cast<std::int64_t>(session.begin.seq));
        });
        ASSERT_EQ(found, seqs) << "filter " << i;
        const Figures told = figures.figures(wanted);
        EXPECT_EQ(told.fraction, 1);
        for (std::size_t k = 0; k < wanted.facets.size(); ++k)
            ASSERT_EQ(sumsOf(told.facets[k]), expected[k])
                << facetName(wanted.facets[k]) << ", filter " << i;
        for (const HistogramSeries& series : told.histogram.series) {
            std::uint64_t sum = 0;
            for (const std::uint64_t sessions : series.sessions)
                sum += sessions;
            EXPECT_EQ(sum, expected[1][series.verdict][0]) << "filter " << i;
        }
    }
    EXPECT_GT(matches, 2000U);
}

TEST_F(SessionBlocksOfALog, AreNotNeededInFilesThatWereSealedWithoutThem)
{
    fill();
    std::mt19937 random(22);
    std::vector<FiguresWanted> questions;
    std::vector<Figures> answers;
    std::vector<std::vector<std::uint64_t>> found;
    const auto ask = [&](const FiguresWanted& wanted) {
        AuditSearch search(path());
        std::vector<std::uint64_t> seqs;
        search.forEach(wanted.filter,
                       [&](const FoundSession& session) { seqs.push_back(session.begin.seq); });
        return std::pair(AuditFigures(path()).figures(wanted), seqs);
    };
    for (int i = 0; i < 40; ++i) {
        FiguresWanted wanted = ofSessions(anyFilter(random));
        if (i % 2 == 0) { // of the roll-up
            SessionFilter inPeriod;
            inPeriod.period = wanted.filter.period;
            wanted.filter = inPeriod;
            wanted.facets = {Facet::Verdict, Facet::Outcome, Facet::Rule};
        }
        auto [figures, seqs] = ask(wanted);
        questions.push_back(wanted);
        answers.push_back(std::move(figures));
        found.push_back(std::move(seqs));
    }
    removeBlocks(path());
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto [figures, seqs] = ask(questions[i]);
        EXPECT_EQ(seqs, found[i]);
        EXPECT_EQ(figures.histogram.bucket, answers[i].histogram.bucket);
        ASSERT_EQ(figures.histogram.series.size(), answers[i].histogram.series.size());
        for (std::size_t k = 0; k < figures.histogram.series.size(); ++k)
            EXPECT_EQ(figures.histogram.series[k].sessions, answers[i].histogram.series[k].sessions)
                << "question " << i;
        for (std::size_t k = 0; k < figures.facets.size(); ++k)
            EXPECT_EQ(sumsOf(figures.facets[k]), sumsOf(answers[i].facets[k])) << "question " << i;
    }
}

TEST_F(SessionBlocksOfALog, FollowWhatIsAddedToTheFile)
{
    log_.add(300);
    const auto memory = std::make_shared<AuditMemory>();
    AuditFigures kept(path(), memory);
    const FiguresWanted wanted = ofSessions({});
    std::mt19937 random(23);
    for (int i = 0; i < 40; ++i) {
        const Figures told = kept.figures(wanted);
        const Figures fresh = AuditFigures(path()).figures(wanted);
        for (std::size_t k = 0; k < wanted.facets.size(); ++k)
            ASSERT_EQ(sumsOf(told.facets[k]), sumsOf(fresh.facets[k])) << "step " << i;
        // A step of a few records, of some blocks, or into another file.
        log_.add(i == 20 ? 3 * RecordsInBlock : 1 + random() % 400);
        if (i == 30)
            log_.nextDay();
        if (i == 35)
            test::sealOlderFiles(path());
    }
}

TEST_F(SessionBlocksOfALog, AreMadeStepByStepWhereThereIsNoTime)
{
    log_.add(3 * RecordsInBlock + 100);
    AuditFigures figures(path());
    FiguresWanted wanted = ofSessions({});
    wanted.budget = std::chrono::milliseconds(0);
    double fraction = figures.figures(wanted).fraction;
    EXPECT_GT(fraction, 0);
    EXPECT_LT(fraction, 0.5);
    // It goes on where it was.
    wanted.budget = std::chrono::seconds(60);
    const Figures told = figures.figures(wanted);
    EXPECT_EQ(told.fraction, 1);
    const Figures fresh = AuditFigures(path()).figures(wanted);
    for (std::size_t k = 0; k < wanted.facets.size(); ++k)
        EXPECT_EQ(sumsOf(told.facets[k]), sumsOf(fresh.facets[k]));
    // Sealed, the same file says the same.
    log_.nextDay();
    log_.add(1);
    wanted.filter.period.until =
        AuditTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}};
    const Figures before = AuditFigures(path()).figures(wanted);
    test::sealOlderFiles(path());
    const Figures after = AuditFigures(path()).figures(wanted);
    for (std::size_t k = 0; k < wanted.facets.size(); ++k)
        EXPECT_EQ(sumsOf(before.facets[k]), sumsOf(after.facets[k]));
}

TEST_F(SessionBlocksOfALog, ThatAreDamagedAreNotBelieved)
{
    fill();
    const auto file = AuditFolder(path()).files().front();
    ASSERT_TRUE(file.sealed);
    Database::openExisting(file.path).execute("UPDATE session_block SET packed = x'00'");
    AuditFigures figures(path());
    EXPECT_THROW(static_cast<void>(figures.figures(ofSessions({}))), DatabaseError);
}

} // namespace
} // namespace sallyport::db
