#include "admin/audit/Privacy.h"

#include "admin/audit/JsonWriter.h"

namespace sallyport::admin::audit {

std::optional<api::WallClock::time_point> Privacy::revealedUntil(const api::Caller& caller)
{
    const std::scoped_lock lock(mutex_);
    std::erase_if(revealed_,
                  [now = api::WallClock::now()](const auto& each) { return each.second <= now; });
    const auto found = revealed_.find(caller.session);
    return found == revealed_.end() ? std::nullopt : std::optional(found->second);
}

UserNames Privacy::namesFor(const api::Caller& caller)
{
    if (settings_().users == UserNames::Shown || revealedUntil(caller))
        return UserNames::Shown;
    return UserNames::Masked;
}

void Privacy::noteDetail(const api::Caller& caller, const std::string& session)
{
    if (settings_().details == PrivacySettings::Details::Recorded)
        trail_.record(caller, {"audit.show", session, "", "", ""});
}

api::Answer Privacy::state(const api::Caller& caller)
{
    const auto settings = settings_();
    const auto until = revealedUntil(caller);
    JsonWriter json;
    json.beginObject();
    json.key("users_masked").flag(settings.users == UserNames::Masked && !until);
    json.key("mask_users").flag(settings.users == UserNames::Masked);
    json.key("record_details").flag(settings.details == PrivacySettings::Details::Recorded);
    json.key("revealed_until");
    until ? json.text(api::timeText(*until)) : json.null();
    json.endObject();
    return api::jsonAnswer(json.take());
}

api::Answer Privacy::reveal(api::Call& call)
{
    auto& body = call.json();
    const auto reason = body.text("reason", {.least = 3, .most = 500});
    body.refuseOthers();
    body.throwIfWrong();
    trail_.record(call.caller(), {"audit.reveal", "", "", "", reason});
    {
        const std::scoped_lock lock(mutex_);
        revealed_[call.caller().session] = api::WallClock::now() + RevealedFor;
    }
    return state(call.caller());
}

void Privacy::addTo(api::Router& router)
{
    const auto anyRole = api::Access::from(api::Role::HelpDesk);
    router.add("GET", "/audit/privacy", anyRole,
               [this](api::Call& call) { return state(call.caller()); });
    router.add("POST", "/audit/reveal", anyRole, [this](api::Call& call) { return reveal(call); });
}

} // namespace sallyport::admin::audit
