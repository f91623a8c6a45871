#include "policy/DocumentReader.h"

#include "policy/Ascii.h"
#include "policy/CaseReader.h"
#include "policy/ConditionReader.h"
#include "policy/DocumentPlace.h"
#include "policy/DocumentValue.h"
#include "policy/HostPattern.h"
#include "policy/ProfileReader.h"
#include "policy/StrictJson.h"

#include <Poco/UUIDGenerator.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace sallyport::policy {
namespace {

using Json = const JsonValue&;
using At = const Place&;

constexpr std::string_view Format = "1";

// What is read so far.
struct Draft {
    PolicyDocument document;
    std::unordered_set<std::string> ids; // of rules
};

// Read before the other keys.
template <class Target>
void readNothing(Json, At, Target&)
{}

// The spelling of RFC 9562 §4, in lower case.
std::string idIn(Json value, At place)
{
    constexpr std::string_view Shape = "00000000-0000-0000-0000-000000000000";
    constexpr std::string_view Expected = "a UUID like \"7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11\"";
    auto id = inLowerCase(stringIn(value, place, Expected));
    const auto fits = [](char c, char shape) {
        return shape == '-' ? c == '-' : isDigit(c) || (c >= 'a' && c <= 'f');
    };
    if (!std::ranges::equal(id, Shape, fits))
        failUnexpected(place, value, Expected);
    return id;
}

Mode modeIn(Json value, At place)
{
    const auto* text = value.as<std::string>();
    for (const auto mode : {Mode::Enforce, Mode::Report})
        if (text != nullptr && *text == modeName(mode))
            return mode;
    failUnexpected(place, value, R"("enforce" or "report")");
}

void requireLayer(const Rule& rule, Layer layer, At place)
{
    if (rule.layer != layer)
        place.fail("is for rules of the layer " + quoted(layerName(layer)) + " only");
}

void readProfileName(Json value, At place, Rule& rule)
{
    requireLayer(rule, Layer::Inspection, place);
    rule.profile = profileIn(value, place);
}

void readLimits(Json value, At place, Rule& rule)
{
    requireLayer(rule, Layer::Limits, place);
    rule.limits = limitsIn(value, place);
}

void readBlockText(Json value, At place, Rule& rule)
{
    if (rule.layer == Layer::Inspection || rule.layer == Layer::Limits)
        place.fail(R"(is for rules of the layers "guard", "emergency" and "access" only)");
    rule.blockText = blockTextIn(value, place);
}

constexpr Field<Rule> RuleFields[] = {
    {"id", [](Json value, At place, Rule& rule) { rule.id = idIn(value, place); }},
    {"name", readNothing<Rule>},
    {"action",
     [](Json value, At place, Rule& rule) { rule.action = actionIn(value, place, rule.layer); }},
    {"mode", [](Json value, At place, Rule& rule) { rule.mode = modeIn(value, place); }},
    {"enabled", [](Json value, At place, Rule& rule) { rule.enabled = flagIn(value, place); }},
    {"starts", [](Json value, At place, Rule& rule) { rule.starts = timeIn(value, place); }},
    {"expires", [](Json value, At place, Rule& rule) { rule.expires = timeIn(value, place); }},
    {"when", readConditions},
    {"profile", readProfileName},
    {"limits", readLimits},
    {"blockText", readBlockText},
    {"section", [](Json value, At place, Rule& rule) { rule.section = lineIn(value, place); }},
    {"owner", [](Json value, At place, Rule& rule) { rule.owner = lineIn(value, place); }},
    {"ticket", [](Json value, At place, Rule& rule) { rule.ticket = lineIn(value, place); }},
    {"comment", [](Json value, At place, Rule& rule) { rule.comment = commentIn(value, place); }},
};

// What one key says of another.
void checkTogether(const JsonObject& row, At place, const Rule& rule)
{
    static_cast<void>(requireMember(row, place, "action", actionsOf(rule.layer)));
    if (rule.layer == Layer::Emergency)
        static_cast<void>(requireMember(row, place, "expires",
                                        R"(the time the rule ends, like "2027-01-01T00:00:00Z")"));
    if (rule.layer == Layer::Limits)
        static_cast<void>(
            requireMember(row, place, "limits", R"(limits like {"idle": "30m"}, or {} for none)"));
    if (rule.starts && rule.expires && *rule.starts >= *rule.expires)
        place.key("expires").fail("is not after \"starts\"; the rule would never count");
}

// The place of the rule that has the id, for a complaint.
std::string ownerOf(const std::string& id, const PolicyDocument& document)
{
    for (const auto& rows : document.layers)
        for (std::size_t index = 0; index < rows.size(); ++index)
            if (rows[index].id == id)
                return std::string(layerName(rows[index].layer)) + " rule " +
                       std::to_string(index + 1) + ' ' + quoted(rows[index].name);
    return "another rule";
}

Rule ruleIn(Json value, Layer layer, std::size_t position, Draft& draft)
{
    const auto unnamed = Place::rule(layer, position, "");
    const auto& row = objectIn(value, unnamed);
    Rule rule;
    rule.layer = layer;
    rule.name = nameIn(row, unnamed, "a name for the rule");
    const auto place = Place::rule(layer, position, rule.name);
    readFields(row, place, RuleFields, rule);
    checkTogether(row, place, rule);
    if (rule.id.empty())
        rule.id = Poco::UUIDGenerator::defaultGenerator().createRandom().toString();
    if (!draft.ids.insert(rule.id).second)
        place.key("id").fail(quoted(rule.id) + " is taken by " + ownerOf(rule.id, draft.document) +
                             "; leave it out to have one made");
    return rule;
}

template <Layer layer>
void readRules(Json value, At place, Draft& draft)
{
    const auto& rows = arrayIn(value, place, "an array of rules");
    auto& rules = draft.document.rows(layer);
    rules.reserve(rows.size());
    for (std::size_t index = 0; index < rows.size(); ++index)
        rules.push_back(ruleIn(rows[index], layer, index + 1, draft));
}

void refuseDefault(Json, At place, Defaults&)
{
    place.fail("the default of this layer cannot be chosen");
}

constexpr Field<Defaults> InspectionDefaultFields[] = {
    {"action",
     [](Json value, At place, Defaults& defaults) {
         defaults.inspection = actionIn(value, place, Layer::Inspection);
     }},
    {"profile", [](Json value, At place,
                   Defaults& defaults) { defaults.inspectionProfile = profileIn(value, place); }},
};

// The action alone, or with its profile.
void readInspectionDefault(Json value, At place, Defaults& defaults)
{
    const auto* object = value.as<JsonObject>();
    if (object == nullptr) {
        defaults.inspection = actionIn(value, place, Layer::Inspection);
        return;
    }
    static_cast<void>(requireMember(*object, place, "action", actionsOf(Layer::Inspection)));
    readFields(*object, place, InspectionDefaultFields, defaults);
}

constexpr Field<Defaults> DefaultsFields[] = {
    {"access", [](Json value, At place,
                  Defaults& defaults) { defaults.access = actionIn(value, place, Layer::Access); }},
    {"inspection", readInspectionDefault},
    {"limits",
     [](Json value, At place, Defaults& defaults) { defaults.limits = limitsIn(value, place); }},
    {"guard", refuseDefault},
    {"emergency", refuseDefault},
};

void readDefaultsIn(Json value, At place, Draft& draft)
{
    readFields(objectIn(value, place), place, DefaultsFields, draft.document.defaults);
}

void readProfiles(Json value, At place, Draft& draft)
{
    draft.document.profiles = profilesIn(value, place);
}

void readCases(Json value, At place, Draft& draft)
{
    const auto& cases = arrayIn(value, place, "an array of tests");
    for (std::size_t index = 0; index < cases.size(); ++index)
        draft.document.cases.push_back(caseIn(cases[index], index + 1));
}

// "HOST:PORT", an IPv6 address in brackets.
std::string proxyIn(Json value, At place)
{
    constexpr std::string_view Expected = R"(the proxy as "HOST:PORT")";
    const auto& text = stringIn(value, place, Expected);
    const auto colon = text.rfind(':');
    const auto port = parsePortRange(colon == text.npos ? "" : text.substr(colon + 1));
    const auto written = text.substr(0, colon);
    auto host = parseHost(written);
    const auto needsBrackets = written.contains(':') && !written.starts_with('[');
    if (!host || !port || port->first != port->last || needsBrackets)
        failUnexpected(place, value, Expected);
    return (host->contains(':') ? '[' + *host + ']' : *host) + ':' + portRangeText(*port);
}

constexpr std::string_view ScriptMark = "PAC: ";

std::string scriptIn(Json value, At place)
{
    const auto& script = stringIn(value, place, "the text of a PAC file");
    try {
        checkPacScript(script);
    } catch (const std::invalid_argument& problem) {
        place.fail(std::string_view(problem.what()).substr(ScriptMark.size()));
    }
    return script;
}

std::string directIn(Json value, At place)
{
    auto entry = lineIn(value, place, MaxUrlBytes);
    try {
        checkPacEntry(entry);
    } catch (const std::invalid_argument& problem) {
        place.fail(std::string_view(problem.what()).substr(ScriptMark.size()));
    }
    return entry;
}

constexpr Field<PacSettings> PacFields[] = {
    {"proxy", [](Json value, At place, PacSettings& pac) { pac.proxy = proxyIn(value, place); }},
    {"direct",
     [](Json value, At place, PacSettings& pac) {
         const auto& list = arrayIn(value, place, R"(an array like [".corp.example"])");
         for (std::size_t index = 0; index < list.size(); ++index)
             pac.directSuffixes.push_back(directIn(list[index], place.item(index)));
     }},
    {"script", [](Json value, At place, PacSettings& pac) { pac.script = scriptIn(value, place); }},
};

void readPac(Json value, At place, Draft& draft)
{
    readFields(objectIn(value, place), place, PacFields, draft.document.pac.emplace());
}

constexpr Field<Draft> DocumentFields[] = {
    {"format", readNothing<Draft>},
    {"guard", readRules<Layer::Guard>},
    {"emergency", readRules<Layer::Emergency>},
    {"access", readRules<Layer::Access>},
    {"inspection", readRules<Layer::Inspection>},
    {"limits", readRules<Layer::Limits>},
    {"defaults", readDefaultsIn},
    {"profiles", readProfiles},
    {"tests", readCases},
    {"pac", readPac},
};

// Of a row or a default that names a profile.
void checkProfileNamed(const std::string& name, Action action, At place,
                       const PolicyDocument& document)
{
    if (name.empty())
        return;
    if (action != Action::Observe)
        place.fail(R"(is for "observe"; )" + quoted(actionName(action)) + " looks at nothing");
    if (std::ranges::find(document.profiles, name, &inspection::InspectionProfile::name) !=
        document.profiles.end())
        return;
    std::string known;
    for (const auto& profile : document.profiles)
        known += (known.empty() ? "there are " : ", ") + quoted(profile.name);
    place.fail(quoted(name) + " is not in \"profiles\"; " +
               (known.empty() ? "there are none" : known));
}

// Profiles may stand behind the rows that name them.
void checkProfilesNamed(const PolicyDocument& document)
{
    const auto& rules = document.rows(Layer::Inspection);
    for (std::size_t index = 0; index < rules.size(); ++index) {
        const auto& rule = rules[index];
        const auto place = Place::rule(rule.layer, index + 1, rule.name);
        checkProfileNamed(rule.profile, rule.action, place.key("profile"), document);
    }
    const Place place;
    const auto defaults = place.key("defaults");
    const auto byDefault = defaults.key("inspection");
    checkProfileNamed(document.defaults.inspectionProfile, document.defaults.inspection,
                      byDefault.key("profile"), document);
}

void checkFormat(const JsonObject& document, At place)
{
    const auto& format = requireMember(document, place, "format", Format);
    const auto* number = format.as<JsonNumber>();
    if (number == nullptr || number->text != Format)
        failUnexpected(place.key("format"), format, Format);
}

} // namespace

PolicyDocument readDocument(std::string_view json)
{
    const auto written = parseStrictJson(json);
    const Place place;
    const auto& document = objectIn(written, place.key("the policy document"));
    checkFormat(document, place);
    Draft draft;
    readFields(document, place, DocumentFields, draft);
    checkProfilesNamed(draft.document);
    return std::move(draft.document);
}

Rule readRule(std::string_view json, Layer layer)
{
    Draft draft;
    return ruleIn(parseStrictJson(json), layer, 1, draft);
}

Defaults readDefaults(std::string_view json)
{
    const auto written = parseStrictJson(json);
    const Place place;
    Draft draft;
    readDefaultsIn(written, place, draft);
    return draft.document.defaults;
}

inspection::InspectionProfile readProfile(std::string_view json)
{
    return inspectionProfileIn(parseStrictJson(json), 1);
}

PolicyCase readCase(std::string_view json)
{
    return caseIn(parseStrictJson(json), 1);
}

} // namespace sallyport::policy
