#include "policy/DocumentValue.h"

#include "policy/Ascii.h"
#include "policy/Quantity.h"
#include "policy/TimeText.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace sallyport::policy {
namespace {

constexpr std::size_t MaxProfileBytes = 100;
constexpr std::size_t MaxAlpnBytes = 255; // RFC 7301 §3.1

bool isToken(std::string_view text) // RFC 9110 §5.6.2
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return isLetter(c) || isDigit(c) || std::string_view("!#$%&'*+-.^_`|~").contains(c);
    });
}

void checkLength(std::string_view text, const Place& place, std::size_t maxBytes)
{
    if (text.size() > maxBytes)
        place.fail("has " + std::to_string(text.size()) + " bytes; expected at most " +
                   std::to_string(maxBytes));
}

// Of UTF-8: every byte but those that go on with a character (RFC 3629 §3).
std::size_t characterCount(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

constexpr Field<SessionLimits> LimitFields[] = {
    {"idle", [](const JsonValue& value, const Place& place,
                SessionLimits& limits) { limits.idle = durationIn(value, place); }},
    {"duration", [](const JsonValue& value, const Place& place,
                    SessionLimits& limits) { limits.duration = durationIn(value, place); }},
    {"bytes", [](const JsonValue& value, const Place& place,
                 SessionLimits& limits) { limits.bytes = sizeIn(value, place); }},
    {"rate", [](const JsonValue& value, const Place& place,
                SessionLimits& limits) { limits.bytesPerSecond = sizeIn(value, place); }},
};

struct LayerActions {
    std::string_view expected;
    std::array<Action, 2> actions;
};

const LayerActions& layerActions(Layer layer)
{
    using enum Action;
    static constexpr std::array<LayerActions, LayerCount> Known{{
        {R"("allow" or "deny")", {Allow, Deny}},
        {R"("deny")", {Deny, Deny}},
        {R"("allow" or "deny")", {Allow, Deny}},
        {R"("blind" or "observe")", {Blind, Observe}},
        {R"("limit")", {Limit, Limit}},
    }};
    return Known[static_cast<std::size_t>(layer)];
}

} // namespace

std::string lineIn(const JsonValue& value, const Place& place, std::size_t maxBytes)
{
    const auto& text = stringIn(value, place, "a string");
    if (std::ranges::any_of(text, isControl))
        place.fail("has a control character; expected one line of text");
    checkLength(text, place, maxBytes);
    return text;
}

std::string filledLineIn(const JsonValue& value, const Place& place)
{
    auto text = lineIn(value, place);
    if (text.empty())
        place.fail("is empty; expected one line of text");
    return text;
}

std::string nameIn(const JsonObject& object, const Place& place, std::string_view expected)
{
    const auto* value = findMember(object, "name");
    const auto namePlace = place.key("name");
    auto name = value == nullptr ? "" : lineIn(*value, namePlace);
    if (std::ranges::all_of(name, [](char c) { return c == ' '; }))
        namePlace.fail("is missing or empty; expected " + std::string(expected));
    return name;
}

std::string commentIn(const JsonValue& value, const Place& place)
{
    const auto& text = stringIn(value, place, "a string");
    if (std::ranges::any_of(text, [](char c) { return isControl(c) && c != '\n' && c != '\t'; }))
        place.fail("has a control character; expected text, lines and tabs");
    checkLength(text, place, MaxCommentBytes);
    return text;
}

std::string blockTextIn(const JsonValue& value, const Place& place)
{
    const auto& text = stringIn(value, place, "a string");
    if (std::ranges::any_of(text, [](char c) { return isControl(c) && c != '\n'; }))
        place.fail("has a control character; expected lines of text");
    if (const auto characters = characterCount(text); characters > MaxBlockTextCharacters)
        place.fail("has " + std::to_string(characters) + " characters; expected at most " +
                   std::to_string(MaxBlockTextCharacters));
    return text;
}

bool flagIn(const JsonValue& value, const Place& place)
{
    const auto* flag = value.as<bool>();
    if (flag == nullptr)
        failUnexpected(place, value, "true or false");
    return *flag;
}

WallTime timeIn(const JsonValue& value, const Place& place)
{
    return accepted(parseTime(stringIn(value, place, R"(a time like "2027-01-01T00:00:00Z")")),
                    place);
}

std::chrono::milliseconds durationIn(const JsonValue& value, const Place& place)
{
    const auto* text = value.as<std::string>();
    const auto duration = text == nullptr ? std::nullopt : parseDuration(*text);
    if (!duration)
        failUnexpected(place, value, R"(a duration above 0 like "30m" or "1h30m")");
    return *duration;
}

std::uint64_t sizeIn(const JsonValue& value, const Place& place)
{
    std::string_view written;
    if (const auto* text = value.as<std::string>())
        written = *text;
    if (const auto* number = value.as<JsonNumber>())
        written = number->text;
    const auto size = parseSize(written);
    if (!size)
        failUnexpected(place, value, R"(a number of bytes above 0 like "512KiB" or "2GiB")");
    return *size;
}

std::string methodIn(const JsonValue& value, const Place& place)
{
    static constexpr std::string_view Known[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                 "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    const auto& method = stringIn(value, place, R"(a method like "GET")");
    if (!isToken(method))
        place.fail(quoted(method) + " is not a method like \"GET\"");
    checkLength(method, place, MaxLineBytes);
    auto upper = method;
    std::ranges::transform(upper, upper.begin(), toUpper);
    if (method != upper && std::ranges::find(Known, upper) != std::end(Known))
        place.fail(quoted(method) + " would never match, as methods are case-sensitive; expected " +
                   quoted(upper));
    return method;
}

std::string subprotocolIn(const JsonValue& value, const Place& place)
{
    const auto& name = stringIn(value, place, R"(a subprotocol like "chat.v1")");
    if (!isToken(name))
        place.fail(quoted(name) + " is not a subprotocol like \"chat.v1\"");
    checkLength(name, place, MaxLineBytes);
    return name;
}

std::string alpnIn(const JsonValue& value, const Place& place)
{
    const auto& name = stringIn(value, place, R"(a protocol like "h2")");
    const auto isPrintable =
        std::ranges::all_of(name, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (name.empty() || name.size() > MaxAlpnBytes || !isPrintable)
        place.fail(quoted(name) + " is not the name of a protocol like \"h2\" or \"http/1.1\"");
    return name;
}

NameDifference nameDifferenceIn(const JsonValue& value, const Place& place)
{
    const auto* text = value.as<std::string>();
    for (const auto difference : AllNameDifferences)
        if (text != nullptr && *text == nameDifferenceName(difference))
            return difference;
    failUnexpected(place, value,
                   R"("sni-differs", "sni-missing", "host-differs" or "certificate-differs")");
}

SessionLimits limitsIn(const JsonValue& value, const Place& place)
{
    SessionLimits limits;
    readFields(objectIn(value, place), place, LimitFields, limits);
    return limits;
}

std::string profileIn(const JsonValue& value, const Place& place)
{
    const auto& name = stringIn(value, place, R"(the name of a profile like "chat-audit")");
    const auto isName = std::ranges::all_of(
        name, [](char c) { return isLetter(c) || isDigit(c) || c == '-' || c == '_' || c == '.'; });
    if (name.empty() || name.size() > MaxProfileBytes || !isName)
        place.fail(quoted(name) + " is not the name of a profile: 1 to 100 letters, digits, \"-\", "
                                  "\"_\" and \".\"");
    return name;
}

Action actionIn(const JsonValue& value, const Place& place, Layer layer)
{
    const auto& known = layerActions(layer);
    const auto* text = value.as<std::string>();
    for (const auto action : known.actions)
        if (text != nullptr && *text == actionName(action))
            return action;
    if (layer == Layer::Inspection && text != nullptr && *text == "intercept")
        place.fail(R"("intercept" is not supported by this version; expected )" +
                   std::string(known.expected));
    failUnexpected(place, value, known.expected);
}

std::string_view actionsOf(Layer layer)
{
    return layerActions(layer).expected;
}

} // namespace sallyport::policy
