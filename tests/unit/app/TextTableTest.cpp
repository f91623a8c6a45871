#include "app/TextTable.h"

#include <gtest/gtest.h>

namespace sallyport::app {
namespace {

using enum TextTable::Align;

TextTable sample()
{
    TextTable table({{.title = "HOST", .least = 8},
                     {.title = "USER", .importance = 1},
                     {.title = "BYTES", .align = Right, .importance = 2},
                     {.title = "NOTE"},
                     {.title = "ID"}});
    table.add({"a.example", "ann", "5 B", "", "1234"});
    table.add({"a-long-name.example", "", "12 kB", "", "5678"});
    return table;
}

TEST(TextTable, IsAsWideAsItsCells)
{
    EXPECT_EQ(sample().text(TextTable::NoLimit), "HOST                 USER  BYTES  ID\n"
                                                 "a.example            ann     5 B  1234\n"
                                                 "a-long-name.example        12 kB  5678\n");
}

TEST(TextTable, CutsWhatMayBeCut)
{
    EXPECT_EQ(sample().text(30), "HOST         USER  BYTES  ID\n"
                                 "a.example    ann     5 B  1234\n"
                                 "a-long-nam…        12 kB  5678\n");
}

TEST(TextTable, LeavesOutTheLeastImportant)
{
    EXPECT_EQ(sample().text(25), "HOST          BYTES  ID\n"
                                 "a.example       5 B  1234\n"
                                 "a-long-name…  12 kB  5678\n");
    EXPECT_EQ(sample().text(1), "HOST      ID\n"
                                "a.examp…  1234\n"
                                "a-long-…  5678\n");
}

TEST(TextTable, CountsCharactersNotBytes)
{
    TextTable table({{.title = "X", .least = 3}, {.title = "Y"}});
    table.add({"üüüüü", "1"});
    EXPECT_EQ(table.text(6), "X    Y\nüü…  1\n");
    EXPECT_EQ(table.text(8), "X      Y\nüüüüü  1\n");
}

} // namespace
} // namespace sallyport::app
