// Extensions: what a 101 agreed on (RFC 6455 §9.1, RFC 7692 §7.1).

#include "policy/inspection/Extensions.h"

#include <gmock/gmock.h>

namespace sallyport::policy::inspection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Extensions, OfAnEmptyFieldAreNone)
{
    for (const auto* empty : {"", " ", ",", " , ,\t"}) {
        const auto extensions = parseExtensions(empty);
        EXPECT_THAT(extensions.names, IsEmpty());
        EXPECT_FALSE(extensions.deflate);
        EXPECT_FALSE(extensions.unknown);
    }
}

struct TermsCase {
    const char* name;
    std::string_view field;
    DeflateTerms fromClient;
    DeflateTerms fromServer;
};
class DeflateTermsForm : public testing::TestWithParam<TermsCase> {};

TEST_P(DeflateTermsForm, IsRead)
{
    const auto& one = GetParam();
    const auto extensions = parseExtensions(one.field);
    EXPECT_THAT(extensions.names, ElementsAre("permessage-deflate"));
    EXPECT_TRUE(extensions.deflate);
    EXPECT_FALSE(extensions.unknown);
    EXPECT_EQ(extensions.fromClient.windowBits, one.fromClient.windowBits);
    EXPECT_EQ(extensions.fromClient.contextTakeover, one.fromClient.contextTakeover);
    EXPECT_EQ(extensions.fromServer.windowBits, one.fromServer.windowBits);
    EXPECT_EQ(extensions.fromServer.contextTakeover, one.fromServer.contextTakeover);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc7692, DeflateTermsForm,
    testing::Values(
        TermsCase{"Bare", "permessage-deflate", {15, true}, {15, true}},
        TermsCase{"EmptyElements", ", permessage-deflate ,,", {15, true}, {15, true}},
        TermsCase{"ServerNoTakeover",
                  "permessage-deflate; server_no_context_takeover",
                  {15, true},
                  {15, false}},
        TermsCase{"ClientNoTakeover",
                  "permessage-deflate;client_no_context_takeover",
                  {15, false},
                  {15, true}},
        TermsCase{"All",
                  "permessage-deflate; client_max_window_bits=8; server_max_window_bits=12; "
                  "client_no_context_takeover; server_no_context_takeover",
                  {8, false},
                  {12, false}},
        TermsCase{
            "Quoted", R"(permessage-deflate; server_max_window_bits="10")", {15, true}, {10, true}},
        TermsCase{"QuotedPair",
                  R"(permessage-deflate; server_max_window_bits="1\0")",
                  {15, true},
                  {10, true}},
        TermsCase{
            "SpaceEverywhere",
            " permessage-deflate\t;  client_max_window_bits\t=  9 ; server_max_window_bits =15 ",
            {9, true},
            {15, true}},
        TermsCase{
            "AnyCase", "Permessage-Deflate; Server_Max_Window_Bits=9", {15, true}, {9, true}}),
    [](const auto& info) { return info.param.name; });

struct UnknownCase {
    const char* name;
    std::string_view field;
    std::vector<std::string> names;
};
class UnknownExtensionForm : public testing::TestWithParam<UnknownCase> {};

TEST_P(UnknownExtensionForm, LeavesNothingAgreed)
{
    const auto extensions = parseExtensions(GetParam().field);
    EXPECT_EQ(extensions.names, GetParam().names);
    EXPECT_TRUE(extensions.unknown);
    EXPECT_FALSE(extensions.deflate);
}

const std::vector<std::string> OnlyDeflate{"permessage-deflate"};

INSTANTIATE_TEST_SUITE_P(
    Rfc6455AndRfc7692, UnknownExtensionForm,
    testing::Values(
        UnknownCase{"AnotherExtension",
                    "x-webkit-deflate-frame; no_context_takeover",
                    {"x-webkit-deflate-frame"}},
        UnknownCase{
            "AnotherBesides", "Foo;bar=\"baz\", permessage-deflate", {"foo", "permessage-deflate"}},
        UnknownCase{"AnotherBehind", "permessage-deflate, foo", {"permessage-deflate", "foo"}},
        UnknownCase{"DeflateTwice",
                    "permessage-deflate, permessage-deflate",
                    {"permessage-deflate", "permessage-deflate"}},
        UnknownCase{"UnknownParameter", "permessage-deflate; level=9", OnlyDeflate},
        UnknownCase{"ParameterTwice",
                    "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                    OnlyDeflate},
        UnknownCase{"BitsTwice",
                    "permessage-deflate; server_max_window_bits=9; server_max_window_bits=9",
                    OnlyDeflate},
        UnknownCase{"BitsWithoutValue", "permessage-deflate; client_max_window_bits", OnlyDeflate},
        UnknownCase{"Bits7", "permessage-deflate; client_max_window_bits=7", OnlyDeflate},
        UnknownCase{"Bits16", "permessage-deflate; server_max_window_bits=16", OnlyDeflate},
        UnknownCase{"BitsWithLeadingZero", "permessage-deflate; server_max_window_bits=09",
                    OnlyDeflate},
        UnknownCase{"BitsNoNumber", "permessage-deflate; server_max_window_bits=1O", OnlyDeflate},
        UnknownCase{"TakeoverWithValue", "permessage-deflate; server_no_context_takeover=1",
                    OnlyDeflate},
        UnknownCase{"NoValueBehindEquals",
                    "permessage-deflate; server_max_window_bits=", OnlyDeflate},
        UnknownCase{"EmptyQuoted", R"(permessage-deflate; server_max_window_bits="")", OnlyDeflate},
        UnknownCase{"OpenQuote", R"(permessage-deflate; server_max_window_bits="10)", OnlyDeflate},
        UnknownCase{"OpenQuotedPair", R"(permessage-deflate; server_max_window_bits="10\)",
                    OnlyDeflate},
        UnknownCase{"QuotedNoToken", R"(permessage-deflate; server_max_window_bits="1 0")",
                    OnlyDeflate},
        UnknownCase{"NoParameter", "permessage-deflate;", OnlyDeflate},
        UnknownCase{"NoParameterName", "permessage-deflate; =9", OnlyDeflate},
        UnknownCase{"TwoNames", "permessage-deflate foo", OnlyDeflate},
        UnknownCase{"NoName", "; server_max_window_bits=9", {}},
        UnknownCase{"NoToken", "permessage@deflate", {"permessage"}}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::policy::inspection
