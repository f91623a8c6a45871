// What a document's "profiles" say, how they are written, and what is wrong with them.

#include "policy/Policy.h"
#include "policy/PolicyDifference.h"
#include "policy/PolicyDocument.h"
#include "policy/PolicyError.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sallyport::policy {
namespace {

using namespace inspection;
using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr std::string_view FullProfile = R"({"format": 1, "profiles": [
  { "name": "Chat", "hold": "64KiB", "digests": true, "closeFrame": true,
    "checks": [
      { "name": "Large", "direction": "client-to-upstream", "largerThan": "1MiB", "action": "alert" },
      { "name": "Fast", "messagesPerSecond": 50, "action": "slow", "rate": "64KiB" },
      { "name": "Flood", "direction": "upstream-to-client", "bytesPerSecond": "1MiB", "action": "cut" },
      { "name": "Many", "messages": 1000, "action": "note" },
      { "name": "Much", "bytes": 1024, "action": "note" },
      { "name": "No binary", "kind": "binary", "action": "cut" },
      { "name": "Only chat", "subprotocolNotIn": ["chat.v1", ""], "action": "note" },
      { "name": "Plain", "extensionNotIn": ["permessage-deflate"], "action": "note" },
      { "name": "None", "extensionNotIn": [], "action": "note" },
      { "name": "Bad text", "broken": ["bad-utf8", "masked"], "action": "note" },
      { "name": "Broken", "broken": true, "action": "note" },
      { "name": "Hidden", "notInspectable": true, "action": "note" },
      { "name": "Secrets", "in": ["binary", "text"], "patterns": ["card-number", "regex:ACME-[0-9]{6}"],
        "action": "alert" },
      { "name": "Accounts", "patterns": ["iban"], "action": "alert" },
      { "name": "Calls home", "beacon": { "messages": 5, "bytes": "1KiB", "jitter": 20, "least": "2s" },
        "action": "alert" },
      { "name": "Beats", "beacon": {}, "action": "alert" } ] },
  { "name": "empty" } ]})";

Check expectedCheck(std::string name, CheckAction action, Condition condition)
{
    Check check;
    check.name = std::move(name);
    check.action = action;
    check.condition = std::move(condition);
    return check;
}

TEST(ProfileDocument, HasWhatAPersonWrote)
{
    const auto document = PolicyDocument::parse(FullProfile);
    ASSERT_EQ(document.profiles.size(), 2U);
    const auto& chat = document.profiles[0];
    EXPECT_EQ(chat.name, "Chat");
    EXPECT_EQ(chat.holdBytes, 65536U);
    EXPECT_TRUE(chat.digests);
    EXPECT_TRUE(chat.closeFrame);
    InspectionProfile empty;
    empty.name = "empty";
    EXPECT_EQ(document.profiles[1], empty);

    using Per = ManyMessages::Per;
    using enum CheckAction;
    auto large = expectedCheck("Large", Alert, LargeMessage{1 << 20});
    large.direction = Direction::ClientToUpstream;
    auto fast = expectedCheck("Fast", Slow, ManyMessages{50, Per::Second});
    fast.slowBytesPerSecond = 65536;
    auto flood = expectedCheck("Flood", Cut, ManyBytes{1 << 20, Per::Second});
    flood.direction = Direction::UpstreamToClient;
    EXPECT_THAT(
        chat.checks,
        ElementsAre(large, fast, flood,
                    expectedCheck("Many", Note, ManyMessages{1000, Per::Session}),
                    expectedCheck("Much", Note, ManyBytes{1024, Per::Session}),
                    expectedCheck("No binary", Cut, UnwantedKind{MessageKind::Binary}),
                    expectedCheck("Only chat", Note, OtherSubprotocol{{"chat.v1", ""}}),
                    expectedCheck("Plain", Note, OtherExtension{{"permessage-deflate"}}),
                    expectedCheck("None", Note, OtherExtension{}),
                    expectedCheck("Bad text", Note,
                                  BrokenFrames{{FrameFault::BadUtf8, FrameFault::Masked}}),
                    expectedCheck("Broken", Note, BrokenFrames{}),
                    expectedCheck("Hidden", Note, NotInspectable{}),
                    expectedCheck("Secrets", Alert,
                                  Patterns{{"card-number", "regex:ACME-[0-9]{6}"}, true, true}),
                    expectedCheck("Accounts", Alert, Patterns{{"iban"}, true, false}),
                    expectedCheck("Calls home", Alert, Beacon{5, 1024, 20, 2s}),
                    expectedCheck("Beats", Alert, Beacon{10, 256, 10, 1s})));
}

TEST(ProfileDocument, IsReadBackAsWritten)
{
    const auto document = PolicyDocument::parse(FullProfile);
    EXPECT_EQ(PolicyDocument::parse(document.toJson()), document);
    EXPECT_EQ(PolicyDocument::parse(document.toJson()).toJson(), document.toJson());
}

TEST(ProfileDocument, IsLeftOutWithoutProfiles)
{
    EXPECT_EQ(PolicyDocument::parse(R"({"format": 1, "profiles": []})").toJson().find("profiles"),
              std::string::npos);
}

TEST(ProfileDocument, MayStandBehindTheRowsThatNameItsProfiles)
{
    const auto document = PolicyDocument::parse(R"({"format": 1,
        "inspection": [{"name": "r", "action": "observe", "profile": "p"},
                       {"name": "counts only", "action": "observe"}],
        "defaults": {"inspection": {"action": "observe", "profile": "p"}},
        "profiles": [{"name": "p"}]})");
    EXPECT_EQ(document.rows(Layer::Inspection)[0].profile, "p");
}

// ---- complaints ----

std::string complaintOf(const std::string& json)
{
    try {
        static_cast<void>(PolicyDocument::parse(json));
        return "accepted";
    } catch (const PolicyError& error) {
        return error.what();
    }
}

std::string withProfile(const std::string& members)
{
    return R"({"format": 1, "profiles": [{"name": "a"}, {"name": "Chat")" +
           (members.empty() ? "" : ", " + members) + "}]}";
}

std::string withCheck(const std::string& members)
{
    return withProfile(R"("checks": [{"name": "first", "kind": "text", "action": "note"}, )"
                       R"({"name": "x", )" +
                       members + "}]");
}

struct ProfileFaultCase {
    const char* name;
    std::string document;
    std::string complaint;
};

// Keeps test names readable in failures.
void PrintTo(const ProfileFaultCase& each, std::ostream* out)
{
    *out << each.name;
}

ProfileFaultCase checkFault(const char* name, const std::string& members,
                            const std::string& complaint)
{
    return {name, withCheck(members), R"(profile 2 "Chat": checks[1])" + complaint};
}

ProfileFaultCase profileFault(const char* name, const std::string& members,
                              const std::string& complaint)
{
    return {name, withProfile(members), R"(profile 2 "Chat": )" + complaint};
}

template <class Item>
std::string manyOf(std::size_t count, Item item)
{
    std::string text;
    for (std::size_t number = 0; number < count; ++number)
        text += (number == 0 ? "" : ", ") + item(std::to_string(number));
    return '[' + text + ']';
}

std::string checkNamed(const std::string& name)
{
    return R"({"name": ")" + name + R"(", "kind": "text", "action": "note"})";
}

class ProfileFault : public testing::TestWithParam<ProfileFaultCase> {};

TEST_P(ProfileFault, IsNamedWithItsPlace)
{
    EXPECT_EQ(complaintOf(GetParam().document), GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    InProfiles, ProfileFault,
    testing::Values(
        ProfileFaultCase{"NoArray", R"({"format": 1, "profiles": {}})",
                         "profiles: found an object; expected an array of profiles"},
        ProfileFaultCase{"NoObject", R"({"format": 1, "profiles": ["Chat"]})",
                         R"(profile 1: found "Chat"; expected an object)"},
        ProfileFaultCase{"NoName", R"({"format": 1, "profiles": [{"checks": []}]})",
                         "profile 1: name: is missing; expected a name for the profile"},
        ProfileFaultCase{
            "NameWithSpace", R"({"format": 1, "profiles": [{"name": "a b"}]})",
            R"(profile 1: name: "a b" is not the name of a profile: 1 to 100 letters, )"
            R"(digits, "-", "_" and ".")"},
        ProfileFaultCase{"SameName", R"({"format": 1, "profiles": [{"name": "a"}, {"name": "a"}]})",
                         R"(profile 2 "a": name: "a" is taken by another profile)"},
        ProfileFaultCase{"TooMany",
                         R"({"format": 1, "profiles": )" +
                             manyOf(101,
                                    [](const std::string& number) {
                                        return R"({"name": "p)" + number + R"("})";
                                    }) +
                             "}",
                         "profiles: has 101 profiles; expected at most 100"},
        profileFault("UnknownKey", R"("colour": 1)",
                     R"(unknown key "colour"; expected one of "name", "hold", "digests", )"
                     R"("closeFrame", "checks")"),
        profileFault("Hold", R"("hold": "0")",
                     R"(hold: found "0"; expected a number of bytes above 0 like "512KiB" or )"
                     R"("2GiB")"),
        profileFault("HoldTooMuch", R"("hold": "17MiB")",
                     R"(hold: found "17MiB"; expected at most "16MiB")"),
        profileFault("Digests", R"("digests": 1)", "digests: found 1; expected true or false"),
        profileFault("CloseFrame", R"("closeFrame": "yes")",
                     R"(closeFrame: found "yes"; expected true or false)"),
        profileFault("Checks", R"("checks": "none")",
                     R"(checks: found "none"; expected an array of checks)"),
        profileFault("TooManyChecks", R"("checks": )" + manyOf(101, checkNamed),
                     "checks: has 101 checks; expected at most 100"),
        profileFault("SameCheckName",
                     R"("checks": [)" + checkNamed("x") + ", " + checkNamed("x") + "]",
                     R"(checks[1].name: "x" is taken by another check)")),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    InChecks, ProfileFault,
    testing::Values(
        checkFault("NoCondition", R"("action": "note")",
                   R"(: has no condition; expected one like "largerThan" or "patterns")"),
        checkFault("TwoConditions", R"("action": "note", "kind": "text", "messages": 5)",
                   R"(: has "kind" and "messages"; expected one condition, and a check for each)"),
        checkFault("NoAction", R"("kind": "text")",
                   R"(.action: is missing; expected "note", "alert", "slow" or "cut")"),
        checkFault("UnknownAction", R"("kind": "text", "action": "deny")",
                   R"(.action: found "deny"; expected one of "note", "alert", "slow", "cut")"),
        checkFault("Direction", R"("kind": "text", "action": "note", "direction": "up")",
                   R"(.direction: found "up"; expected one of "client-to-upstream", )"
                   R"("upstream-to-client")"),
        checkFault("DirectionOfHandshake",
                   R"("extensionNotIn": [], "action": "note", "direction": "client-to-upstream")",
                   ".direction: is not for what both sides agree on"),
        checkFault("SlowWithoutRate", R"("kind": "text", "action": "slow")",
                   R"(.rate: is missing; expected bytes per second like "64KiB" for "slow")"),
        checkFault("RateWithoutSlow", R"("kind": "text", "action": "cut", "rate": "1KiB")",
                   R"(.rate: is for "slow" only)"),
        checkFault("UnknownKey", R"("kind": "text", "action": "note", "size": 1)",
                   R"(: unknown key "size"; expected one of "name", "direction", "action", )"
                   R"("rate", "largerThan", "messagesPerSecond", "messages", "bytesPerSecond", )"
                   R"("bytes", "kind", "subprotocolNotIn", "extensionNotIn", "broken", )"
                   R"("notInspectable", "patterns", "in", "beacon")"),
        checkFault("LargerThan", R"("largerThan": "1 MB", "action": "note")",
                   R"(.largerThan: found "1 MB"; expected a number of bytes above 0 like )"
                   R"("512KiB" or "2GiB")"),
        checkFault("Messages", R"("messages": 0, "action": "note")",
                   ".messages: found 0; expected a whole number from 1 to 1000000000"),
        checkFault(
            "MessagesAsText", R"("messagesPerSecond": "5", "action": "note")",
            R"(.messagesPerSecond: found "5"; expected a whole number from 1 to 1000000000)"),
        checkFault("MessagesAndAHalf", R"("messages": 1.5, "action": "note")",
                   ".messages: found 1.5; expected a whole number from 1 to 1000000000"),
        checkFault("Kind", R"("kind": "ping", "action": "note")",
                   R"(.kind: found "ping"; expected one of "text", "binary")"),
        checkFault("Subprotocol", R"("subprotocolNotIn": ["a b"], "action": "note")",
                   R"(.subprotocolNotIn[0]: "a b" is not a subprotocol like "chat.v1")"),
        checkFault("NoSubprotocols", R"("subprotocolNotIn": [], "action": "note")",
                   R"(.subprotocolNotIn: is empty; expected an array like ["chat.v1", ""])"),
        checkFault("ExtensionInUpperCase", R"("extensionNotIn": ["X-Y"], "action": "note")",
                   R"(.extensionNotIn[0]: "X-Y" would never match; expected it in lower case)"),
        checkFault("BrokenFalse", R"("broken": false, "action": "note")",
                   ".broken: found false; expected true; leave the check out for false"),
        checkFault("BrokenUnknown", R"("broken": ["bad-utf9"], "action": "note")",
                   R"(.broken[0]: found "bad-utf9"; expected one of "reserved-opcode", )"
                   R"("reserved-bits", "unmasked", "masked", "oversized-control", )"
                   R"("fragmented-control", "unexpected-continuation", "unfinished-message", )"
                   R"("length-not-minimal", "length-too-large", "bad-close", "bad-utf8")"),
        checkFault("NotInspectableFalse", R"("notInspectable": false, "action": "note")",
                   ".notInspectable: found false; expected true; leave the check out for false"),
        checkFault("NoPatterns", R"("patterns": [], "action": "note")",
                   R"(.patterns: is empty; expected an array like )"
                   R"(["card-number", "regex:ACME-[0-9]{6}"])"),
        checkFault("UnknownPattern", R"("patterns": ["iban", "card"], "action": "note")",
                   R"(.patterns[1]: found "card"; expected one of "card-number", "iban", )"
                   R"("private-key", "cloud-token", "regex:EXPRESSION")"),
        checkFault("EmptyExpression", R"("patterns": ["regex:"], "action": "note")",
                   R"(.patterns[0]: found "regex:"; expected one of "card-number", "iban", )"
                   R"("private-key", "cloud-token", "regex:EXPRESSION")"),
        checkFault("ControlInExpression", R"("patterns": ["regex:a\u0000b"], "action": "note")",
                   R"(.patterns[0]: has a control character; expected it escaped, like "\n")"),
        checkFault("LongExpression",
                   R"("patterns": ["regex:)" + std::string(995, 'a') + R"("], "action": "note")",
                   ".patterns[0]: has 1001 bytes; expected at most 1000"),
        checkFault("TooManyPatterns",
                   R"("action": "note", "patterns": )" + manyOf(1001,
                                                                [](const std::string& number) {
                                                                    return R"("regex:a)" + number +
                                                                           '"';
                                                                }),
                   ".patterns: has 1001 patterns; expected at most 1000"),
        checkFault("InWithoutPatterns", R"("kind": "text", "in": ["text"], "action": "note")",
                   R"(.in: is for checks with "patterns" only)"),
        checkFault("InNothing", R"("patterns": ["iban"], "in": [], "action": "note")",
                   R"(.in: is empty; expected an array like ["text", "binary"])"),
        checkFault("BeaconOfTwo", R"("beacon": {"messages": 2}, "action": "note")",
                   ".beacon.messages: found 2; expected a whole number from 3 to 1000"),
        checkFault("BeaconJitter", R"("beacon": {"jitter": 101}, "action": "note")",
                   ".beacon.jitter: found 101; expected a whole number from 0 to 100"),
        checkFault("BeaconUnknownKey", R"("beacon": {"size": 1}, "action": "note")",
                   R"(.beacon: unknown key "size"; expected one of "messages", "bytes", "jitter", )"
                   R"("least")")),
    [](const auto& info) { return info.param.name; });

// ---- the compiled policy ----

TEST(PolicyProfiles, AreCompiledAndFoundByName)
{
    const auto policy = Policy::compile(PolicyDocument::parse(FullProfile), 1);
    const auto* chat = policy->profile("Chat");
    ASSERT_NE(chat, nullptr);
    EXPECT_EQ(chat->profile(), policy->document().profiles[0]);
    EXPECT_TRUE(chat->needsContent());
    EXPECT_EQ(policy->profile("Chat"), chat);
    ASSERT_NE(policy->profile("empty"), nullptr);
    EXPECT_FALSE(policy->profile("empty")->needsContent());
    EXPECT_EQ(policy->profile("other"), nullptr);
    EXPECT_EQ(policy->profile(""), nullptr);
}

TEST(PolicyProfiles, WithABadExpressionAreRefused)
{
    auto document = PolicyDocument::parse(R"({"format": 1, "profiles": [{"name": "Chat",
        "checks": [{"name": "Secrets", "patterns": ["regex:a("], "action": "note"}]}]})");
    try {
        static_cast<void>(Policy::compile(std::move(document), 1));
        FAIL() << "accepted";
    } catch (const PolicyError& error) {
        EXPECT_THAT(error.what(), testing::StartsWith(R"(profile "Chat": check "Secrets": )"
                                                      R"(pattern "regex:a(": )"));
    }
}

// ---- policy diff ----

TEST(ProfileDifference, IsSaidByCheck)
{
    const auto before = PolicyDocument::parse(R"({"format": 1, "profiles": [
        {"name": "Gone"},
        {"name": "Chat", "checks": [
            {"name": "Large", "largerThan": "1MiB", "action": "alert"},
            {"name": "Text", "kind": "text", "action": "note"}]}]})");
    const auto after = PolicyDocument::parse(R"({"format": 1, "profiles": [
        {"name": "Chat", "digests": true, "checks": [
            {"name": "Large", "largerThan": "2MiB", "action": "alert"},
            {"name": "Many", "messages": 5, "action": "cut"}]},
        {"name": "New"}]})");
    const auto difference = differenceOf(before.toJson(), after.toJson());
    EXPECT_FALSE(difference.isEmpty());
    EXPECT_THAT(differenceLines(difference),
                ElementsAre(R"(profile "Gone": removed)", R"(profile "Chat": changed)",
                            R"(    checks: ["Large","Text"] -> ["Large","Many"])",
                            R"(    checks[Large].largerThan: "1MiB" -> "2MiB")",
                            R"(    checks[Text].kind: "text" -> none)",
                            R"(    checks[Text].action: "note" -> none)",
                            "    digests: none -> true", "    checks[Many].messages: none -> 5",
                            R"(    checks[Many].action: none -> "cut")", R"(profile "New": added)",
                            "    checks: []"));
    EXPECT_TRUE(differenceOf(after.toJson(), after.toJson()).isEmpty());
}

} // namespace
} // namespace sallyport::policy
