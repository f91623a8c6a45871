#include "admin/policy/WhatIfResource.h"

#include "admin/api/TimeText.h"
#include "admin/audit/WhySentence.h"
#include "admin/policy/JsonLine.h"
#include "admin/policy/WhatIfQuestion.h"
#include "policy/Explanation.h"
#include "policy/Network.h"
#include "policy/TimeText.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace sallyport::admin {
namespace {

using api::Answer;
using api::Call;
using policy::ExplainedRow;
using policy::Explanation;
using policy::Layer;
using Outcome = policy::RowOutcome::Kind;

constexpr std::array<std::string_view, 3> Sides{"draft", "live", "both"};
constexpr std::array<std::string_view, 2> Traces{"all", "near"};
enum class Trace : std::uint8_t { All, Near };

std::string_view outcomeWord(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Matched:
        return "match";
    case Outcome::Failed:
        return "no";
    case Outcome::Unknown:
        return "unknown";
    case Outcome::Disabled:
        break;
    }
    return "off";
}

bool isNearMiss(const ExplainedRow& row)
{
    return row.outcome == Outcome::Failed && row.failing == 1;
}

bool isShown(const ExplainedRow& row, Trace trace)
{
    return trace == Trace::All || row.rule == nullptr || row.outcome == Outcome::Matched ||
           row.outcome == Outcome::Unknown || isNearMiss(row);
}

void putNumber(JsonLine& json, std::size_t number)
{
    if (number == 0)
        json.null("number");
    else
        json.number("number", number);
}

JsonLine rowJson(const ExplainedRow& row)
{
    JsonLine json;
    json.text("layer", policy::layerName(row.layer));
    json.textOrNull("rule_id", row.rule ? row.rule->id : "");
    json.text("name", row.rule ? row.rule->name : "default");
    putNumber(json, row.rule ? row.position : 0);
    json.textOrNull("action", row.rule ? policy::actionName(row.rule->action) : "");
    json.text("outcome", outcomeWord(row.outcome));
    json.text("condition", row.condition);
    json.text("detail", row.reason);
    json.flag("near_miss", isNearMiss(row));
    return json;
}

std::size_t numberOf(const Explanation& explanation, const std::string& ruleId)
{
    const auto row = std::ranges::find_if(explanation.rows, [&](const ExplainedRow& each) {
        return each.rule != nullptr && each.rule->id == ruleId;
    });
    return row == explanation.rows.end() ? 0 : row->position;
}

JsonLine layerJson(const Explanation& explanation, Layer layer)
{
    const auto& answer = explanation.layers[static_cast<std::size_t>(layer)];
    JsonLine json;
    json.text("action", answer.action);
    json.textOrNull("rule_id", answer.ruleId);
    json.textOrNull("rule_name", answer.ruleName);
    putNumber(json, answer.ruleId.empty() ? 0 : numberOf(explanation, answer.ruleId));
    return json;
}

void putWhy(JsonLine& json, const audit::WhySentence& why)
{
    std::vector<JsonLine> parts;
    for (const auto& part : why.parts()) {
        auto& one = parts.emplace_back();
        one.text("text", part.text);
        one.text("kind", audit::partKindName(part.kind));
        if (!part.ref.empty())
            one.text("ref", part.ref);
    }
    json.text("sentence", why.sentence());
    json.objects("parts", parts);
}

std::size_t rulesIn(const policy::PolicyDocument& document)
{
    std::size_t rules = 0;
    for (const auto& rows : document.layers)
        rules += rows.size();
    return rules;
}

struct Asked {
    std::string_view side;
    std::uint32_t version = 0;
    std::shared_ptr<const policy::Policy> policy;
};

JsonLine resultJson(const Asked& asked, const policy::FactSheet& facts, Trace trace,
                    const WhatIfResource::BlockPage& blockPage)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto explanation = policy::explain(*asked.policy, facts);
    const auto elapsed = std::chrono::steady_clock::now() - begin;
    const auto& verdict = explanation.verdict;
    const bool isDecided = verdict.answer != policy::Answer::Undecided;
    const auto* rule = isDecided ? verdict.rule() : nullptr;
    JsonLine json;
    json.text("policy", asked.side);
    json.number("version", asked.version);
    json.text("verdict", answerName(verdict.answer));
    json.text("layer", policy::layerName(verdict.layer));
    json.textOrNull("rule_id", rule ? rule->id : "");
    json.textOrNull("rule_name", rule ? rule->name : isDecided ? "default" : "");
    putNumber(json, rule ? numberOf(explanation, rule->id) : 0);
    putWhy(json, audit::WhySentence::ofQuestion(*asked.policy, facts, explanation));
    json.text("stage", policy::stageName(verdict.stage));
    if (verdict.answer == policy::Answer::Deny && blockPage)
        json.text("block_page", blockPage(verdict, facts));
    else
        json.null("block_page");
    JsonLine layers;
    for (const auto layer : policy::AllLayers)
        layers.object(policy::layerName(layer), layerJson(explanation, layer));
    json.object("layers", layers);
    std::vector<JsonLine> rows;
    for (const auto& row : explanation.rows)
        if (isShown(row, trace))
            rows.push_back(rowJson(row));
    json.objects("trace", rows);
    std::vector<JsonLine> would;
    for (const auto& row : explanation.would) {
        auto& one = would.emplace_back();
        one.text("rule_id", row.rule->id);
        one.text("name", row.rule->name);
        one.text("action", policy::actionName(row.rule->action));
    }
    json.objects("would", would);
    const auto isRule = [](const ExplainedRow& row) { return row.rule != nullptr; };
    json.number("considered",
                static_cast<std::uint64_t>(std::ranges::count_if(explanation.rows, isRule)));
    json.number("rules", rulesIn(asked.policy->document()));
    using std::chrono::microseconds;
    json.number("elapsed_us", static_cast<std::uint64_t>(
                                  std::chrono::duration_cast<microseconds>(elapsed).count()));
    return json;
}

std::vector<Asked> policiesAsked(PolicyDesk& desk, std::string_view side)
{
    std::vector<Asked> asked;
    if (side != "live") {
        const auto draft = desk.draft();
        if (!draft->compiled().policy)
            throw api::ApiError(api::ProblemKind::Conflict,
                                "The draft cannot be compiled: " + draft->compiled().problem);
        asked.push_back({"draft", draft->baseVersion(), draft->compiled().policy});
    }
    if (side != "draft") {
        const auto live = desk.live();
        if (!live->policy)
            throw api::ApiError(api::ProblemKind::Conflict,
                                "The policy in force cannot be compiled here.");
        asked.push_back({"live", live->version.number, live->policy});
    }
    return asked;
}

JsonLine factsJson(const policy::FactSheet& facts)
{
    JsonLine json;
    json.text("host", facts.host);
    json.number("port", facts.port);
    json.text("protocol", policy::protocolName(facts.protocol));
    json.text("method", facts.method);
    json.textOrNull("address", facts.destination ? policy::addressText(*facts.destination) : "");
    json.text("at", policy::timeText(facts.at));
    return json;
}

} // namespace

void WhatIfResource::addTo(api::Router& router)
{
    router.add("POST", "/policy/what-if", api::Access::from(api::Role::HelpDesk),
               [this](Call& call) { return ask(call); });
}

Answer WhatIfResource::ask(Call& call)
{
    auto& body = call.json();
    const auto side = Sides[body.optionalChoice("policy", Sides).value_or(0)];
    const auto trace = static_cast<Trace>(body.optionalChoice("trace", Traces).value_or(0));
    auto facts = questionIn(body).facts;
    body.refuseOthers();
    body.throwIfWrong();
    if (facts.at == policy::WallTime{})
        facts.at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::vector<JsonLine> results;
    for (const auto& asked : policiesAsked(desk_, side))
        results.push_back(resultJson(asked, facts, trace, blockPage_));
    JsonLine json;
    json.object("input", factsJson(facts));
    json.objects("results", results);
    return api::jsonAnswer(std::move(json).take());
}

} // namespace sallyport::admin
