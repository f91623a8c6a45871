#include "admin/policy/WsProfileResource.h"

#include "admin/api/TimeText.h"
#include "admin/policy/JsonLine.h"
#include "admin/policy/MergePatch.h"
#include "admin/policy/PathSegment.h"
#include "admin/policy/PolicyComplaint.h"
#include "policy/DocumentReader.h"
#include "policy/DocumentWriter.h"
#include "policy/inspection/BuiltInPatterns.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sallyport::admin {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using api::Role;
using policy::Layer;
using policy::PolicyDocument;
using policy::inspection::InspectionProfile;

constexpr auto CountedDays = std::chrono::days(13); // before today
constexpr std::size_t MostProfiles = 100;

InspectionProfile profileFrom(const std::string& json)
{
    try {
        auto profile = policy::readProfile(json);
        requireCompilable(profile);
        return profile;
    } catch (const policy::PolicyError& error) {
        throw fieldError(error);
    }
}

auto findIn(auto& document, const std::string& name)
{
    return std::ranges::find(document.profiles, name, &InspectionProfile::name);
}

InspectionProfile& requireIn(PolicyDocument& document, const std::string& name)
{
    const auto profile = findIn(document, name);
    if (profile == document.profiles.end())
        throw ApiError(ProblemKind::NotFound, "The draft has no such profile.");
    return *profile;
}

void requireNoProfile(const PolicyDocument& document, const std::string& name)
{
    if (findIn(document, name) != document.profiles.end())
        throw ApiError({{"/name", "taken", "is the name of another profile"}});
}

// Who names a profile: rules, and the layer's default as an empty id.
struct User {
    std::string ruleId;
    std::string name;
};

std::vector<User> usersOf(const std::string& profile, const PolicyDocument& document)
{
    std::vector<User> users;
    for (const auto& rule : document.rows(Layer::Inspection))
        if (rule.profile == profile)
            users.push_back({rule.id, rule.name});
    if (document.defaults.inspectionProfile == profile)
        users.push_back({"", "default"});
    return users;
}

void renameUsers(const std::string& from, const std::string& to, PolicyDocument& document)
{
    for (auto& rule : document.rows(Layer::Inspection))
        if (rule.profile == from)
            rule.profile = to;
    if (document.defaults.inspectionProfile == from)
        document.defaults.inspectionProfile = to;
}

std::string changeOf(const InspectionProfile& profile, const DraftView& draft)
{
    if (!draft.exists())
        return "";
    const auto& base = *draft.parts().base;
    const auto before = findIn(base, profile.name);
    if (before == base.profiles.end())
        return "new";
    return *before == profile ? "" : "edited";
}

JsonLine profileJson(const InspectionProfile& profile, const DraftView& draft,
                     const std::vector<db::RowHits>& hits)
{
    const auto text = policy::writeProfile(profile);
    auto json = JsonLine::continuing(text);
    json.text("id", profile.name);
    json.text("etag", tagOf(text));
    json.textOrNull("change", changeOf(profile, draft));
    std::vector<JsonLine> users;
    std::uint64_t count = 0;
    std::chrono::sys_seconds last{};
    for (const auto& user : usersOf(profile.name, draft.document())) {
        auto& one = users.emplace_back();
        one.textOrNull("rule_id", user.ruleId);
        one.text("name", user.name);
        const auto row = user.ruleId.empty() ? "default/inspection" : user.ruleId;
        const auto counted = std::ranges::find(hits, row, &db::RowHits::row);
        if (counted == hits.end())
            continue;
        count += counted->hits;
        last = std::max(last, counted->lastHit);
    }
    json.objects("used_by", users);
    json.number("hits", count);
    const std::chrono::sys_time<std::chrono::microseconds> lastHit = last;
    json.textOrNull("last_hit_at",
                    last == std::chrono::sys_seconds() ? "" : api::timeText(lastHit));
    return json;
}

std::vector<db::RowHits> hitsOf(PolicyDesk& desk)
{
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    return desk.hitsSince(today - CountedDays).totals;
}

api::Trail::Act profileAct(std::string action, const std::string& name, std::string before,
                           std::string after)
{
    return {std::move(action), "WebSocket profile \"" + name + '"', std::move(before),
            std::move(after), ""};
}

} // namespace

void WsProfileResource::addTo(api::Router& router)
{
    const std::string one = "/ws-rules/{id}";
    const auto editor = Access::from(Role::Editor).changingPolicy();
    router.add("GET", "/ws-rules", Access::from(Role::HelpDesk), [this](Call&) { return list(); });
    router.add("POST", "/ws-rules", editor, [this](Call& call) { return create(call); });
    router.add("PATCH", one, editor, [this](Call& call) { return change(call); });
    router.add("DELETE", one, editor, [this](Call& call) { return remove(call); });
    router.add("POST", one + "/move", editor, [this](Call& call) { return move(call); });
}

Answer WsProfileResource::list()
{
    const auto draft = desk_.draft();
    const auto hits = hitsOf(desk_);
    std::vector<JsonLine> items;
    for (const auto& profile : draft->document().profiles)
        items.push_back(profileJson(profile, *draft, hits));
    std::vector<std::string> patterns;
    for (const auto& pattern : policy::inspection::builtInPatterns())
        patterns.emplace_back(pattern.name);
    JsonLine json;
    json.objects("items", items);
    json.null("next_cursor");
    json.null("prev_cursor");
    json.texts("patterns", patterns);
    json.flag("without_tls_inspection", true); // there is none yet
    return api::jsonAnswer(std::move(json).take());
}

Answer WsProfileResource::profileAnswer(const DraftView& draft, const std::string& name,
                                        unsigned status)
{
    const auto& document = draft.document();
    const auto profile = findIn(document, name);
    if (profile == document.profiles.end())
        throw ApiError(ProblemKind::NotFound, "The draft has no such profile any more.");
    auto answer = api::jsonAnswer(profileJson(*profile, draft, hitsOf(desk_)).text(), status);
    answer.withTag(tagOf(policy::writeProfile(*profile)));
    return answer;
}

Answer WsProfileResource::create(Call& call)
{
    const auto profile = profileFrom(api::textOf(call.json().raw()));
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        requireNoProfile(editing.document, profile.name);
        if (editing.document.profiles.size() >= MostProfiles)
            throw ApiError(ProblemKind::Conflict,
                           "A policy can have " + std::to_string(MostProfiles) + " profiles.");
        editing.document.profiles.push_back(profile);
        return profileAct("policy.ws-create", profile.name, "", policy::writeProfile(profile));
    });
    auto answer = profileAnswer(*draft, profile.name, 201);
    answer.with("Location", "/api/v1/ws-rules/" + pathSegment(profile.name));
    return answer;
}

Answer WsProfileResource::change(Call& call)
{
    const auto& id = call.inPath("id");
    const auto& patch = call.json().raw();
    std::string name;
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        auto& profile = requireIn(editing.document, id);
        const auto before = policy::writeProfile(profile);
        call.requireMatch(tagOf(before));
        const auto changed = profileFrom(mergePatched(before, patch));
        name = changed.name;
        if (name != id)
            requireNoProfile(editing.document, name);
        profile = changed;
        renameUsers(id, name, editing.document);
        return profileAct("policy.ws-edit", id, before, policy::writeProfile(changed));
    });
    return profileAnswer(*draft, name);
}

Answer WsProfileResource::remove(Call& call)
{
    const auto& id = call.inPath("id");
    desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        auto before = policy::writeProfile(requireIn(editing.document, id));
        call.requireMatch(tagOf(before));
        const auto users = usersOf(id, editing.document);
        if (!users.empty())
            throw ApiError(ProblemKind::Conflict, "The rule \"" + users.front().name +
                                                      "\" of the inspection layer names it: change "
                                                      "that first.");
        editing.document.profiles.erase(findIn(editing.document, id));
        return profileAct("policy.ws-delete", id, std::move(before), "");
    });
    return api::noContent();
}

Answer WsProfileResource::move(Call& call)
{
    const auto& id = call.inPath("id");
    auto& body = call.json();
    const auto before = body.optionalText("before");
    const auto after = body.optionalText("after");
    if (before.has_value() == after.has_value())
        body.wrong("", "invalid", "say either before or after");
    body.refuseOthers();
    body.throwIfWrong();
    const auto& other = before ? *before : *after;
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        auto& profiles = editing.document.profiles;
        const auto moved = requireIn(editing.document, id);
        profiles.erase(findIn(editing.document, id));
        const auto place = findIn(editing.document, other);
        if (place == profiles.end())
            throw ApiError({{before ? "/before" : "/after", "unknown", "is no other profile"}});
        profiles.insert(before ? place : std::next(place), moved);
        JsonLine json;
        json.text(before ? "before" : "after", other);
        return profileAct("policy.ws-move", id, "", std::move(json).take());
    });
    return profileAnswer(*draft, id);
}

} // namespace sallyport::admin
