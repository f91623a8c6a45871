// Utf8Check: which bytes are UTF-8, however they are cut (RFC 3629 §4).

#include "policy/inspection/Utf8Check.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::policy::inspection {
namespace {

using std::string_view_literals::operator""sv;

enum class Answer : std::uint8_t { Complete, Incomplete, Bad };

Answer checkInTwo(std::string_view text, std::size_t cut)
{
    Utf8Check check;
    if (!check.read(text.substr(0, cut)) || !check.read(text.substr(cut)))
        return Answer::Bad;
    return check.complete() ? Answer::Complete : Answer::Incomplete;
}

struct TextCase {
    const char* name;
    std::string_view text;
    Answer answer;
};
class Utf8Form : public testing::TestWithParam<TextCase> {};

TEST_P(Utf8Form, IsJudgedTheSameWhereverItIsCut)
{
    const auto& one = GetParam();
    for (std::size_t ahead = 0; ahead < 10; ++ahead) {
        const auto text = std::string(ahead, 'a').append(one.text);
        for (std::size_t cut = 0; cut <= text.size(); ++cut)
            EXPECT_EQ(checkInTwo(text, cut), one.answer) << ahead << ' ' << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc3629, Utf8Form,
    testing::Values(
        TextCase{"Empty", "", Answer::Complete},
        TextCase{"Ascii", "all of it, more than a word\0\x7f"sv, Answer::Complete},
        TextCase{"TwoBytes", "\xc2\x80\xdf\xbf", Answer::Complete},
        TextCase{"ThreeBytes", "\xe0\xa0\x80\xec\xbf\xbf\xef\xbf\xbf", Answer::Complete},
        TextCase{"AroundSurrogates", "\xed\x9f\xbf\xee\x80\x80", Answer::Complete},
        TextCase{"FourBytes", "\xf0\x90\x80\x80\xf3\xbf\xbf\xbf\xf4\x8f\xbf\xbf", Answer::Complete},
        TextCase{"BadBehindAsciiWords", "0123456789abcdef\xff", Answer::Bad},
        TextCase{"TailFirst", "\x80", Answer::Bad}, TextCase{"Overlong2", "\xc1\xbf", Answer::Bad},
        TextCase{"Overlong3", "\xe0\x9f\xbf", Answer::Bad},
        TextCase{"Overlong4", "\xf0\x8f\xbf\xbf", Answer::Bad},
        TextCase{"Surrogate", "\xed\xa0\x80", Answer::Bad},
        TextCase{"AboveTheLast", "\xf4\x90\x80\x80", Answer::Bad},
        TextCase{"LeadOfFive", "\xf8\x88\x80\x80\x80", Answer::Bad},
        TextCase{"LeadF5", "\xf5\x80\x80\x80", Answer::Bad},
        TextCase{"AsciiInCharacter", "\xe2\x82.", Answer::Bad},
        TextCase{"LeadInCharacter", "\xe2\x82\xe2", Answer::Bad},
        TextCase{"SecondTailAboveHighest", "\xf4\x8f\xc0", Answer::Bad},
        TextCase{"CutAfterLead", "\xc3", Answer::Incomplete},
        TextCase{"CutInThree", "\xe2\x82", Answer::Incomplete},
        TextCase{"CutInFour", "\xf0\x9f\x98", Answer::Incomplete}),
    [](const auto& info) { return info.param.name; });

// Every code point, encoded by the book, and none of the surrogates.
TEST(Utf8Check, AcceptsEveryCodePointButSurrogates)
{
    for (std::uint32_t point = 0x80; point <= 0x11ffff; ++point) {
        std::string text;
        if (point < 0x800)
            text = {static_cast<char>(0xc0 | point >> 6), static_cast<char>(0x80 | (point & 0x3f))};
        else if (point < 0x10000)
            text = {static_cast<char>(0xe0 | point >> 12),
                    static_cast<char>(0x80 | (point >> 6 & 0x3f)),
                    static_cast<char>(0x80 | (point & 0x3f))};
        else
            text = {static_cast<char>(0xf0 | point >> 18),
                    static_cast<char>(0x80 | (point >> 12 & 0x3f)),
                    static_cast<char>(0x80 | (point >> 6 & 0x3f)),
                    static_cast<char>(0x80 | (point & 0x3f))};
        const bool allowed = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
        ASSERT_EQ(checkInTwo(text, 0), allowed ? Answer::Complete : Answer::Bad) << point;
    }
}

} // namespace
} // namespace sallyport::policy::inspection
