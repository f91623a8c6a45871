#include "admin/accounts/SignIns.h"

#include "admin/accounts/Secrets.h"
#include "db/ContentHash.h"
#include "policy/Network.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace sallyport::admin::accounts {
namespace {

using api::Caller;
using Stage = db::SignIn::Stage;

constexpr std::size_t MostAgentBytes = 300;
constexpr std::size_t MostSecretBytes = 100; // more is none of ours, and not worth a hash

std::string shortened(std::string_view agent)
{
    std::string text(agent.substr(0, MostAgentBytes));
    std::ranges::replace_if(
        text, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return text;
}

bool isWithin(const std::vector<std::string>& networks, const std::string& address)
{
    if (networks.empty())
        return true;
    const auto bytes = policy::parseAddress(address);
    return bytes && std::ranges::any_of(networks, [&bytes](const std::string& text) {
               const auto network = policy::parseNetwork(text);
               return network && network->contains(*bytes);
           });
}

// What was stored is a role: the table takes nothing else.
api::Role roleOf(std::string_view name)
{
    return api::roleNamed(name).value_or(api::Role::HelpDesk);
}

void logFailure(const std::exception& problem)
{
    poco_error(Poco::Logger::get("admin"),
               std::string("sign-ins cannot be read: ") + problem.what());
}

Caller nobodyFrom(const std::string& address)
{
    Caller nobody;
    nobody.address = address;
    return nobody;
}

} // namespace

SignIns::SignIns(db::AccountStore& store, const SignInOptions& options, Clock clock)
    : store_(store), options_(options), clock_(std::move(clock))
{}

Caller SignIns::authenticate(const api::Credentials& credentials) noexcept
{
    try {
        auto caller = credentials.bearer.empty() ? byCookie(credentials) : byToken(credentials);
        caller.address = credentials.address;
        return caller;
    } catch (const std::exception& problem) {
        logFailure(problem);
    }
    return nobodyFrom(credentials.address);
}

Caller SignIns::byCookie(const api::Credentials& credentials)
{
    if (credentials.cookie.empty() || credentials.cookie.size() > MostSecretBytes)
        return {};
    const auto found = store_.signInByHash(db::contentHash(credentials.cookie));
    if (!found || !holds(*found))
        return {};
    if (found->signIn.stage != Stage::Open) {
        Caller unfinished;
        unfinished.session = found->signIn.id;
        return unfinished;
    }
    noteSeen(found->signIn, credentials);
    return callerFor(*found);
}

Caller SignIns::byToken(const api::Credentials& credentials)
{
    if (!credentials.bearer.starts_with(TokenPrefix) || credentials.bearer.size() > MostSecretBytes)
        return {};
    const auto found = store_.tokenByHash(db::contentHash(credentials.bearer));
    if (!found || !holds(*found) || !isWithin(found->token.networks, credentials.address))
        return {};
    noteUsed(found->token);
    return callerFor(*found);
}

std::optional<Caller> SignIns::callerOf(const std::string& id) const noexcept
{
    try {
        if (const auto found = store_.signIn(id);
            found && holds(*found) && found->signIn.stage == Stage::Open)
            return callerFor(*found);
        if (const auto found = store_.token(id); found && holds(*found))
            return callerFor(*found);
    } catch (const std::exception& problem) {
        logFailure(problem);
    }
    return std::nullopt;
}

Caller SignIns::callerFor(const db::PersonsSignIn& found) const
{
    Caller caller;
    caller.way = Caller::Way::Session;
    caller.account = found.person.id;
    caller.name = found.person.name;
    caller.session = found.signIn.id;
    caller.role = roleOf(found.person.role);
    caller.address = found.signIn.address;
    caller.csrf = found.signIn.csrf;
    if (now() < found.signIn.confirmed + ConfirmedFor)
        caller.confirmed = Caller::Confirmed::Yes;
    return caller;
}

Caller SignIns::callerFor(const db::PersonsToken& found)
{
    Caller caller;
    caller.way = Caller::Way::Token;
    caller.account = found.maker.id;
    caller.name = "token " + found.token.name + " (" + found.maker.name + ')';
    caller.session = found.token.id;
    caller.role = std::min(roleOf(found.token.role), roleOf(found.maker.role));
    return caller;
}

bool SignIns::holds(const db::PersonsSignIn& found) const
{
    const auto time = now();
    if (!found.person.isEnabled() || time >= end(found.signIn))
        return false;
    if (found.signIn.stage != Stage::Open)
        return time < found.signIn.created + UnfinishedFor;
    return time < idleEnd(found.signIn);
}

bool SignIns::holds(const db::PersonsToken& found) const
{
    return found.maker.isEnabled() && now() < found.token.expires;
}

db::AccountTime SignIns::lastSeen(const db::SignIn& signIn) const
{
    const std::scoped_lock lock(mutex_);
    const auto found = seen_.find(signIn.id);
    return found == seen_.end() ? signIn.lastSeen : std::max(found->second, signIn.lastSeen);
}

db::AccountTime SignIns::idleEnd(const db::SignIn& signIn) const
{
    return std::min(lastSeen(signIn) + options_.values().idle, end(signIn));
}

db::AccountTime SignIns::end(const db::SignIn& signIn) const
{
    return signIn.created + options_.values().absolute;
}

// What cannot be written is only less exact: no reason to turn somebody away.
void SignIns::noteSeen(db::SignIn signIn, const api::Credentials& credentials)
{
    const auto time = now();
    {
        const std::scoped_lock lock(mutex_);
        seen_[signIn.id] = time;
    }
    if (time - signIn.lastSeen < WriteSeenEvery)
        return;
    signIn.lastSeen = time;
    signIn.address = credentials.address;
    if (!credentials.userAgent.empty())
        signIn.userAgent = shortened(credentials.userAgent);
    try {
        store_.noteSeen(signIn);
    } catch (const db::DatabaseError& problem) {
        logFailure(problem);
    }
}

void SignIns::noteUsed(const db::Token& token)
{
    const auto time = now();
    if (time - token.lastUsed < WriteSeenEvery)
        return;
    try {
        store_.noteUsed(token.id, time);
    } catch (const db::DatabaseError& problem) {
        logFailure(problem);
    }
}

SignIns::Begun SignIns::begin(const db::Person& person, Stage stage, std::string_view address,
                              std::string_view userAgent)
{
    dropEnded();
    const auto nothing = [] {};
    const auto others = store_.signInsOf(person.id);
    for (std::size_t i = others.size(); i >= MostPerPerson; --i)
        store_.endSignIn(others[i - 1].id, nothing);

    Begun begun{newId("s_"), newSecret()};
    const auto time = now();
    store_.addSignIn({.id = begun.id,
                      .hash = db::contentHash(begun.cookie),
                      .person = person.id,
                      .stage = stage,
                      .csrf = newSecret(),
                      .created = time,
                      .lastSeen = time,
                      .confirmed = time,
                      .address = std::string(address),
                      .userAgent = shortened(userAgent)});
    return begun;
}

std::optional<db::PersonsSignIn> SignIns::unfinished(const Caller& caller, Stage stage) const
{
    if (caller.isSignedIn() || caller.session.empty())
        return std::nullopt;
    auto found = store_.signIn(caller.session);
    if (!found || found->signIn.stage != stage || !holds(*found))
        return std::nullopt;
    return found;
}

std::optional<Stage> SignIns::waitsFor(const Caller& caller) const
{
    for (const auto stage : {Stage::Totp, Stage::Password})
        if (unfinished(caller, stage))
            return stage;
    return std::nullopt;
}

db::AccountTime SignIns::confirm(const std::string& id)
{
    const auto time = now();
    store_.noteConfirmed(id, time);
    return time + ConfirmedFor;
}

void SignIns::dropEnded()
{
    const auto values = options_.values();
    const auto time = now();
    // The time last seen may be written a minute late.
    store_.dropSignIns(time - values.absolute, time - values.idle - WriteSeenEvery,
                       time - UnfinishedFor);
    const std::scoped_lock lock(mutex_);
    std::erase_if(seen_, [&](const auto& entry) { return entry.second < time - values.idle; });
}

} // namespace sallyport::admin::accounts
