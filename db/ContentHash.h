// ContentHash: SHA-256 (FIPS 180-4), by which a stored document is known again.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::db {

/// Hexadecimal, lower case.
[[nodiscard]] std::string contentHash(std::string_view content);

} // namespace sallyport::db
