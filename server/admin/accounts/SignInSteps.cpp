#include "admin/accounts/SignInSteps.h"

#include "admin/accounts/Preferences.h"
#include "admin/api/TimeText.h"

#include <utility>

namespace sallyport::admin::accounts {
namespace {

using api::Answer;
using api::Call;
using api::Caller;
using db::Person;
using Poco::JSON::Object;
using Stage = db::SignIn::Stage;

constexpr std::string_view CookieName = "__Host-sallyport";
constexpr std::string_view CookieRules = "; Path=/; Secure; HttpOnly; SameSite=Strict";

// No Max-Age: the server knows when it ends, and a closed browser shall not keep it.
void setCookie(Answer& answer, const std::string& value)
{
    answer.with("Set-Cookie", std::string(CookieName) + '=' + value + std::string(CookieRules));
}

Poco::JSON::Array arrayOf(const auto& texts)
{
    Poco::JSON::Array array;
    for (const auto& text : texts)
        array.add(std::string(text));
    return array;
}

} // namespace

SignInSteps::SignInSteps(db::AccountStore& store, SignIns& signIns, PasswordCheck& passwords,
                         const SignInOptions& options, const api::Trail& trail, ServerFacts facts)
    : store_(store), signIns_(signIns), passwords_(passwords), options_(options), trail_(trail),
      facts_(std::move(facts))
{}

void SignInSteps::clearCookie(Answer& answer)
{
    answer.with("Set-Cookie", std::string(CookieName) + "=; Max-Age=0" + std::string(CookieRules));
}

Answer SignInSteps::afterPassword(const Person& person, const Call& call)
{
    return person.hasTotp() ? waitFor(Stage::Totp, person, call) : afterCode(person, call);
}

Answer SignInSteps::afterCode(const Person& person, const Call& call)
{
    return person.passwordState == Person::PasswordState::ToBeChanged
               ? waitFor(Stage::Password, person, call)
               : open(person, call);
}

// Each step has a cookie of its own: one that was known before the last secret was given opens
// nothing.
SignIns::Begun SignInSteps::beginInstead(Stage stage, const Person& person, const Call& call)
{
    const auto& caller = call.caller();
    if (caller.way != Caller::Way::Token && !caller.session.empty())
        store_.endSignIn(caller.session, [] {});
    return signIns_.begin(person, stage, caller.address, call.field("user-agent"));
}

Answer SignInSteps::waitFor(Stage stage, const Person& person, const Call& call)
{
    const auto begun = beginInstead(stage, person, call);
    auto json = api::orderedObject();
    json.set("stage", stage == Stage::Totp ? "totp" : "password");
    auto answer = api::answerOf(json);
    setCookie(answer, begun.cookie);
    return answer;
}

Answer SignInSteps::open(const Person& person, const Call& call, unsigned status)
{
    auto who = call.caller();
    who.name = person.name;
    trail_.record(who, {.action = "session.sign-in",
                        .object = person.name,
                        .before = {},
                        .after = {},
                        .note = {}});
    const auto begun = beginInstead(Stage::Open, person, call);
    store_.noteSignIn(person.id, signIns_.now());
    passwords_.signedIn(person.name, who.address);
    const auto caller = signIns_.callerOf(begun.id);
    if (!caller)
        throw api::ApiError(api::ProblemKind::Conflict,
                            "The account was changed meanwhile. Sign in again.");
    auto json = api::orderedObject();
    json.set("stage", "signed-in");
    json.set("session", describe(*caller));
    auto answer = api::answerOf(json, status);
    setCookie(answer, begun.cookie);
    return answer;
}

Object SignInSteps::describe(const Caller& caller) const
{
    const auto person = store_.person(caller.account);
    if (!person)
        throw api::ApiError(api::ProblemKind::Unauthenticated, "The account is gone.");
    auto user = api::orderedObject();
    user.set("id", person->id);
    user.set("name", person->name);
    user.set("display", person->display);
    user.set("totp", person->hasTotp());

    auto json = api::orderedObject();
    json.set("user", user);
    json.set("role", std::string(api::roleName(caller.role)));
    json.set("permissions", arrayOf(api::permissionsOf(caller.role)));
    json.set("csrf", caller.csrf);
    if (caller.way == Caller::Way::Session)
        describeSignIn(caller, json);
    else
        describeToken(caller, json);
    json.set("server_time", api::timeText(signIns_.now()));
    auto features = facts_.features;
    if (options_.twoPersonPublishing())
        features.emplace_back("two-person");
    json.set("features", arrayOf(features));
    json.set("policy_owner", std::string(api::policyOwnerName(facts_.policyOwner())));
    json.set("node", facts_.node);
    json.set("preferences", parsedPreferences(person->preferences));
    return json;
}

void SignInSteps::describeSignIn(const Caller& caller, Object& json) const
{
    const auto found = store_.signIn(caller.session);
    if (!found)
        throw api::ApiError(api::ProblemKind::Unauthenticated, "The sign-in has ended.");
    json.set("idle_expires_at", api::timeText(signIns_.idleEnd(found->signIn)));
    json.set("expires_at", api::timeText(signIns_.end(found->signIn)));
    json.set("confirmed_until", caller.confirmed == Caller::Confirmed::Yes
                                    ? Poco::Dynamic::Var(api::timeText(found->signIn.confirmed +
                                                                       SignIns::ConfirmedFor))
                                    : Poco::Dynamic::Var());
}

void SignInSteps::describeToken(const Caller& caller, Object& json) const
{
    const auto found = store_.token(caller.session);
    if (!found)
        throw api::ApiError(api::ProblemKind::Unauthenticated, "The token was removed.");
    json.set("idle_expires_at", Poco::Dynamic::Var());
    json.set("expires_at", api::timeText(found->token.expires));
    json.set("confirmed_until", Poco::Dynamic::Var());
}

} // namespace sallyport::admin::accounts
