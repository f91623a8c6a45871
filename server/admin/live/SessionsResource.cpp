#include "admin/live/SessionsResource.h"

#include "admin/api/TimeText.h"
#include "admin/live/LiveFilter.h"
#include "admin/live/SessionRows.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace sallyport::admin::live {

using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;

namespace {

using Row = SessionsSeen::Row;

SessionOrder orderAsked(const Call& call)
{
    const auto name = call.query("sort").value_or("rate");
    const auto found = std::ranges::find(SessionOrderNames, name);
    if (found == SessionOrderNames.end())
        throw ApiError({{"?sort", "unknown", "must be rate, age or bytes"}});
    return static_cast<SessionOrder>(found - SessionOrderNames.begin());
}

constexpr api::TextSize ReasonSize{.least = 3, .most = 500};
/// How many ids the admin trail names.
constexpr std::size_t MostIdsInTrail = 100;

struct Group {
    std::string label;
    std::uint64_t sessions = 0;
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;
    Rates rates;
};

/// The value that the filter of the same name takes, and what people read.
std::pair<std::string, std::string> groupOf(const LiveSession& session, std::string_view by)
{
    if (by == "user")
        return session.user.empty() ? std::pair<std::string, std::string>("-", "Not identified")
                                    : std::pair(session.user, session.user);
    if (by == "host")
        return {session.host, session.host};
    if (session.ruleId.empty())
        return {"default", "Default of " + std::string(policy::layerName(session.layer))};
    return {session.ruleId, session.ruleName};
}

Poco::JSON::Array groupsOf(const SessionRows& rows, std::string_view by, std::size_t limit)
{
    std::map<std::string, Group> groups;
    for (const auto* row : rows) {
        auto [value, label] = groupOf(row->session, by);
        auto& group = groups[std::move(value)];
        group.label = std::move(label);
        ++group.sessions;
        group.bytesUp += row->session.bytesUp;
        group.bytesDown += row->session.bytesDown;
        if (row->rates) {
            group.rates.up += row->rates->up;
            group.rates.down += row->rates->down;
        }
    }
    std::vector<const std::pair<const std::string, Group>*> sorted;
    for (const auto& entry : groups)
        sorted.push_back(&entry);
    std::ranges::sort(sorted, [](const auto* one, const auto* other) {
        const auto a = one->second.sessions;
        const auto b = other->second.sessions;
        return a != b ? a > b : one->first < other->first;
    });
    Poco::JSON::Array array;
    for (const auto* entry : sorted) {
        if (array.size() == limit)
            break;
        const auto& [value, group] = *entry;
        auto json = api::orderedObject();
        json.set("value", value);
        json.set("label", group.label);
        json.set("sessions", group.sessions);
        json.set("bytes_up", std::to_string(group.bytesUp));
        json.set("bytes_down", std::to_string(group.bytesDown));
        json.set("rate_up", group.rates.up);
        json.set("rate_down", group.rates.down);
        array.add(json);
    }
    return array;
}

const Row* findId(const SessionsSeen& seen, const std::string& id)
{
    const auto found =
        std::ranges::find(seen.rows, id, [](const Row& row) { return db::toText(row.session.id); });
    return found == seen.rows.end() ? nullptr : &*found;
}

const Row& requireId(const SessionsSeen& seen, const std::string& id)
{
    const auto* row = findId(seen, id);
    if (!row)
        throw ApiError(ProblemKind::NotFound,
                       "No such session is open. If it has ended, the audit log has it.");
    return *row;
}

/// Over 10 % away from what was expected.
bool differsMuch(std::size_t count, std::size_t expected)
{
    const auto difference = count > expected ? count - expected : expected - count;
    return difference * 10 > expected;
}

} // namespace

void SessionsResource::addTo(api::Router& router)
{
    using api::Access;
    using api::Role;
    router.add("GET", "/sessions", Access::from(Role::HelpDesk),
               [this](Call& call) { return list(call); });
    router.add("GET", "/sessions/{id}", Access::from(Role::HelpDesk),
               [this](Call& call) { return one(call); });
    router.add("DELETE", "/sessions/{id}", Access::from(Role::Editor),
               [this](Call& call) { return end(call); });
    router.add("POST", "/sessions/terminate", Access::from(Role::Editor),
               [this](Call& call) { return endMany(call); });
}

Answer SessionsResource::list(const Call& call)
{
    call.allowQuery(
        {"q", "user", "host", "rule", "protocol", "client", "verdict", "sort", "group", "limit"});
    const auto names = api::namesFor(namesFor_, call.caller());
    auto filter = LiveFilter::fromQuery(call);
    filter.maskNames(names);
    const auto limit = call.limit();
    const auto order = orderAsked(call);
    const auto group = call.query("group");
    if (group && group != "user" && group != "host" && group != "rule")
        throw ApiError({{"?group", "unknown", "must be user, host or rule"}});
    if (group == "user" && names == api::UserNames::Masked)
        api::refuseMaskedNames();

    const auto seen = board_.look();
    auto rows = fittingRows(*seen, filter);
    sortRows(rows, order);
    Poco::JSON::Array items;
    if (!group)
        for (const auto* row : rows) {
            if (items.size() == limit)
                break;
            items.add(jsonOf(*row, seen->at, names));
        }
    auto json = api::orderedObject();
    json.set("items", items);
    json.set("groups", group ? groupsOf(rows, *group, limit) : Poco::JSON::Array());
    json.set("total", rows.size());
    json.set("open", seen->rows.size());
    json.set("at", api::timeText(seen->at));
    json.set("next_cursor", Poco::Dynamic::Var());
    json.set("prev_cursor", Poco::Dynamic::Var());
    return api::answerOf(json);
}

Answer SessionsResource::one(const Call& call)
{
    const auto names = api::namesFor(namesFor_, call.caller());
    const auto seen = board_.look();
    const auto& id = call.inPath("id");
    if (const auto* row = findId(*seen, id))
        return api::answerOf(jsonOf(*row, seen->at, names));
    const auto anew = board_.lookAnew();
    return api::answerOf(jsonOf(requireId(*anew, id), anew->at, names));
}

Answer SessionsResource::end(Call& call)
{
    auto& body = call.json();
    const auto reason = body.text("reason", ReasonSize);
    body.refuseOthers();
    body.throwIfWrong();
    const auto seen = board_.lookAnew();
    const auto& row = requireId(*seen, call.inPath("id"));
    const auto names = api::namesFor(namesFor_, call.caller());
    trail_.record(call.caller(), {.action = "session.terminate",
                                  .object = call.inPath("id"),
                                  .before = api::textOf(jsonOf(row, seen->at, names)),
                                  .after = {},
                                  .note = reason});
    return endThem({row.session.id});
}

Answer SessionsResource::endMany(Call& call)
{
    auto& body = call.json();
    auto wanted = body.object("filter");
    if (!wanted)
        body.wrong("filter", "required", "must say which sessions to end; {} means all");
    auto filter = wanted ? LiveFilter::fromJson(*wanted) : LiveFilter();
    filter.maskNames(api::namesFor(namesFor_, call.caller()));
    if (wanted)
        wanted->refuseOthers();
    const auto expected = body.integer("expected_count", 0, 100'000'000);
    const auto reason = body.text("reason", ReasonSize);
    body.refuseOthers();
    body.throwIfWrong();

    const auto seen = board_.lookAnew();
    const auto rows = fittingRows(*seen, filter);
    if (differsMuch(rows.size(), static_cast<std::size_t>(expected)))
        throw ApiError(ProblemKind::Conflict,
                       "There are " + std::to_string(rows.size()) + " such sessions now, not " +
                           std::to_string(expected) + ". Look again before you end them.")
            .with("count", std::to_string(rows.size()));
    std::vector<db::SessionId> ids;
    Poco::JSON::Array named;
    for (const auto* row : rows) {
        ids.push_back(row->session.id);
        if (named.size() < MostIdsInTrail)
            named.add(db::toText(row->session.id));
    }
    auto act = api::orderedObject();
    act.set("count", ids.size());
    act.set("sessions", named);
    trail_.record(call.caller(), {.action = "session.terminate-many",
                                  .object = wanted ? api::textOf(wanted->raw()) : "{}",
                                  .before = api::textOf(act),
                                  .after = {},
                                  .note = reason});
    return endThem(std::move(ids));
}

Answer SessionsResource::endThem(std::vector<db::SessionId> ids)
{
    const auto one = ids.size() == 1;
    const auto ended = proxy_.terminate(std::move(ids));
    board_.forget();
    if (!ended)
        throw ApiError(ProblemKind::Busy,
                       "The proxy did not answer in time; it ends them as soon as it can.")
            .retryAfter(std::chrono::seconds(2));
    if (one && *ended == 0)
        throw ApiError(ProblemKind::NotFound, "The session ended by itself a moment ago.");
    auto json = api::orderedObject();
    json.set("terminated", *ended);
    return api::answerOf(json);
}

} // namespace sallyport::admin::live
