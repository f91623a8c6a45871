#include "policy/DocumentWriter.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

namespace sallyport::policy {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr unsigned Indent = 2;

Object orderedObject()
{
    return Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

template <class Values, class ToJson>
void putList(Object& conditions, const char* name, const Values& values, ToJson toJson)
{
    if (values.empty())
        return;
    Array list;
    for (const auto& value : values)
        list.add(toJson(value));
    conditions.set(name, list);
}

Var portJson(const PortRange& range)
{
    if (range.first == range.last)
        return range.first;
    return portRangeText(range);
}

std::string protocolJson(Protocol protocol)
{
    return std::string(protocolName(protocol));
}

std::string textJson(const std::string& text)
{
    return text;
}

Object conditionsJson(const Conditions& conditions)
{
    auto json = orderedObject();
    putList(json, "client", conditions.client, networkText);
    putList(json, "host", conditions.host, textJson);
    putList(json, "port", conditions.port, portJson);
    putList(json, "method", conditions.method, textJson);
    putList(json, "protocol", conditions.protocol, protocolJson);
    putList(json, "address", conditions.address, networkText);
    return json;
}

void putText(Object& json, const char* name, const std::string& text)
{
    if (!text.empty())
        json.set(name, text);
}

Object ruleJson(const Rule& rule)
{
    auto json = orderedObject();
    json.set("id", rule.id);
    json.set("name", rule.name);
    json.set("action", std::string(actionName(rule.action)));
    json.set("mode", "enforce");
    json.set("enabled", rule.enabled);
    auto when = conditionsJson(rule.when);
    if (const auto shutOut = conditionsJson(rule.except); shutOut.size() > 0)
        when.set("not", shutOut);
    if (when.size() > 0)
        json.set("when", when);
    putText(json, "section", rule.section);
    putText(json, "owner", rule.owner);
    putText(json, "ticket", rule.ticket);
    putText(json, "comment", rule.comment);
    return json;
}

Array rulesJson(const std::vector<Rule>& rules)
{
    Array json;
    for (const auto& rule : rules)
        json.add(ruleJson(rule));
    return json;
}

} // namespace

std::string writeDocument(const PolicyDocument& document)
{
    auto defaults = orderedObject();
    defaults.set("access", std::string(actionName(document.defaults.access)));
    auto json = orderedObject();
    json.set("format", 1);
    json.set("guard", rulesJson(document.rows(Layer::Guard)));
    json.set("access", rulesJson(document.rows(Layer::Access)));
    json.set("defaults", defaults);
    std::ostringstream text;
    json.stringify(text, Indent);
    text << '\n';
    return text.str();
}

} // namespace sallyport::policy
