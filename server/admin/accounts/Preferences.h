// Preferences: what the pages keep for a person: a JSON object, of which the server knows nothing
// but its size.
#pragma once

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <string>

namespace sallyport::admin::accounts {

inline constexpr std::size_t MostPreferenceBytes = 16 << 10;

/// As stored. Damaged ones are empty: nobody shall be kept out by them.
[[nodiscard]] Poco::JSON::Object parsedPreferences(const std::string& stored);
/// `stored` with the members of `change` in place of its own; null takes one away (RFC 7396, of the
/// outermost members).
[[nodiscard]] std::string mergedPreferences(const std::string& stored,
                                            const Poco::JSON::Object& change);

} // namespace sallyport::admin::accounts
