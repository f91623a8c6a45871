// PacChange: what a person wants the PAC file of the draft to be. A value.
#pragma once

#include "admin/api/JsonFields.h"
#include "policy/PacFile.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::admin::pac {

/// FromSettings: the policy says nothing of it, and the server's own settings count.
enum class PacMode : std::uint8_t { FromSettings, Generated, HandWritten };

/// "from_settings", "generated", "hand_written".
[[nodiscard]] std::string_view modeName(PacMode);
[[nodiscard]] PacMode modeOf(const std::optional<policy::PacSettings>& pac);

struct PacChange {
    PacMode mode = PacMode::FromSettings;
    policy::PacSettings given; ///< in the spelling of policy documents

    /// Throws ApiError (Validation), also for what no document may have.
    [[nodiscard]] static PacChange read(api::JsonFields& fields);
    /// A hand-written file keeps the settings that were there, for the way back.
    [[nodiscard]] std::optional<policy::PacSettings>
    appliedTo(const std::optional<policy::PacSettings>& before) const;

private:
    enum class Settings : std::uint8_t { Missing, Given } settings_ = Settings::Missing;
};

} // namespace sallyport::admin::pac
