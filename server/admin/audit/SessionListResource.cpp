#include "admin/audit/SessionListResource.h"

#include "admin/audit/JsonWriter.h"
#include "admin/audit/SessionQuery.h"
#include "admin/audit/SessionRow.h"

#include <algorithm>
#include <chrono>

namespace sallyport::admin::audit {
namespace {

// A page of what is rare may need the whole log: give what there is and where to go on.
constexpr auto LongestSearch = std::chrono::milliseconds(700);

std::string_view endingName(db::SearchPage::Ending ending)
{
    switch (ending) {
    case db::SearchPage::Ending::Full:
        return "full";
    case db::SearchPage::Ending::Exhausted:
        return "exhausted";
    case db::SearchPage::Ending::Stopped:
        return "stopped";
    }
    return "";
}

} // namespace

db::SessionFilter filterOf(const api::Call& call, UserNames names)
{
    Parameters parameters;
    for (const std::string_view name : FilterParameters)
        for (auto& value : call.queryAll(name))
            parameters.emplace_back(name, std::move(value));
    auto filter = filterOf(parameters);
    const bool asksForUsers = !filter.users.empty() || !filter.without.users.empty();
    if (asksForUsers && names == UserNames::Masked)
        api::refuseMaskedNames();
    return filter;
}

std::string viewOf(const api::Call& call, std::string_view kind)
{
    const auto view = call.query("view");
    return view && view->size() <= 64 ? call.caller().session + '\n' + std::string(kind) + *view
                                      : std::string();
}

api::Answer SessionListResource::list(const api::Call& call)
{
    const auto began = std::chrono::steady_clock::now();
    const auto elapsed = [began] { return std::chrono::steady_clock::now() - began; };
    const UserNames names = privacy_.namesFor(call.caller());
    const auto filter = filterOf(call, names);
    const std::size_t limit = call.limit();
    const Views::Turn turn(views_, viewOf(call, "rows"));

    std::vector<std::string> rows;
    db::SearchPage page;
    const auto search = readers_.search();
    try {
        page = search->page(
            filter, call.query("cursor").value_or(""), limit,
            [&](const db::FoundSession& session) {
                JsonWriter row;
                writeSessionRow(row, session, names);
                rows.push_back(row.take());
            },
            [&] { return turn.isOvertaken() || elapsed() > LongestSearch; });
    } catch (const db::BadCursor& error) {
        throw api::ApiError({{"?cursor", "invalid", error.what()}});
    }
    if (page.order == db::SearchPage::Order::OldestFirst)
        std::ranges::reverse(rows);

    JsonWriter json;
    json.beginObject().key("items").beginArray();
    for (const auto& row : rows)
        json.raw(row);
    json.endArray();
    json.key("next_cursor").knownText(page.nextCursor);
    json.key("prev_cursor").knownText(page.newerCursor);
    json.key("ending").text(endingName(page.ending));
    json.key("fraction").decimal(page.fraction);
    json.key("unreadable_files").number(search->unreadable().size());
    json.key("took_ms").decimal(std::chrono::duration<double, std::milli>(elapsed()).count());
    json.endObject();
    return api::jsonAnswer(json.take());
}

void SessionListResource::addTo(api::Router& router)
{
    router.add("GET", "/audit/sessions", api::Access::from(api::Role::HelpDesk),
               [this](const api::Call& call) { return list(call); });
}

} // namespace sallyport::admin::audit
