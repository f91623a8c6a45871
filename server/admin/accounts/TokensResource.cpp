#include "admin/accounts/TokensResource.h"

#include "admin/accounts/ListPart.h"
#include "admin/accounts/PersonFields.h"
#include "admin/accounts/PersonJson.h"
#include "admin/accounts/Secrets.h"
#include "admin/api/TimeText.h"
#include "db/ContentHash.h"
#include "policy/Network.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sallyport::admin::accounts {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::JsonFields;
using db::Token;
using Poco::JSON::Object;

constexpr api::TextSize NetworkText{.least = 1, .most = 64};

std::string tagOf(const Token& token)
{
    return 'v' + std::to_string(token.version);
}

Poco::JSON::Array networksJson(const Token& token)
{
    Poco::JSON::Array array;
    for (const auto& network : token.networks)
        array.add(network);
    return array;
}

std::string trailText(const Token& token)
{
    auto json = api::orderedObject();
    json.set("name", token.name);
    json.set("role", token.role);
    json.set("networks", networksJson(token));
    json.set("expires_at", api::timeText(token.expires));
    return api::textOf(json);
}

// In the form that all networks are written in.
std::vector<std::string> networksIn(JsonFields& body)
{
    std::vector<std::string> networks;
    const auto texts = body.texts("networks", TokensResource::MostNetworks, NetworkText);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto network = policy::parseNetwork(texts[i]);
        if (network)
            networks.push_back(policy::networkText(*network));
        else
            body.wrong("networks", "invalid", network.error());
    }
    return networks;
}

db::AccountTime expiryIn(JsonFields& body, db::AccountTime now)
{
    const auto text = body.text("expires_at", {.least = 1, .most = 40});
    if (text.empty())
        return {};
    const auto time = api::timeFrom(text);
    if (!time)
        body.wrong("expires_at", "invalid", "must be a time: 2027-01-31T12:00:00Z");
    else if (*time <= now)
        body.wrong("expires_at", "range", "must not have passed");
    else if (*time > now + TokensResource::LongestLife)
        body.wrong("expires_at", "range", "may be at most a year from now");
    return time.value_or(db::AccountTime());
}

// Sorts the newest first.
std::string keyOf(const Token& token)
{
    const auto age =
        std::numeric_limits<std::int64_t>::max() - token.created.time_since_epoch().count();
    return std::to_string(age) + token.id;
}

bool isOf(const db::PersonsToken& found, std::string_view part)
{
    return found.token.name.contains(part) || found.maker.name.contains(part);
}

} // namespace

TokensResource::TokensResource(db::AccountStore& store, const SignIns& signIns,
                               const api::Trail& trail)
    : store_(store), signIns_(signIns), trail_(trail)
{}

void TokensResource::addTo(api::Router& router)
{
    const auto admin = Access::from(api::Role::Admin);
    const auto sure = admin.confirmed();
    router.add("GET", "/tokens", admin, [this](Call& call) { return list(call); });
    router.add("POST", "/tokens", sure, [this](Call& call) { return add(call); });
    router.add("GET", "/tokens/{id}", admin, [this](Call& call) { return show(call); });
    router.add("PATCH", "/tokens/{id}", sure, [this](Call& call) { return change(call); });
    // Whoever must take a token back shall not have to look for a password first.
    router.add("DELETE", "/tokens/{id}", admin, [this](Call& call) { return remove(call); });
}

db::PersonsToken TokensResource::requireToken(const Call& call) const
{
    auto found = store_.token(call.inPath("id"));
    if (!found)
        throw ApiError(api::ProblemKind::NotFound, "There is no such token.");
    return std::move(*found);
}

void TokensResource::record(const Call& call, const std::string& action, const std::string& name,
                            std::string before, std::string after) const
{
    trail_.record(call.caller(), {.action = action,
                                  .object = name,
                                  .before = std::move(before),
                                  .after = std::move(after),
                                  .note = {}});
}

Object TokensResource::describe(const db::PersonsToken& found) const
{
    const auto& token = found.token;
    auto maker = api::orderedObject();
    maker.set("id", found.maker.id);
    maker.set("name", found.maker.name);
    auto json = api::orderedObject();
    json.set("id", token.id);
    json.set("name", token.name);
    json.set("role", token.role);
    json.set("made_by", maker);
    json.set("networks", networksJson(token));
    json.set("created_at", api::timeText(token.created));
    json.set("expires_at", api::timeText(token.expires));
    json.set("last_used_at", timeOrNull(token.lastUsed));
    json.set("state", signIns_.now() >= token.expires ? "expired"
                      : found.maker.isEnabled()       ? "valid"
                                                      : "maker-disabled");
    json.set("etag", tagOf(token));
    return json;
}

Answer TokensResource::list(Call& call) const
{
    call.allowQuery({"q", "role", "limit", "cursor"});
    const auto wanted = call.query("role");
    if (wanted && !api::roleNamed(*wanted))
        throw ApiError({{"?role", "invalid", "must be help-desk, auditor, editor or admin"}});
    const auto part = call.query("q").value_or("");
    auto tokens = store_.tokens();
    std::erase_if(tokens, [&](const db::PersonsToken& found) {
        return (wanted && found.token.role != *wanted) || !isOf(found, part);
    });
    std::ranges::sort(tokens, {}, [](const auto& found) { return keyOf(found.token); });
    std::vector<std::string> keys;
    for (const auto& found : tokens)
        keys.push_back(keyOf(found.token));
    const auto page = partOf(keys, call);
    Poco::JSON::Array items;
    for (auto i = page.begin; i < page.end; ++i)
        items.add(describe(tokens[i]));
    return api::answerOf(page.with(items));
}

Answer TokensResource::show(Call& call) const
{
    const auto found = requireToken(call);
    return std::move(api::answerOf(describe(found)).withTag(tagOf(found.token)));
}

Answer TokensResource::add(Call& call)
{
    auto& body = call.json();
    const auto name = plainWords(body, "name", 1);
    const auto given = role(body, "role");
    if (!name)
        static_cast<void>(body.text("name")); // says what is wrong
    if (!given)
        static_cast<void>(body.text("role"));
    else if (*given > call.caller().role)
        body.wrong("role", "too-high", "may not be above your own");
    Token token;
    token.networks = networksIn(body);
    token.expires = expiryIn(body, signIns_.now());
    body.refuseOthers();
    body.throwIfWrong();

    const auto secret = std::string(SignIns::TokenPrefix) + newSecret();
    token.id = newId("t_");
    token.hash = db::contentHash(secret);
    token.name = *name;
    token.role = api::roleName(*given);
    token.maker = call.caller().account;
    token.created = signIns_.now();
    store_.add(token, [&] { record(call, "token.create", token.name, {}, trailText(token)); });
    auto json = api::orderedObject();
    json.set("token", describe(*store_.token(token.id)));
    json.set("secret", secret);
    auto answer = api::created("/tokens/" + token.id, json);
    return std::move(answer.withTag(tagOf(token)));
}

Answer TokensResource::change(Call& call)
{
    const auto before = requireToken(call).token;
    call.requireMatch(tagOf(before));
    auto& body = call.json();
    auto after = before;
    if (const auto name = plainWords(body, "name", 1))
        after.name = *name;
    if (body.has("networks"))
        after.networks = networksIn(body);
    body.refuseOthers();
    body.throwIfWrong();
    store_.change(after, [&] {
        record(call, "token.change", before.name, trailText(before), trailText(after));
    });
    return show(call);
}

Answer TokensResource::remove(Call& call)
{
    const auto token = requireToken(call).token;
    call.requireMatch(tagOf(token));
    store_.remove(token, [&] { record(call, "token.remove", token.name, trailText(token), {}); });
    return api::noContent();
}

} // namespace sallyport::admin::accounts
