#include "app/PolicyWatch.h"

#include "support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace sallyport::app {

namespace {

/// Whose one row denies something at these hours.
policy::PolicyDocument denyingAt(const std::string& hours)
{
    return policy::PolicyDocument::parse(
        R"({"format": 1, "access": [{"name": "Not now", "action": "deny", "when": {"time": [")" +
        hours + R"("]}}]})");
}

class PublishedPolicy : public testing::Test {
protected:
    [[nodiscard]] std::filesystem::path file() const { return folder_.file("policy.db"); }
    void publish(const std::string& hours = "08:00-18:00 UTC") const
    {
        (void)db::PolicyStore(file()).publish(denyingAt(hours), "me", "");
    }
    void remove() const
    {
        for (const char* end : {"", "-wal", "-shm"})
            std::filesystem::remove(file().string() + end);
    }

    test::TemporaryFolder folder_;
    PolicyWatch watch_{file()};
};

TEST_F(PublishedPolicy, IsThatOfAFirstStartAtFirst)
{
    EXPECT_EQ(watch_.policy()->version(), 1u);
    EXPECT_FALSE(watch_.look());
}

TEST_F(PublishedPolicy, IsTakenOnce)
{
    publish();
    EXPECT_TRUE(watch_.look());
    EXPECT_EQ(watch_.policy()->version(), 2u);
    EXPECT_FALSE(watch_.look());
}

TEST_F(PublishedPolicy, IsLeftWhereItIsWhenItDoesNotCompile)
{
    publish("08:00-18:00 Europe/Atlantis");
    EXPECT_FALSE(watch_.look());
    EXPECT_EQ(watch_.policy()->version(), 1u);
    publish();
    EXPECT_TRUE(watch_.look());
    EXPECT_EQ(watch_.policy()->version(), 3u);
}

TEST_F(PublishedPolicy, OutlivesItsFile)
{
    publish();
    EXPECT_TRUE(watch_.look());
    remove();
    EXPECT_FALSE(watch_.look());
    folder_.write("policy.db", std::string(64 * 1024, 'Z'));
    EXPECT_FALSE(watch_.look());
    EXPECT_EQ(watch_.policy()->version(), 2u);
}

TEST_F(PublishedPolicy, IsTakenFromAFileThatReplacedTheFirst)
{
    remove();
    publish();
    EXPECT_TRUE(watch_.look());
    EXPECT_EQ(watch_.policy()->document().rows(policy::Layer::Access).front().name, "Not now");
    EXPECT_FALSE(watch_.look());
}

} // namespace

} // namespace sallyport::app
