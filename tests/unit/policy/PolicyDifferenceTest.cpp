#include "policy/PolicyDifference.h"

#include "policy/PolicyDocument.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace sallyport::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct DifferenceCase {
    const char* name;
    const char* before;
    const char* after;
    std::vector<std::string> lines;
};

// Keeps test names readable in failures.
void PrintTo(const DifferenceCase& each, std::ostream* out)
{
    *out << each.name;
}

class Difference : public testing::TestWithParam<DifferenceCase> {};

TEST_P(Difference, IsSaidInWords)
{
    EXPECT_EQ(differenceLines(differenceOf(GetParam().before, GetParam().after)), GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(
    OfDocuments, Difference,
    testing::Values(
        DifferenceCase{"None",
                       R"({"format": 1, "access": [{"id": "1", "name": "a"}]})",
                       R"({"format": 1, "access": [{"id": "1", "name": "a"}]})",
                       {}},
        DifferenceCase{
            "AddedRow",
            R"({"access": [{"id": "1", "name": "a"}]})",
            R"({"access": [{"id": "2", "name": "b", "action": "deny", "when": {"port": [80]}},
                                      {"id": "1", "name": "a"}]})",
            {R"(access rule 1 "b": added)", R"(    name: "b")", R"(    action: "deny")",
             R"(    when.port: [80])"}},
        DifferenceCase{"RemovedRow",
                       R"({"access": [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]})",
                       R"({"access": [{"id": "1", "name": "a"}]})",
                       {R"(access rule 2 "b": removed)"}},
        DifferenceCase{"ChangedFields",
                       R"({"guard": [{"id": "1", "name": "a", "enabled": true,
                                      "when": {"port": [80], "host": ["a.example"], "not": {"port": [1]}}}]})",
                       R"({"guard": [{"id": "1", "name": "ä", "enabled": false, "comment": "x\ny",
                                      "when": {"port": [80, "90-91"], "host": ["a.example"]}}]})",
                       {R"(guard rule 1 "ä": changed)", R"(    name: "a" -> "ä")",
                        R"(    enabled: true -> false)", R"(    when.port: [80] -> [80,"90-91"])",
                        R"(    when.not.port: [1] -> none)", R"(    comment: none -> "x\ny")"}},
        DifferenceCase{"MovedRowAlone",
                       R"({"access": [{"id": "1", "name": "a"}, {"id": "2", "name": "b"},
                                      {"id": "3", "name": "c"}, {"id": "4", "name": "d"}]})",
                       R"({"access": [{"id": "4", "name": "d"}, {"id": "1", "name": "a"},
                                      {"id": "2", "name": "b"}, {"id": "3", "name": "c"}]})",
                       {R"(access rule 1 "d": moved, was rule 4)"}},
        DifferenceCase{
            "MovedAndChangedRow",
            R"({"access": [{"id": "1", "name": "a"}, {"id": "2", "name": "b"},
                                      {"id": "3", "name": "c"}]})",
            R"({"access": [{"id": "2", "name": "b"}, {"id": "3", "name": "c"},
                                      {"id": "1", "name": "A"}]})",
            {R"(access rule 3 "A": moved, was rule 1; changed)", R"(    name: "a" -> "A")"}},
        DifferenceCase{"RowsBehindAnAddedOneAreNotMoved",
                       R"({"access": [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]})",
                       R"({"access": [{"id": "3", "name": "c"}, {"id": "1", "name": "a"},
                                      {"id": "2", "name": "b"}]})",
                       {R"(access rule 1 "c": added)", R"(    name: "c")"}},
        DifferenceCase{
            "RowOfAnotherLayer",
            R"({"guard": [{"id": "1", "name": "a"}]})",
            R"({"access": [{"id": "1", "name": "a"}]})",
            {R"(guard rule 1 "a": removed)", R"(access rule 1 "a": added)", R"(    name: "a")"}},
        DifferenceCase{"Settings",
                       R"({"defaults": {"access": "deny", "limits": {"idle": "1h"}},
                           "pac": {"proxy": "p:1", "direct": [".a.example"]}})",
                       R"({"defaults": {"access": "allow", "limits": {"idle": "1h"}}})",
                       {R"(defaults.access: "deny" -> "allow")", R"(pac.proxy: "p:1" -> none)",
                        R"(pac.direct: [".a.example"] -> none)"}},
        DifferenceCase{"Tests",
                       R"({"tests": [{"name": "gone", "url": "a"}, {"name": "kept", "url": "b"}]})",
                       R"({"tests": [{"name": "kept", "url": "c"}, {"name": "new", "url": "d"}]})",
                       {R"(test "gone": removed)", R"(test "kept": changed)",
                        R"(    url: "b" -> "c")", R"(test "new": added)", R"(    url: "d")"}}),
    [](const auto& info) { return info.param.name; });

TEST(Difference, OfADocumentAsItIsWrittenIsFound)
{
    auto document = PolicyDocument::initial();
    const std::string before = document.toJson();
    document.rows(Layer::Access).back().action = Action::Deny;
    EXPECT_THAT(differenceLines(differenceOf(before, document.toJson())),
                ElementsAre(R"(access rule 2 "Internal clients to the web": changed)",
                            R"(    action: "allow" -> "deny")"));
}

TEST(Difference, OfListsIsByTheirContent)
{
    const PolicyDifference difference =
        differenceOf("{}", "{}", {{"ads", "h1"}, {"same", "h2"}, {"gone", "h3"}},
                     {{"ads", "h4"}, {"same", "h2"}, {"new", "h5"}});
    EXPECT_FALSE(difference.isEmpty());
    EXPECT_THAT(differenceLines(difference),
                ElementsAre(R"(list "ads" has other entries)", R"(list "gone" is used no more)",
                            R"(list "new" is used now)"));
}

TEST(Difference, IsEmptyForTheSame)
{
    const std::string json = PolicyDocument::initial().toJson();
    EXPECT_TRUE(differenceOf(json, json, {{"a", "h"}}, {{"a", "h"}}).isEmpty());
}

TEST(Difference, OfAThousandRowsTurnedRoundKeepsOneInItsPlace)
{
    const auto document = [](int first, int step) {
        std::string json = R"({"access": [)";
        for (int count = 0; count < 1000; ++count)
            json += (count == 0 ? "" : ",") + std::string(R"({"name": "r", "id": ")") +
                    std::to_string(first + step * count) + "\"}";
        return json + "]}";
    };
    EXPECT_EQ(differenceOf(document(0, 1), document(999, -1)).rows.size(), 999u);
}

TEST(Difference, AsJsonHasTheValuesThemselves)
{
    const PolicyDifference difference =
        differenceOf(R"({"access": [{"id": "1", "name": "a", "when": {"port": [80]}}]})",
                     R"({"access": [{"id": "1", "name": "a"}], "defaults": {"access": "deny"}})",
                     {}, {{"ads", "h"}});
    std::ostringstream text;
    differenceJson(difference).stringify(text);
    EXPECT_EQ(
        text.str(),
        R"({"rows":[{"layer":"access","id":"1","name":"a","change":"changed","before":1,"after":1,)"
        R"("moved":false,"fields":[{"field":"when.port","before":[80],"after":null}]}],"profiles":[],"tests":[],)"
        R"("settings":[{"field":"defaults.access","before":null,"after":"deny"}],)"
        R"("lists":[{"name":"ads","before":null,"after":"h"}]})");
}

} // namespace
} // namespace sallyport::policy
