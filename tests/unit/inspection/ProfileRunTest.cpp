#include "policy/inspection/ProfileRun.h"

#include "policy/PolicyError.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::policy::inspection {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto Up = Direction::ClientToUpstream;
constexpr auto Down = Direction::UpstreamToClient;
constexpr MatchDigest NoDigest{};

struct Found {
    std::string check;
    Direction direction;
    std::uint64_t message;
    std::uint64_t offset;
    std::string kind;
    MatchDigest digest;
    bool first;
};

class Findings final : public FindingListener {
public:
    void onFinding(const Finding& finding) override
    {
        all.push_back({finding.check->name, finding.direction, finding.message, finding.offset,
                       std::string(finding.kind), finding.digest, finding.first});
    }
    std::vector<Found> all;
};

DigestKey keyOf(std::uint8_t byte)
{
    DigestKey key{};
    key.fill(byte);
    return key;
}

Check checkFor(std::string name, Condition condition)
{
    Check check;
    check.name = std::move(name);
    check.condition = std::move(condition);
    check.action = CheckAction::Alert;
    return check;
}

Check patternCheck(std::vector<std::string> patterns)
{
    Patterns looked;
    looked.patterns = std::move(patterns);
    return checkFor("Secrets", std::move(looked));
}

InspectionProfile profileOf(std::vector<Check> checks)
{
    InspectionProfile profile;
    profile.name = "Chat";
    profile.checks = std::move(checks);
    return profile;
}

// A session with a profile, and its messages.
class Session {
public:
    using Profile = std::shared_ptr<const CompiledProfile>;

    explicit Session(Profile profile, DigestKey key = keyOf(1))
        : profile_(std::move(profile)), key_(key), run_(*profile_, key_, scratch_, findings_)
    {}
    explicit Session(InspectionProfile profile, DigestKey key = keyOf(1))
        : Session(std::make_shared<const CompiledProfile>(std::move(profile)), key)
    {}

    [[nodiscard]] ProfileRun& run() { return run_; }
    [[nodiscard]] const std::vector<Found>& found() const { return findings_.all; }
    [[nodiscard]] std::vector<std::string> kinds() const
    {
        std::vector<std::string> kinds;
        for (const auto& each : found())
            kinds.push_back(each.kind);
        return kinds;
    }

    void begin(Direction direction, MessageKind kind = MessageKind::Text)
    {
        auto& open = open_[direction];
        const auto number = open.number + 1;
        open = {};
        open.kind = kind;
        open.number = number;
        run_.onMessageBegin(direction, open);
    }
    void content(Direction direction, std::string_view content)
    {
        auto& open = open_[direction];
        open.payloadBytes += content.size();
        open.contentBytes += content.size();
        run_.onContent(direction, open, content);
    }
    void end(Direction direction) { run_.onMessageEnd(direction, open_[direction]); }
    // Of this size, without its content being shown.
    void sized(Direction direction, std::uint64_t bytes)
    {
        begin(direction);
        open_[direction].contentBytes = bytes;
        open_[direction].payloadBytes = bytes;
        end(direction);
    }

    void send(std::initializer_list<std::string_view> pieces, Direction direction = Up,
              MessageKind kind = MessageKind::Text)
    {
        begin(direction, kind);
        for (const auto piece : pieces)
            content(direction, piece);
        end(direction);
    }
    void at(std::chrono::milliseconds time) { run_.setTime(ProfileRun::Time(1h + time)); }

private:
    Profile profile_;
    DigestKey key_;
    ScanScratch scratch_;
    Findings findings_;
    ProfileRun run_;
    PerDirection<Message> open_;
};

std::vector<Found> foundIn(const Session::Profile& profile, std::string_view text)
{
    Session session(profile);
    session.send({text});
    return session.found();
}

// ---- sizes, numbers, kinds ----

TEST(LargeMessageCheck, TellsWhenTheSizeIsPassedAndNotAtItsEnd)
{
    Session session(profileOf({checkFor("Large", LargeMessage{10})}));
    session.begin(Up);
    session.content(Up, "12345");
    session.content(Up, "67890");
    EXPECT_THAT(session.found(), IsEmpty());
    session.content(Up, "1");
    ASSERT_EQ(session.found().size(), 1U);
    session.content(Up, "more");
    session.end(Up);
    ASSERT_EQ(session.found().size(), 1U);
    EXPECT_EQ(session.found()[0].check, "Large");
    EXPECT_EQ(session.found()[0].direction, Up);
    EXPECT_EQ(session.found()[0].message, 1U);
    EXPECT_EQ(session.found()[0].kind, "message-size");
    EXPECT_EQ(session.found()[0].digest, NoDigest);
    EXPECT_TRUE(session.found()[0].first);
}

TEST(LargeMessageCheck, TellsOfEachMessageAndThatItIsNotTheFirst)
{
    Session session(profileOf({checkFor("Large", LargeMessage{10})}));
    session.sized(Up, 11);
    session.sized(Up, 10);
    session.sized(Down, 11);
    ASSERT_EQ(session.found().size(), 2U);
    EXPECT_TRUE(session.found()[0].first);
    EXPECT_FALSE(session.found()[1].first);
    EXPECT_EQ(session.found()[1].direction, Down);
}

TEST(LargeMessageCheck, TakesTheSizeOnTheWireWhereContentsAreLost)
{
    Session session(profileOf({checkFor("Large", LargeMessage{10})}));
    session.run().onContentLoss(Up, ContentLoss::MemoryBudget);
    Message message;
    message.number = 1;
    message.payloadBytes = 10;
    message.contentBytes = 1000;
    session.run().onMessageBegin(Up, message);
    session.run().onMessageEnd(Up, message);
    EXPECT_THAT(session.found(), IsEmpty());
    message.payloadBytes = 11;
    session.run().onMessageBegin(Up, message);
    session.run().onMessageEnd(Up, message);
    EXPECT_THAT(session.kinds(), ElementsAre("message-size"));
}

TEST(ManyMessagesCheck, CountsEachDirectionOfTheSession)
{
    Session session(profileOf({checkFor("Many", ManyMessages{2})}));
    session.sized(Up, 1);
    session.sized(Down, 1);
    session.sized(Up, 1);
    session.sized(Down, 1);
    EXPECT_THAT(session.found(), IsEmpty());
    session.begin(Up);
    ASSERT_EQ(session.found().size(), 1U);
    EXPECT_EQ(session.found()[0].message, 3U);
    EXPECT_EQ(session.found()[0].kind, "messages");
    session.sized(Up, 1);
    EXPECT_EQ(session.found().size(), 1U) << "the limit is passed once";
    session.sized(Down, 1);
    EXPECT_EQ(session.found().size(), 2U);
}

TEST(ManyMessagesCheck, CountsASecond)
{
    Session session(profileOf({checkFor("Fast", ManyMessages{2, ManyMessages::Per::Second})}));
    const auto sendAt = [&](std::chrono::milliseconds time) {
        session.at(time);
        session.sized(Up, 1);
    };
    sendAt(0ms);
    sendAt(999ms);
    sendAt(1000ms); // a new second
    sendAt(1500ms);
    EXPECT_THAT(session.found(), IsEmpty());
    sendAt(1999ms);
    EXPECT_EQ(session.found().size(), 1U);
    sendAt(1999ms);
    EXPECT_EQ(session.found().size(), 1U) << "told once a second";
    sendAt(2000ms);
    sendAt(2000ms);
    sendAt(2000ms);
    EXPECT_EQ(session.found().size(), 2U);
}

TEST(ManyBytesCheck, CountsTheSessionAsContentsCome)
{
    Session session(profileOf({checkFor("Flood", ManyBytes{10})}));
    session.send({"12345"});
    session.begin(Up);
    session.content(Up, "67890");
    EXPECT_THAT(session.found(), IsEmpty());
    session.content(Up, "1");
    EXPECT_THAT(session.kinds(), ElementsAre("bytes"));
    session.end(Up);
    session.send({"1234567890"});
    EXPECT_EQ(session.found().size(), 1U);
}

TEST(ManyBytesCheck, CountsASecondOfSizesOnly)
{
    Session session(profileOf({checkFor("Flood", ManyBytes{10, ManyMessages::Per::Second})}));
    session.at(0ms);
    session.sized(Up, 10);
    session.at(1000ms);
    session.sized(Up, 10);
    EXPECT_THAT(session.found(), IsEmpty());
    session.sized(Up, 1);
    EXPECT_THAT(session.kinds(), ElementsAre("bytes"));
}

TEST(UnwantedKindCheck, TellsAtTheBeginOfSuchMessages)
{
    Session session(profileOf({checkFor("No binary", UnwantedKind{MessageKind::Binary})}));
    session.begin(Up, MessageKind::Text);
    session.end(Up);
    EXPECT_THAT(session.found(), IsEmpty());
    session.begin(Up, MessageKind::Binary);
    EXPECT_THAT(session.kinds(), ElementsAre("binary"));
}

TEST(Check, IsForOneDirectionIfItSaysSo)
{
    auto check = checkFor("No text", UnwantedKind{MessageKind::Text});
    check.direction = Down;
    Session session(profileOf({check}));
    session.sized(Up, 1);
    EXPECT_THAT(session.found(), IsEmpty());
    session.sized(Down, 1);
    EXPECT_EQ(session.found().size(), 1U);
}

TEST(Check, IsToldAHundredTimesInASession)
{
    Session session(profileOf(
        {checkFor("No text", UnwantedKind{MessageKind::Text}), patternCheck({"regex:a"})}));
    for (int count = 0; count < 99; ++count)
        session.send({"a"});
    EXPECT_EQ(session.found().size(), 198U);
    for (int count = 0; count < 5; ++count)
        session.send({"a"});
    EXPECT_EQ(session.found().size(), 2U * ProfileRun::MaxFindingsPerCheck);
}

TEST(Check, OfManyMatchesInOnePieceLeavesRoomForOthers)
{
    std::string text;
    for (int count = 0; count < 1000; ++count)
        text += "4111111111111111 ";
    Session session(profileOf({patternCheck({"card-number"}), patternCheck({"regex:last"})}));
    session.send({text + "last"});
    EXPECT_EQ(session.found().size(), 1U + ProfileRun::MaxFindingsPerCheck);
    EXPECT_EQ(session.found().back().kind, "regex:last");
}

// ---- the handshake ----

TEST(OtherSubprotocolCheck, TellsOfOneThatIsNotAllowed)
{
    const auto found = [](std::vector<std::string> allowed, std::string_view chosen) {
        Session session(profileOf({checkFor("Only chat", OtherSubprotocol{std::move(allowed)})}));
        session.run().begin(chosen, {});
        return session.kinds();
    };
    EXPECT_THAT(found({"chat.v1", ""}, "chat.v1"), IsEmpty());
    EXPECT_THAT(found({"chat.v1", ""}, ""), IsEmpty());
    EXPECT_THAT(found({"chat.v1"}, ""), ElementsAre("subprotocol"));
    EXPECT_THAT(found({"chat.v1", ""}, "chat.v2"), ElementsAre("subprotocol"));
}

TEST(OtherExtensionCheck, TellsOnceOfThoseThatAreNotAllowed)
{
    Session session(profileOf({checkFor("Deflate", OtherExtension{{"permessage-deflate"}})}));
    session.run().begin("", {});
    session.run().begin("", {"permessage-deflate"});
    EXPECT_THAT(session.found(), IsEmpty());
    session.run().begin("", {"permessage-deflate", "x-one", "x-two"});
    EXPECT_THAT(session.kinds(), ElementsAre("extension"));
}

// ---- faults ----

TEST(BrokenFramesCheck, TellsOfTheFaultsItNames)
{
    Session session(
        profileOf({checkFor("Broken", BrokenFrames{{FrameFault::BadUtf8, FrameFault::Masked}})}));
    session.run().onFault(Up, FrameFault::BadClose);
    EXPECT_THAT(session.found(), IsEmpty());
    session.run().onFault(Up, FrameFault::BadUtf8);
    session.run().onFault(Down, FrameFault::Masked);
    EXPECT_THAT(session.kinds(), ElementsAre("bad-utf8", "masked"));
}

TEST(BrokenFramesCheck, TellsOfAnyFaultIfItNamesNone)
{
    Session session(profileOf({checkFor("Broken", BrokenFrames{})}));
    session.run().onFault(Up, FrameFault::LengthTooLarge);
    session.run().onContentLoss(Up, ContentLoss::BadDeflate);
    EXPECT_THAT(session.kinds(), ElementsAre("length-too-large"));
}

TEST(NotInspectableCheck, TellsWhyNothingMoreIsRead)
{
    Session session(profileOf({checkFor("Hidden", NotInspectable{})}));
    session.run().onFault(Up, FrameFault::BadUtf8);
    session.run().onFault(Up, FrameFault::BadClose);
    EXPECT_THAT(session.found(), IsEmpty()) << "frames are still read";
    session.run().onFault(Up, FrameFault::ReservedBits);
    session.run().onContentLoss(Down, ContentLoss::UnknownExtension);
    EXPECT_THAT(session.kinds(), ElementsAre("reserved-bits", "unknown-extension"));
}

// ---- beacons ----

struct BeaconCase {
    const char* name;
    std::vector<int> distances; // in ms, between messages of one byte
    bool found;
};

void PrintTo(const BeaconCase& each, std::ostream* out)
{
    *out << each.name;
}

class BeaconCheck : public testing::TestWithParam<BeaconCase> {};

TEST_P(BeaconCheck, TellsOfARowAtARegularDistance)
{
    Session session(profileOf({checkFor("Calls home", Beacon{5, 256, 10, 1000ms})}));
    auto now = 0ms;
    session.at(now);
    session.sized(Up, 256);
    for (const auto distance : GetParam().distances) {
        now += std::chrono::milliseconds(distance);
        session.at(now);
        session.sized(Up, 256);
    }
    EXPECT_EQ(session.found().size(), GetParam().found ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BeaconCheck,
    testing::Values(BeaconCase{"Regular", {1000, 1000, 1000, 1000}, true},
                    BeaconCase{"OneTooFew", {1000, 1000, 1000}, false},
                    BeaconCase{"TooOften", {999, 999, 999, 999}, false},
                    BeaconCase{"MostJitter", {1800, 2200, 1800, 2200}, true},
                    BeaconCase{"TooMuchJitter", {1799, 2201, 1800, 2200}, false},
                    BeaconCase{"OneFarFromTheMean", {2400, 2000, 2000, 2000}, false},
                    BeaconCase{"AfterSomethingElse", {10, 5000, 60000, 60000, 60100, 59900}, true},
                    BeaconCase{"AtOnce", {0, 0, 0, 0, 0, 0}, false}),
    [](const auto& info) { return info.param.name; });

TEST(BeaconCheck, StartsOverAfterALargeMessage)
{
    Session session(profileOf({checkFor("Calls home", Beacon{3, 256, 10, 1000ms})}));
    session.at(0s);
    session.sized(Up, 1);
    session.at(10s);
    session.sized(Up, 1);
    session.sized(Up, 257);
    session.at(20s);
    session.sized(Up, 1);
    session.at(30s);
    session.sized(Up, 1);
    EXPECT_THAT(session.found(), IsEmpty());
    session.at(40s);
    session.sized(Up, 1);
    EXPECT_THAT(session.kinds(), ElementsAre("beacon"));
}

TEST(BeaconCheck, SeesEachDirectionByItself)
{
    Session session(profileOf({checkFor("Calls home", Beacon{3, 256, 10, 1000ms})}));
    for (const auto time : {0s, 10s, 20s}) {
        session.at(time);
        session.sized(Up, 1);
        session.at(time + 3s);
        session.sized(Down, 1);
    }
    EXPECT_EQ(session.found().size(), 2U);
}

// ---- patterns ----

struct ScanCase {
    const char* name;
    const char* pattern;
    std::string_view text;
    std::uint64_t end; // 0: not found
};

void PrintTo(const ScanCase& each, std::ostream* out)
{
    *out << each.name;
}

class PatternsCheck : public testing::TestWithParam<ScanCase> {};

TEST_P(PatternsCheck, FindsTheSameWhereverTheTextIsCut)
{
    const auto profile =
        std::make_shared<const CompiledProfile>(profileOf({patternCheck({GetParam().pattern})}));
    const auto text = GetParam().text;
    const auto whole = foundIn(profile, text);
    ASSERT_EQ(whole.size(), GetParam().end == 0 ? 0U : 1U);
    const auto isSame = [&](const std::vector<Found>& found) {
        return whole.empty() ? found.empty()
                             : found.size() == 1 && found[0].offset == GetParam().end &&
                                   found[0].digest == whole[0].digest;
    };
    EXPECT_TRUE(isSame(whole));
    Session session(profile);
    session.begin(Up);
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
        session.content(Up, text.substr(cut, 1));
        Session halves(profile);
        halves.send({text.substr(0, cut), text.substr(cut)});
        EXPECT_TRUE(isSame(halves.found())) << "cut at " << cut;
    }
    session.end(Up);
    EXPECT_TRUE(isSame(session.found())) << "byte for byte";
}

constexpr std::string_view LongText =
    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 4111111111111111 etc.";

INSTANTIATE_TEST_SUITE_P(
    Texts, PatternsCheck,
    testing::Values(
        ScanCase{"Card", "card-number", "pay with 4111111111111111, thanks", 25},
        ScanCase{"CardAlone", "card-number", "4111111111111111", 16},
        ScanCase{"CardInJson", "card-number", R"({"n":"4111-1111-1111-1111"})", 25},
        ScanCase{"CardBehindMuch", "card-number", LongText, LongText.size() - 5},
        ScanCase{"CardGroupsOfAmericanExpress", "card-number", "is 3782 822463 10005.", 20},
        ScanCase{"CardInLongerDigits", "card-number", "41111111111111110", 0},
        ScanCase{"CardBeforeAWord", "card-number", "4111111111111111e", 0},
        ScanCase{"CardWithWrongDigit", "card-number", "pay with 4111111111111112, thanks", 0},
        ScanCase{"IbanWithSpaces", "iban", "To DE89 3704 0044 0532 0130 00 AND MORE", 30},
        ScanCase{"IbanAtTheEnd", "iban", "iban:GB82WEST12345698765432", 27},
        ScanCase{"IbanLongest", "iban", "MT84MALT011000012345MTLCAST001S;", 31},
        ScanCase{"IbanWithWrongDigit", "iban", "iban:GB82WEST12345698765431", 0},
        ScanCase{"IbanBeforeAWord", "iban", "iban:GB82WEST12345698765432x", 0},
        ScanCase{"PrivateKey", "private-key", "-----BEGIN PRIVATE KEY-----\nMIIE", 27},
        ScanCase{"PrivateKeyOfRsa", "private-key", "x-----BEGIN RSA PRIVATE KEY-----\n", 32},
        ScanCase{"PrivateKeyOfPgp", "private-key", "-----BEGIN PGP PRIVATE KEY BLOCK-----", 37},
        ScanCase{"PublicKey", "private-key", "-----BEGIN PUBLIC KEY-----\n", 0},
        ScanCase{"Token", "cloud-token", "id=AKIAIOSFODNN7EXAMPLE&", 23},
        ScanCase{"TokenAtTheEnd", "cloud-token", "id=AKIAIOSFODNN7EXAMPLE", 23},
        ScanCase{"TokenOfAzure", "cloud-token",
                 "AccountKey=0123456789012345678901234567890123456789012345678901234567890123456789"
                 "0123456789abcdef==;",
                 97},
        ScanCase{"TokenTooLong", "cloud-token", "id=AKIAIOSFODNN7EXAMPLES", 0},
        ScanCase{"Expression", "regex:ACME-[0-9]{6}", "see ACME-123456 and ACME-654321", 15},
        ScanCase{"ExpressionNot", "regex:ACME-[0-9]{6}", "see ACME-12345", 0},
        ScanCase{"ExpressionAtTheEnd", R"(regex:end\z)", "at the end", 10},
        ScanCase{"ExpressionInAnyCase", "regex:(?i)acme", "the ACME", 8}),
    [](const auto& info) { return info.param.name; });

TEST(PatternsCheck, DoesNotFindAcrossMessagesOrDirections)
{
    Session session(profileOf({patternCheck({"regex:secret", "card-number"})}));
    session.send({"4111111111", "sec"});
    session.send({"ret", "111111"});
    session.begin(Up);
    session.content(Up, "sec");
    session.begin(Down);
    session.content(Down, "ret");
    session.end(Down);
    session.end(Up);
    EXPECT_THAT(session.found(), IsEmpty());
}

TEST(PatternsCheck, FindsInBothDirectionsAtOnce)
{
    Session session(profileOf({patternCheck({"regex:secret"})}));
    session.begin(Up);
    session.begin(Down);
    session.content(Up, "sec");
    session.content(Down, "...se");
    session.content(Up, "ret");
    session.content(Down, "cret");
    session.end(Down);
    session.end(Up);
    ASSERT_EQ(session.found().size(), 2U);
    EXPECT_EQ(session.found()[0].direction, Up);
    EXPECT_EQ(session.found()[0].offset, 6U);
    EXPECT_EQ(session.found()[1].direction, Down);
    EXPECT_EQ(session.found()[1].offset, 9U);
}

TEST(PatternsCheck, LooksIntoTheKindsItNames)
{
    const auto found = [](bool inText, bool inBinary, MessageKind kind) {
        Patterns looked;
        looked.patterns = {"regex:a"};
        looked.inText = inText;
        looked.inBinary = inBinary;
        Session session(profileOf({checkFor("Secrets", looked)}));
        session.send({"a"}, Up, kind);
        return session.found().size();
    };
    EXPECT_EQ(found(true, false, MessageKind::Text), 1U);
    EXPECT_EQ(found(true, false, MessageKind::Binary), 0U);
    EXPECT_EQ(found(false, true, MessageKind::Text), 0U);
    EXPECT_EQ(found(false, true, MessageKind::Binary), 1U);
    EXPECT_EQ(found(true, true, MessageKind::Binary), 1U);
}

TEST(PatternsCheck, KeepsChecksOfOtherKindsAndDirectionsApart)
{
    auto inBinary = patternCheck({"regex:a"});
    inBinary.name = "Binary";
    std::get<Patterns>(inBinary.condition).inText = false;
    std::get<Patterns>(inBinary.condition).inBinary = true;
    auto down = patternCheck({"regex:a"});
    down.name = "Down";
    down.direction = Down;
    Session session(profileOf({inBinary, down}));
    session.send({"a"}, Up, MessageKind::Binary);
    session.send({"a"}, Down, MessageKind::Text);
    ASSERT_EQ(session.found().size(), 2U);
    EXPECT_EQ(session.found()[0].check, "Binary");
    EXPECT_EQ(session.found()[1].check, "Down");
}

TEST(PatternsCheck, StopsWhereContentsAreLostOrFramesBreak)
{
    Session session(profileOf({patternCheck({"card-number"})}));
    session.begin(Up);
    session.content(Up, "4111111111111111"); // might go on
    session.run().onContentLoss(Up, ContentLoss::BadDeflate);
    session.end(Up);
    session.begin(Down);
    session.content(Down, "4111111111111111");
    session.run().onFault(Down, FrameFault::ReservedOpcode);
    EXPECT_THAT(session.found(), IsEmpty());
}

TEST(PatternsCheck, FindsOnAfterBadUtf8)
{
    Session session(profileOf({patternCheck({"regex:secret"})}));
    session.begin(Up);
    session.content(Up, "sec");
    session.run().onFault(Up, FrameFault::BadUtf8);
    session.content(Up, "ret");
    session.end(Up);
    EXPECT_EQ(session.found().size(), 1U);
}

// ---- what is told of a match ----

MatchDigest digestIn(const char* pattern, std::string_view text, std::uint8_t key)
{
    Session session(profileOf({patternCheck({pattern})}), keyOf(key));
    session.send({text});
    return session.found().at(0).digest;
}

TEST(FindingDigest, IsEqualForEqualMatchesUnderOneKey)
{
    const auto card = digestIn("card-number", "4111111111111111", 1);
    EXPECT_NE(card, NoDigest);
    EXPECT_EQ(card, digestIn("card-number", "or 4111 1111 1111 1111!", 1));
    EXPECT_EQ(card, digestOf("4111111111111111", keyOf(1)));
    EXPECT_NE(card, digestIn("card-number", "4111111111111111", 2));
    EXPECT_NE(card, digestIn("card-number", "4012888888881881", 1));
}

TEST(FindingDigest, OfAnExpressionIsOfItsLeftmostMatch)
{
    EXPECT_EQ(digestIn("regex:ACME-[0-9]{6}", "see ACME-123456", 1),
              digestOf("ACME-123456", keyOf(1)));
    EXPECT_EQ(digestIn("regex:ACME-[0-9]{6}", std::string(1000, 'x') + "ACME-123456 etc.", 1),
              digestOf("ACME-123456", keyOf(1)));
    EXPECT_EQ(digestIn("regex:[a-z]+-x", "1abc-x", 1), digestOf("abc-x", keyOf(1)));
}

TEST(FindingDigest, IsMissingWhereTheBeginOfAMatchIsNotKnown)
{
    Session session(profileOf({patternCheck({"regex:a.{0,900}b.{0,900}c", "regex:good"})}));
    session.send({"a b c good"});
    ASSERT_EQ(session.found().size(), 2U);
    EXPECT_EQ(session.found()[0].digest, NoDigest);
    EXPECT_EQ(session.found()[1].digest, digestOf("good", keyOf(1)));
}

TEST(FindingDigest, IsHmacSha256) // RFC 4231 §4.3, its key filled up with zeros (RFC 2104 §2)
{
    DigestKey key{'J', 'e', 'f', 'e'};
    const MatchDigest expected{0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
                               0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
                               0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    EXPECT_EQ(digestOf("what do ya want for nothing?", key), expected);
}

TEST(Finding, NeverTellsWhatWasSent)
{
    const auto profile = std::make_shared<const CompiledProfile>(
        profileOf({patternCheck({"card-number", "iban", "private-key", "cloud-token"})}));
    const auto found =
        foundIn(profile, "4111111111111111 DE89370400440532013000 AKIAIOSFODNN7EXAMPLE "
                         "-----BEGIN PRIVATE KEY-----");
    ASSERT_EQ(found.size(), 4U);
    std::vector<std::string> kinds;
    for (const auto& each : found)
        kinds.push_back(each.kind);
    EXPECT_THAT(kinds, ElementsAre("card-number", "iban", "cloud-token", "private-key"));
}

// ---- the compiled profile ----

std::string complaintOf(std::string pattern)
{
    try {
        const CompiledProfile compiled(
            profileOf({patternCheck({"iban", "regex:good", std::move(pattern)})}));
        return "";
    } catch (const PolicyError& error) {
        return error.what();
    }
}

TEST(CompiledProfile, NamesTheCheckOfABadExpression)
{
    EXPECT_THAT(complaintOf("regex:a("),
                testing::StartsWith(R"(profile "Chat": check "Secrets": pattern "regex:a(": )"
                                    "Missing close parenthesis"));
    EXPECT_THAT(complaintOf("regex:(a)\\1"), testing::HasSubstr(R"(pattern "regex:(a)\1": )"));
    EXPECT_THAT(complaintOf("regex:a*"), testing::HasSubstr("matches empty buffer"));
    EXPECT_THAT(complaintOf("regex:a(?:[bc]{300}d){300}"), testing::HasSubstr("too large"));
    EXPECT_EQ(complaintOf("card"),
              R"(profile "Chat": check "Secrets": pattern "card": is not known; there are )"
              R"("card-number", "iban", "private-key", "cloud-token", and "regex:…")");
}

TEST(CompiledProfile, NeedsContentsForWhatSizesDoNotTell)
{
    const auto needs = [](Condition condition) {
        return CompiledProfile(profileOf({checkFor("c", std::move(condition))})).needsContent();
    };
    EXPECT_FALSE(CompiledProfile(profileOf({})).needsContent());
    EXPECT_FALSE(needs(ManyMessages{}));
    EXPECT_FALSE(needs(UnwantedKind{}));
    EXPECT_FALSE(needs(NotInspectable{}));
    EXPECT_FALSE(needs(Beacon{}));
    EXPECT_FALSE(needs(BrokenFrames{{FrameFault::Masked}}));
    EXPECT_TRUE(needs(BrokenFrames{{FrameFault::BadUtf8}}));
    EXPECT_TRUE(needs(BrokenFrames{}));
    EXPECT_TRUE(needs(LargeMessage{}));
    EXPECT_TRUE(needs(ManyBytes{}));
    EXPECT_TRUE(needs(Patterns{{"iban"}, true, false}));
}

TEST(ScanScratch, ServesSeveralProfilesOfOneThread)
{
    const CompiledProfile small(profileOf({patternCheck({"regex:a"})}));
    const CompiledProfile large(
        profileOf({patternCheck({"card-number", "iban", "cloud-token", "regex:a"})}));
    ScanScratch scratch;
    Findings findings;
    const auto key = keyOf(1);
    ProfileRun one(small, key, scratch, findings);
    Message message;
    message.number = 1;
    one.onMessageBegin(Up, message);
    one.onContent(Up, message, std::string_view("x"));
    ProfileRun other(large, key, scratch, findings);
    other.onMessageBegin(Up, message);
    other.onContent(Up, message, std::string_view("a"));
    one.onContent(Up, message, std::string_view("a"));
    EXPECT_EQ(findings.all.size(), 2U);
}

TEST(ProfileRun, IsSmall)
{
    EXPECT_LE(sizeof(ProfileRun), 256U);
}

} // namespace
} // namespace sallyport::policy::inspection
