#include "admin/accounts/PeopleResource.h"

#include "admin/accounts/ListPart.h"
#include "admin/accounts/PersonFields.h"
#include "admin/accounts/PersonJson.h"
#include "admin/accounts/Secrets.h"

#include <algorithm>
#include <utility>

namespace sallyport::admin::accounts {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using db::Person;

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

Person::PasswordState passwordStateIn(api::JsonFields& body, Person::PasswordState otherwise)
{
    const auto mustChange = body.optionalFlag("must_change_password");
    if (!mustChange)
        return otherwise;
    return *mustChange ? Person::PasswordState::ToBeChanged : Person::PasswordState::Lasting;
}

} // namespace

PeopleResource::PeopleResource(db::AccountStore& store, SignIns& signIns, PasswordHashing& hashing,
                               const api::Trail& trail)
    : store_(store), signIns_(signIns), hashing_(hashing), trail_(trail)
{}

void PeopleResource::addTo(api::Router& router)
{
    const auto admin = Access::from(api::Role::Admin);
    const auto sure = admin.confirmed();
    router.add("GET", "/people", admin, [this](Call& call) { return list(call); });
    router.add("POST", "/people", sure, [this](Call& call) { return add(call); });
    router.add("GET", "/people/{id}", admin, [this](Call& call) { return show(call); });
    router.add("PATCH", "/people/{id}", sure, [this](Call& call) { return change(call); });
    router.add("DELETE", "/people/{id}", sure, [this](Call& call) { return remove(call); });
    router.add("POST", "/people/{id}/reset-totp", sure,
               [this](Call& call) { return resetTotp(call); });
    router.add("GET", "/people/{id}/sign-ins", admin,
               [this](Call& call) { return listSignIns(call); });
    router.add("DELETE", "/people/{id}/sign-ins", admin,
               [this](Call& call) { return endSignIns(call); });
    router.add("DELETE", "/people/{id}/sign-ins/{sign_in}", admin,
               [this](Call& call) { return endSignIn(call); });
}

db::PersonEntry PeopleResource::requireEntry(const Call& call) const
{
    auto entry = store_.entry(call.inPath("id"));
    if (!entry)
        throw ApiError(api::ProblemKind::NotFound, "There is no such person.");
    return std::move(*entry);
}

void PeopleResource::record(const Call& call, const std::string& action, const std::string& name,
                            std::string before, std::string after, std::string note) const
{
    trail_.record(call.caller(), {.action = action,
                                  .object = name,
                                  .before = std::move(before),
                                  .after = std::move(after),
                                  .note = std::move(note)});
}

Answer PeopleResource::list(Call& call)
{
    call.allowQuery({"q", "role", "limit", "cursor"});
    const auto role = call.query("role");
    if (role && !api::roleNamed(*role))
        throw ApiError({{"?role", "invalid", "must be help-desk, auditor, editor or admin"}});
    const auto part = lower(call.query("q").value_or(""));
    signIns_.dropEnded();
    auto people = store_.people();
    std::erase_if(people, [&](const db::PersonEntry& entry) {
        const auto& person = entry.person;
        return (role && person.role != *role) ||
               (!lower(person.name).contains(part) && !lower(person.display).contains(part));
    });
    std::ranges::sort(people, {}, [](const auto& entry) { return lower(entry.person.name); });
    std::vector<std::string> keys;
    for (const auto& entry : people)
        keys.push_back(lower(entry.person.name));
    const auto page = partOf(keys, call);
    Poco::JSON::Array items;
    for (auto i = page.begin; i < page.end; ++i)
        items.add(describe(people[i]));
    return api::answerOf(page.with(items));
}

Answer PeopleResource::show(Call& call) const
{
    signIns_.dropEnded();
    return answerOf(requireEntry(call));
}

Answer PeopleResource::add(Call& call)
{
    auto& body = call.json();
    Person person;
    person.name = accountName(body, "name");
    person.display = plainWords(body, "display").value_or("");
    const auto given = role(body, "role");
    const auto password = newPassword(body, "password", person.name);
    person.passwordState = passwordStateIn(body, Person::PasswordState::ToBeChanged);
    if (!password)
        static_cast<void>(body.text("password")); // says what is wrong
    if (!given)
        static_cast<void>(body.text("role"));
    body.refuseOthers();
    body.throwIfWrong();
    person.id = newId("p_");
    person.role = api::roleName(*given);
    person.passwordHash = hashing_.hash(*password);
    person.created = signIns_.now();
    store_.add(person, [&] { record(call, "person.create", person.name, {}, trailText(person)); });
    auto answer = api::created("/people/" + person.id, describe(*store_.entry(person.id)));
    return std::move(answer.withTag(tagOf(person)));
}

Answer PeopleResource::change(Call& call)
{
    const auto before = requireEntry(call).person;
    call.requireMatch(tagOf(before));
    auto& body = call.json();
    auto after = before;
    if (const auto display = plainWords(body, "display"))
        after.display = *display;
    if (const auto given = role(body, "role"))
        after.role = api::roleName(*given);
    if (const auto disabled = body.optionalFlag("disabled"))
        after.access = *disabled ? Person::Access::Disabled : Person::Access::Enabled;
    const auto password = newPassword(body, "password", before.name);
    after.passwordState =
        passwordStateIn(body, password ? Person::PasswordState::ToBeChanged : before.passwordState);
    body.refuseOthers();
    body.throwIfWrong();
    if (password)
        after.passwordHash = hashing_.hash(*password);
    store_.change(after, "", [&] {
        record(call, "person.change", before.name, trailText(before), trailText(after),
               password ? "with a new password" : "");
    });
    return answerOf(requireEntry(call));
}

Answer PeopleResource::remove(Call& call)
{
    const auto person = requireEntry(call).person;
    call.requireMatch(tagOf(person));
    store_.remove(person,
                  [&] { record(call, "person.remove", person.name, trailText(person), {}); });
    return api::noContent();
}

Answer PeopleResource::resetTotp(Call& call)
{
    const auto before = requireEntry(call).person;
    auto after = before;
    after.totpSecret.clear();
    after.totpOffered.clear();
    store_.change(after, "", [&] {
        record(call, "person.reset-totp", before.name, trailText(before), trailText(after));
    });
    return answerOf(requireEntry(call));
}

Answer PeopleResource::listSignIns(Call& call) const
{
    const auto person = requireEntry(call).person;
    return api::answerOf(describeSignIns(store_, signIns_, person.id, call.caller().session));
}

Answer PeopleResource::endSignIns(Call& call)
{
    const auto person = requireEntry(call).person;
    store_.endSignInsOf(person.id, "",
                        [&] { record(call, "person.end-sign-ins", person.name, {}, {}); });
    return api::noContent();
}

Answer PeopleResource::endSignIn(Call& call)
{
    const auto person = requireEntry(call).person;
    const auto found = store_.signIn(call.inPath("sign_in"));
    if (!found || found->person.id != person.id)
        throw ApiError(api::ProblemKind::NotFound, "There is no such sign-in.");
    store_.endSignIn(found->signIn.id, [&] {
        record(call, "person.end-sign-in", person.name, {}, {}, "from " + found->signIn.address);
    });
    return api::noContent();
}

} // namespace sallyport::admin::accounts
