// Policy: a compiled, immutable snapshot that answers for facts. Shared by all workers; safe to
// read from any thread.
//
// Each layer's rows are walked in order; a row whose fact is not known yet leaves both ways open
// (README.md).
#pragma once

#include "policy/DestinationLists.h"
#include "policy/Dimension.h"
#include "policy/PolicyDocument.h"
#include "policy/Verdict.h"
#include "policy/inspection/CompiledProfile.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// How one row stands to facts at a stage.
struct RowOutcome {
    enum class Kind : std::uint8_t {
        Matched, ///< all its conditions hold
        Failed,  ///< `dimension` is the first whose condition does not hold
        Unknown, ///< none fails; `dimension` is the first whose fact is not known yet
        Disabled,
    };
    const Rule* rule = nullptr;
    Kind kind = Kind::Matched;
    Dimension dimension = Dimension::Listener;
    std::size_t failing = 0; ///< of a failed one: how many of its conditions do not hold
};

class Policy {
public:
    /// Compiles a document as parse() gives it. `version` is the store's number for it. Throws
    /// PolicyError for what only shows now: a list that is not in `lists`, a regular expression
    /// that is none, a time zone that does not exist, too many lists and expressions, a pattern of
    /// a profile that cannot be looked for.
    [[nodiscard]] static std::shared_ptr<const Policy>
    compile(PolicyDocument document, std::uint32_t version,
            std::shared_ptr<const DestinationLists> lists = DestinationLists::none());

    ~Policy();
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;

    /// Pure; neither allocates nor locks. At Stage::Accept only what is known at accept is taken as
    /// known. While `facts.destination` is missing, whatever depends on it stays open, at every
    /// stage: the guard's default row does, so that only a guard row that matches without it
    /// decides the guard.
    [[nodiscard]] Verdict decide(const Facts& facts, Stage stage) const;

    /// The rows of a layer in order, each with what decides it at this stage; by the same look-ups
    /// as decide(). For explaining: allocates.
    [[nodiscard]] std::vector<RowOutcome> trace(Layer layer, const Facts& facts, Stage stage) const;

    /// Whether a row has a condition on the dimension.
    [[nodiscard]] bool reads(Dimension dimension) const;

    [[nodiscard]] std::uint32_t version() const;
    [[nodiscard]] const PolicyDocument& document() const;
    /// Null: there is none of that name. Lives as long as the policy.
    [[nodiscard]] const inspection::CompiledProfile* profile(std::string_view name) const;
    [[nodiscard]] const std::shared_ptr<const DestinationLists>& lists() const;

    /// RowNumbers are below this: every enabled row has one, each layer's default row, and some
    /// belong to no row.
    [[nodiscard]] std::size_t rowCount() const;
    /// The row's rule; null for a default row.
    [[nodiscard]] const Rule* ruleAt(RowNumber row) const;
    /// What hits of the row are counted under, over all versions: the rule's id, or
    /// "default/LAYER"; empty for a number that belongs to no row.
    [[nodiscard]] std::string counterName(RowNumber row) const;

private:
    struct Compiled;
    explicit Policy(std::unique_ptr<Compiled>);
    std::unique_ptr<Compiled> compiled_;
};

} // namespace sallyport::policy
