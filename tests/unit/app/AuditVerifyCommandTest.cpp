#include "app/AuditCommand.h"
#include "db/AdminSpool.h"
#include "db/Database.h"
#include "unit/app/RunAudit.h"
#include "unit/app/SampleLog.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

namespace sallyport::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class AuditVerifyCommand : public testing::Test {
protected:
    AuditVerifyCommand()
    {
        log_.write({test::sampleOpen(1), test::sampleClose(1), test::sampleDecision(2)});
        checkpoint_ = log_.store().checkpoint(test::sampleTime(2));
        log_.write({test::sampleDecision(3)});
    }

    [[nodiscard]] CommandResult verify(std::vector<std::string> options = {}) const
    {
        options.insert(options.begin(), {"verify", "--data-dir", log_.path()});
        return runAudit(options);
    }
    [[nodiscard]] std::string anchor(std::uint64_t seq, char digit) const
    {
        return log_.folder().write("anchors",
                                   std::to_string(seq) + ' ' + std::string(64, digit) + '\n');
    }
    void tamper(const std::string& sql)
    {
        db::Database::openOrCreate(log_.store().file(), db::Durability::Normal).execute(sql);
    }

    test::SampleLog log_;
    db::Checkpoint checkpoint_;
};

TEST_F(AuditVerifyCommand, SaysThatTheLogIsWhole)
{
    const CommandResult result = verify();
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_EQ(result.out, "whole: 5 records in 1 file, seq 1 to 5, 1 checkpoint good, the newest "
                          "at seq 4\n");
    EXPECT_EQ(verify({"--key", log_.path() + "/audit.pub"}).out, result.out);
    EXPECT_FALSE(std::filesystem::exists(log_.folder().file(db::AdminSpool::FileName)));
}

TEST_F(AuditVerifyCommand, SaysItAsJson)
{
    const CommandResult result = verify({"--json"});
    const auto json = Poco::JSON::Parser().parse(result.out).extract<Poco::JSON::Object::Ptr>();
    EXPECT_TRUE(json->getValue<bool>("whole"));
    EXPECT_EQ(json->getValue<int>("records"), 5);
    EXPECT_EQ(json->getValue<int>("last_checkpoint"), 4);
    EXPECT_TRUE(json->isNull("fault"));
}

TEST_F(AuditVerifyCommand, NamesTheFirstRecordThatIsNotAsItWas)
{
    tamper("UPDATE session SET client_port = 1 WHERE seq = 3");
    const CommandResult result = verify();
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_THAT(result.out,
                AllOf(StartsWith("not whole: "), HasSubstr("\nThat is seq 3, changed, in "),
                      HasSubstr("\nBefore it: 2 records in "), HasSubstr("evidence")));
    const auto json =
        Poco::JSON::Parser().parse(verify({"--json"}).out).extract<Poco::JSON::Object::Ptr>();
    EXPECT_FALSE(json->getValue<bool>("whole"));
    EXPECT_EQ(json->getObject("fault")->getValue<std::string>("what"), "changed");
    EXPECT_EQ(json->getObject("fault")->getValue<int>("seq"), 3);
}

TEST_F(AuditVerifyCommand, HoldsTheLogAgainstWhatTheSinksWereTold)
{
    const std::string exported = log_.folder().file("sink.jsonl");
    ASSERT_EQ(runAudit({"export", "--data-dir", log_.path(), "--output", exported}).exitCode, 0);
    const CommandResult result = verify({"--anchors", exported});
    EXPECT_EQ(result.exitCode, 0) << result.out;
    EXPECT_THAT(result.out, EndsWith(", 1 anchor as told\n"));

    EXPECT_EQ(verify({"--anchors", anchor(4, '0')}).exitCode, 1);
    EXPECT_THAT(verify({"--anchors", anchor(9, '0')}).out, HasSubstr("cut-off"));
    EXPECT_EQ(verify({"--anchors", log_.folder().write("none", "\n")}).exitCode, 1);
}

TEST_F(AuditVerifyCommand, WorksWithoutAKey)
{
    std::filesystem::remove(log_.folder().file("audit.pub"));
    const CommandResult result = verify();
    EXPECT_EQ(result.exitCode, 0);
    EXPECT_THAT(result.out, HasSubstr("signatures not looked at, as there is no audit.pub"));
    EXPECT_EQ(verify({"--key", log_.path() + "/audit.pub"}).exitCode, 1);
}

TEST_F(AuditVerifyCommand, DoesNotTakeAnotherKey)
{
    const test::SampleLog other;
    EXPECT_EQ(verify({"--key", other.path() + "/audit.pub"}).exitCode, 1);
    EXPECT_EQ(verify({"--key", other.path() + "/audit.pub", "--key", log_.path() + "/audit.pub"})
                  .exitCode,
              0);
}

TEST_F(AuditVerifyCommand, ProvesABackup)
{
    const std::string copy = log_.folder().file("copy");
    ASSERT_EQ(runAudit({"backup", copy, "--data-dir", log_.path()}).exitCode, 0);
    EXPECT_EQ(runAudit({"verify", "--data-dir", copy}).out, verify().out);
    EXPECT_EQ(runAudit({"verify", "--folder", copy + "/audit"}).out, verify().out);
    EXPECT_EQ(runAudit({"verify", "--folder", copy}).exitCode, 1); // no file of the log is there
}

TEST_F(AuditVerifyCommand, RefusesWhatItDoesNotUnderstand)
{
    EXPECT_EQ(verify({"--keys", "x"}).exitCode, 2);
    EXPECT_EQ(verify({"somewhere"}).exitCode, 2);
    const test::TemporaryFolder empty;
    EXPECT_EQ(runAudit({"verify", "--data-dir", empty.path()}).exitCode, 1);
}

} // namespace
} // namespace sallyport::app
