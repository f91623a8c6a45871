#include "db/JsonText.h"

#include <gtest/gtest.h>

namespace sallyport::db {
namespace {

std::string jsonOf(std::string_view text)
{
    std::string out;
    appendJsonString(out, text);
    return out;
}

TEST(JsonText, EscapesWhatMustNotStandInAString) // RFC 8259 §7
{
    EXPECT_EQ(jsonOf(""), "\"\"");
    EXPECT_EQ(jsonOf("plain, with {signs}"), "\"plain, with {signs}\"");
    EXPECT_EQ(jsonOf("a\"b\\c\nd\te\x7f"), R"("a\"b\\c\nd\u0009e\u007f")");
    EXPECT_EQ(jsonOf(std::string_view("a\0b", 3)), R"("a\u0000b")");
}

TEST(JsonText, ReplacesWhatIsNotUtf8)
{
    EXPECT_EQ(jsonOf("\u00e9\u20ac\U0001F600!"), "\"\u00e9\u20ac\U0001F600!\"");
    EXPECT_EQ(jsonOf("a\xff"
                     "b"),
              "\"a\uFFFDb\"");
    EXPECT_EQ(jsonOf("\xe2\x82"), "\"\uFFFD\uFFFD\"");
}

} // namespace
} // namespace sallyport::db
