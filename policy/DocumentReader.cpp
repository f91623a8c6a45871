#include "policy/DocumentReader.h"

#include "policy/ConditionReader.h"
#include "policy/DocumentPlace.h"
#include "policy/StrictJson.h"

#include <Poco/UUIDGenerator.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {
namespace {

constexpr int Format = 1;
constexpr std::size_t MaxNameBytes = 200; // it stands in header fields of refusals

constexpr std::string_view DocumentKeys[] = {"format", "guard", "access", "defaults"};
constexpr std::string_view LaterDocumentKeys[] = {"emergency", "inspection", "limits"};
constexpr std::string_view DefaultsKeys[] = {"access"};
constexpr std::string_view LaterDefaultsKeys[] = {"guard", "emergency", "inspection", "limits"};
constexpr std::string_view RuleKeys[] = {"id",   "name",    "action", "mode",   "enabled",
                                         "when", "section", "owner",  "ticket", "comment"};
constexpr std::string_view LaterRuleKeys[] = {"expires"};

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// A text a person wrote about a rule, on one line.
std::string lineIn(const JsonObject& row, const std::string& name, const Place& rule)
{
    if (!row->has(name))
        return "";
    const auto place = rule.key(name);
    auto text = stringIn(row->get(name), place, "a string");
    if (std::ranges::any_of(text, isControl))
        place.fail("has a control character; expected one line of text");
    return text;
}

std::string commentIn(const JsonObject& row, const Place& rule)
{
    if (!row->has("comment"))
        return "";
    const auto place = rule.key("comment");
    auto text = stringIn(row->get("comment"), place, "a string");
    if (std::ranges::any_of(text, [](char c) { return isControl(c) && c != '\n' && c != '\t'; }))
        place.fail("has a control character; expected text, lines and tabs");
    return text;
}

Action actionIn(const JsonValue& value, const Place& place)
{
    for (const auto action : {Action::Allow, Action::Deny})
        if (value.isString() && value.extract<std::string>() == actionName(action))
            return action;
    failUnexpected(place, value, R"("allow" or "deny")");
}

// The spelling of RFC 9562 §4, in lower case.
std::string idIn(const JsonValue& value, const Place& place)
{
    constexpr std::string_view Shape = "00000000-0000-0000-0000-000000000000";
    constexpr std::string_view Expected = "a UUID like \"7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11\"";
    auto id = stringIn(value, place, Expected);
    std::ranges::transform(id, id.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto fits = [](char c, char shape) {
        return shape == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    };
    if (!std::ranges::equal(id, Shape, fits))
        failUnexpected(place, value, Expected);
    return id;
}

// Reads rule after rule, and remembers the ids that are taken.
class RuleReader {
public:
    std::vector<Rule> rulesIn(const JsonObject& document, Layer layer)
    {
        const std::string name(layerName(layer));
        std::vector<Rule> rules;
        if (!document->has(name))
            return rules;
        const auto found = document->get(name);
        if (found.type() != typeid(JsonArray))
            failUnexpected(Place().key(name), found, "an array of rules");
        const auto& rows = found.extract<JsonArray>();
        for (std::size_t index = 0; index < rows->size(); ++index)
            rules.push_back(ruleIn(rows->get(static_cast<unsigned>(index)), layer,
                                   name + " rule " + std::to_string(index + 1)));
        return rules;
    }

private:
    Rule ruleIn(const JsonValue& value, Layer layer, const std::string& position)
    {
        const auto row = objectIn(value, Place(position));
        Rule rule;
        rule.layer = layer;
        rule.name = nameIn(row, Place(position));
        const Place place(position + ' ' + quoted(rule.name));
        checkKeys(row, place, RuleKeys, LaterRuleKeys);
        if (!row->has("action"))
            place.key("action").fail(R"(is missing; expected "allow" or "deny")");
        rule.action = actionIn(row->get("action"), place.key("action"));
        rule.id = uniqueIdIn(row, place);
        checkMode(row, place);
        rule.enabled = enabledIn(row, place);
        rule.section = lineIn(row, "section", place);
        rule.owner = lineIn(row, "owner", place);
        rule.ticket = lineIn(row, "ticket", place);
        rule.comment = commentIn(row, place);
        if (row->has("when"))
            readConditions(row->get("when"), place.key("when"), rule);
        return rule;
    }

    static std::string nameIn(const JsonObject& row, const Place& place)
    {
        auto name = lineIn(row, "name", place);
        if (std::ranges::all_of(name, [](char c) { return c == ' '; }))
            place.key("name").fail("is missing or empty; expected a name for the rule");
        if (name.size() > MaxNameBytes)
            place.key("name").fail("has " + std::to_string(name.size()) +
                                   " bytes; expected at most " + std::to_string(MaxNameBytes));
        return name;
    }

    std::string uniqueIdIn(const JsonObject& row, const Place& place)
    {
        auto id = row->has("id") ? idIn(row->get("id"), place.key("id"))
                                 : Poco::UUIDGenerator().createRandom().toString();
        const auto [owner, isNew] = owners_.try_emplace(id, place.rule());
        if (!isNew)
            place.key("id").fail(quoted(id) + " is taken by " + owner->second +
                                 "; leave it out to have one made");
        return id;
    }

    static void checkMode(const JsonObject& row, const Place& place)
    {
        if (!row->has("mode"))
            return;
        const auto mode = row->get("mode");
        if (!mode.isString() || mode.extract<std::string>() != "enforce")
            place.key("mode").fail(foundText(mode) +
                                   " is not supported by this version; expected \"enforce\"");
    }

    static bool enabledIn(const JsonObject& row, const Place& place)
    {
        if (!row->has("enabled"))
            return true;
        const auto enabled = row->get("enabled");
        if (!enabled.isBoolean())
            failUnexpected(place.key("enabled"), enabled, "true or false");
        return enabled.extract<bool>();
    }

    std::map<std::string, std::string> owners_; // id to the rule that has it
};

void checkFormat(const JsonObject& document)
{
    const auto place = Place().key("format");
    if (!document->has("format"))
        place.fail("is missing; expected 1");
    const auto format = document->get("format");
    if (!format.isInteger() || format.isBoolean() || format.toString() != std::to_string(Format))
        failUnexpected(place, format, "1");
}

Action accessDefaultIn(const JsonObject& document)
{
    if (!document->has("defaults"))
        return Action::Deny;
    const auto place = Place().key("defaults");
    const auto defaults = objectIn(document->get("defaults"), place);
    checkKeys(defaults, place, DefaultsKeys, LaterDefaultsKeys);
    if (!defaults->has("access"))
        return Action::Deny;
    return actionIn(defaults->get("access"), place.key("access"));
}

} // namespace

PolicyDocument readDocument(std::string_view json)
{
    const auto document = objectIn(parseStrictJson(json), Place("the policy document"));
    checkKeys(document, Place(), DocumentKeys, LaterDocumentKeys);
    checkFormat(document);
    RuleReader rules;
    PolicyDocument read;
    read.rows(Layer::Guard) = rules.rulesIn(document, Layer::Guard);
    read.rows(Layer::Access) = rules.rulesIn(document, Layer::Access);
    read.defaults.access = accessDefaultIn(document);
    return read;
}

} // namespace sallyport::policy
