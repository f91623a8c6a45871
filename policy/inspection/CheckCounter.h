// CheckCounter: what the findings of a profile's check are counted under.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::policy::inspection {

struct CheckNames {
    std::string_view profile;
    std::string_view check;

    friend bool operator==(const CheckNames&, const CheckNames&) = default;
};

/// "check/PROFILE/CHECK", over all versions; beside Policy::counterName() of rows.
[[nodiscard]] std::string checkCounterName(const CheckNames& names);
/// Borrows from `counter`; nothing if it is a row's.
[[nodiscard]] std::optional<CheckNames> checkCountedUnder(std::string_view counter);

} // namespace sallyport::policy::inspection
