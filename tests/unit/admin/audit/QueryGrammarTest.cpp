#include "admin/audit/QueryGrammar.h"

#include "admin/audit/SessionQuery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sallyport::admin::audit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// "field|value", with "-" in front of what is left out and quotes around what was quoted.
std::vector<std::string> told(std::string_view query)
{
    std::vector<std::string> terms;
    for (const auto& term : parseQuery(query).terms) {
        const std::string quote = term.quotes == QueryTerm::Quotes::Quoted ? "'" : "";
        terms.push_back((term.kind == QueryTerm::Kind::Exclude ? "-" : "") + term.field + '|' +
                        quote + term.value + quote);
    }
    return terms;
}

struct GrammarCase {
    const char* name;
    const char* query;
    std::vector<std::string> terms;
};
class QueryTerms : public testing::TestWithParam<GrammarCase> {};

TEST_P(QueryTerms, AreTakenApart)
{
    EXPECT_EQ(told(GetParam().query), GetParam().terms);
    EXPECT_THAT(parseQuery(GetParam().query).complaints, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Audit, QueryTerms,
    testing::Values(GrammarCase{"Nothing", "", {}}, GrammarCase{"Spaces", "  \t ", {}},
                    GrammarCase{"Bare", "dropbox", {"|dropbox"}},
                    GrammarCase{"Field", "host:a.example", {"host|a.example"}},
                    GrammarCase{"Case", "Host:A", {"host|A"}},
                    GrammarCase{"Exclude", "-user:bob -x", {"-user|bob", "-|x"}},
                    GrammarCase{"Several", " a  b:c ", {"|a", "b|c"}},
                    GrammarCase{"Quoted", R"(rule:"Staff, web")", {"rule|'Staff, web'"}},
                    GrammarCase{"QuotedBare", R"("a b")", {"|'a b'"}},
                    GrammarCase{"Escapes", R"(rule:"a \"b\" \\")", {R"(rule|'a "b" \')"}},
                    GrammarCase{"EmptyQuotes", R"(user:"")", {"user|''"}},
                    GrammarCase{"Ipv6", "client:2001:db8::1", {"client|2001:db8::1"}},
                    GrammarCase{"BareIpv6", "2001:db8::1", {"|2001:db8::1"}},
                    GrammarCase{"HostAndPort", "www.example:443", {"|www.example:443"}},
                    GrammarCase{"Range", "rx:>=10MiB", {"rx|>=10MiB"}},
                    GrammarCase{"MinusAlone", "- a", {"|-", "|a"}},
                    GrammarCase{"MinusInside", "a-b", {"|a-b"}}),
    [](const auto& info) { return info.param.name; });

TEST(QueryComplaints, SayWhere)
{
    const auto open = parseQuery(R"(a rule:"b)");
    ASSERT_THAT(open.complaints, SizeIs(1));
    EXPECT_EQ(open.complaints[0].at, 7U);
    const auto empty = parseQuery("a host:");
    ASSERT_THAT(empty.complaints, SizeIs(1));
    EXPECT_EQ(empty.complaints[0].at, 2U);
    EXPECT_EQ(empty.complaints[0].length, 5U);
}

TEST(QueryTermsOfAnything, CoverTheText)
{
    std::mt19937 random(7);
    constexpr std::string_view Letters = "ab:\"\\- *>.1";
    for (int i = 0; i < 5000; ++i) {
        std::string query;
        for (auto length = random() % 30; length > 0; --length)
            query += Letters[random() % Letters.size()];
        std::size_t end = 0;
        for (const auto& term : parseQuery(query).terms) {
            ASSERT_GE(term.at, end) << query;
            ASSERT_GE(term.valueAt, term.at) << query;
            end = term.at + term.length;
            ASSERT_LE(end, query.size()) << query;
        }
        try {
            static_cast<void>(filterOf({{"q", query}}));
        } catch (const api::ApiError& error) {
            EXPECT_THAT(error.errors(), Not(IsEmpty()));
        }
    }
}

struct AmountCase {
    const char* text;
    std::optional<std::uint64_t> bytes;
    std::optional<std::uint64_t> microseconds;
};

TEST(QueryAmounts, HaveUnits)
{
    for (const auto& each :
         {AmountCase{"10", 10, 10'000}, AmountCase{"1.5KiB", 1536, {}},
          AmountCase{"2MB", 2'000'000, {}}, AmountCase{"250ms", {}, 250'000},
          AmountCase{"1.5s", {}, 1'500'000}, AmountCase{"2h", {}, 7'200'000'000},
          AmountCase{"", {}, {}}, AmountCase{"KiB", {}, {}}, AmountCase{"1..2", {}, {}},
          AmountCase{"1x", {}, {}}, AmountCase{"99999999999999GiB", {}, {}}}) {
        EXPECT_EQ(byteCountIn(each.text), each.bytes) << each.text;
        EXPECT_EQ(microsecondsIn(each.text), each.microseconds) << each.text;
    }
}

TEST(QueryText, OfASearchIsTakenApart)
{
    EXPECT_THAT(parametersIn("a=b%20c&d=!e", "/filter"),
                ElementsAre(testing::Pair("a", "b c"), testing::Pair("d", "!e")));
    EXPECT_THROW(static_cast<void>(parametersIn("a=%zz", "/filter")), api::ApiError);
}

} // namespace
} // namespace sallyport::admin::audit
