#include "policy/PolicyAnalysis.h"

#include "policy/HostPattern.h"
#include "policy/Quoted.h"
#include "policy/RowCover.h"
#include "policy/TimeText.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace sallyport::policy {
namespace {

constexpr std::size_t NamedTogether = 3;

// Where only the address is looked for, only the networks of a list can say something.
enum class ListUse : std::uint8_t { ByName, ByAddress };

class LayerAnalysis {
public:
    LayerAnalysis(Layer layer, const std::vector<Rule>& rules, const AnalysisInput& input,
                  std::vector<Finding>& findings)
        : layer_(layer), input_(input), findings_(findings)
    {
        for (std::size_t index = 0; index < rules.size(); ++index) {
            const auto& rule = rules[index];
            if (!rule.enabled)
                continue;
            if (rule.expires && *rule.expires <= input.now) {
                expired_.emplace_back(&rule, index + 1);
            } else {
                rows_.push_back(&rule);
                positions_.push_back(index + 1);
            }
        }
    }

    void run()
    {
        for (const auto& [rule, position] : expired_)
            add(Finding::Kind::Expired, Severity::Warning, *rule, position,
                "expired on " + timeText(*rule->expires));
        RowCover cover(rows_, input_.now);
        for (std::size_t row = 0; row < rows_.size(); ++row) {
            lookAtLists(row);
            lookAtCover(cover, row);
        }
    }

private:
    Finding& add(Finding::Kind kind, Severity severity, const Rule& rule, std::size_t position,
                 const std::string& text)
    {
        auto& finding = findings_.emplace_back();
        finding.kind = kind;
        finding.severity = severity;
        finding.layer = layer_;
        finding.position = position;
        finding.ruleId = rule.id;
        finding.ruleName = rule.name;
        finding.text = std::string(layerName(layer_)) + " rule " + std::to_string(position) + ' ' +
                       quoted(rule.name) + ' ' + text;
        return finding;
    }

    Finding& add(Finding::Kind kind, Severity severity, std::size_t row, const std::string& text)
    {
        return add(kind, severity, *rows_[row], positions_[row], text);
    }

    void addWith(Finding::Kind kind, std::size_t row, std::size_t other, const std::string& text)
    {
        auto& finding = add(kind, Severity::Warning, row, text);
        finding.otherId = rows_[other]->id;
        finding.otherName = rows_[other]->name;
    }

    [[nodiscard]] std::string named(std::size_t row) const
    {
        return std::to_string(positions_[row]) + ' ' + quoted(rows_[row]->name);
    }

    [[nodiscard]] std::string said(std::size_t row) const
    {
        return std::string(actionName(rows_[row]->action));
    }

    void lookAtLists(std::size_t row)
    {
        std::map<std::string, ListUse> lists;
        bool hasRegex = false;
        for (const auto* conditions : {&rows_[row]->when, &rows_[row]->except}) {
            for (const auto* column : {&conditions->host, &conditions->origin, &conditions->sni})
                for (const auto& pattern : *column) {
                    if (pattern.starts_with(ListPrefix))
                        lists[pattern.substr(ListPrefix.size())] = ListUse::ByName;
                    hasRegex = hasRegex || pattern.starts_with(RegexPrefix);
                }
            for (const auto& name : conditions->addressLists)
                lists.try_emplace(name, ListUse::ByAddress);
        }
        for (const auto& [name, use] : lists)
            lookAtList(row, name, use);
        if (hasRegex)
            add(Finding::Kind::NotAnalysable, Severity::Note, row,
                "has a regular expression: what it matches cannot be compared with other rules");
    }

    void lookAtList(std::size_t row, const std::string& name, ListUse use)
    {
        const auto number = input_.lists.find(name);
        if (!number) {
            add(Finding::Kind::MissingList, Severity::Error, row,
                "refers to the list " + quoted(name) + ", which does not exist");
            return;
        }
        const auto& list = input_.lists.identity(*number);
        if (list.networks == 0 && list.hosts == 0)
            add(Finding::Kind::EmptyList, Severity::Warning, row,
                "refers to the list " + quoted(name) + ", which is empty");
        else if (list.networks == 0 && use == ListUse::ByAddress)
            add(Finding::Kind::EmptyList, Severity::Warning, row,
                "looks for addresses in the list " + quoted(name) + ", which has no networks");
    }

    void lookAtCover(RowCover& cover, std::size_t row)
    {
        using Kind = Finding::Kind;
        if (const auto dimension = cover.contradictionIn(row)) {
            const auto why =
                *dimension == Dimension::Validity
                    ? "it expires before it starts"
                    : "\"not\" shuts out all that it wants of " + quoted(dimensionName(*dimension));
            add(Kind::NeverMatches, Severity::Error, row, "can never match: " + why);
        } else if (const auto other = cover.coveredBy(row)) {
            lookAtCovered(cover, row, *other);
        } else if (const auto others = cover.coveredTogetherBy(row); !others.empty()) {
            addWith(Kind::NeverReached, row, others.front(),
                    "is never reached: " + namedTogether(others) + " cover it together");
        } else if (const auto taker = cover.partlyTakenBy(row)) {
            addWith(Kind::PartlyCovered, row, *taker,
                    "is reached only in part: rule " + named(*taker) + " says " + said(*taker) +
                        " and comes first where both match (it is narrower in " +
                        dimensionsText(cover.dimensionsLeft(row, *taker)) + ")");
        }
    }

    void lookAtCovered(const RowCover& cover, std::size_t row, std::size_t other)
    {
        const auto isSame = cover.isWithin(other, row);
        const auto text = "is never reached: rule " + named(other) +
                          (isSame ? " matches the same" : " covers it");
        if (isSame && rows_[row]->action != rows_[other]->action)
            addWith(Finding::Kind::Contradicting, row, other,
                    text + " and says " + said(other) + " instead of " + said(row));
        else
            addWith(Finding::Kind::NeverReached, row, other, text);
    }

    [[nodiscard]] std::string namedTogether(const std::vector<std::size_t>& rows) const
    {
        std::string text = "rules ";
        const auto count = std::min(rows.size(), NamedTogether);
        for (std::size_t index = 0; index < count; ++index)
            text += (index == 0                 ? ""
                     : index + 1 == rows.size() ? " and "
                                                : ", ") +
                    named(rows[index]);
        if (rows.size() > count)
            text += " and " + std::to_string(rows.size() - count) + " more";
        return text;
    }

    static std::string dimensionsText(const std::vector<Dimension>& dimensions)
    {
        std::string text;
        for (const auto dimension : dimensions)
            text += (text.empty() ? "" : ", ") + std::string(dimensionName(dimension));
        return text;
    }

    Layer layer_;
    const AnalysisInput& input_;
    std::vector<Finding>& findings_;
    std::vector<const Rule*> rows_; // enabled and not expired
    std::vector<std::size_t> positions_;
    std::vector<std::pair<const Rule*, std::size_t>> expired_;
};

} // namespace

std::vector<Finding> analyse(const PolicyDocument& document, const AnalysisInput& input)
{
    std::vector<Finding> findings;
    for (const auto layer : AllLayers)
        LayerAnalysis(layer, document.rows(layer), input, findings).run();
    std::ranges::sort(findings, {}, [](const Finding& finding) {
        return std::tie(finding.layer, finding.position, finding.kind, finding.text);
    });
    return findings;
}

std::string_view severityName(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Note:
        return "note";
    }
    return "";
}

std::string_view findingName(Finding::Kind kind)
{
    switch (kind) {
    case Finding::Kind::NeverMatches:
        return "never-matches";
    case Finding::Kind::NeverReached:
        return "never-reached";
    case Finding::Kind::Contradicting:
        return "contradicting";
    case Finding::Kind::PartlyCovered:
        return "partly-covered";
    case Finding::Kind::Expired:
        return "expired";
    case Finding::Kind::EmptyList:
        return "empty-list";
    case Finding::Kind::MissingList:
        return "missing-list";
    case Finding::Kind::NotAnalysable:
        return "not-analysable";
    }
    return "";
}

} // namespace sallyport::policy
