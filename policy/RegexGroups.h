// RegexGroups: regular expressions of a column, grouped by the rows they concern.
//
// RE2 keeps its automata behind a lock of its own and may allocate while it builds them: rows with
// regular expressions are the exception to what a decision costs.
#pragma once

#include "policy/RowList.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

class RegexGroups {
public:
    struct Mentions {
        std::vector<RowNumber> wanted, shutOut;
    };
    /// Throws PolicyError for an expression that is none.
    RegexGroups(const std::map<std::string, Mentions>& expressions, const ValueRowsMaker& maker);

    /// Calls `use` with the rows of each group that has an expression found in `text`.
    template <class Use>
    void forEachMatch(std::string_view text, Use use) const
    {
        for (const auto& group : groups_)
            if (group.matches(text))
                use(group.rows);
    }

private:
    struct Group {
        ValueRows rows;
        std::vector<std::unique_ptr<RE2>> expressions;
        std::unique_ptr<RE2::Set> all; ///< the same in one automaton; null where that does not help

        [[nodiscard]] bool matches(std::string_view text) const;
    };

    std::vector<Group> groups_;
};

} // namespace sallyport::policy
