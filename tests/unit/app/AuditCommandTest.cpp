#include "app/AuditCommand.h"

#include "db/AuditStore.h"
#include "support/TemporaryFolder.h"
#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace sallyport::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Result {
    int exitCode;
    std::string out;
    std::string error;

    [[nodiscard]] std::ptrdiff_t lines() const { return std::ranges::count(out, '\n'); }
};

Result run(const std::vector<std::string>& arguments)
{
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int exitCode = runAuditCommand(arguments);
    return {exitCode, testing::internal::GetCapturedStdout(),
            testing::internal::GetCapturedStderr()};
}

class AuditExportCommand : public testing::Test {
protected:
    // A session from 09:00:00.000001Z to 09:00:01.000001Z, and a refusal at 09:00:00.000001Z.
    AuditExportCommand()
    {
        std::vector<db::AuditEvent> events;
        events.push_back(test::sampleOpen(1));
        events.push_back(test::sampleClose(1));
        events.push_back(test::sampleDecision(2));
        static_cast<void>(store_.write({&events, 1}));
    }

    [[nodiscard]] Result exported(std::vector<std::string> options) const
    {
        options.insert(options.begin(), {"export", "--data-dir", folder_.path()});
        return run(options);
    }

    test::TemporaryFolder folder_;
    db::AuditStore store_{folder_.file("audit.db"), "node-1", db::Durability::Normal};
};

TEST_F(AuditExportCommand, PrintsJsonLinesWhileTheLogIsOpenForWriting)
{
    const Result result = exported({});
    EXPECT_EQ(result.exitCode, 0);
    EXPECT_EQ(result.lines(), 3);
    EXPECT_THAT(result.out, StartsWith("{\"seq\":1,\"event\":\"open\""));
    EXPECT_EQ(exported({"--format", "jsonl"}).out, result.out);
}

TEST_F(AuditExportCommand, PrintsCsvWithAHeader)
{
    const Result result = exported({"--format", "csv"});
    EXPECT_EQ(result.lines(), 4);
    EXPECT_THAT(result.out, StartsWith("seq,event,session_id,"));
}

TEST_F(AuditExportCommand, PrintsWhatAllFiltersLetThrough)
{
    EXPECT_EQ(exported({"--filter", "verdict=deny"}).lines(), 1);
    EXPECT_EQ(exported({"--filter", "host=www.example.com", "event=close"}).lines(), 1);
    EXPECT_EQ(exported({"--filter", "event=open", "--filter", "verdict=deny"}).lines(), 0);
}

struct SinceCase {
    const char* name;
    const char* since;
    std::ptrdiff_t lines; // of a session's close one second after all else
};
void PrintTo(const SinceCase& since, std::ostream* out)
{
    *out << since.since;
}
class AuditExportSince : public AuditExportCommand,
                         public testing::WithParamInterface<SinceCase> {};

TEST_P(AuditExportSince, PrintsThatTimeAndLater)
{
    EXPECT_EQ(exported({"--since", GetParam().since}).lines(), GetParam().lines);
    EXPECT_EQ(exported({"--until", GetParam().since}).lines(), 3 - GetParam().lines);
}
INSTANTIATE_TEST_SUITE_P(
    Rfc3339, AuditExportSince,
    testing::Values(SinceCase{"Before", "2026-11-23T09:00:00Z", 3},
                    SinceCase{"SameMicrosecond", "2026-11-23T09:00:00.000001Z", 3},
                    SinceCase{"MicrosecondLater", "2026-11-23T09:00:00.000002Z", 1},
                    SinceCase{"FinerThanMicroseconds", "2026-11-23T09:00:01.0000019Z", 1},
                    SinceCase{"After", "2026-11-23T09:00:01.1Z", 0},
                    SinceCase{"ZoneEast", "2026-11-23T10:00:01+01:00", 1},
                    SinceCase{"ZoneWest", "2026-11-23T03:30:01-05:30", 1},
                    SinceCase{"WithoutSeconds", "2026-11-23T09:01Z", 0},
                    SinceCase{"LowerCase", "2026-11-23t09:00:01z", 1},
                    SinceCase{"DateOnly", "2026-11-23", 3}, SinceCase{"NextDate", "2026-11-24", 0}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(AuditExportCommand, RefusesWhatItDoesNotUnderstand)
{
    const std::vector<std::vector<std::string>> wrong = {
        {"--since", "yesterday"},
        {"--since", "2026-02-30"},
        {"--since", "2026-11-23T09:00:01"},
        {"--since", "2026-11-23T25:00:00Z"},
        {"--since", "2026-11-23T09:00:01Zx"},
        {"--filter", "host"},
        {"--filter", "hots=a"},
        {"--format", "xml"},
        {"--formt", "csv"},
        {"somewhere"},
    };
    for (const auto& options : wrong) {
        const Result result = exported(options);
        EXPECT_EQ(result.exitCode, 2) << testing::PrintToString(options);
        EXPECT_THAT(result.error, StartsWith("sallyport audit: "))
            << testing::PrintToString(options);
        EXPECT_EQ(result.out, "") << testing::PrintToString(options);
    }
    EXPECT_EQ(run({}).exitCode, 2);
    EXPECT_EQ(run({"exprot"}).exitCode, 2);
}

TEST(AuditExport, SaysThatThereIsNoLogYet)
{
    const test::TemporaryFolder folder;
    const Result result = run({"export", "--data-dir", folder.path()});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_THAT(result.error, HasSubstr("there is no audit log yet"));
}

} // namespace
} // namespace sallyport::app
