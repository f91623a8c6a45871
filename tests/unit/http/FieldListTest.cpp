#include "http/FieldList.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sallyport::http {

using namespace std::string_view_literals;
using testing::ElementsAre;

namespace {

struct LineCase {
    const char* name;
    std::string_view line;
    HeadFault fault;
    std::string_view value = {};
};

class FieldLine : public testing::TestWithParam<LineCase> {};

TEST_P(FieldLine, IsTakenOrRefused)
{
    FieldList fields;
    fields.rebase(GetParam().line.data());
    EXPECT_EQ(fields.appendLine(GetParam().line, {}), GetParam().fault);
    if (GetParam().fault == HeadFault::None) {
        ASSERT_EQ(fields.size(), 1u);
        EXPECT_EQ(fields[0].value, GetParam().value);
    } else {
        EXPECT_TRUE(fields.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9112Section5, FieldLine,
    testing::Values(LineCase{"Plain", "A: b", HeadFault::None, "b"},
                    LineCase{"NoSpace", "A:b", HeadFault::None, "b"},
                    LineCase{"WhiteSpaceAround", "A: \t b c\t ", HeadFault::None, "b c"},
                    LineCase{"EmptyValue", "A:", HeadFault::None, ""},
                    LineCase{"OnlyWhiteSpace", "A:  \t", HeadFault::None, ""},
                    LineCase{"TabInside", "A: b\tc", HeadFault::None, "b\tc"},
                    LineCase{"ObsText", "A: \x80\xff", HeadFault::None, "\x80\xff"},
                    LineCase{"ColonInside", "A: b:c", HeadFault::None, "b:c"},
                    LineCase{"EveryTokenCharacter", "!#$%&'*+-.^_`|~09azAZ: b", HeadFault::None,
                             "b"},
                    LineCase{"NoColon", "Abc", HeadFault::BadFieldName},
                    LineCase{"EmptyName", ": b", HeadFault::BadFieldName},
                    LineCase{"SpaceBeforeColon", "A : b", HeadFault::BadFieldName},
                    LineCase{"TabBeforeColon", "A\t: b", HeadFault::BadFieldName},
                    LineCase{"SpaceInName", "A b: c", HeadFault::BadFieldName},
                    LineCase{"BracketInName", "A(: c", HeadFault::BadFieldName},
                    LineCase{"NulInName", "A\0: c"sv, HeadFault::BadFieldName},
                    LineCase{"ObsTextInName", "\x80: c", HeadFault::BadFieldName},
                    LineCase{"NulInValue", "A: b\0c"sv, HeadFault::BadFieldValue},
                    LineCase{"ControlInValue", "A: b\x01", HeadFault::BadFieldValue},
                    LineCase{"VerticalTabInValue", "A: \vb", HeadFault::BadFieldValue},
                    LineCase{"FormFeedInValue", "A: b\f", HeadFault::BadFieldValue},
                    LineCase{"DeleteInValue", "A: b\x7f", HeadFault::BadFieldValue},
                    LineCase{"BareCrInValue", "A: b\rc", HeadFault::BareCrOrLf},
                    LineCase{"BareCrAtEnd", "A: b\r", HeadFault::BareCrOrLf},
                    LineCase{"BareCrInName", "A\rb: c", HeadFault::BareCrOrLf},
                    LineCase{"FoldedBySpace", " b", HeadFault::ObsFold},
                    LineCase{"FoldedByTab", "\tb", HeadFault::ObsFold},
                    LineCase{"FoldedField", " A: b", HeadFault::ObsFold}),
    [](const auto& test) { return test.param.name; });

// A list over text that it does not own; lines end with LF here.
struct Lines {
    explicit Lines(std::string_view text)
    {
        fields.rebase(text.data());
        while (!text.empty()) {
            const auto end = text.find('\n');
            EXPECT_EQ(fields.appendLine(text.substr(0, end), limits), HeadFault::None);
            text.remove_prefix(end + 1);
        }
    }
    HeadLimits limits{.fieldCount = 1000};
    FieldList fields;
};

TEST(FieldList, FindsNamesWhateverTheirCase)
{
    const Lines lines("Accept: a\nX-One: 1\nACCEPT: b\nx-ONE: 2\n");
    EXPECT_EQ(lines.fields.find(KnownField::Accept), "a");
    EXPECT_EQ(lines.fields.find("accept"), "a");
    EXPECT_EQ(lines.fields.find("X-one"), "1");
    EXPECT_EQ(lines.fields.count(KnownField::Accept), 2u);
    EXPECT_EQ(lines.fields.count("x-one"), 2u);
    EXPECT_FALSE(lines.fields.find(KnownField::Host));
    EXPECT_FALSE(lines.fields.find("X-Two"));
    EXPECT_FALSE(lines.fields.has(KnownField::Host));
}

TEST(FieldList, KeepsOrderBeyondItsInlineRoom)
{
    std::string text;
    for (int i = 0; i < 150; ++i)
        text += "N" + std::to_string(i) + ": " + std::to_string(i * i) + "\n";
    const Lines lines(text);
    ASSERT_EQ(lines.fields.size(), 150u);
    int i = 0;
    for (const Field field : lines.fields) {
        EXPECT_EQ(field.name, "N" + std::to_string(i));
        EXPECT_EQ(field.value, std::to_string(i * i));
        ++i;
    }
    EXPECT_EQ(lines.fields.find("N149"), "22201");
}

TEST(FieldList, IsEmptyAfterClear)
{
    Lines lines("Host: a\n");
    lines.fields.clear();
    EXPECT_TRUE(lines.fields.empty());
    EXPECT_FALSE(lines.fields.find(KnownField::Host));
}

TEST(FieldList, RefusesMoreFieldsThanTheLimit)
{
    FieldList fields;
    const std::string_view line = "A: b";
    fields.rebase(line.data());
    const HeadLimits limits{.fieldCount = 2};
    EXPECT_EQ(fields.appendLine(line, limits), HeadFault::None);
    EXPECT_EQ(fields.appendLine(line, limits), HeadFault::None);
    EXPECT_EQ(fields.appendLine(line, limits), HeadFault::TooManyFields);
}

TEST(FieldList, ReadsListsOverAllFieldsOfAName) // RFC 9110 section 5.6.1
{
    const Lines lines("Connection: a, ,\tb ,\nX: no\nconnection:c\n");
    std::vector<std::string_view> elements;
    lines.fields.forEachElement(KnownField::Connection,
                                [&](std::string_view element) { elements.push_back(element); });
    EXPECT_THAT(elements, ElementsAre("a", "b", "c"));
    EXPECT_TRUE(lines.fields.lists(KnownField::Connection, "B"));
    EXPECT_FALSE(lines.fields.lists(KnownField::Connection, "no"));
    EXPECT_FALSE(lines.fields.lists(KnownField::Te, "a"));
}

TEST(KnownField, IsFoundWhateverItsCaseAndNothingElse)
{
    EXPECT_EQ(knownField("host"), KnownField::Host);
    EXPECT_EQ(knownField("HOST"), KnownField::Host);
    EXPECT_EQ(knownField("Transfer-Encoding"), KnownField::TransferEncoding);
    EXPECT_EQ(knownField("sec-websocket-KEY"), KnownField::SecWebSocketKey);
    EXPECT_EQ(knownField("te"), KnownField::Te);
    EXPECT_EQ(knownField("HTTP2-Settings"), KnownField::Http2Settings);
    for (const auto other :
         {""sv, "h"sv, "hos"sv, "hosts"sv, "hoot"sv, "Transfer_Encoding"sv, "Content-Lengtm"sv})
        EXPECT_EQ(knownField(other), KnownField::Other) << other;
}

} // namespace
} // namespace sallyport::http
