#include "admin/accounts/SetupResource.h"

#include "admin/accounts/ListenTest.h"
#include "admin/accounts/PersonFields.h"
#include "admin/accounts/Secrets.h"
#include "admin/accounts/Totp.h"
#include "admin/api/TimeText.h"
#include "policy/Network.h"
#include "policy/PolicyError.h"

#include <array>
#include <utility>

namespace sallyport::admin::accounts {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::JsonFields;
using Poco::JSON::Object;

constexpr std::uint64_t MostSetupBytes = 8 << 20; // a policy may come with it
constexpr std::uint64_t MostSmallBodyBytes = 8 << 10;
constexpr std::size_t MostDocumentBytes = 6 << 20;
constexpr api::TextSize AnyToken{.least = 1, .most = 200};
constexpr std::array<std::string_view, 4> PolicyKinds{"keep", "watch", "deny_all", "import"};

Object jsonOf(const ProxyListener& listener)
{
    auto json = api::orderedObject();
    json.set("address", listener.address);
    json.set("port", listener.port);
    return json;
}

ProxyListener listenerIn(JsonFields& body)
{
    ProxyListener listener;
    listener.address = body.text("address", {.least = 1, .most = 64});
    if (!listener.address.empty() && !policy::parseAddress(listener.address))
        body.wrong("address", "invalid", "must be an IP address: 127.0.0.1, 0.0.0.0, ::");
    listener.port = static_cast<std::uint16_t>(body.integer("port", 1, 65535));
    return listener;
}

} // namespace

struct SetupResource::Wishes {
    std::string name;
    std::string display;
    std::string password;
    enum class SecondFactor : std::uint8_t { Later, AsOffered } secondFactor = SecondFactor::Later;
    std::optional<ProxyListener> listener;
    std::string policyKind;
    std::string policyDocument;
};

SetupResource::SetupResource(db::AccountStore& store, const SetupLink& link, SignInSteps& steps,
                             PasswordHashing& hashing, const api::Trail& trail,
                             SetupSources sources, Clock clock)
    : store_(store), link_(link), steps_(steps), hashing_(hashing), trail_(trail),
      sources_(std::move(sources)), clock_(std::move(clock))
{}

void SetupResource::addTo(api::Router& router)
{
    const auto small = Access::anybody().withBody(MostSmallBodyBytes);
    router.add("GET", "/setup", small, [this](Call&) { return show(); });
    router.add("POST", "/setup", Access::anybody().withBody(MostSetupBytes),
               [this](Call& call) { return finish(call); });
    router.add("POST", "/setup/check", small, [this](Call& call) { return check(call); });
    router.add("POST", "/setup/totp", small, [this](Call& call) { return offerTotp(call); });
    router.add("POST", "/setup/totp/check", small, [this](Call& call) { return checkTotp(call); });
    router.add("POST", "/setup/test-listen", small,
               [this](Call& call) { return testListening(call); });
}

Answer SetupResource::show() const
{
    if (!link_.isNeeded())
        throw ApiError(api::ProblemKind::NotFound, "Set-up is done; sign in instead.");
    auto json = api::orderedObject();
    json.set("needed", true);
    return api::answerOf(json);
}

Answer SetupResource::check(Call& call) const
{
    auto& body = call.json();
    const auto token = body.text("token", AnyToken);
    body.refuseOthers();
    body.throwIfWrong();
    link_.require(token);
    auto json = api::orderedObject();
    json.set("expires_at", api::timeText(link_.expires()));
    json.set("listener", jsonOf(sources_.listener()));
    json.set("can_change_listener", sources_.mayChangeListener());
    json.set("pac_url", sources_.pacUrl());
    json.set("policy_owner", std::string(api::policyOwnerName(sources_.policyOwner())));
    return api::answerOf(json);
}

Answer SetupResource::offerTotp(Call& call)
{
    auto& body = call.json();
    const auto token = body.text("token", AnyToken);
    const auto name = accountName(body, "name");
    body.refuseOthers();
    body.throwIfWrong();
    link_.require(token);
    const std::scoped_lock lock(mutex_);
    offer_ = Offer{.name = name, .secret = newTotpSecret(), .codes = RecoveryCodes::make()};
    auto json = api::orderedObject();
    json.set("secret", base32(offer_->secret));
    json.set("uri", totpUri(offer_->secret, name, "Sallyport"));
    json.set("recovery_codes", offer_->codes.codes);
    return api::answerOf(json);
}

Answer SetupResource::checkTotp(Call& call)
{
    auto& body = call.json();
    const auto token = body.text("token", AnyToken);
    const auto code = body.text("code", {.least = 6, .most = 6});
    body.refuseOthers();
    body.throwIfWrong();
    link_.require(token);
    const std::scoped_lock lock(mutex_);
    if (!offer_)
        throw ApiError(api::ProblemKind::Conflict, "Ask for a secret first: POST /setup/totp.");
    if (!totpStepOf(offer_->secret, code, clock_()))
        throw ApiError({{"/code", "wrong", "is not what the authenticator shows now"}});
    offer_->state = Offer::State::Checked;
    return api::noContent();
}

Answer SetupResource::testListening(Call& call) const
{
    auto& body = call.json();
    const auto token = body.text("token", AnyToken);
    const auto wanted = listenerIn(body);
    body.refuseOthers();
    body.throwIfWrong();
    link_.require(token);
    const auto finding = testListen(wanted, sources_.listener());
    auto json = api::orderedObject();
    json.set("ok", finding.outcome == ListenFinding::Outcome::Possible);
    json.set("detail", finding.detail);
    return api::answerOf(json);
}

SetupResource::Wishes SetupResource::wishesIn(Call& call) const
{
    auto& body = call.json(MostSetupBytes);
    Wishes wishes;
    const auto token = body.text("token", AnyToken);
    if (auto admin = body.object("admin")) {
        wishes.name = accountName(*admin, "name");
        wishes.display = plainWords(*admin, "display").value_or("");
        if (!admin->has("password") || admin->isNull("password"))
            admin->wrong("password", "required", "is missing");
        wishes.password = newPassword(*admin, "password", wishes.name).value_or("");
        if (admin->optionalFlag("totp").value_or(false))
            wishes.secondFactor = Wishes::SecondFactor::AsOffered;
        admin->refuseOthers();
    } else if (!body.has("admin")) {
        body.wrong("admin", "required", "is missing");
    }
    if (auto listener = body.object("listener")) {
        wishes.listener = listenerIn(*listener);
        listener->refuseOthers();
        if (*wishes.listener == sources_.listener())
            wishes.listener.reset();
        else if (!sources_.mayChangeListener())
            body.wrong("listener", "fixed", "cannot be changed from here");
        else if (const auto fault = sources_.faultOfListener(*wishes.listener); !fault.empty())
            body.wrong("listener", "invalid", fault);
    }
    if (auto policy = body.object("starting_policy")) {
        wishes.policyKind = PolicyKinds[policy->choice("kind", PolicyKinds)];
        wishes.policyDocument =
            policy->optionalText("document", {.least = 0, .most = MostDocumentBytes}).value_or("");
        policy->refuseOthers();
    } else if (!body.has("starting_policy")) {
        body.wrong("starting_policy", "required", "is missing");
    }
    body.refuseOthers();
    if (!token.empty())
        link_.require(token); // before anything is said about the rest
    body.throwIfWrong();
    return wishes;
}

void SetupResource::apply(const api::Caller& who, const Wishes& wishes) const
{
    try {
        sources_.applyStartingPolicy(who, wishes.policyKind, wishes.policyDocument);
    } catch (const policy::PolicyError& problem) {
        throw ApiError({{"/starting_policy/document", "invalid", problem.what()}});
    }
    if (wishes.listener)
        sources_.changeListener(who, *wishes.listener);
}

Answer SetupResource::finish(Call& call)
{
    const std::scoped_lock lock(mutex_);
    const auto wishes = wishesIn(call);
    db::Person admin{.id = newId("p_"),
                     .name = wishes.name,
                     .display = wishes.display,
                     .role = "admin",
                     .passwordHash = hashing_.hash(wishes.password),
                     .totpSecret = {},
                     .totpOffered = {},
                     .created = clock_(),
                     .lastSignIn = {}};
    std::vector<std::string> recoveryHashes;
    if (wishes.secondFactor == Wishes::SecondFactor::AsOffered) {
        if (!offer_ || offer_->state != Offer::State::Checked)
            throw ApiError(
                {{"/admin/totp", "unchecked", "give a code of the authenticator first"}});
        admin.totpSecret = offer_->secret;
        recoveryHashes = offer_->codes.hashes;
    }
    auto who = call.caller();
    who.way = api::Caller::Way::Session;
    who.account = admin.id;
    who.name = admin.name;
    who.role = api::Role::Admin;
    apply(who, wishes);
    store_.addFirst(admin, recoveryHashes, [&] {
        auto after = api::orderedObject();
        after.set("role", "admin");
        after.set("totp", admin.hasTotp());
        after.set("starting_policy", wishes.policyKind);
        trail_.record(who, {.action = "setup.finish",
                            .object = admin.name,
                            .before = {},
                            .after = api::textOf(after),
                            .note = "by the one-time link"});
    });
    offer_.reset();
    return steps_.open(admin, call, 201);
}

} // namespace sallyport::admin::accounts
