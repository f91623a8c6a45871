#include "policy/ProfileReader.h"

#include "policy/Ascii.h"
#include "policy/DocumentValue.h"
#include "policy/Quantity.h"
#include "policy/inspection/BuiltInPatterns.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>

namespace sallyport::policy {
namespace {

using namespace inspection;
using Json = const JsonValue&;
using At = const Place&;

constexpr std::size_t MaxProfiles = 100;
constexpr std::size_t MaxChecks = 100;    // of a profile
constexpr std::size_t MaxPatterns = 1000; // of a check
constexpr std::size_t MaxPatternBytes = 1000;
constexpr std::uint64_t MaxHoldBytes = 16 << 20U; // a session may hold that much
constexpr std::uint64_t MaxMessages = 1'000'000'000;
constexpr std::uint64_t MaxBeaconMessages = 1000;

void requireAtMost(std::size_t count, std::size_t most, std::string_view what, At place)
{
    if (count > most)
        place.fail("has " + std::to_string(count) + ' ' + std::string(what) +
                   "; expected at most " + std::to_string(most));
}

std::uint64_t numberIn(Json value, At place, std::uint64_t least, std::uint64_t most)
{
    const auto* written = value.as<JsonNumber>();
    const auto text = written == nullptr ? std::string_view() : std::string_view(written->text);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
        number < least || number > most)
        failUnexpected(place, value,
                       "a whole number from " + std::to_string(least) + " to " +
                           std::to_string(most));
    return number;
}

void requireTrue(Json value, At place)
{
    if (!flagIn(value, place))
        failUnexpected(place, value, "true; leave the check out for false");
}

// The value whose name stands there; `nameOf` gives the values' names.
template <class Values, class NameOf>
auto namedIn(Json value, At place, const Values& values, NameOf nameOf)
{
    const auto* text = value.as<std::string>();
    std::string expected;
    for (const auto each : values) {
        if (text != nullptr && *text == nameOf(each))
            return each;
        expected += (expected.empty() ? "" : ", ") + quoted(nameOf(each));
    }
    failUnexpected(place, value, "one of " + expected);
}

template <class ItemIn>
auto itemsIn(Json value, At place, std::string_view example, ItemIn itemIn)
{
    const auto& list = arrayIn(value, place, "an array like " + std::string(example));
    if (list.empty())
        place.fail("is empty; expected an array like " + std::string(example));
    std::vector<decltype(itemIn(list[0], place))> items;
    for (std::size_t index = 0; index < list.size(); ++index)
        items.push_back(itemIn(list[index], place.item(index)));
    return items;
}

// "" stands for no subprotocol.
std::string subprotocolOrNoneIn(Json value, At place)
{
    const auto* text = value.as<std::string>();
    return text != nullptr && text->empty() ? "" : subprotocolIn(value, place);
}

std::string extensionIn(Json value, At place)
{
    auto name = filledLineIn(value, place);
    if (name != inLowerCase(name))
        place.fail(quoted(name) + " would never match; expected it in lower case");
    return name;
}

FrameFault faultIn(Json value, At place)
{
    std::vector<FrameFault> faults;
    for (auto fault = FrameFault::ReservedOpcode; fault <= FrameFault::BadUtf8;
         fault = static_cast<FrameFault>(static_cast<std::uint8_t>(fault) + 1))
        faults.push_back(fault);
    return namedIn(value, place, faults, frameFaultName);
}

std::string patternIn(Json value, At place)
{
    constexpr std::string_view Expected = R"(a pattern like "iban" or "regex:ACME-[0-9]{6}")";
    auto pattern = stringIn(value, place, Expected);
    if (pattern.size() > MaxPatternBytes)
        place.fail("has " + std::to_string(pattern.size()) + " bytes; expected at most " +
                   std::to_string(MaxPatternBytes));
    if (std::ranges::any_of(pattern, isControl))
        place.fail(R"(has a control character; expected it escaped, like "\n")");
    if (pattern.starts_with(ExpressionPrefix) && pattern.size() > ExpressionPrefix.size())
        return pattern;
    if (findBuiltInPattern(pattern) == nullptr) {
        std::string known;
        for (const auto& each : builtInPatterns())
            known += quoted(each.name) + ", ";
        failUnexpected(place, value, "one of " + known + "\"regex:EXPRESSION\"");
    }
    return pattern;
}

void readLargerThan(Json value, At place, Check& check)
{
    check.condition = LargeMessage{sizeIn(value, place)};
}

template <ManyMessages::Per per>
void readMessages(Json value, At place, Check& check)
{
    check.condition = ManyMessages{numberIn(value, place, 1, MaxMessages), per};
}

template <ManyMessages::Per per>
void readBytes(Json value, At place, Check& check)
{
    check.condition = ManyBytes{sizeIn(value, place), per};
}

MessageKind kindIn(Json value, At place)
{
    return namedIn(value, place, AllMessageKinds, messageKindName);
}

void readKind(Json value, At place, Check& check)
{
    check.condition = UnwantedKind{kindIn(value, place)};
}

void readSubprotocols(Json value, At place, Check& check)
{
    check.condition =
        OtherSubprotocol{itemsIn(value, place, R"(["chat.v1", ""])", subprotocolOrNoneIn)};
}

void readExtensions(Json value, At place, Check& check)
{
    OtherExtension other;
    if (const auto* list = value.as<JsonArray>(); list == nullptr || !list->empty()) // [] is none
        other.allowed = itemsIn(value, place, R"(["permessage-deflate"])", extensionIn);
    check.condition = std::move(other);
}

void readBroken(Json value, At place, Check& check)
{
    BrokenFrames broken;
    if (value.as<bool>() != nullptr)
        requireTrue(value, place);
    else
        broken.faults = itemsIn(value, place, R"(["bad-utf8"], or true for any)", faultIn);
    check.condition = std::move(broken);
}

void readNotInspectable(Json value, At place, Check& check)
{
    requireTrue(value, place);
    check.condition = NotInspectable{};
}

void readPatterns(Json value, At place, Check& check)
{
    Patterns looked;
    looked.patterns = itemsIn(value, place, R"(["card-number", "regex:ACME-[0-9]{6}"])", patternIn);
    requireAtMost(looked.patterns.size(), MaxPatterns, "patterns", place);
    check.condition = std::move(looked);
}

constexpr Field<Beacon> BeaconFields[] = {
    {"messages",
     [](Json value, At place, Beacon& beacon) {
         beacon.messages = static_cast<std::uint32_t>(numberIn(value, place, 3, MaxBeaconMessages));
     }},
    {"bytes", [](Json value, At place, Beacon& beacon) { beacon.bytes = sizeIn(value, place); }},
    {"jitter",
     [](Json value, At place, Beacon& beacon) {
         beacon.jitterPercent = static_cast<std::uint32_t>(numberIn(value, place, 0, 100));
     }},
    {"least",
     [](Json value, At place, Beacon& beacon) { beacon.least = durationIn(value, place); }},
};

void readBeacon(Json value, At place, Check& check)
{
    Beacon beacon;
    readFields(objectIn(value, place), place, BeaconFields, beacon);
    check.condition = beacon;
}

void readDirection(Json value, At place, Check& check)
{
    check.direction = namedIn(value, place, BothDirections, checkDirectionName);
}

void readAction(Json value, At place, Check& check)
{
    check.action = namedIn(value, place, AllCheckActions, checkActionName);
}

void readRate(Json value, At place, Check& check)
{
    check.slowBytesPerSecond = sizeIn(value, place);
}

// Read with the other keys that they belong to.
void readNothing(Json, At, Check&) {}

constexpr Field<Check> CheckFields[] = {
    {"name", readNothing},
    {"direction", readDirection},
    {"action", readAction},
    {"rate", readRate},
    {"largerThan", readLargerThan},
    {"messagesPerSecond", readMessages<ManyMessages::Per::Second>},
    {"messages", readMessages<ManyMessages::Per::Session>},
    {"bytesPerSecond", readBytes<ManyMessages::Per::Second>},
    {"bytes", readBytes<ManyMessages::Per::Session>},
    {"kind", readKind},
    {"subprotocolNotIn", readSubprotocols},
    {"extensionNotIn", readExtensions},
    {"broken", readBroken},
    {"notInspectable", readNotInspectable},
    {"patterns", readPatterns},
    {"in", readNothing},
    {"beacon", readBeacon},
};

// All others say what the check looks for.
constexpr std::string_view KeysBesideCondition[] = {"name", "direction", "action", "rate", "in"};

void requireOneCondition(const JsonObject& row, At place)
{
    std::string found;
    std::size_t count = 0;
    for (const auto& [key, value] : row) {
        if (std::ranges::find(KeysBesideCondition, key) != std::end(KeysBesideCondition))
            continue;
        found += (count++ == 0 ? "" : " and ") + quoted(key);
    }
    if (count == 0)
        place.fail(R"(has no condition; expected one like "largerThan" or "patterns")");
    if (count > 1)
        place.fail("has " + found + "; expected one condition, and a check for each");
}

// "in" says which messages a check with patterns looks into.
void readKindsLookedInto(const JsonObject& row, At place, Check& check)
{
    const auto* written = findMember(row, "in");
    if (written == nullptr)
        return;
    const auto at = place.key("in");
    auto* looked = std::get_if<Patterns>(&check.condition);
    if (looked == nullptr)
        at.fail(R"(is for checks with "patterns" only)");
    looked->inText = false;
    for (const auto kind : itemsIn(*written, at, R"(["text", "binary"])", kindIn))
        (kind == MessageKind::Text ? looked->inText : looked->inBinary) = true;
}

// What one key says of another.
void checkTogether(const JsonObject& row, At place, const Check& check)
{
    static_cast<void>(requireMember(row, place, "action", R"("note", "alert", "slow" or "cut")"));
    if (check.action == CheckAction::Slow)
        static_cast<void>(
            requireMember(row, place, "rate", R"(bytes per second like "64KiB" for "slow")"));
    else if (check.slowBytesPerSecond != 0)
        place.key("rate").fail(R"(is for "slow" only)");
    const bool isOfHandshake = std::holds_alternative<OtherSubprotocol>(check.condition) ||
                               std::holds_alternative<OtherExtension>(check.condition);
    if (isOfHandshake && check.direction)
        place.key("direction").fail("is not for what both sides agree on");
}

Check checkIn(Json value, At place)
{
    const auto& row = objectIn(value, place);
    Check check;
    check.name = nameIn(row, place, "a name for the check");
    readFields(row, place, CheckFields, check);
    requireOneCondition(row, place);
    readKindsLookedInto(row, place, check);
    checkTogether(row, place, check);
    return check;
}

void readChecks(Json value, At place, InspectionProfile& profile)
{
    const auto& list = arrayIn(value, place, "an array of checks");
    requireAtMost(list.size(), MaxChecks, "checks", place);
    std::unordered_set<std::string> names;
    for (std::size_t index = 0; index < list.size(); ++index) {
        const auto at = place.item(index);
        const auto& check = profile.checks.emplace_back(checkIn(list[index], at));
        if (!names.insert(check.name).second)
            at.key("name").fail(quoted(check.name) + " is taken by another check");
    }
}

void readHold(Json value, At place, InspectionProfile& profile)
{
    profile.holdBytes = sizeIn(value, place);
    if (profile.holdBytes > MaxHoldBytes)
        failUnexpected(place, value, "at most " + quoted(sizeText(MaxHoldBytes)));
}

constexpr Field<InspectionProfile> ProfileFields[] = {
    {"name", [](Json, At, InspectionProfile&) {}}, // read before the others
    {"hold", readHold},
    {"digests", [](Json value, At place,
                   InspectionProfile& profile) { profile.digests = flagIn(value, place); }},
    {"closeFrame", [](Json value, At place,
                      InspectionProfile& profile) { profile.closeFrame = flagIn(value, place); }},
    {"checks", readChecks},
};

} // namespace

InspectionProfile inspectionProfileIn(const JsonValue& value, std::size_t position)
{
    const auto unnamed = Place::profile(position, "");
    const auto& row = objectIn(value, unnamed);
    InspectionProfile profile;
    const auto unnamedKey = unnamed.key("name");
    profile.name =
        profileIn(requireMember(row, unnamed, "name", "a name for the profile"), unnamedKey);
    const auto place = Place::profile(position, profile.name);
    readFields(row, place, ProfileFields, profile);
    return profile;
}

std::vector<InspectionProfile> profilesIn(const JsonValue& value, const Place& place)
{
    const auto& list = arrayIn(value, place, "an array of profiles");
    requireAtMost(list.size(), MaxProfiles, "profiles", place);
    std::vector<InspectionProfile> profiles;
    for (std::size_t index = 0; index < list.size(); ++index) {
        auto profile = inspectionProfileIn(list[index], index + 1);
        if (std::ranges::find(profiles, profile.name, &InspectionProfile::name) != profiles.end()) {
            const auto at = Place::profile(index + 1, profile.name);
            at.key("name").fail(quoted(profile.name) + " is taken by another profile");
        }
        profiles.push_back(std::move(profile));
    }
    return profiles;
}

} // namespace sallyport::policy
