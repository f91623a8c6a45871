#include "policy/Policy.h"

#include "policy/RuleTable.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace sallyport::policy {

struct Policy::Compiled {
    const PolicyDocument document; // the table points into it
    const std::uint32_t version;
    const std::shared_ptr<const DestinationLists> lists;
    const RuleTable table;
    std::map<std::string, inspection::CompiledProfile, std::less<>> profiles;

    Compiled(PolicyDocument checked, std::uint32_t number,
             std::shared_ptr<const DestinationLists> known)
        : document(std::move(checked)), version(number), lists(std::move(known)),
          table(document, *lists)
    {
        for (const auto& profile : document.profiles)
            profiles.try_emplace(profile.name, profile);
    }
};

namespace {

// The layers that say yes or no, in the order in which one of them is named for a refusal.
constexpr std::array DecidingLayers{Layer::Guard, Layer::Emergency, Layer::Access};

void conclude(Verdict& verdict)
{
    bool allAllow = true;
    for (const auto layer : DecidingLayers) {
        const auto answer = verdict.of(layer).answer;
        if (answer == Answer::Deny) {
            verdict.answer = Answer::Deny;
            verdict.layer = layer;
            return;
        }
        allAllow = allAllow && answer == Answer::Allow;
    }
    if (allAllow)
        verdict.answer = Answer::Allow;
}

} // namespace

Policy::Policy(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}

Policy::~Policy() = default;

std::shared_ptr<const Policy> Policy::compile(PolicyDocument document, std::uint32_t version,
                                              std::shared_ptr<const DestinationLists> lists)
{
    return std::shared_ptr<const Policy>(
        new Policy(std::make_unique<Compiled>(std::move(document), version, std::move(lists))));
}

Verdict Policy::decide(const Facts& facts, Stage stage) const
{
    const auto& table = compiled_->table;
    const HostKey host(facts.host);
    auto play = table.rowsInPlay(facts);
    table.lookUp(facts, stage, host, play);
    Verdict verdict;
    verdict.stage = stage;
    for (const auto layer : AllLayers)
        verdict.layers[static_cast<std::size_t>(layer)] =
            table.walk(layer, facts, play, verdict.would);
    conclude(verdict);
    return verdict;
}

std::vector<RowOutcome> Policy::trace(Layer layer, const Facts& facts, Stage stage) const
{
    const auto& table = compiled_->table;
    const HostKey host(facts.host);
    auto play = table.rowsInPlay(facts);
    table.lookUp(facts, stage, host, play);
    std::vector<RowOutcome> outcomes;
    auto row = table.firstRow(layer);
    for (const auto& rule : compiled_->document.rows(layer)) {
        auto& outcome = outcomes.emplace_back();
        outcome.rule = &rule;
        if (!rule.enabled) {
            outcome.kind = RowOutcome::Kind::Disabled;
            continue;
        }
        const auto sign = play.sign(row++);
        outcome.dimension = sign.dimension;
        outcome.failing = sign.failing;
        switch (sign.sign) {
        case RowsInPlay::Sign::Holds:
            outcome.kind = RowOutcome::Kind::Matched;
            break;
        case RowsInPlay::Sign::Fails:
            outcome.kind = RowOutcome::Kind::Failed;
            break;
        case RowsInPlay::Sign::Waits:
            outcome.kind = RowOutcome::Kind::Unknown;
            break;
        }
    }
    return outcomes;
}

bool Policy::reads(Dimension dimension) const
{
    return compiled_->table.reads(dimension);
}

std::uint32_t Policy::version() const
{
    return compiled_->version;
}

const PolicyDocument& Policy::document() const
{
    return compiled_->document;
}

const inspection::CompiledProfile* Policy::profile(std::string_view name) const
{
    const auto found = compiled_->profiles.find(name);
    return found == compiled_->profiles.end() ? nullptr : &found->second;
}

const std::shared_ptr<const DestinationLists>& Policy::lists() const
{
    return compiled_->lists;
}

std::size_t Policy::rowCount() const
{
    return compiled_->table.rowCount();
}

const Rule* Policy::ruleAt(RowNumber row) const
{
    return compiled_->table.ruleAt(row);
}

std::string Policy::counterName(RowNumber row) const
{
    const auto& table = compiled_->table;
    if (const auto* rule = table.ruleAt(row))
        return rule->id;
    for (const auto layer : AllLayers)
        if (table.defaultRow(layer) == row)
            return "default/" + std::string(layerName(layer));
    return "";
}

} // namespace sallyport::policy
