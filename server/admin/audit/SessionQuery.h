// SessionQuery: which sessions a call is about: its parameters and the grammar of `q`, as a filter.
//
// The same words as the UI writes into its addresses. Knows no database.
#pragma once

#include "admin/api/ApiError.h"
#include "db/SessionFilter.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::admin::audit {

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// The parameters that belong to a filter.
inline constexpr std::array<std::string_view, 13> FilterParameters{
    "from",   "to",     "q",        "verdict", "rule",    "user", "host",
    "client", "reason", "protocol", "port",    "version", "state"};

/// Of those of the parameters that are FilterParameters. Throws ApiError (Validation) with all that
/// is wrong; what is wrong in `q` with the place in it, in bytes: "?q#at=3&length=5".
[[nodiscard]] db::SessionFilter filterOf(const Parameters& parameters);

/// Taken apart, without "?": "from=…&verdict=deny". Throws ApiError.
[[nodiscard]] Parameters parametersIn(std::string_view queryText, std::string_view pointer);

/// The words that a field of a closed set can have; empty: the set is open.
[[nodiscard]] std::vector<std::string> wordsOf(std::string_view field);

/// Bytes as in "10MiB" or "1000"; nothing: it is not such.
[[nodiscard]] std::optional<std::uint64_t> byteCountIn(std::string_view text);
/// Microseconds of "250ms", "4s", "3m", "2h"; a number alone means milliseconds.
[[nodiscard]] std::optional<std::uint64_t> microsecondsIn(std::string_view text);

} // namespace sallyport::admin::audit
