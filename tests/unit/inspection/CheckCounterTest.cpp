#include "policy/inspection/CheckCounter.h"

#include <gtest/gtest.h>

namespace sallyport::policy::inspection {
namespace {

TEST(CheckCounter, HasTheNamesOfProfileAndCheck)
{
    const auto counter = checkCounterName({"Chat.v1", "Large / odd"});
    EXPECT_EQ(counter, "check/Chat.v1/Large / odd");
    EXPECT_EQ(checkCountedUnder(counter), (CheckNames{"Chat.v1", "Large / odd"}));
}

TEST(CheckCounter, IsNoneOfARow)
{
    for (const auto* row :
         {"7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11", "default/inspection", "check/", ""})
        EXPECT_FALSE(checkCountedUnder(row)) << row;
}

} // namespace
} // namespace sallyport::policy::inspection
