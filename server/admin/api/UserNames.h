// UserNames: whether a caller is shown the names of the proxy's users, which a setting may mask.
#pragma once

#include "admin/api/ApiError.h"
#include "admin/api/Caller.h"

#include <cstdint>
#include <functional>

namespace sallyport::admin::api {

enum class UserNames : std::uint8_t { Shown, Masked };

/// Asked for each call: names that were revealed are masked again after a while. Any thread.
using NamesFor = std::function<UserNames(const Caller&)>;

[[nodiscard]] inline UserNames namesFor(const NamesFor& ask, const Caller& caller)
{
    return ask ? ask(caller) : UserNames::Shown;
}

[[noreturn]] inline void refuseMaskedNames()
{
    throw ApiError(ProblemKind::Forbidden,
                   "User names are masked, so they cannot be searched for. Reveal them first: POST "
                   "/audit/reveal.")
        .with("needs", R"("reveal")");
}

} // namespace sallyport::admin::api
