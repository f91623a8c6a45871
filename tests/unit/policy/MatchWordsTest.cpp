#include "policy/MatchWords.h"

#include "policy/FactSheet.h"
#include "policy/TimeText.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace sallyport::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A Sunday.
FactSheet annsSheet(std::string_view url, const std::function<void(FactSheet&)>& change = {})
{
    auto sheet = factSheetFor(url);
    sheet.client = parseAddress("192.0.2.1").value();
    sheet.listener = "127.0.0.1:3128";
    sheet.user = "Ann";
    sheet.groups = {"Staff"};
    sheet.at = parseTime("2026-11-29T13:00:00Z").value();
    sheet.destination = parseAddress("20.1.2.3").value();
    if (change)
        change(sheet);
    return sheet;
}

std::vector<std::string> wordsFor(const std::string& when, const FactSheet& sheet)
{
    const auto policy = Policy::compile(
        PolicyDocument::parse(
            R"({"format": 1, "access": [{"name": "row", "action": "allow", "when": )" + when +
            "}]}"),
        1);
    const auto& rule = policy->document().rows(Layer::Access).front();
    std::vector<std::string> words;
    for (const auto& each : matchedConditions(*policy, rule, sheet.facts()))
        words.push_back(each.subject + each.fact + each.relation + each.value);
    return words;
}

const FactSheet AnnsTunnel = annsSheet("https://www.x.example/");
const FactSheet AnnsWeb = annsSheet("http://www.x.example/a/b?c=1&d");
const FactSheet AnnsChat = annsSheet("ws://www.x.example/chat", [](FactSheet& sheet) {
    sheet.origin = "app.x.example";
    sheet.subprotocol = "mqtt";
});

struct MatchCase {
    const char* name;
    const char* when;
    const FactSheet& facts;
    const char* words;

    friend void PrintTo(const MatchCase& each, std::ostream* out) { *out << each.name; }
};

class MatchedConditions : public testing::TestWithParam<MatchCase> {};

TEST_P(MatchedConditions, AreSaidInWords)
{
    EXPECT_THAT(wordsFor(GetParam().when, GetParam().facts), ElementsAre(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Dimensions, MatchedConditions,
    testing::Values(
        MatchCase{"Host", R"({"host": ["a.example", "www.x.example"]})", AnnsWeb,
                  "the host is www.x.example"},
        MatchCase{"HostBelow", R"({"host": ["*.y.example", "*.x.example", "*.z.example"]})",
                  AnnsWeb, "the host www.x.example is below *.x.example"},
        MatchCase{"HostByExpression", R"({"host": ["regex:^www\\."]})", AnnsWeb,
                  R"(the host www.x.example fits regex:^www\.)"},
        MatchCase{"Port", R"({"port": [443, 80]})", AnnsWeb, "the port is 80"},
        MatchCase{"Ports", R"({"port": ["70-90"]})", AnnsWeb, "the port 80 is within 70-90"},
        MatchCase{"Client", R"({"client": ["10.0.0.0/8", "192.0.2.0/24"]})", AnnsWeb,
                  "the client 192.0.2.1 is in 192.0.2.0/24"},
        MatchCase{"OneClient", R"({"client": ["192.0.2.1"]})", AnnsWeb, "the client is 192.0.2.1"},
        MatchCase{"Listener", R"({"listener": ["127.0.0.1:3128"]})", AnnsWeb,
                  "the listener is 127.0.0.1:3128"},
        MatchCase{"User", R"({"user": ["bob", "ann"]})", AnnsWeb, "the user is Ann"},
        MatchCase{"Group", R"({"group": ["Guests", "Staff"]})", AnnsWeb,
                  "the user is in the group Staff"},
        MatchCase{"Protocol", R"({"protocol": ["connect"]})", AnnsTunnel,
                  "the protocol is connect"},
        MatchCase{"Content", R"({"protocol": ["tls"]})", AnnsTunnel, "the tunnel carries tls"},
        MatchCase{"Method", R"({"method": ["GET"]})", AnnsWeb, "the method is GET"},
        MatchCase{"Path", R"({"path": ["/b", "/a"]})", AnnsWeb, "the path /a/b begins with /a"},
        MatchCase{"Query", R"({"query": ["c=1"]})", AnnsWeb, "the query has the parameter c=1"},
        MatchCase{"Address", R"({"address": ["20.0.0.0/8"]})", AnnsWeb,
                  "the address 20.1.2.3 is in 20.0.0.0/8"},
        MatchCase{"Sni", R"({"sni": ["*.x.example"]})", AnnsTunnel,
                  "the SNI www.x.example is below *.x.example"},
        MatchCase{"Origin", R"({"origin": ["*.x.example"]})", AnnsChat,
                  "the Origin app.x.example is below *.x.example"},
        MatchCase{"Subprotocol", R"({"subprotocol": ["mqtt"]})", AnnsChat,
                  "the subprotocol is mqtt"},
        MatchCase{"Time", R"({"time": ["mon-fri", "sat-sun 08:00-18:00 Europe/Berlin"]})", AnnsWeb,
                  "it is Sunday 14:00 in Europe/Berlin, within sat-sun 08:00-18:00"}),
    [](const auto& info) { return info.param.name; });

TEST(MatchedConditions, AreNamedInTheOrderOfTheDimensions)
{
    EXPECT_THAT(wordsFor(R"({"port": [80], "host": ["www.x.example"], "user": ["ann"]})", AnnsWeb),
                ElementsAre("the user is Ann", "the host is www.x.example", "the port is 80"));
}

TEST(MatchedConditions, AreLeftOutWhereTheFactsDoNotShowThem)
{
    EXPECT_THAT(wordsFor(R"({"host": ["other.example"]})", AnnsWeb), IsEmpty());
    EXPECT_THAT(wordsFor("{}", AnnsWeb), IsEmpty());
}

TEST(MatchedConditions, AreOnlyCountedWhereThereAreVeryMany)
{
    std::string hosts = R"("www.x.example")";
    for (int i = 0; i < 2000; ++i)
        hosts += ", \"h" + std::to_string(i) + ".example\"";
    EXPECT_THAT(wordsFor(R"({"host": [)" + hosts + "]}", AnnsWeb),
                ElementsAre("the host is one of 2001 values"));
}

} // namespace
} // namespace sallyport::policy
