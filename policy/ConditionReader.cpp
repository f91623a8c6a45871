#include "policy/ConditionReader.h"

#include "policy/HostPattern.h"

#include <algorithm>
#include <expected>
#include <iterator>
#include <optional>
#include <utility>

namespace sallyport::policy {
namespace {

constexpr std::string_view ConditionKeys[] = {"client", "host",     "port",
                                              "method", "protocol", "address"};
constexpr std::string_view WhenKeys[] = {"client",   "host",    "port", "method",
                                         "protocol", "address", "not"};
constexpr std::string_view LaterConditionKeys[] = {"group"};

template <class T>
T accepted(std::expected<T, std::string> parsed, const Place& place)
{
    if (!parsed)
        place.fail(parsed.error());
    return *std::move(parsed);
}

Network networkIn(const JsonValue& value, const Place& place)
{
    return accepted(parseNetwork(stringIn(value, place, R"(a network like "10.0.0.0/8")")), place);
}

std::string hostIn(const JsonValue& value, const Place& place)
{
    return accepted(parseHostPattern(stringIn(value, place, R"(a host like "www.example.com")")),
                    place);
}

PortRange portIn(const JsonValue& value, const Place& place)
{
    // A bool calls itself an integer.
    const auto isNumber = value.isInteger() && !value.isBoolean();
    const auto range =
        isNumber || value.isString() ? parsePortRange(value.toString()) : std::nullopt;
    if (!range)
        place.fail(foundText(value) +
                   " is not a port or a range like \"8000-8100\"; ports go from 1 to 65535");
    return *range;
}

Protocol protocolIn(const JsonValue& value, const Place& place)
{
    for (const auto protocol :
         {Protocol::Http, Protocol::Connect, Protocol::WebSocket, Protocol::Tls})
        if (value.isString() && value.extract<std::string>() == protocolName(protocol))
            return protocol;
    failUnexpected(place, value, R"("http", "connect", "websocket" or "tls")");
}

bool isTokenCharacter(char c) // RFC 9110 §5.6.2
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

std::string methodIn(const JsonValue& value, const Place& place)
{
    static constexpr std::string_view Known[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                 "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    auto method = stringIn(value, place, R"(a method like "GET")");
    if (method.empty() || !std::ranges::all_of(method, isTokenCharacter))
        place.fail(quoted(method) + " is not a method like \"GET\"");
    auto upper = method;
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (method != upper && std::ranges::find(Known, upper) != std::end(Known))
        place.fail(quoted(method) + " would never match, as methods are case-sensitive; expected " +
                   quoted(upper));
    return method;
}

template <class Value>
std::vector<Value> listIn(const JsonObject& conditions, const std::string& name,
                          const Place& parent, Value (*itemIn)(const JsonValue&, const Place&),
                          std::string_view example)
{
    std::vector<Value> values;
    if (!conditions->has(name))
        return values;
    const auto place = parent.key(name);
    const auto found = conditions->get(name);
    if (found.type() != typeid(JsonArray))
        failUnexpected(place, found, "an array like " + std::string(example));
    const auto& list = found.extract<JsonArray>();
    if (list->size() == 0)
        place.fail("is empty and would match nothing; leave it out to match everything");
    for (std::size_t index = 0; index < list->size(); ++index)
        values.push_back(itemIn(list->get(static_cast<unsigned>(index)), place.item(index)));
    return values;
}

Conditions conditionsIn(const JsonObject& written, const Place& place, Keys known)
{
    checkKeys(written, place, known, LaterConditionKeys);
    Conditions read;
    read.client = listIn(written, "client", place, networkIn, R"(["10.0.0.0/8"])");
    read.host = listIn(written, "host", place, hostIn, R"(["example.com", "*.example.com"])");
    read.port = listIn(written, "port", place, portIn, R"([443, "8000-8100"])");
    read.protocol = listIn(written, "protocol", place, protocolIn, R"(["connect"])");
    read.method = listIn(written, "method", place, methodIn, R"(["GET"])");
    read.address = listIn(written, "address", place, networkIn, R"(["10.20.0.7/32"])");
    return read;
}

} // namespace

void readConditions(const JsonValue& written, const Place& place, Rule& rule)
{
    const auto when = objectIn(written, place);
    rule.when = conditionsIn(when, place, WhenKeys);
    if (!when->has("not"))
        return;
    const auto notPlace = place.key("not");
    rule.except = conditionsIn(objectIn(when->get("not"), notPlace), notPlace, ConditionKeys);
}

} // namespace sallyport::policy
