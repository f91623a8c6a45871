#include "admin/settings/SettingsResource.h"

#include "admin/api/EntityTag.h"

#include <algorithm>
#include <chrono>

namespace sallyport::admin::settings {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using api::Role;

constexpr std::size_t MostValues = 64;
constexpr std::size_t MostValueBytes = 4000;
constexpr std::size_t MostNameBytes = 253;

std::string_view sourceName(ValueSource source)
{
    switch (source) {
    case ValueSource::CommandLine:
        return "command_line";
    case ValueSource::Environment:
        return "environment";
    case ValueSource::ConfigFile:
        return "config_file";
    case ValueSource::Default:
        return "default";
    }
    return "";
}

Poco::JSON::Array textsJson(const std::vector<std::string>& texts)
{
    Poco::JSON::Array json;
    for (const auto& text : texts)
        json.add(text);
    return json;
}

Poco::JSON::Object settingJson(const Setting& setting)
{
    auto json = api::orderedObject();
    json.set("name", setting.name);
    json.set("group", setting.group);
    json.set("form", setting.form);
    json.set("help", setting.help);
    json.set("expected", setting.expected);
    json.set("values", textsJson(setting.values));
    json.set("defaults", textsJson(setting.defaults));
    json.set("default_note", setting.defaultNote);
    json.set("source", std::string(sourceName(setting.source)));
    json.set("source_text", setting.sourceText);
    json.set("repeatable", setting.occurs == Setting::Occurs::Repeatedly);
    json.set("needs_restart", setting.counts == Setting::Counts::AfterRestart);
    json.set("restart_pending", setting.running == Setting::Running::WaitsForRestart);
    json.set("writable", setting.change == Setting::Change::Possible);
    json.set("words", textsJson(setting.words));
    return json;
}

std::string tagOf(const std::vector<Setting>& settings)
{
    std::string text;
    for (const auto& setting : settings) {
        text.append(setting.name).append("=").append(sourceName(setting.source));
        for (const auto& value : setting.values)
            text.append("\n ").append(value);
        text += '\n';
    }
    return api::entityTagOf(text);
}

// For the trail: of those that change, what was and what will be. Values name files with secrets,
// never secrets.
std::string valuesText(const std::vector<Setting>& settings, const SettingChanges& changes)
{
    auto json = api::orderedObject();
    for (const auto& setting : settings)
        if (changes.contains(setting.name))
            json.set(setting.name, textsJson(setting.values));
    return api::textOf(json);
}

std::string changesText(const SettingChanges& changes)
{
    auto json = api::orderedObject();
    for (const auto& [name, values] : changes)
        json.set(name, values ? Poco::Dynamic::Var(textsJson(*values)) : Poco::Dynamic::Var());
    return api::textOf(json);
}

// The name of a setting has no character that a pointer would escape.
SettingChanges changesIn(Call& call, const std::vector<Setting>& settings)
{
    SettingChanges changes;
    auto& fields = call.json();
    auto values = fields.object("values");
    fields.refuseOthers();
    if (!values) {
        fields.wrong("values", "required", "say which settings to change");
        fields.throwIfWrong();
    }
    for (const auto& setting : settings) {
        const auto& name = setting.name;
        if (!values->has(name))
            continue;
        if (values->isNull(name)) {
            static_cast<void>(values->optionalText(name));
            changes[name] = std::nullopt;
        } else if (values->raw().isArray(name)) {
            changes[name] = values->texts(name, MostValues, {.least = 1, .most = MostValueBytes});
        } else {
            changes[name] = {{values->text(name, {.least = 1, .most = MostValueBytes})}};
        }
        if (setting.change == Setting::Change::Impossible)
            values->wrong(name, "read-only",
                          setting.source == ValueSource::CommandLine ||
                                  setting.source == ValueSource::Environment
                              ? "is said by the " + setting.sourceText +
                                    ", which counts before the file"
                              : "cannot be changed here");
    }
    values->refuseOthers();
    fields.throwIfWrong();
    return changes;
}

} // namespace

void SettingsResource::addTo(api::Router& router)
{
    const auto admin = Access::from(Role::Admin);
    router.add("GET", "/settings", admin, [this](Call&) { return tabs(); });
    router.add("GET", "/settings/{tab}", admin,
               [this](Call& call) { return tab(call.inPath("tab")); });
    router.add("PATCH", "/settings/{tab}", admin, [this](Call& call) { return change(call); });
    router.add("POST", "/settings/{tab}/test", admin, [this](Call& call) { return test(call); });
}

const Tab& SettingsResource::require(const std::string& id) const
{
    const auto found = std::ranges::find(parts_.tabs, id, &Tab::id);
    if (found == parts_.tabs.end())
        throw ApiError(ProblemKind::NotFound, "There are no settings under this name.");
    return *found;
}

std::vector<Setting> SettingsResource::settingsOf(const std::string& tab) const
{
    auto settings = parts_.read();
    std::erase_if(settings, [&tab](const Setting& setting) { return setting.tab != tab; });
    return settings;
}

Answer SettingsResource::tabs() const
{
    Poco::JSON::Array items;
    for (const auto& [id, title] : parts_.tabs) {
        auto json = api::orderedObject();
        json.set("id", id);
        json.set("title", title);
        items.add(json);
    }
    auto json = api::orderedObject();
    json.set("items", items);
    return api::answerOf(json);
}

Answer SettingsResource::tab(const std::string& id) const
{
    const auto& [name, title] = require(id);
    const auto settings = settingsOf(id);
    const auto file = parts_.configFile();
    auto json = api::orderedObject();
    json.set("tab", name);
    json.set("title", title);
    json.set("writable", file.readOnlyReason.empty());
    json.set("read_only_reason", file.readOnlyReason);
    json.set("problem", parts_.problem());
    json.set("config_file",
             file.path.empty() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(file.path.string()));
    Poco::JSON::Array items;
    for (const auto& setting : settings)
        items.add(settingJson(setting));
    json.set("items", items);
    json.set("etag", tagOf(settings));
    return api::answerOf(json).withTag(tagOf(settings));
}

Answer SettingsResource::change(Call& call)
{
    const auto id = require(call.inPath("tab")).id;
    const std::scoped_lock lock(changing_);
    const auto settings = settingsOf(id);
    call.requireMatch(tagOf(settings));
    if (const auto reason = parts_.configFile().readOnlyReason; !reason.empty())
        throw ApiError(ProblemKind::Conflict, reason);
    const auto changes = changesIn(call, settings);
    std::vector<api::FieldError> errors;
    for (const auto& [name, text] : parts_.check(changes))
        errors.push_back({name.empty() ? "" : "/values/" + name, "invalid", text});
    if (!errors.empty())
        throw ApiError(std::move(errors));
    if (!changes.empty())
        write(call.caller(), id, settings, changes);
    return tab(id);
}

void SettingsResource::write(const api::Caller& who, const std::string& tab,
                             const std::vector<Setting>& settings,
                             const SettingChanges& changes) const
{
    trail_.record(who, {.action = "settings.change",
                        .object = tab,
                        .before = valuesText(settings, changes),
                        .after = changesText(changes),
                        .note = {}});
    parts_.write(changes);
}

bool SettingsResource::mayChange(const std::string& name) const
{
    if (!parts_.configFile().readOnlyReason.empty())
        return false;
    const auto settings = parts_.read();
    const auto found = std::ranges::find(settings, name, &Setting::name);
    return found != settings.end() && found->change == Setting::Change::Possible &&
           found->values.size() == 1;
}

std::string SettingsResource::faultOf(const SettingChanges& changes) const
{
    const auto faults = parts_.check(changes);
    return faults.empty() ? "" : faults.front().text;
}

void SettingsResource::change(const api::Caller& who, const std::string& tab,
                              const SettingChanges& changes)
{
    const std::scoped_lock lock(changing_);
    write(who, tab, settingsOf(tab), changes);
}

Answer SettingsResource::test(Call& call)
{
    const auto id = require(call.inPath("tab")).id;
    auto& fields = call.json();
    const auto name = fields.text("name", {.least = 1, .most = MostNameBytes});
    fields.refuseOthers();
    fields.throwIfWrong();
    trail_.record(
        call.caller(),
        {.action = "settings.test", .object = id, .before = {}, .after = {}, .note = name});
    const auto start = std::chrono::steady_clock::now();
    const auto outcome = parts_.test(id, name);
    if (!outcome)
        throw ApiError(ProblemKind::NotFound, "These settings have no test.");
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    auto json = api::orderedObject();
    json.set("ok", outcome->result == TestOutcome::Result::Passed);
    json.set("text", outcome->text);
    json.set("took_ms", took.count());
    return api::answerOf(json);
}

} // namespace sallyport::admin::settings
