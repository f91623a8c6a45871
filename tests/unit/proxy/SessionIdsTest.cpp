#include "proxy/SessionIds.h"

#include <gtest/gtest.h>

#include <set>

namespace sallyport::proxy {
namespace {

using namespace std::chrono_literals;

TEST(SessionIds, AreUuidsOfVersion7) // RFC 9562 §5.7
{
    SessionIds ids;
    const std::string text =
        audit::toText(ids.next(std::chrono::sys_time<std::chrono::microseconds>(1'767'225'600'123ms)));
    ASSERT_EQ(text.size(), 36U);
    EXPECT_EQ(text.substr(0, 13), "019b76da-a87b");
    EXPECT_EQ(text[14], '7');
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
}

TEST(SessionIds, SortByTimeAndDoNotRepeat)
{
    SessionIds ids;
    std::set<audit::SessionId> seen;
    audit::SessionId before{};
    for (int i = 0; i < 10'000; ++i) {
        const auto id = ids.next(std::chrono::sys_time<std::chrono::microseconds>(i * 1ms));
        EXPECT_TRUE(seen.insert(id).second);
        EXPECT_LT(before, id);
        before = id;
    }
}

} // namespace
} // namespace sallyport::proxy
