#include "admin/audit/SessionDetailResource.h"

#include "admin/api/TimeText.h"

#include <algorithm>

namespace sallyport::admin::audit {
namespace {

// What POST /policy/what-if takes.
void writeWhatIf(JsonWriter& json, const RecordedSessionStory& story, const Onlooker& onlooker)
{
    const auto& facts = story.facts();
    if (!facts)
        return;
    json.key("what_if").beginObject();
    json.key("policy").text("draft");
    json.key("client_ip").text(policy::addressText(facts->client));
    if (!facts->user.empty() && onlooker.maySee("user"))
        json.key("user").text(facts->user);
    json.key("protocol").text(policy::protocolName(facts->protocol));
    if (!facts->method.empty())
        json.key("method").text(facts->method);
    json.key("host").text(facts->host);
    json.key("port").number(facts->port);
    if (!facts->path.empty() && facts->protocol != policy::Protocol::Connect)
        json.key("path").text(facts->path);
    if (facts->destination)
        json.key("address").text(policy::addressText(*facts->destination));
    if (const auto& opening = facts->firstBytes) {
        json.key("content").text(policy::protocolName(opening->content));
        if (opening->content == policy::Protocol::Tls && !opening->sni.empty())
            json.key("sni").text(opening->sni);
    }
    json.key("at").text(story.time());
    json.endObject();
}

} // namespace

void writeWhy(JsonWriter& json, const WhySentence& why)
{
    json.beginObject();
    json.key("title").text(why.title());
    json.key("sentence").text(why.sentence());
    json.key("parts").beginArray();
    for (const auto& part : why.parts()) {
        json.beginObject();
        json.key("text").text(part.text);
        json.key("kind").text(partKindName(part.kind));
        if (!part.ref.empty())
            json.key("ref").text(part.ref);
        json.endObject();
    }
    json.endArray().endObject();
}

api::Answer SessionDetailResource::show(const api::Call& call)
{
    const auto session = requireSession(*readers_.reader(), call.inPath("id"));
    privacy_.noteDetail(call.caller(), db::toText(session.id));
    const Onlooker onlooker{call.caller().role, privacy_.namesFor(call.caller())};
    const RecordedSessionStory story(readers_, policies_, session, onlooker);
    JsonWriter json;
    json.beginObject();
    json.key("id").text(story.id());
    json.key("why");
    writeWhy(json, story.why());
    json.key("row");
    story.writeRow(json);
    json.key("groups");
    story.writeGroups(json);
    json.key("events");
    story.writeEvents(json);
    json.key("events_left_out").number(story.eventsLeftOut());
    json.key("considered");
    story.writeConsidered(json);
    json.key("integrity");
    writeIntegrity(json, story);
    writePolicy(json, story);
    writeWhatIf(json, story, onlooker);
    json.endObject();
    return api::jsonAnswer(json.take());
}

void SessionDetailResource::writePolicy(JsonWriter& json, const RecordedSessionStory& story)
{
    const auto version = story.policyVersion();
    json.key("policy_published_at");
    const auto versions = version ? policies_.versions() : decltype(policies_.versions()){};
    const auto known =
        std::ranges::find(versions, version.value_or(0), &db::PolicyStore::VersionEntry::number);
    known == versions.end() ? json.null() : json.text(api::timeText(known->created));
    json.key("policy_is_live");
    version ? json.flag(policies_.inForce() == *version) : json.null();
}

void SessionDetailResource::writeIntegrity(JsonWriter& json, const RecordedSessionStory& story)
{
    const auto log = readers_.reader();
    const auto file = log->fileOf(story.firstSeq());
    const auto checkpoint = log->checkpointBehind(story.lastSeq());
    json.beginObject();
    json.key("first_seq").text(std::to_string(story.firstSeq()));
    json.key("last_seq").text(std::to_string(story.lastSeq()));
    json.key("file").knownText(file ? file->filename().string() : "");
    json.key("checkpoint_seq");
    checkpoint ? json.text(std::to_string(checkpoint->seq)) : json.null();
    json.key("checkpoint_at");
    checkpoint ? json.text(api::timeText(checkpoint->time)) : json.null();
    json.key("verified").text(coverageName(integrity_.coverageOf(story.lastSeq())));
    json.endObject();
}

void SessionDetailResource::addTo(api::Router& router)
{
    router.add("GET", "/audit/sessions/{id}", api::Access::from(api::Role::HelpDesk),
               [this](const api::Call& call) { return show(call); });
}

} // namespace sallyport::admin::audit
