#include "admin/audit/FiguresResource.h"

#include "admin/api/TimeText.h"
#include "admin/audit/JsonWriter.h"
#include "admin/audit/SessionListResource.h"
#include "admin/audit/SessionQuery.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>

namespace sallyport::admin::audit {
namespace {

using db::Facet;

constexpr std::size_t MostPrefixCandidates = 2000;

struct FacetField {
    std::string_view name; ///< of the parameter
    Facet facet;
};
constexpr std::array Fields{FacetField{"verdict", Facet::Outcome},
                            FacetField{"reason", Facet::Reason},
                            FacetField{"rule", Facet::Rule},
                            FacetField{"protocol", Facet::Protocol},
                            FacetField{"host", Facet::Host},
                            FacetField{"user", Facet::User},
                            FacetField{"client", Facet::Client},
                            FacetField{"port", Facet::Port},
                            FacetField{"version", Facet::PolicyVersion}};

class Watch {
public:
    [[nodiscard]] std::chrono::milliseconds elapsed() const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - began_);
    }
    [[nodiscard]] double milliseconds() const
    {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_)
            .count();
    }

private:
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

std::vector<FacetField> fieldsOf(const api::Call& call)
{
    const auto text = call.query("fields").value_or("");
    if (text.empty())
        return {Fields.begin(), Fields.end()};
    std::vector<FacetField> fields;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto name = text.substr(begin, end - begin);
        const auto field = std::ranges::find(Fields, name, &FacetField::name);
        if (field == Fields.end())
            throw api::ApiError({{"?fields", "unknown",
                                  '"' + name +
                                      "\" has no facet; there are verdict, reason, rule, protocol, "
                                      "host, user, client, port, version"}});
        if (std::ranges::find(fields, name, &FacetField::name) == fields.end())
            fields.push_back(*field);
        begin = end + 1;
    }
    return fields;
}

// Takes out what the filter asks of the field itself. True: there was something.
bool dropChoice(db::SessionFilter& filter, Facet facet)
{
    const auto drop = [](auto& one, auto& other) {
        const bool chosen = !one.empty() || !other.empty();
        one.clear();
        other.clear();
        return chosen;
    };
    auto& without = filter.without;
    switch (facet) {
    case Facet::Verdict:
        return drop(filter.verdicts, without.verdicts);
    case Facet::Outcome:
        return drop(filter.outcomes, without.outcomes);
    case Facet::Reason:
        return drop(filter.reasons, without.reasons);
    case Facet::Rule:
        return drop(filter.rules, without.rules);
    case Facet::Protocol:
        return drop(filter.protocols, without.protocols);
    case Facet::Host:
        return drop(filter.hosts, without.hosts);
    case Facet::User:
        return drop(filter.users, without.users);
    case Facet::Client:
        return drop(filter.clients, without.clients);
    case Facet::Port:
        return drop(filter.ports, without.ports);
    case Facet::PolicyVersion:
        return drop(filter.policyVersions, without.policyVersions);
    }
    return false;
}

// Each set of fields that one filter counts for, with that filter.
struct Round {
    db::SessionFilter filter;
    std::vector<FacetField> fields;
};

std::vector<Round> roundsOf(const db::SessionFilter& filter, const std::vector<FacetField>& fields)
{
    std::vector<Round> rounds;
    Round common{filter, {}};
    for (const auto& field : fields) {
        auto others = filter;
        if (dropChoice(others, field.facet))
            rounds.push_back({std::move(others), {field}});
        else
            common.fields.push_back(field);
    }
    if (!common.fields.empty())
        rounds.push_back(std::move(common));
    return rounds;
}

void writeFacet(JsonWriter& json, const db::FacetFigures& figures)
{
    json.beginObject().key("values").beginArray();
    for (const auto& value : figures.values) {
        json.beginObject();
        json.key("value").text(value.value);
        json.key("label").text(value.label);
        json.key("count").number(value.sessions);
        json.endObject();
    }
    json.endArray();
    json.key("distinct").number(figures.distinct);
    json.endObject();
}

void writeSeries(JsonWriter& json, const db::Histogram& histogram, db::SessionOutcome outcome)
{
    const auto series = std::ranges::find(histogram.series, db::outcomeName(outcome),
                                          &db::HistogramSeries::verdict);
    json.key(db::outcomeName(outcome)).beginArray();
    if (series != histogram.series.end())
        for (const auto count : series->sessions)
            json.number(count);
    else if (!histogram.series.empty())
        for (std::size_t i = 0; i < histogram.series.front().sessions.size(); ++i)
            json.number(0);
    json.endArray();
}

constexpr std::array StackOrder{db::SessionOutcome::Deny, db::SessionOutcome::Error,
                                db::SessionOutcome::Inspect, db::SessionOutcome::Allow};

// Sessions and bytes of the whole period, from the facet by outcome.
void writeTotals(JsonWriter& json, const db::FacetFigures& outcomes)
{
    std::optional<std::uint64_t> up = 0;
    std::optional<std::uint64_t> down = 0;
    json.key("totals").beginObject();
    for (const auto outcome : StackOrder) {
        const auto value =
            std::ranges::find(outcomes.values, db::outcomeName(outcome), &db::FacetValue::value);
        const bool known = value != outcomes.values.end();
        json.key(db::outcomeName(outcome)).number(known ? value->sessions : 0);
        if (known) {
            up = up && value->bytesUp ? std::optional(*up + *value->bytesUp) : std::nullopt;
            down =
                down && value->bytesDown ? std::optional(*down + *value->bytesDown) : std::nullopt;
        }
    }
    json.endObject();
    json.key("rx_bytes").big(down);
    json.key("tx_bytes").big(up);
}

bool containsIgnoringCase(std::string_view text, std::string_view part)
{
    return db::matchesPattern('*' + std::string(part) + '*', text);
}

bool beginsIgnoringCase(std::string_view text, std::string_view part)
{
    return db::matchesPattern(std::string(part) + '*', text);
}

} // namespace

api::Answer FiguresResource::histogram(const api::Call& call)
{
    const Watch watch;
    db::FiguresWanted wanted;
    wanted.filter = filterOf(call, privacy_.namesFor(call.caller()));
    wanted.facets = {Facet::Outcome};
    wanted.buckets = static_cast<std::size_t>(call.queryInteger("buckets", 1, 500).value_or(120));
    wanted.series = db::FiguresWanted::Series::Outcomes;
    wanted.budget = Budget;
    const Views::Turn turn(views_, viewOf(call, "histogram"));
    const auto figures =
        readers_.figures()->figures(wanted, [&turn] { return turn.isOvertaken(); });

    const auto& histogram = figures.histogram;
    JsonWriter json;
    json.beginObject();
    json.key("from");
    histogram.bucket.count() == 0 ? json.null() : json.text(api::timeText(histogram.from));
    json.key("bucket_s").number(histogram.bucket.count());
    json.key("series").beginObject();
    for (const auto outcome : StackOrder)
        writeSeries(json, histogram, outcome);
    json.endObject();
    writeTotals(json, figures.facets.front());
    writeMarks(json, histogram);
    json.key("approx").flag(figures.fraction < 1);
    json.key("fraction").decimal(figures.fraction);
    json.key("took_ms").decimal(watch.milliseconds());
    json.endObject();
    return api::jsonAnswer(json.take());
}

// Versions published while the histogram runs.
void FiguresResource::writeMarks(JsonWriter& json, const db::Histogram& histogram)
{
    json.key("marks").beginArray();
    if (!histogram.series.empty()) {
        const auto end =
            histogram.from +
            histogram.bucket * static_cast<std::int64_t>(histogram.series.front().sessions.size());
        for (const auto& version : policies_.versions())
            if (version.created >= histogram.from && version.created < end) {
                json.beginObject();
                json.key("at").text(api::timeText(version.created));
                json.key("version").number(version.number);
                json.key("by").text(version.who);
                json.key("note").text(version.note);
                json.endObject();
            }
    }
    json.endArray();
}

api::Answer FiguresResource::facets(const api::Call& call)
{
    const Watch watch;
    const UserNames names = privacy_.namesFor(call.caller());
    const auto filter = filterOf(call, names);
    auto fields = fieldsOf(call);
    const auto most = call.queryInteger("values", 1, 100).value_or(10);
    const Views::Turn turn(views_, viewOf(call, "facets"));
    const bool masksUsers = names == UserNames::Masked &&
                            std::ranges::find(fields, "user", &FacetField::name) != fields.end();
    if (masksUsers)
        std::erase_if(fields, [](const FacetField& each) { return each.facet == Facet::User; });

    JsonWriter json;
    json.beginObject().key("facets").beginObject();
    double fraction = 1;
    const auto rounds = roundsOf(filter, fields);
    const auto figures = readers_.figures();
    for (std::size_t i = 0; i < rounds.size(); ++i) {
        db::FiguresWanted wanted;
        wanted.filter = rounds[i].filter;
        wanted.values = static_cast<std::size_t>(most);
        wanted.buckets = 0;
        // What is left of the time, shared by the rounds that are left.
        wanted.budget = std::max(std::chrono::milliseconds(0), Budget - watch.elapsed()) /
                        static_cast<std::int64_t>(rounds.size() - i);
        for (const auto& field : rounds[i].fields)
            wanted.facets.push_back(field.facet);
        const auto found = figures->figures(wanted, [&turn] { return turn.isOvertaken(); });
        fraction = std::min(fraction, found.fraction);
        for (std::size_t k = 0; k < rounds[i].fields.size(); ++k) {
            json.key(rounds[i].fields[k].name);
            writeFacet(json, found.facets[k]);
        }
    }
    if (masksUsers)
        json.key("user").raw(R"({"values":[],"distinct":0,"masked":true})");
    json.endObject();
    json.key("approx").flag(fraction < 1);
    json.key("fraction").decimal(fraction);
    json.key("took_ms").decimal(watch.milliseconds());
    json.endObject();
    return api::jsonAnswer(json.take());
}

api::Answer FiguresResource::values(const api::Call& call)
{
    const auto name = call.query("field").value_or("");
    const auto prefix = call.query("prefix").value_or("");
    const auto limit = static_cast<std::size_t>(call.queryInteger("limit", 1, 50).value_or(10));
    const auto field = std::ranges::find(Fields, name, &FacetField::name);
    if (field == Fields.end() && name != "state")
        throw api::ApiError({{"?field", "unknown", "has no values to complete"}});
    if (name == "user" && privacy_.namesFor(call.caller()) == UserNames::Masked)
        return api::jsonAnswer(R"({"values":[]})");

    JsonWriter json;
    json.beginObject().key("values").beginArray();
    std::size_t given = 0;
    const auto give = [&](std::string_view value, std::string_view label,
                          std::optional<std::uint64_t> count) {
        if (given == limit)
            return;
        ++given;
        json.beginObject();
        json.key("value").text(value);
        json.key("label").text(label);
        json.key("count");
        count ? json.number(*count) : json.null();
        json.endObject();
    };
    const auto words = wordsOf(name);
    if (!words.empty()) {
        for (const auto& word : words)
            if (beginsIgnoringCase(word, prefix))
                give(word, word, std::nullopt);
    } else {
        db::FiguresWanted wanted;
        wanted.filter = filterOf(call, UserNames::Shown);
        const bool inside = name == "host" || name == "rule";
        if (name == "host")
            wanted.filter.hostText = prefix;
        if (name == "user" && !prefix.empty())
            wanted.filter.users = {prefix + '*'};
        wanted.facets = {field->facet};
        wanted.values = MostPrefixCandidates;
        wanted.buckets = 0;
        wanted.budget = Budget / 2;
        const auto figures = readers_.figures()->figures(wanted);
        for (const auto& value : figures.facets.front().values) {
            const auto fits = inside ? containsIgnoringCase : beginsIgnoringCase;
            if (fits(value.label, prefix) || fits(value.value, prefix))
                give(value.value, value.label, value.sessions);
        }
    }
    json.endArray().endObject();
    return api::jsonAnswer(json.take());
}

void FiguresResource::addTo(api::Router& router)
{
    const auto anyRole = api::Access::from(api::Role::HelpDesk);
    router.add("GET", "/audit/histogram", anyRole,
               [this](const api::Call& call) { return histogram(call); });
    router.add("GET", "/audit/facets", anyRole,
               [this](const api::Call& call) { return facets(call); });
    router.add("GET", "/audit/facet-values", anyRole,
               [this](const api::Call& call) { return values(call); });
}

} // namespace sallyport::admin::audit
