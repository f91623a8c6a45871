#include "policy/Explanation.h"

#include "policy/CaseRun.h"
#include "policy/ConditionWords.h"
#include "policy/SpecialPurpose.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace sallyport::policy {
namespace {

using Kind = RowOutcome::Kind;

constexpr std::string_view DefaultRow = "default";

std::string_view outcomeName(Kind outcome)
{
    switch (outcome) {
    case Kind::Matched:
        return "matched";
    case Kind::Failed:
        return "failed";
    case Kind::Unknown:
        return "unknown";
    case Kind::Disabled:
        return "disabled";
    }
    return "";
}

std::string_view answerName(Answer answer)
{
    switch (answer) {
    case Answer::Allow:
        return "allow";
    case Answer::Deny:
        return "deny";
    case Answer::Undecided:
        return "undecided";
    }
    return "";
}

// "access rule 3 "Chat"", "the default row of access"
std::string rowText(const ExplainedRow& row)
{
    const std::string layer(layerName(row.layer));
    if (row.rule == nullptr)
        return "the default row of " + layer;
    return layer + " rule " + std::to_string(row.position) + " \"" + row.rule->name + '"';
}

// What is known at the stage of all that will be.
Facts knownAt(Facts facts, Stage stage)
{
    if (stage < Stage::ResolvedAddress)
        facts.destination.reset();
    if (stage < Stage::FirstBytes)
        facts.firstBytes.reset();
    if (stage < Stage::UpstreamAnswer)
        facts.subprotocol.reset();
    return facts;
}

class Explainer {
public:
    Explainer(const Policy& policy, const Facts& facts) : policy_(policy)
    {
        made_.verdict = decideByStages(policy, facts);
        facts_ = knownAt(facts, made_.verdict.stage);
    }

    Explanation explain() &&
    {
        for (const auto layer : AllLayers) {
            explainLayer(layer);
            made_.layers[static_cast<std::size_t>(layer)] = layerAnswer(layer);
        }
        for (const auto row : made_.verdict.would.kept())
            if (const auto* explained = find(policy_.ruleAt(row)))
                made_.would.push_back(*explained);
        made_.sentence = sentence();
        return std::move(made_);
    }

private:
    [[nodiscard]] const ExplainedRow* find(const Rule* rule) const
    {
        const auto found = std::ranges::find(made_.rows, rule, &ExplainedRow::rule);
        return found == made_.rows.end() ? nullptr : &*found;
    }

    // Rows in report mode hold nothing up.
    static bool waits(const ExplainedRow& row)
    {
        return row.outcome == Kind::Unknown &&
               (row.rule == nullptr || row.rule->mode == Mode::Enforce);
    }

    // Rows behind the first that surely matches do not matter.
    void explainLayer(Layer layer)
    {
        const auto outcomes = policy_.trace(layer, facts_, made_.verdict.stage);
        for (std::size_t index = 0; index < outcomes.size(); ++index) {
            const auto& outcome = outcomes[index];
            auto& row = made_.rows.emplace_back();
            row.layer = layer;
            row.rule = outcome.rule;
            row.position = index + 1;
            row.outcome = outcome.kind;
            row.failing = outcome.failing;
            giveReason(row, outcome);
            if (outcome.kind == Kind::Matched && outcome.rule->mode == Mode::Enforce)
                return;
        }
        addDefaultRow(layer);
    }

    void giveReason(ExplainedRow& row, const RowOutcome& outcome) const
    {
        if (outcome.kind == Kind::Failed)
            row.reason = failureText(policy_, *outcome.rule, outcome.dimension, facts_);
        else if (outcome.kind == Kind::Unknown)
            row.reason = unknownText(outcome.dimension);
        if (outcome.kind == Kind::Failed || outcome.kind == Kind::Unknown)
            row.condition = dimensionName(outcome.dimension);
        else if (outcome.kind == Kind::Matched && outcome.rule->mode == Mode::Report)
            row.reason = "is in report mode: it is only recorded that it matches";
    }

    void addDefaultRow(Layer layer)
    {
        const auto isOpen = std::ranges::any_of(made_.rows, [layer](const ExplainedRow& each) {
            return each.layer == layer && waits(each);
        });
        auto& row = made_.rows.emplace_back();
        row.layer = layer;
        if (layer != Layer::Guard) {
            row.reason = isOpen ? "" : "no rule in front of it matches";
            return;
        }
        row.condition = dimensionName(Dimension::Address);
        if (!facts_.destination) {
            row.outcome = Kind::Unknown;
            row.reason = unknownText(Dimension::Address);
            return;
        }
        const auto special = specialPurposeText(*facts_.destination);
        row.reason = "address " + addressText(*facts_.destination) +
                     (special.empty() ? " is an ordinary one" : " is not public: " + special);
    }

    [[nodiscard]] ExplainedLayer layerAnswer(Layer layer) const
    {
        const auto& answer = made_.verdict.of(layer);
        if (answer.answer == Answer::Undecided)
            return {"undecided", "", ""};
        if (answer.rule != nullptr)
            return {std::string(actionName(answer.rule->action)), answer.rule->id,
                    answer.rule->name};
        return {std::string(defaultAction(layer, answer.answer)), "", std::string(DefaultRow)};
    }

    [[nodiscard]] std::string_view defaultAction(Layer layer, Answer answer) const
    {
        if (layer == Layer::Inspection)
            return actionName(policy_.document().defaults.inspection);
        return layer == Layer::Limits ? actionName(Action::Limit) : answerName(answer);
    }

    // Each layer's rows end with the one that answers.
    [[nodiscard]] const ExplainedRow& decidingRow() const
    {
        return *std::find_if(
            made_.rows.rbegin(), made_.rows.rend(),
            [this](const ExplainedRow& row) { return row.layer == made_.verdict.layer; });
    }

    [[nodiscard]] std::string sentence() const
    {
        const auto& verdict = made_.verdict;
        if (verdict.answer == Answer::Undecided)
            return undecidedSentence();
        const auto& row = decidingRow();
        auto text = std::string(verdict.answer == Answer::Allow ? "Allowed" : "Denied") +
                    " at stage " + std::string(stageName(verdict.stage)) + " by " + rowText(row);
        if (row.rule == nullptr && !row.reason.empty())
            text += ": " + row.reason;
        return text + '.';
    }

    [[nodiscard]] std::string undecidedSentence() const
    {
        const auto holdsUp = [this](const ExplainedRow& row) {
            return waits(row) && made_.verdict.of(row.layer).answer == Answer::Undecided;
        };
        const auto row = std::ranges::find_if(made_.rows, holdsUp);
        if (row == made_.rows.end())
            return "Undecided.";
        return "Undecided: " + row->reason + ", and " + rowText(*row) + " asks for it.";
    }

    const Policy& policy_;
    Facts facts_;
    Explanation made_;
};

Poco::JSON::Object keyed()
{
    return Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

void putRow(Poco::JSON::Object& object, const ExplainedRow& row)
{
    object.set("layer", std::string(layerName(row.layer)));
    object.set("rule_name", row.rule == nullptr ? std::string(DefaultRow) : row.rule->name);
    object.set("rule_id", row.rule == nullptr ? "" : row.rule->id);
}

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

} // namespace

Explanation explain(const Policy& policy, const FactSheet& sheet)
{
    return Explainer(policy, sheet.facts()).explain();
}

Poco::JSON::Object explanationJson(const Explanation& explanation)
{
    auto layers = keyed();
    for (const auto layer : AllLayers) {
        const auto& answer = explanation.layers[static_cast<std::size_t>(layer)];
        auto object = keyed();
        object.set("action", answer.action);
        object.set("rule_id", answer.ruleId);
        object.set("rule_name", answer.ruleName);
        layers.set(std::string(layerName(layer)), object);
    }
    Poco::JSON::Array trace;
    for (const auto& row : explanation.rows) {
        auto object = keyed();
        putRow(object, row);
        object.set("outcome", std::string(outcomeName(row.outcome)));
        object.set("condition", row.condition);
        object.set("reason", row.reason);
        trace.add(object);
    }
    Poco::JSON::Array would;
    for (const auto& row : explanation.would) {
        auto object = keyed();
        putRow(object, row);
        object.set("action", std::string(actionName(row.rule->action)));
        would.add(object);
    }
    auto object = keyed();
    object.set("verdict", std::string(answerName(explanation.verdict.answer)));
    object.set("stage", std::string(stageName(explanation.verdict.stage)));
    object.set("reason", explanation.sentence);
    object.set("layers", layers);
    object.set("trace", trace);
    object.set("would", would);
    return object;
}

std::string explanationText(const Explanation& explanation)
{
    constexpr std::size_t OutcomeWidth = 10;
    std::size_t nameWidth = 0;
    const auto nameOf = [](const ExplainedRow& row) {
        return row.rule == nullptr ? std::string(DefaultRow)
                                   : std::to_string(row.position) + " \"" + row.rule->name + '"';
    };
    for (const auto& row : explanation.rows)
        nameWidth = std::max(nameWidth, nameOf(row).size() + 2);

    auto text = explanation.sentence + '\n';
    std::optional<Layer> layer;
    for (const auto& row : explanation.rows) {
        if (layer != row.layer) {
            layer = row.layer;
            text += '\n' + std::string(layerName(row.layer)) + ": " +
                    explanation.layers[static_cast<std::size_t>(row.layer)].action + '\n';
        }
        auto line = "  " + padded(nameOf(row), nameWidth) +
                    padded(std::string(outcomeName(row.outcome)), OutcomeWidth) + row.reason;
        line.resize(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    for (const auto& row : explanation.would)
        text += "\n" + rowText(row) + " would have said " +
                std::string(actionName(row.rule->action)) + ", were it not in report mode.\n";
    return text;
}

} // namespace sallyport::policy
