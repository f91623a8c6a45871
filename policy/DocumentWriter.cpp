#include "policy/DocumentWriter.h"

#include "policy/HostPattern.h"
#include "policy/JsonText.h"
#include "policy/ProfileWriter.h"
#include "policy/Quantity.h"
#include "policy/TimeText.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::policy {
namespace {

std::string wordJson(std::string_view word)
{
    return jsonString(word);
}

template <class Values, class ToJson>
std::vector<std::string> itemsOf(const Values& values, ToJson toJson)
{
    std::vector<std::string> items;
    items.reserve(values.size());
    for (const auto& value : values)
        items.push_back(toJson(value));
    return items;
}

void putText(JsonText& json, std::string_view name, std::string_view text)
{
    json.key(name);
    json.text(text);
}

void putFilled(JsonText& json, std::string_view name, std::string_view text)
{
    if (!text.empty())
        putText(json, name, text);
}

template <class Values, class ToJson>
void putColumn(JsonText& json, std::string_view name, const Values& values, ToJson toJson)
{
    if (values.empty())
        return;
    json.key(name);
    json.list(itemsOf(values, toJson));
}

std::string portJson(const PortRange& range)
{
    const auto text = portRangeText(range);
    return range.first == range.last ? text : jsonString(text);
}

void putAddresses(JsonText& json, const Conditions& conditions)
{
    auto items = itemsOf(conditions.address,
                         [](const Network& network) { return jsonString(networkText(network)); });
    for (const auto& name : conditions.addressLists)
        items.push_back(jsonString(std::string(ListPrefix) + name));
    if (items.empty())
        return;
    json.key("address");
    json.list(items);
}

void putColumns(JsonText& json, const Conditions& conditions)
{
    putColumn(json, "listener", conditions.listener, wordJson);
    putColumn(json, "client", conditions.client,
              [](const Network& network) { return jsonString(networkText(network)); });
    putColumn(json, "user", conditions.user, wordJson);
    putColumn(json, "group", conditions.group, wordJson);
    putColumn(json, "host", conditions.host, wordJson);
    putColumn(json, "port", conditions.port, portJson);
    putColumn(json, "protocol", conditions.protocol,
              [](Protocol protocol) { return jsonString(protocolName(protocol)); });
    putColumn(json, "method", conditions.method, wordJson);
    putColumn(json, "path", conditions.path, wordJson);
    putColumn(json, "query", conditions.query, wordJson);
    putAddresses(json, conditions);
    putColumn(json, "sni", conditions.sni, wordJson);
    putColumn(json, "alpn", conditions.alpn, wordJson);
    putColumn(json, "names", conditions.names, wordJson);
    putColumn(json, "subprotocol", conditions.subprotocol, wordJson);
    putColumn(json, "origin", conditions.origin, wordJson);
    putColumn(json, "time", conditions.time,
              [](const Schedule& schedule) { return jsonString(scheduleText(schedule)); });
}

void putConditions(JsonText& json, const Rule& rule)
{
    const Conditions none;
    if (rule.when == none && rule.except == none)
        return;
    json.key("when");
    json.beginObject();
    putColumns(json, rule.when);
    if (rule.except != none) {
        json.key("not");
        json.beginObject();
        putColumns(json, rule.except);
        json.endObject();
    }
    json.endObject();
}

void putLimits(JsonText& json, const SessionLimits& limits)
{
    json.key("limits");
    json.beginObject();
    if (limits.idle)
        putText(json, "idle", durationText(*limits.idle));
    if (limits.duration)
        putText(json, "duration", durationText(*limits.duration));
    if (limits.bytes)
        putText(json, "bytes", sizeText(*limits.bytes));
    if (limits.bytesPerSecond)
        putText(json, "rate", sizeText(*limits.bytesPerSecond));
    json.endObject();
}

void putRule(JsonText& json, const Rule& rule)
{
    json.beginObject();
    putText(json, "id", rule.id);
    putText(json, "name", rule.name);
    putText(json, "action", actionName(rule.action));
    putText(json, "mode", modeName(rule.mode));
    json.key("enabled");
    json.value(rule.enabled ? "true" : "false");
    if (rule.starts)
        putText(json, "starts", timeText(*rule.starts));
    if (rule.expires)
        putText(json, "expires", timeText(*rule.expires));
    putConditions(json, rule);
    putFilled(json, "profile", rule.profile);
    if (rule.layer == Layer::Limits)
        putLimits(json, rule.limits);
    putFilled(json, "blockText", rule.blockText);
    putFilled(json, "section", rule.section);
    putFilled(json, "owner", rule.owner);
    putFilled(json, "ticket", rule.ticket);
    putFilled(json, "comment", rule.comment);
    json.endObject();
}

void putRules(JsonText& json, Layer layer, const std::vector<Rule>& rules)
{
    json.key(layerName(layer));
    json.beginArray();
    for (const auto& rule : rules)
        putRule(json, rule);
    json.endArray();
}

void putDefaults(JsonText& json, const Defaults& defaults)
{
    json.beginObject();
    putText(json, "access", actionName(defaults.access));
    if (defaults.inspectionProfile.empty()) {
        putText(json, "inspection", actionName(defaults.inspection));
    } else {
        json.key("inspection");
        json.beginObject();
        putText(json, "action", actionName(defaults.inspection));
        putText(json, "profile", defaults.inspectionProfile);
        json.endObject();
    }
    if (defaults.limits != SessionLimits())
        putLimits(json, defaults.limits);
    json.endObject();
}

// What the tunnel's first bytes are to be where that does not follow from the URL.
void putOpening(JsonText& json, const FactSheet::Opening& opening, FactSheet usual)
{
    if (!usual.firstBytes || usual.firstBytes->content != opening.content)
        putText(json, "content", protocolName(opening.content));
    const auto& plain = usual.beginWith(opening.content);
    if (opening.sni != plain.sni)
        putText(json, "sni", opening.sni);
    if (opening.alpn != plain.alpn) {
        json.key("alpn");
        json.list(itemsOf(opening.alpn, wordJson));
    }
    if (opening.path != plain.path || opening.query != plain.query)
        putText(json, "path", opening.path + (opening.query.empty() ? "" : '?' + opening.query));
    std::vector<std::string> names;
    for (const auto difference : AllNameDifferences)
        if (opening.differences.has(difference))
            names.emplace_back(nameDifferenceName(difference));
    putColumn(json, "names", names, wordJson);
}

// Facts that follow from the URL are left out.
void putFacts(JsonText& json, const FactSheet& facts, const FactSheet& usual)
{
    if (facts.client != usual.client)
        putText(json, "client", addressText(facts.client));
    putFilled(json, "user", facts.user);
    putColumn(json, "groups", facts.groups, wordJson);
    if (facts.method != usual.method)
        putText(json, "method", facts.method);
    if (facts.at != usual.at)
        putText(json, "at", timeText(facts.at));
    if (facts.destination && facts.destination != usual.destination)
        putText(json, "address", addressText(*facts.destination));
    putFilled(json, "listener", facts.listener);
    if (facts.firstBytes && facts.firstBytes != usual.firstBytes)
        putOpening(json, *facts.firstBytes, usual);
    if (facts.subprotocol)
        putText(json, "subprotocol", *facts.subprotocol);
    putFilled(json, "origin", clearRequestOf(facts.facts()).origin);
}

void putCase(JsonText& json, const PolicyCase& written)
{
    json.beginObject();
    putText(json, "name", written.name);
    putText(json, "url", written.url);
    putFacts(json, written.facts, factSheetFor(written.url));
    putText(json, "expect", written.expected == Answer::Allow ? "allow" : "deny");
    putFilled(json, "rule", written.expectedRule);
    json.endObject();
}

void putCases(JsonText& json, const std::vector<PolicyCase>& cases)
{
    json.key("tests");
    json.beginArray();
    for (const auto& each : cases)
        putCase(json, each);
    json.endArray();
}

template <class Put, class Part>
std::string onOneLine(Put put, const Part& part)
{
    JsonText json(JsonText::Layout::OneLine);
    put(json, part);
    return std::move(json).take();
}

void putPac(JsonText& json, const PacSettings& pac)
{
    json.key("pac");
    json.beginObject();
    putFilled(json, "proxy", pac.proxy);
    putColumn(json, "direct", pac.directSuffixes, wordJson);
    putFilled(json, "script", pac.script);
    json.endObject();
}

} // namespace

std::string writeDocument(const PolicyDocument& document)
{
    JsonText json;
    json.beginObject();
    json.key("format");
    json.value("1");
    for (const auto layer : AllLayers)
        putRules(json, layer, document.rows(layer));
    json.key("defaults");
    putDefaults(json, document.defaults);
    if (!document.profiles.empty())
        putProfiles(json, document.profiles);
    if (!document.cases.empty())
        putCases(json, document.cases);
    if (document.pac)
        putPac(json, *document.pac);
    json.endObject();
    return std::move(json).take() + '\n';
}

std::string writeRule(const Rule& rule)
{
    return onOneLine(putRule, rule);
}

std::string writeDefaults(const Defaults& defaults)
{
    return onOneLine(putDefaults, defaults);
}

std::string writeProfile(const inspection::InspectionProfile& profile)
{
    return onOneLine(putProfile, profile);
}

std::string writeCase(const PolicyCase& policyCase)
{
    return onOneLine(putCase, policyCase);
}

} // namespace sallyport::policy
