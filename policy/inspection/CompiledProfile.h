// CompiledProfile: a profile ready to be run, its patterns in one Vectorscan database. Immutable;
// shared by all threads.
#pragma once

#include "policy/inspection/Direction.h"
#include "policy/inspection/InspectionProfile.h"
#include "policy/inspection/MatchDigest.h"
#include "policy/inspection/Message.h"
#include "policy/inspection/PatternSet.h"
#include "policy/inspection/ScanScratch.h"

#include <array>
#include <cstddef>
#include <memory>
#include <tuple>
#include <vector>

namespace sallyport::policy::inspection {

/// One check of the profile, by what it looks for.
template <class Condition>
struct CheckFor {
    const Condition* condition = nullptr;
    std::size_t check = 0; ///< its place in the profile
};

class CompiledProfile {
public:
    /// Throws PolicyError for an expression that is none, or too large, and for an unknown built-in
    /// pattern; names the check.
    explicit CompiledProfile(InspectionProfile profile);
    CompiledProfile(const CompiledProfile&) = delete;
    CompiledProfile& operator=(const CompiledProfile&) = delete;

    [[nodiscard]] const InspectionProfile& profile() const { return profile_; }
    /// Whether a check needs the contents of messages, and not only their sizes: patterns, bad
    /// UTF-8, and what is to be found before a message has ended.
    [[nodiscard]] bool needsContent() const;

    template <class Condition>
    [[nodiscard]] const std::vector<CheckFor<Condition>>& checksFor() const
    {
        return std::get<std::vector<CheckFor<Condition>>>(checks_);
    }
    /// Null: no check has any.
    [[nodiscard]] const PatternSet* patterns() const { return patterns_.get(); }
    /// Whether there are patterns for such messages.
    [[nodiscard]] bool scans(Direction direction, MessageKind kind) const;

private:
    template <class>
    struct ListsOf;
    template <class... Conditions>
    struct ListsOf<std::variant<Conditions...>> {
        using Type = std::tuple<std::vector<CheckFor<Conditions>>...>;
    };

    const InspectionProfile profile_; // all else points into it
    ListsOf<Condition>::Type checks_;
    std::unique_ptr<const PatternSet> patterns_;
};

/// Whether the check is for this direction.
[[nodiscard]] bool concerns(const Check& check, Direction direction);
/// Whether messages of the kind are looked into.
[[nodiscard]] bool concerns(const Patterns& patterns, MessageKind kind);

} // namespace sallyport::policy::inspection
