// Secrets: random values that nobody can guess, as texts, and how they are known again.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::admin::accounts {

/// From the kernel. Throws std::system_error.
[[nodiscard]] std::string randomBytes(std::size_t count);
/// 256 bits as 43 characters that need no quoting in URLs and cookies (RFC 4648 section 5).
[[nodiscard]] std::string newSecret();
/// A name for something that is no secret: `prefix` and 80 random bits.
[[nodiscard]] std::string newId(std::string_view prefix);
/// RFC 4648 section 6, without padding.
[[nodiscard]] std::string base32(std::string_view bytes);
/// Whether both are the same, in a time that does not tell where they differ.
[[nodiscard]] bool isSameSecret(std::string_view one, std::string_view other);

} // namespace sallyport::admin::accounts
