#include "admin/policy/PublishResource.h"

#include "admin/api/TimeText.h"
#include "admin/policy/JsonLine.h"

#include <utility>

namespace sallyport::admin {
namespace {

using api::Access;
using api::Answer;
using api::Call;
using api::Role;

constexpr api::TextSize NoteSize{.least = 1, .most = 1000};
constexpr std::int64_t MostConfirmMinutes = 24 * 60;
constexpr std::int64_t MostVersion = 4'000'000'000;

Answer liveAnswer(const PolicyDesk::Live& live)
{
    const auto& version = live.version;
    std::size_t rules = 0;
    for (const auto& rows : version.document.layers)
        rules += rows.size();
    JsonLine json;
    json.number("version", version.number);
    json.text("published_at", api::timeText(version.created));
    json.text("by", version.who);
    json.text("note", version.note);
    json.text("kind", db::versionKindName(version.kind));
    json.number("parent", version.parent);
    json.number("rules", rules);
    json.text("document_hash", version.documentHash);
    if (live.awaited) {
        JsonLine awaited;
        awaited.number("version", live.awaited->version);
        awaited.text("until", api::timeText(live.awaited->deadline));
        awaited.text("by", live.awaited->who);
        awaited.number("back_to", live.awaited->backTo);
        json.object("awaiting", awaited);
    } else {
        json.null("awaiting");
    }
    auto answer = api::jsonAnswer(std::move(json).take());
    answer.withTag(live.tag);
    return answer;
}

} // namespace

void PublishResource::addTo(api::Router& router)
{
    const auto editor = Access::from(Role::Editor).changingPolicy();
    router.add("GET", "/policy/live", Access::from(Role::HelpDesk),
               [this](Call&) { return liveAnswer(*desk_.live()); });
    router.add("POST", "/policy/publish", editor, [this](Call& call) { return publish(call); });
    router.add("POST", "/policy/confirm", editor, [this](Call& call) { return confirm(call); });
    router.add("POST", "/policy/rollback", editor, [this](Call& call) { return rollBack(call); });
}

Answer PublishResource::publish(Call& call)
{
    auto& body = call.json();
    PolicyDesk::Publication publication;
    publication.note = body.text("note", NoteSize);
    if (const auto minutes = body.optionalInteger("confirm_minutes", 1, MostConfirmMinutes))
        publication.confirmWithin = std::chrono::minutes(*minutes);
    if (auto overruled = body.object("override_tests")) {
        publication.testOverride = overruled->text("reason", NoteSize);
        overruled->refuseOthers();
    }
    if (body.optionalFlag("overrule_base").value_or(false))
        publication.base = db::PolicyStore::BaseCheck::Overrule;
    if (twoPersons_ && twoPersons_())
        publication.persons = PolicyDesk::Publication::Persons::Two;
    body.refuseOthers();
    body.throwIfWrong();
    return liveAnswer(*desk_.publish(call, publication));
}

Answer PublishResource::confirm(Call& call)
{
    auto& body = call.json();
    const auto number = body.integer("version", 1, MostVersion);
    body.refuseOthers();
    body.throwIfWrong();
    return liveAnswer(*desk_.confirm(call, static_cast<std::uint32_t>(number)));
}

Answer PublishResource::rollBack(Call& call)
{
    auto& body = call.json();
    const auto number = body.integer("to_version", 1, MostVersion);
    const auto note = body.text("note", NoteSize);
    body.refuseOthers();
    body.throwIfWrong();
    return liveAnswer(*desk_.rollBack(call, static_cast<std::uint32_t>(number), note));
}

} // namespace sallyport::admin
