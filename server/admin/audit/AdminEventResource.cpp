#include "admin/audit/AdminEventResource.h"

#include "admin/api/TimeText.h"
#include "admin/audit/JsonWriter.h"
#include "db/AdminActs.h"

#include <Poco/JSON/JSONException.h>
#include <Poco/JSON/Parser.h>

#include <charconv>
#include <optional>

namespace sallyport::admin::audit {
namespace {

// "o12": older than seq 12; "n12": newer.
struct Place {
    enum class Towards : std::uint8_t { Older, Newer } towards = Towards::Older;
    std::optional<std::uint64_t> seq;
};

Place placeOf(const std::optional<std::string>& cursor)
{
    Place place;
    if (!cursor || cursor->empty())
        return place;
    std::uint64_t seq = 0;
    const char* const end = cursor->data() + cursor->size();
    const auto [stop, error] = std::from_chars(cursor->data() + 1, end, seq);
    const char towards = cursor->front();
    if (error != std::errc() || stop != end || (towards != 'o' && towards != 'n'))
        throw api::ApiError({{"?cursor", "invalid", "The cursor is damaged; begin without one."}});
    place.seq = seq;
    if (towards == 'n')
        place.towards = Place::Towards::Newer;
    return place;
}

std::optional<db::AuditTime> timeOf(const api::Call& call, std::string_view name)
{
    const auto text = call.query(name);
    if (!text)
        return std::nullopt;
    const auto time = api::timeFrom(*text);
    if (!time)
        throw api::ApiError(
            {{'?' + std::string(name), "invalid", "write a time as 2026-01-31T08:00:00Z"}});
    return time;
}

// Acts of commands may have any text there.
void writeState(JsonWriter& json, const std::string& state)
{
    if (state.empty()) {
        json.null();
        return;
    }
    try {
        static_cast<void>(Poco::JSON::Parser().parse(state));
        json.raw(state);
    } catch (const Poco::Exception&) {
        json.text(state);
    }
}

void writeAct(JsonWriter& json, const db::AdminActs::Found& found)
{
    const auto& act = found.act;
    json.beginObject();
    json.key("seq").text(std::to_string(found.seq));
    json.key("time").text(api::timeText(act.time));
    json.key("who").text(act.who);
    json.key("source").text(act.source);
    json.key("action").text(act.action);
    json.key("object").knownText(act.object);
    json.key("before");
    writeState(json, act.before);
    json.key("after");
    writeState(json, act.after);
    json.key("note").knownText(act.note);
    json.endObject();
}

} // namespace

api::Answer AdminEventResource::list(const api::Call& call)
{
    db::ActFilter filter;
    filter.period = {timeOf(call, "from"), timeOf(call, "to")};
    filter.who = call.queryAll("who");
    filter.actions = call.queryAll("action");
    filter.objectText = call.query("object").value_or("");
    const auto place = placeOf(call.query("cursor"));
    const auto limit = call.limit();
    db::AdminActs acts(folder_);
    const bool newer = place.towards == Place::Towards::Newer;
    const auto page = newer ? acts.after(place.seq.value_or(0), filter, limit)
                            : acts.before(place.seq, filter, limit);
    const auto oldest = page.acts.empty() ? place.seq.value_or(0) + 1 : page.acts.back().seq;
    const auto newest =
        page.acts.empty() ? place.seq.value_or(1) - (newer ? 0 : 1) : page.acts.front().seq;

    JsonWriter json;
    json.beginObject().key("items").beginArray();
    for (const auto& found : page.acts)
        writeAct(json, found);
    json.endArray();
    json.key("next_cursor");
    page.older == db::AdminActs::Page::Older::There ? json.text('o' + std::to_string(oldest))
                                                    : json.null();
    json.key("prev_cursor").text('n' + std::to_string(newest));
    json.endObject();
    return api::jsonAnswer(json.take());
}

void AdminEventResource::addTo(api::Router& router)
{
    router.add("GET", "/audit/admin", api::Access::from(api::Role::Auditor),
               [this](const api::Call& call) { return list(call); });
}

} // namespace sallyport::admin::audit
