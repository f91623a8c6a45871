#include "admin/accounts/SessionResource.h"

#include "admin/accounts/RecoveryCodes.h"
#include "admin/accounts/Totp.h"
#include "admin/api/TimeText.h"

#include <string>

namespace sallyport::admin::accounts {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::Caller;
using api::ProblemKind;
using Stage = db::SignIn::Stage;

constexpr std::uint64_t MostBodyBytes = 8 << 10;
constexpr api::TextSize AnyName{.least = 1, .most = 200};
constexpr api::TextSize AnyPassword{.least = 1, .most = 1000};
constexpr api::TextSize AnyCode{.least = 1, .most = 64};
constexpr std::size_t TotpDigits = 6;

ApiError wrongWith(std::string detail, std::chrono::seconds wait)
{
    ApiError problem(ProblemKind::Unauthenticated, std::move(detail));
    if (wait.count() > 0)
        problem.retryAfter(wait).with("wait_s", std::to_string(wait.count()));
    return problem;
}

ApiError beginAnew()
{
    return ApiError(ProblemKind::Unauthenticated,
                    "The sign-in took too long or was ended. Begin again.")
        .with("stage", "\"none\"");
}

// Authenticators show the digits in groups.
std::string withoutSpaces(std::string text)
{
    std::erase(text, ' ');
    return text;
}

bool isSixDigits(const std::string& code)
{
    return code.size() == TotpDigits && code.find_first_not_of("0123456789") == std::string::npos;
}

} // namespace

SessionResource::SessionResource(db::AccountStore& store, SignIns& signIns, SignInSteps& steps,
                                 PasswordCheck& passwords, PasswordHashing& hashing, LockOut& codes,
                                 const api::Trail& trail)
    : store_(store), signIns_(signIns), steps_(steps), passwords_(passwords), hashing_(hashing),
      codes_(codes), trail_(trail)
{}

void SessionResource::addTo(api::Router& router)
{
    const auto anybody = Access::anybody().withBody(MostBodyBytes);
    const auto somebody = Access::from(api::Role::HelpDesk).withBody(MostBodyBytes);
    router.add("GET", "/session", anybody, [this](Call& call) { return show(call); });
    router.add("POST", "/session", anybody, [this](Call& call) { return signIn(call); });
    router.add("DELETE", "/session", anybody, [this](Call& call) { return signOut(call); });
    router.add("POST", "/session/totp", anybody, [this](Call& call) { return giveCode(call); });
    router.add("POST", "/session/password", anybody,
               [this](Call& call) { return givePassword(call); });
    router.add("POST", "/session/confirm", somebody, [this](Call& call) { return confirm(call); });
}

Answer SessionResource::show(Call& call) const
{
    if (call.caller().isSignedIn())
        return api::answerOf(steps_.describe(call.caller()));
    ApiError problem(ProblemKind::Unauthenticated, "Nobody is signed in.");
    if (const auto stage = signIns_.waitsFor(call.caller()))
        problem.with("stage", *stage == Stage::Totp ? "\"totp\"" : "\"password\"");
    throw problem;
}

// A name that is no account's may be a password typed into the wrong field: it is not written down.
void SessionResource::recordFailure(const Call& call, const std::string& object,
                                    const std::string& what) const
{
    auto nobody = call.caller();
    nobody.name.clear();
    trail_.record(nobody, {.action = "session.sign-in-failed",
                           .object = object,
                           .before = {},
                           .after = {},
                           .note = what});
}

Answer SessionResource::signIn(Call& call)
{
    auto& body = call.json();
    const auto name = body.text("name", AnyName);
    const auto password = body.text("password", AnyPassword);
    body.refuseOthers();
    body.throwIfWrong();
    const auto& address = call.caller().address;
    if (const auto person = passwords_.personWith(name, password, address))
        return steps_.afterPassword(*person, call);
    const auto known = store_.personNamed(name);
    recordFailure(call, known ? known->name : "unknown name",
                  known && !known->isEnabled() ? "disabled" : "wrong name or password");
    throw wrongWith("Name or password is wrong.", passwords_.waitOf(name, address));
}

bool SessionResource::isRightCode(const db::Person& person, const std::string& typed)
{
    const auto code = withoutSpaces(typed);
    if (!isSixDigits(code))
        return store_.useRecoveryCode(person.id, recoveryHash(code));
    const auto step = totpStepOf(person.totpSecret, code, signIns_.now());
    return step && store_.useTotpStep(person.id, *step);
}

Answer SessionResource::giveCode(Call& call)
{
    auto& body = call.json();
    const auto code = body.text("code", AnyCode);
    body.refuseOthers();
    body.throwIfWrong();
    const auto found = signIns_.unfinished(call.caller(), Stage::Totp);
    if (!found)
        throw beginAnew();
    const auto& person = found->person;
    const auto now = signIns_.now();
    if (const auto wait = codes_.begin(person.name, person.id, now); wait.count() > 0)
        PasswordCheck::refuseFor(wait);
    if (isRightCode(person, code)) {
        codes_.passed(person.name, person.id);
        codes_.forget(person.name, person.id);
        return steps_.afterCode(person, call);
    }
    recordFailure(call, person.name, "wrong code");
    throw wrongWith("The code is wrong, or was used before.",
                    codes_.wait(person.name, person.id, now));
}

Answer SessionResource::givePassword(Call& call)
{
    auto& body = call.json();
    const auto password = body.text("password", AnyPassword);
    body.refuseOthers();
    body.throwIfWrong();
    const auto found = signIns_.unfinished(call.caller(), Stage::Password);
    if (!found)
        throw beginAnew();
    auto person = found->person;
    if (const auto complaint = complaintAbout(password, person.name))
        throw ApiError({{"/password", "weak", *complaint}});
    if (hashing_.isRight(password, person.passwordHash))
        throw ApiError({{"/password", "same", "must be another one than before"}});
    person.passwordHash = hashing_.hash(password);
    person.passwordState = db::Person::PasswordState::Lasting;
    auto who = call.caller();
    who.name = person.name;
    // Ends this unfinished sign-in, too: the open one takes its place.
    store_.change(person, "", [&] {
        trail_.record(who, {.action = "person.password-change",
                            .object = person.name,
                            .before = {},
                            .after = {},
                            .note = "was asked for"});
    });
    return steps_.open(person, call);
}

Answer SessionResource::confirm(Call& call)
{
    auto& body = call.json();
    const auto password = body.text("password", AnyPassword);
    body.refuseOthers();
    body.throwIfWrong();
    const auto& caller = call.caller();
    if (caller.way != Caller::Way::Session)
        throw ApiError(ProblemKind::Forbidden, "A token cannot confirm; a person must sign in.");
    if (!passwords_.personWith(caller.name, password, caller.address)) {
        recordFailure(call, caller.name, "wrong password on confirming");
        throw ApiError({{"/password", "wrong", "is not your password"}});
    }
    auto json = api::orderedObject();
    json.set("confirmed_until", api::timeText(signIns_.confirm(caller.session)));
    return api::answerOf(json);
}

Answer SessionResource::signOut(Call& call)
{
    const auto& caller = call.caller();
    if (caller.way == Caller::Way::Token)
        throw ApiError(ProblemKind::Forbidden, "A token does not sign in, and so not out.");
    if (!caller.session.empty())
        store_.endSignIn(caller.session, [&] {
            if (caller.isSignedIn())
                trail_.record(caller, {.action = "session.sign-out",
                                       .object = caller.name,
                                       .before = {},
                                       .after = {},
                                       .note = {}});
        });
    auto answer = api::noContent();
    SignInSteps::clearCookie(answer);
    return answer;
}

} // namespace sallyport::admin::accounts
