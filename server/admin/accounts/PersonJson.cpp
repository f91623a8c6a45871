#include "admin/accounts/PersonJson.h"

#include "admin/api/TimeText.h"

namespace sallyport::admin::accounts {

using db::Person;
using Poco::JSON::Object;

std::string tagOf(const Person& person)
{
    return 'v' + std::to_string(person.version);
}

Poco::Dynamic::Var timeOrNull(db::AccountTime time)
{
    return time == db::AccountTime() ? Poco::Dynamic::Var()
                                     : Poco::Dynamic::Var(api::timeText(time));
}

Object describe(const db::PersonEntry& entry)
{
    const auto& person = entry.person;
    auto json = api::orderedObject();
    json.set("id", person.id);
    json.set("name", person.name);
    json.set("display", person.display);
    json.set("role", person.role);
    json.set("disabled", !person.isEnabled());
    json.set("must_change_password", person.passwordState == Person::PasswordState::ToBeChanged);
    json.set("totp", person.hasTotp());
    json.set("created_at", api::timeText(person.created));
    json.set("last_sign_in_at", timeOrNull(person.lastSignIn));
    json.set("open_sign_ins", entry.openSignIns);
    json.set("tokens", entry.tokens);
    json.set("etag", tagOf(person));
    return json;
}

api::Answer answerOf(const db::PersonEntry& entry)
{
    return std::move(api::answerOf(describe(entry)).withTag(tagOf(entry.person)));
}

std::string trailText(const Person& person)
{
    auto json = api::orderedObject();
    json.set("display", person.display);
    json.set("role", person.role);
    json.set("disabled", !person.isEnabled());
    json.set("must_change_password", person.passwordState == Person::PasswordState::ToBeChanged);
    json.set("totp", person.hasTotp());
    return api::textOf(json);
}

Object describeSignIns(const db::AccountStore& store, const SignIns& signIns,
                       const std::string& person, const std::string& current)
{
    Poco::JSON::Array items;
    for (const auto& signIn : store.signInsOf(person)) {
        if (!signIns.callerOf(signIn.id))
            continue; // has ended, and was not dropped yet
        auto json = api::orderedObject();
        json.set("id", signIn.id);
        json.set("current", signIn.id == current);
        json.set("created_at", api::timeText(signIn.created));
        json.set("last_seen_at", api::timeText(signIn.lastSeen));
        json.set("expires_at", api::timeText(signIns.end(signIn)));
        json.set("address", signIn.address);
        json.set("user_agent", signIn.userAgent);
        items.add(json);
    }
    auto list = api::orderedObject();
    list.set("items", items);
    list.set("next_cursor", Poco::Dynamic::Var());
    list.set("prev_cursor", Poco::Dynamic::Var());
    return list;
}

} // namespace sallyport::admin::accounts
