#include "admin/pac/PacResource.h"

#include "admin/api/EntityTag.h"
#include "admin/api/TimeText.h"
#include "admin/pac/PacChange.h"
#include "db/ContentHash.h"
#include "policy/PolicyDocument.h"

#include <chrono>

namespace sallyport::admin::pac {
namespace {

using api::Access;
using api::Answer;
using api::Call;
using api::Role;

/// Of a body: each byte of the text may be escaped by six.
constexpr std::size_t MostBodyBytes = 6 * policy::MaxPacScriptBytes + 256 * 1024;
constexpr std::size_t MostNameBytes = 253;

std::string tagOf(const std::optional<policy::PacSettings>& pac)
{
    policy::PolicyDocument document;
    document.pac = pac;
    return api::entityTagOf(document.toJson());
}

Poco::JSON::Object settingsJson(const policy::PacSettings& pac)
{
    auto json = api::orderedObject();
    json.set("proxy", pac.proxy);
    Poco::JSON::Array direct;
    for (const auto& entry : pac.directSuffixes)
        direct.add(entry);
    json.set("direct", direct);
    return json;
}

// For the trail: a script by its hash.
std::string actText(const std::optional<policy::PacSettings>& pac)
{
    auto json = api::orderedObject();
    json.set("mode", std::string(modeName(modeOf(pac))));
    if (pac)
        json.set("settings", settingsJson(*pac));
    if (pac && !pac->script.empty()) {
        json.set("script_sha256", db::contentHash(pac->script));
        json.set("script_bytes", pac->script.size());
    }
    return api::textOf(json);
}

} // namespace

PacResource::PacResource(const std::filesystem::path& policyFile, PacParts parts,
                         const api::Trail& trail, api::Notify notify)
    : parts_(std::move(parts)), trail_(trail), notify_(std::move(notify)), store_(policyFile)
{}

void PacResource::addTo(api::Router& router)
{
    router.add("GET", "/pac", Access::from(Role::HelpDesk), [this](Call&) { return both(); });
    router.add("PUT", "/pac/draft",
               Access::from(Role::Editor).changingPolicy().withBody(MostBodyBytes),
               [this](Call& call) { return save(call); });
    router.add("POST", "/pac/resolve", Access::from(Role::HelpDesk),
               [this](Call& call) { return resolve(call); });
}

Answer PacResource::both()
{
    const std::scoped_lock lock(mutex_);
    return describe();
}

Answer PacResource::describe() const
{
    const auto live = store_.current();
    const auto draft = store_.draft();
    const auto& drafted = draft ? draft->document.pac : live.document.pac;
    auto json = api::orderedObject();
    auto draftJson = fileJson(drafted);
    draftJson.set("changed", drafted != live.document.pac);
    auto liveJson = fileJson(live.document.pac);
    liveJson.set("changed", false);
    json.set("draft", draftJson);
    json.set("live", liveJson);
    json.set("live_version", live.number);
    Poco::JSON::Array urls;
    for (const auto& url : parts_.urls())
        urls.add(url);
    json.set("urls", urls);
    if (const auto fetches = parts_.fetches()) {
        Poco::JSON::Array networks;
        for (const auto& [network, count, last] : *fetches) {
            auto one = api::orderedObject();
            one.set("network", policy::networkText(network));
            one.set("count", count);
            one.set("last_at",
                    api::timeText(std::chrono::time_point_cast<std::chrono::microseconds>(last)));
            networks.add(one);
        }
        json.set("fetches", networks);
    }
    const auto tag = tagOf(drafted);
    json.set("etag", tag);
    json.set("most_bytes", policy::MaxPacScriptBytes);
    return api::answerOf(json).withTag(tag);
}

Poco::JSON::Object PacResource::fileJson(const Pac& pac) const
{
    auto settings = pac ? *pac : parts_.serverSettings();
    auto json = api::orderedObject();
    json.set("mode", std::string(modeName(modeOf(pac))));
    json.set("settings", settingsJson(settings));
    if (settings.proxy.empty())
        settings.proxy = parts_.proxyAddress();
    json.set("text", policy::writePac(settings));
    return json;
}

Answer PacResource::save(Call& call)
{
    const auto change = PacChange::read(call.json(MostBodyBytes));
    const std::scoped_lock lock(mutex_);
    std::string before;
    std::string after;
    store_.beforeCommit([&](const db::PolicyStore&, db::PolicyStore::Change) {
        trail_.record(call.caller(), {.action = "pac.draft-save",
                                      .object = "draft",
                                      .before = before,
                                      .after = after,
                                      .note = {}});
    });
    store_.editDraft(
        [&](policy::PolicyDocument& document) {
            call.requireMatch(tagOf(document.pac));
            before = actText(document.pac);
            document.pac = change.appliedTo(document.pac);
            after = actText(document.pac);
        },
        {call.caller().name, call.caller().account});
    if (notify_) {
        auto event = api::orderedObject();
        event.set("event", std::string("draft"));
        event.set("by", call.caller().name);
        notify_("policy", event);
    }
    return describe();
}

Answer PacResource::resolve(Call& call)
{
    auto& fields = call.json();
    const auto host = fields.text("host", {.least = 1, .most = MostNameBytes});
    fields.refuseOthers();
    fields.throwIfWrong();
    const auto start = std::chrono::steady_clock::now();
    Poco::JSON::Array addresses;
    std::string error;
    try {
        for (const auto& address : parts_.resolve(host))
            addresses.add(address);
    } catch (const std::exception& problem) {
        error = problem.what();
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    auto json = api::orderedObject();
    json.set("host", host);
    json.set("addresses", addresses);
    json.set("took_ms", took.count());
    json.set("error", error);
    return api::answerOf(json);
}

} // namespace sallyport::admin::pac
