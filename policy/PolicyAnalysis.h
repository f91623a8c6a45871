// PolicyAnalysis: what is odd about a policy document, found on the columns of its rows alone.
//
// Rows are compared by all that they can match, no sessions are tried: what is claimed holds. The
// columns are taken as independent of each other, so that "SNI, and protocol http" counts as
// something that can match. Whether rows *together* leave nothing to a later one is looked into
// with bounded effort; only such rows may be missed, in policies where very many rows overlap.
#pragma once

#include "policy/DestinationLists.h"
#include "policy/PolicyDocument.h"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

enum class Severity : std::uint8_t { Error, Warning, Note };

struct Finding {
    enum class Kind : std::uint8_t {
        NeverMatches,  ///< its own conditions contradict each other
        NeverReached,  ///< earlier rows take all that it matches
        Contradicting, ///< never reached: an earlier row matches the same and says something else
        PartlyCovered, ///< an earlier row takes some of what it matches and says something else
        Expired,
        EmptyList,
        MissingList,
        NotAnalysable, ///< has a regular expression: what it matches is compared by its text only
    };

    Kind kind = Kind::NeverMatches;
    Severity severity = Severity::Error;
    Layer layer = Layer::Access;
    std::size_t position = 0; ///< of the row in its layer, from 1
    std::string ruleId, ruleName;
    std::string otherId, otherName; ///< the row that is in its way; empty if there is none
    std::string text;               ///< a sentence for a person, without a full stop
};

struct AnalysisInput {
    WallTime now{};
    const DestinationLists& lists;
};

/// By layer and row. Rows that are not enabled or expired are in nobody's way and only looked at
/// for having expired; rows in report mode are in nobody's way either.
[[nodiscard]] std::vector<Finding> analyse(const PolicyDocument& document,
                                           const AnalysisInput& input);

/// "error", "warning", "note".
[[nodiscard]] std::string_view severityName(Severity);
/// "never-matches", "never-reached", …
[[nodiscard]] std::string_view findingName(Finding::Kind);

} // namespace sallyport::policy
