#include "admin/accounts/MeResource.h"

#include "admin/accounts/PersonFields.h"
#include "admin/accounts/PersonJson.h"
#include "admin/accounts/Preferences.h"
#include "admin/accounts/RecoveryCodes.h"
#include "admin/accounts/Secrets.h"
#include "admin/accounts/Totp.h"
#include "admin/api/TimeText.h"
#include "db/ContentHash.h"

#include <utility>

namespace sallyport::admin::accounts {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using db::Person;

constexpr const char* Issuer = "Sallyport";

// Preferences are no change that an administrator would see, so the version does not count them.
std::string ownTagOf(const Person& person)
{
    constexpr std::size_t Enough = 16;
    return tagOf(person) + '-' + db::contentHash(person.preferences).substr(0, Enough);
}

Answer answerOf(const RecoveryCodes& made)
{
    auto json = api::orderedObject();
    json.set("recovery_codes", made.codes);
    return api::answerOf(json);
}

} // namespace

MeResource::MeResource(db::AccountStore& store, SignIns& signIns, PasswordCheck& passwords,
                       PasswordHashing& hashing, const api::Trail& trail)
    : store_(store), signIns_(signIns), passwords_(passwords), hashing_(hashing), trail_(trail)
{}

void MeResource::addTo(api::Router& router)
{
    const auto anyRole = Access::from(api::Role::HelpDesk).withBody(64 << 10);
    const auto sure = anyRole.confirmed();
    router.add("GET", "/me", anyRole, [this](Call& call) { return show(call); });
    router.add("PATCH", "/me", anyRole, [this](Call& call) { return change(call); });
    router.add("POST", "/me/password", anyRole,
               [this](Call& call) { return changePassword(call); });
    router.add("POST", "/me/totp", sure, [this](Call& call) { return offerTotp(call); });
    router.add("DELETE", "/me/totp", sure, [this](Call& call) { return disableTotp(call); });
    router.add("POST", "/me/totp/confirm", anyRole,
               [this](Call& call) { return confirmTotp(call); });
    router.add("POST", "/me/recovery-codes", sure,
               [this](Call& call) { return renewRecoveryCodes(call); });
    router.add("GET", "/me/sign-ins", anyRole, [this](Call& call) { return listSignIns(call); });
    router.add("DELETE", "/me/sign-ins", anyRole,
               [this](Call& call) { return endOtherSignIns(call); });
    router.add("DELETE", "/me/sign-ins/{id}", anyRole,
               [this](Call& call) { return endSignIn(call); });
}

Person MeResource::requirePerson(const Call& call) const
{
    if (call.caller().way != api::Caller::Way::Session)
        throw ApiError(api::ProblemKind::Forbidden,
                       "A token has no account; a person must sign in.");
    auto person = store_.person(call.caller().account);
    if (!person)
        throw ApiError(api::ProblemKind::Unauthenticated, "The account is gone.");
    return std::move(*person);
}

void MeResource::record(const Call& call, const std::string& action, std::string before,
                        std::string after) const
{
    trail_.record(call.caller(), {.action = action,
                                  .object = call.caller().name,
                                  .before = std::move(before),
                                  .after = std::move(after),
                                  .note = {}});
}

Answer MeResource::describe(const Person& person) const
{
    auto json = api::orderedObject();
    json.set("id", person.id);
    json.set("name", person.name);
    json.set("display", person.display);
    json.set("role", person.role);
    json.set("totp", person.hasTotp());
    json.set("recovery_codes_left", store_.recoveryCodesLeft(person.id));
    json.set("created_at", api::timeText(person.created));
    json.set("last_sign_in_at", timeOrNull(person.lastSignIn));
    json.set("preferences", parsedPreferences(person.preferences));
    return std::move(api::answerOf(json).withTag(ownTagOf(person)));
}

Answer MeResource::show(Call& call) const
{
    return describe(requirePerson(call));
}

Answer MeResource::change(Call& call)
{
    const auto before = requirePerson(call);
    call.requireMatch(ownTagOf(before));
    auto& body = call.json();
    const auto display = plainWords(body, "display");
    const auto preferences = body.object("preferences");
    body.refuseOthers();
    body.throwIfWrong();
    const auto merged = preferences ? mergedPreferences(before.preferences, preferences->raw())
                                    : before.preferences;
    if (merged.size() > MostPreferenceBytes)
        throw ApiError({{"/preferences", "too-long",
                         "may have at most " + std::to_string(MostPreferenceBytes) + " bytes"}});
    if (display && *display != before.display) {
        auto after = before;
        after.display = *display;
        store_.change(after, call.caller().session,
                      [&] { record(call, "person.change", trailText(before), trailText(after)); });
    }
    if (merged != before.preferences)
        store_.changePreferences(before.id, merged);
    return describe(requirePerson(call));
}

Answer MeResource::changePassword(Call& call)
{
    auto person = requirePerson(call);
    auto& body = call.json();
    const auto current = body.text("current");
    const auto wanted = newPassword(body, "new", person.name);
    if (!wanted)
        static_cast<void>(body.text("new")); // says what is wrong
    body.refuseOthers();
    body.throwIfWrong();
    if (!passwords_.personWith(person.name, current, call.caller().address))
        throw ApiError({{"/current", "wrong", "is not your password"}});
    if (*wanted == current)
        throw ApiError({{"/new", "same", "must be another one than before"}});
    person.passwordHash = hashing_.hash(*wanted);
    store_.change(person, call.caller().session, [&] { record(call, "person.password-change"); });
    return api::noContent();
}

Answer MeResource::offerTotp(Call& call)
{
    auto person = requirePerson(call);
    person.totpOffered = newTotpSecret();
    store_.change(person, call.caller().session, [&] { record(call, "person.totp-offer"); });
    auto json = api::orderedObject();
    json.set("secret", base32(person.totpOffered));
    json.set("uri", totpUri(person.totpOffered, person.name, Issuer));
    return api::answerOf(json);
}

Answer MeResource::confirmTotp(Call& call)
{
    const auto before = requirePerson(call);
    auto& body = call.json();
    const auto code = body.text("code", {.least = 6, .most = 6});
    body.refuseOthers();
    body.throwIfWrong();
    if (before.totpOffered.empty())
        throw ApiError(api::ProblemKind::Conflict, "Ask for a secret first: POST /me/totp.");
    const auto step = totpStepOf(before.totpOffered, code, signIns_.now());
    if (!step)
        throw ApiError({{"/code", "wrong", "is not what the authenticator shows now"}});
    auto after = before;
    after.totpSecret = std::exchange(after.totpOffered, {});
    const auto made = RecoveryCodes::make();
    store_.change(after, made.hashes, call.caller().session,
                  [&] { record(call, "person.totp-on", trailText(before), trailText(after)); });
    static_cast<void>(store_.useTotpStep(after.id, *step));
    return answerOf(made);
}

Answer MeResource::disableTotp(Call& call)
{
    const auto before = requirePerson(call);
    auto after = before;
    after.totpSecret.clear();
    after.totpOffered.clear();
    store_.change(after, call.caller().session,
                  [&] { record(call, "person.totp-off", trailText(before), trailText(after)); });
    return api::noContent();
}

Answer MeResource::renewRecoveryCodes(Call& call)
{
    const auto person = requirePerson(call);
    if (!person.hasTotp())
        throw ApiError(api::ProblemKind::Conflict, "Set up a second factor first.");
    const auto made = RecoveryCodes::make();
    store_.change(person, made.hashes, call.caller().session,
                  [&] { record(call, "person.recovery-codes"); });
    return answerOf(made);
}

Answer MeResource::listSignIns(Call& call) const
{
    const auto person = requirePerson(call);
    return api::answerOf(describeSignIns(store_, signIns_, person.id, call.caller().session));
}

Answer MeResource::endOtherSignIns(Call& call)
{
    const auto person = requirePerson(call);
    store_.endSignInsOf(person.id, call.caller().session,
                        [&] { record(call, "person.end-sign-ins"); });
    return api::noContent();
}

Answer MeResource::endSignIn(Call& call)
{
    const auto person = requirePerson(call);
    const auto found = store_.signIn(call.inPath("id"));
    if (!found || found->person.id != person.id)
        throw ApiError(api::ProblemKind::NotFound, "There is no such sign-in.");
    store_.endSignIn(found->signIn.id, [&] { record(call, "person.end-sign-in"); });
    return api::noContent();
}

} // namespace sallyport::admin::accounts
