#include "policy/ConditionReader.h"

#include "policy/Ascii.h"
#include "policy/DocumentValue.h"
#include "policy/HostPattern.h"
#include "policy/PathPrefix.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace sallyport::policy {
namespace {

// The columns of a row, or of its "not".
struct Columns {
    Conditions& into;
    Conditions* shutOut; // null inside "not"
};

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
    std::optional<PortRange> range;
    if (const auto* text = value.as<std::string>())
        range = parsePortRange(*text);
    if (const auto* number = value.as<JsonNumber>())
        range = parsePortRange(number->text);
    if (!range)
        place.fail(foundText(value) +
                   " is not a port or a range like \"8000-8100\"; ports go from 1 to 65535");
    return *range;
}

Protocol protocolIn(const JsonValue& value, const Place& place)
{
    using enum Protocol;
    const auto* text = value.as<std::string>();
    for (const auto protocol : {Http, Connect, WebSocket, Tls, TunnelledHttp, Ssh, Unknown})
        if (text != nullptr && *text == protocolName(protocol))
            return protocol;
    failUnexpected(
        place, value,
        R"("http", "connect", "websocket", "tls", "tunnelled-http", "ssh" or "unknown")");
}

// As it goes over the wire: what is not in there is written in escapes.
const std::string& targetPartIn(const JsonValue& value, const Place& place,
                                std::string_view expected)
{
    const auto& text = stringIn(value, place, expected);
    if (!std::ranges::all_of(text, isVisible))
        place.fail(quoted(text) + " has a space, a control character or characters outside ASCII; "
                                  "write them percent-encoded");
    if (text.size() > MaxUrlBytes)
        place.fail("has " + std::to_string(text.size()) + " bytes; expected at most " +
                   std::to_string(MaxUrlBytes));
    return text;
}

bool hasBrokenEscape(std::string_view text)
{
    constexpr std::string_view Digits = "0123456789abcdefABCDEF";
    for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 1))
        if (text.size() - at < 3 || !Digits.contains(text[at + 1]) ||
            !Digits.contains(text[at + 2]))
            return true;
    return false;
}

std::string pathIn(const JsonValue& value, const Place& place)
{
    const auto& path = targetPartIn(value, place, R"(the start of a path like "/api/")");
    if (!path.starts_with('/'))
        place.fail(quoted(path) + " is not the start of a path like \"/api/\"");
    if (path.find_first_of("?#") != path.npos)
        place.fail(quoted(path) + R"( has a query; use the condition "query" for it)");
    if (hasBrokenEscape(path))
        place.fail(quoted(path) + R"( has a "%" without two hexadecimal digits; write it "%25")");
    std::string normal;
    normalizePath(path, normal);
    return normal;
}

std::string queryIn(const JsonValue& value, const Place& place)
{
    const auto& parameter = targetPartIn(value, place, R"(a parameter like "name=value")");
    if (parameter.empty() || parameter.find_first_of("?#&") != parameter.npos)
        place.fail(quoted(parameter) + R"( is not one parameter like "name" or "name=value")");
    return parameter;
}

std::string differenceIn(const JsonValue& value, const Place& place)
{
    return std::string(nameDifferenceName(nameDifferenceIn(value, place)));
}

Schedule scheduleIn(const JsonValue& value, const Place& place)
{
    return accepted(parseSchedule(stringIn(
                        value, place, R"(a schedule like "mon-fri 08:00-18:00 Europe/Berlin")")),
                    place);
}

const JsonArray& filledArrayIn(const JsonValue& value, const Place& place, std::string_view example)
{
    const auto& list = arrayIn(value, place, "an array like " + std::string(example));
    if (list.empty())
        place.fail("is empty and would match nothing; leave it out to match everything");
    return list;
}

template <class Value, class ItemIn>
void readList(const JsonValue& value, const Place& place, std::vector<Value>& column, ItemIn itemIn,
              std::string_view example)
{
    const auto& list = filledArrayIn(value, place, example);
    column.reserve(list.size());
    for (std::size_t index = 0; index < list.size(); ++index)
        column.push_back(itemIn(list[index], place.item(index)));
}

// Networks and lists of them are one column in two members.
void readAddresses(const JsonValue& value, const Place& place, Conditions& into)
{
    const auto& list = filledArrayIn(value, place, R"(["10.20.0.7/32", "list:partners"])");
    for (std::size_t index = 0; index < list.size(); ++index) {
        const auto item = place.item(index);
        const auto* text = list[index].as<std::string>();
        if (text != nullptr && text->starts_with(ListPrefix))
            into.addressLists.push_back(accepted(parseListReference(*text), item));
        else
            into.address.push_back(networkIn(list[index], item));
    }
}

void readColumns(const JsonValue& value, const Place& place, Columns columns);

void readNot(const JsonValue& value, const Place& place, Columns& columns)
{
    if (columns.shutOut == nullptr)
        place.fail("stands inside a \"not\" already");
    readColumns(value, place, {*columns.shutOut, nullptr});
}

using Json = const JsonValue&;
using At = const Place&;

constexpr Field<Columns> ColumnFields[] = {
    {"listener",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.listener, filledLineIn, R"(["127.0.0.1:3128"])");
     }},
    {"client",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.client, networkIn, R"(["10.0.0.0/8"])");
     }},
    {"user",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.user, filledLineIn, R"(["alice"])");
     }},
    {"group",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.group, filledLineIn, R"(["Staff"])");
     }},
    {"host",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.host, hostIn, R"(["example.com", "*.example.com"])");
     }},
    {"port",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.port, portIn, R"([443, "8000-8100"])");
     }},
    {"protocol",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.protocol, protocolIn, R"(["connect"])");
     }},
    {"method",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.method, methodIn, R"(["GET"])");
     }},
    {"path",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.path, pathIn, R"(["/api/"])");
     }},
    {"query",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.query, queryIn, R"(["name=value"])");
     }},
    {"address",
     [](Json value, At place, Columns& columns) { readAddresses(value, place, columns.into); }},
    {"sni",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.sni, hostIn, R"(["example.com", "*.example.com"])");
     }},
    {"alpn",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.alpn, alpnIn, R"(["h2"])");
     }},
    {"names",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.names, differenceIn, R"(["sni-differs"])");
     }},
    {"subprotocol",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.subprotocol, subprotocolIn, R"(["chat.v1"])");
     }},
    {"origin",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.origin, hostIn, R"(["example.com", "*.example.com"])");
     }},
    {"time",
     [](Json value, At place, Columns& columns) {
         readList(value, place, columns.into.time, scheduleIn, R"(["mon-fri 08:00-18:00"])");
     }},
    {"not", readNot},
};

void readColumns(const JsonValue& value, const Place& place, Columns columns)
{
    readFields(objectIn(value, place), place, ColumnFields, columns);
}

} // namespace

void readConditions(const JsonValue& written, const Place& place, Rule& rule)
{
    readColumns(written, place, {rule.when, &rule.except});
}

} // namespace sallyport::policy
