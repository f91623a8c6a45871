#include "admin/audit/WhyResource.h"

#include "admin/api/TimeText.h"
#include "admin/audit/JsonWriter.h"
#include "admin/audit/RecordedSessionStory.h"
#include "admin/policy/TestRun.h"
#include "policy/Network.h"
#include "policy/PolicyError.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace sallyport::admin::audit {
namespace {

constexpr auto LongestLookUp = std::chrono::milliseconds(500);
constexpr auto LooksBack = std::chrono::days(30);

struct Why {
    std::string_view source;
    std::string_view verdict; // "undecided": it depends on what nobody has told
    std::string sentence;
    std::string session;
    std::string at;
    std::string url;
};

api::Answer answerOf(const Why& why)
{
    JsonWriter json;
    json.beginObject();
    json.key("source").text(why.source);
    json.key("verdict").text(why.verdict);
    json.key("sentence").text(why.sentence);
    json.key("session").knownText(why.session);
    json.key("at").knownText(why.at);
    json.key("url").knownText(why.url);
    json.endObject();
    return api::jsonAnswer(json.take());
}

std::string urlOf(const StandingSession& session)
{
    return session.host.empty() ? std::string() : session.host + ':' + std::to_string(session.port);
}

constexpr std::string_view NotInLog = "No refusal of this is in the log. Asked now, ";

// A host alone means what a browser makes of it.
policy::FactSheet sheetOf(const std::string& url)
{
    const bool whole = url.contains("://");
    const bool hasPort = url.find(':') != std::string::npos;
    try {
        return policy::factSheetFor(whole || hasPort ? url : "https://" + url + '/');
    } catch (const policy::PolicyError& error) {
        throw api::ApiError({{"?url", "invalid", error.what()}});
    }
}

} // namespace

api::Answer WhyResource::why(const api::Call& call)
{
    call.allowQuery({"session", "url", "user", "client"});
    if (const auto session = call.query("session"))
        return ofSession(call, requireSession(*readers_.reader(), *session));
    const auto url = call.query("url");
    if (!url || url->empty())
        throw api::ApiError({{"?url", "required", "Give a session, or an address and who asked."}});
    return ofRequest(call, *url);
}

api::Answer WhyResource::ofSession(const api::Call& call, const db::RecordedSession& session)
{
    privacy_.noteDetail(call.caller(), db::toText(session.id));
    const RecordedSessionStory story(readers_, policies_, session,
                                     {call.caller().role, privacy_.namesFor(call.caller())});
    const auto& standing = story.standing();
    return answerOf({"session", db::outcomeName(standing.outcome), story.why().whole(), story.id(),
                     story.time(), urlOf(standing)});
}

api::Answer WhyResource::ofRequest(const api::Call& call, const std::string& url)
{
    auto sheet = sheetOf(url);
    db::SessionFilter filter;
    const auto now = api::now();
    filter.period.since = now - LooksBack;
    filter.hosts = {sheet.host};
    filter.ports = {{sheet.port, sheet.port}};
    filter.outcomes = {db::SessionOutcome::Deny, db::SessionOutcome::Error};
    if (const auto user = call.query("user"); user && !user->empty()) {
        filter.users = {*user};
        sheet.user = *user;
    }
    if (const auto client = call.query("client"); client && !client->empty()) {
        const auto network = policy::parseNetwork(*client);
        if (!network)
            throw api::ApiError({{"?client", "invalid", network.error()}});
        filter.clients = {*network};
        sheet.client = network->base;
    }
    std::optional<db::RecordedSession> latest;
    const auto began = std::chrono::steady_clock::now();
    static_cast<void>(readers_.search()->page(
        filter, "", 1,
        [&](const db::FoundSession& session) {
            latest = db::RecordedSession{static_cast<std::int64_t>(session.begin.seq), {}};
        },
        [&] { return std::chrono::steady_clock::now() - began > LongestLookUp; }));
    if (latest) {
        const RecordedSessionStory story(readers_, policies_, *latest,
                                         {call.caller().role, privacy_.namesFor(call.caller())});
        privacy_.noteDetail(call.caller(), story.id());
        return answerOf({"session", db::outcomeName(story.standing().outcome), story.why().whole(),
                         story.id(), story.time(), url});
    }
    sheet.at = std::chrono::floor<std::chrono::seconds>(now);
    return askNow(std::move(sheet), url);
}

api::Answer WhyResource::askNow(policy::FactSheet sheet, const std::string& url)
{
    const auto version = policies_.inForce();
    if (version == 0)
        throw api::ApiError(api::ProblemKind::Conflict, "There is no policy in force yet.");
    const auto inForce = policies_.version(version);
    auto explanation = policy::explain(*inForce, sheet);
    // Most that is allowed is allowed for its address, which the proxy would look up now.
    if (explanation.verdict.answer == policy::Answer::Undecided && !sheet.destination && resolve_) {
        try {
            sheet.destination = policy::parseAddress(resolve_(sheet.host).at(0));
        } catch (const std::exception&) {
            return answerOf({"what-if", "error",
                             std::string(NotInLog) + "the proxy finds no address of " + sheet.host +
                                 ", so it cannot be reached.",
                             "", "", url});
        }
        explanation = policy::explain(*inForce, sheet);
    }
    return answerOf({"what-if", answerName(explanation.verdict.answer),
                     std::string(NotInLog) + "the policy says: " +
                         WhySentence::ofQuestion(*inForce, sheet, explanation).whole(),
                     "", "", url});
}

void WhyResource::addTo(api::Router& router)
{
    router.add("GET", "/audit/why", api::Access::from(api::Role::HelpDesk),
               [this](const api::Call& call) { return why(call); });
}

} // namespace sallyport::admin::audit
