#include "admin/accounts/LockOut.h"

#include <gtest/gtest.h>

namespace sallyport::admin::accounts {
namespace {

using std::chrono::seconds;

class Locking : public testing::Test {
protected:
    // Fails so often, each time as soon as it may; gives the wait that then stands.
    seconds failTimes(unsigned times, std::string_view name, std::string_view address)
    {
        for (unsigned i = 0; i < times; ++i) {
            now_ += lock_.wait(name, address, now_);
            EXPECT_EQ(lock_.begin(name, address, now_), seconds(0));
        }
        return lock_.wait(name, address, now_);
    }

    LockOut lock_;
    LockOut::Time now_{seconds(1'790'000'000)};
};

TEST_F(Locking, WaitsLongerEachTimeUpToALimit)
{
    EXPECT_EQ(failTimes(4, "ann", "192.0.2.1"), seconds(0));
    for (const int wait : {5, 10, 20, 40, 80, 160, 320, 640, 900, 900})
        EXPECT_EQ(failTimes(1, "ann", "192.0.2.1"), seconds(wait));
}

TEST_F(Locking, IsPerNameAndAddress)
{
    EXPECT_GT(failTimes(5, "ann", "192.0.2.1"), seconds(0));
    EXPECT_GT(lock_.wait("ANN", "192.0.2.1", now_), seconds(0));
    EXPECT_EQ(lock_.wait("bob", "192.0.2.1", now_), seconds(0));
    EXPECT_EQ(lock_.wait("ann", "192.0.2.2", now_), seconds(0));
}

TEST_F(Locking, CountsAnAddressOverAllNames)
{
    for (int i = 0; i < 29; ++i)
        failTimes(1, "name" + std::to_string(i), "192.0.2.1");
    EXPECT_EQ(lock_.wait("ann", "192.0.2.1", now_), seconds(0));
    failTimes(1, "name29", "192.0.2.1");
    EXPECT_EQ(lock_.wait("ann", "192.0.2.1", now_), seconds(5));
    EXPECT_EQ(lock_.wait("ann", "192.0.2.2", now_), seconds(0));
}

TEST_F(Locking, TakesAnIpv6NetworkAsOneAddress)
{
    EXPECT_GT(failTimes(5, "ann", "2001:db8::1"), seconds(0));
    EXPECT_GT(lock_.wait("ann", "2001:db8::ffff:2", now_), seconds(0));
    EXPECT_EQ(lock_.wait("ann", "2001:db8:0:1::1", now_), seconds(0));
}

TEST_F(Locking, DoesNotCountWhatPassed)
{
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(lock_.begin("ann", "192.0.2.1", now_), seconds(0));
        lock_.passed("ann", "192.0.2.1");
    }
    EXPECT_EQ(failTimes(4, "ann", "192.0.2.1"), seconds(0));
    EXPECT_EQ(failTimes(1, "ann", "192.0.2.1"), seconds(5));
}

TEST_F(Locking, PassingTheFirstStepForgetsNothing)
{
    failTimes(4, "ann", "192.0.2.1");
    EXPECT_EQ(lock_.begin("ann", "192.0.2.1", now_), seconds(0));
    lock_.passed("ann", "192.0.2.1");
    EXPECT_EQ(failTimes(1, "ann", "192.0.2.1"), seconds(5));
    lock_.forget("ann", "192.0.2.1");
    EXPECT_EQ(failTimes(4, "ann", "192.0.2.1"), seconds(0));
}

TEST_F(Locking, CountsTriesThatAreUnderWay)
{
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(lock_.begin("ann", "192.0.2.1", now_), seconds(0));
    EXPECT_EQ(lock_.begin("ann", "192.0.2.1", now_), seconds(5));
}

TEST_F(Locking, ForgetsAfterHalfADay)
{
    failTimes(8, "ann", "192.0.2.1");
    now_ += std::chrono::hours(13);
    EXPECT_EQ(failTimes(4, "ann", "192.0.2.1"), seconds(0));
}

TEST_F(Locking, StaysBoundedAndKeepsTheNewest)
{
    for (int i = 0; i < 30'000; ++i) {
        now_ += std::chrono::milliseconds(1);
        static_cast<void>(lock_.begin("ann",
                                      "10." + std::to_string(i >> 16) + '.' +
                                          std::to_string(i >> 8 & 255) + '.' +
                                          std::to_string(i & 255),
                                      now_));
    }
    EXPECT_EQ(failTimes(4, "ann", "10.0.117.47"), seconds(5)); // the last one above
}

} // namespace
} // namespace sallyport::admin::accounts
