#include "admin/policy/PresenceResource.h"

#include "admin/api/TimeText.h"
#include "admin/policy/JsonLine.h"

#include <utility>

namespace sallyport::admin {
namespace {

using api::Access;
using api::Answer;
using api::Call;

constexpr std::size_t MostPresent = 200;

} // namespace

void PresenceResource::addTo(api::Router& router)
{
    router.add("GET", "/policy/draft/presence", Access::from(api::Role::HelpDesk),
               [this](Call&) { return find(); });
    router.add("PUT", "/policy/draft/presence", Access::from(api::Role::Editor),
               [this](Call& call) { return set(call); });
}

Answer PresenceResource::find()
{
    const std::scoped_lock lock(mutex_);
    dropOld();
    return api::jsonAnswer(text());
}

Answer PresenceResource::set(Call& call)
{
    auto& body = call.json();
    if (!body.has("rule_id"))
        body.wrong("rule_id", "required", "is missing; null says that no rule is edited");
    const auto rule = body.optionalText("rule_id", {.least = 1, .most = 64});
    body.refuseOthers();
    body.throwIfWrong();
    const auto& caller = call.caller();
    bool changed = true;
    std::string answer;
    {
        const std::scoped_lock lock(mutex_);
        dropOld();
        std::erase_if(present_, [&](const Presence& each) {
            if (each.session != caller.session)
                return false;
            changed = !rule || each.ruleId != *rule;
            return true;
        });
        if (rule && present_.size() < MostPresent)
            present_.push_back(
                {caller.session, caller.name, *rule, std::chrono::system_clock::now() + LastsFor});
        answer = text();
    }
    if (changed && desk_.notify()) {
        auto data = api::orderedObject();
        data.set("event", "presence");
        data.set("by", caller.name);
        if (rule)
            data.set("rule_id", *rule);
        else
            data.set("rule_id", Poco::Dynamic::Var());
        desk_.notify()("policy", data);
    }
    return api::jsonAnswer(std::move(answer));
}

void PresenceResource::dropOld()
{
    const auto now = std::chrono::system_clock::now();
    std::erase_if(present_, [now](const Presence& each) { return each.until < now; });
}

std::string PresenceResource::text() const
{
    std::vector<JsonLine> items;
    for (const auto& each : present_) {
        auto& one = items.emplace_back();
        one.text("who", each.who);
        one.text("rule_id", each.ruleId);
        one.text("expires_at", api::timeText(each.until));
    }
    JsonLine json;
    json.objects("items", items);
    return std::move(json).take();
}

} // namespace sallyport::admin
