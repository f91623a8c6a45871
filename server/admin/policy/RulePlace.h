// RulePlace: where in its layer a rule is put: next to another one, into a section, or at an edge.
#pragma once

#include "admin/api/JsonFields.h"
#include "policy/Rule.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin {

struct RulePlace {
    enum class Kind : std::uint8_t { Before, After, Section, First, Last } kind = Kind::Last;
    std::string name;                    ///< id of the other rule, or the section
    std::optional<std::size_t> position; ///< in the section, from 1; missing: its end

    /// {"before"}, {"after"}, {"section", "position"}, {"edge"}; notes what is wrong with it.
    [[nodiscard]] static RulePlace in(api::JsonFields& fields);

    /// Puts the rule there; it joins the section that it comes to. Throws ApiError for a place that
    /// there is not; `pointer` is that of the place in the body.
    void put(policy::Rule rule, std::vector<policy::Rule>& rows, const std::string& pointer) const;
};

} // namespace sallyport::admin
