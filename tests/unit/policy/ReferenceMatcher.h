// ReferenceMatcher: what policy/README.md says about deciding, as loops over the rows as they are
// written: too simple to be wrong, too slow for traffic.
#pragma once

#include "policy/Policy.h"

#include <map>
#include <string>
#include <vector>

namespace sallyport::policy {

/// The entries of each list, as policy/ListEntry.h spells them.
using ReferenceLists = std::map<std::string, std::vector<std::string>>;

class ReferenceMatcher {
public:
    /// Both must outlive it.
    ReferenceMatcher(const PolicyDocument& document, const ReferenceLists& lists)
        : document_(document), lists_(lists)
    {}

    enum class Match : std::uint8_t { No, Yes, Unknown };

    /// Rows of the verdict are not filled in: only answers, rules, layer and the number of
    /// would-hits.
    [[nodiscard]] Verdict decide(const Facts& facts, Stage stage) const;
    [[nodiscard]] Match match(const Rule& rule, const Facts& facts, Stage stage) const;

private:
    [[nodiscard]] bool hostMatches(const std::string& pattern, std::string_view host) const;
    [[nodiscard]] bool listHoldsHost(const std::string& list, std::string_view host) const;
    [[nodiscard]] bool listHoldsAddress(const std::string& list, const AddressBytes& address) const;

    const PolicyDocument& document_;
    const ReferenceLists& lists_;
};

} // namespace sallyport::policy
