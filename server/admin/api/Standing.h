// Standing: what has become of the credentials of somebody whose connection stays open long.
#pragma once

#include "admin/api/Caller.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace sallyport::admin::api {

enum class Standing : std::uint8_t {
    Holds,
    RoleChanged, ///< still signed in, but what was allowed at the beginning may not be any more
    Ended,
};

/// Asked now and then; any thread.
using AskStanding = std::function<Standing()>;

[[nodiscard]] inline Standing standingOf(const Caller& atFirst, const std::optional<Caller>& now)
{
    if (!now)
        return Standing::Ended;
    return now->role == atFirst.role ? Standing::Holds : Standing::RoleChanged;
}

} // namespace sallyport::admin::api
