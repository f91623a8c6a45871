// Totp: one-time codes that an authenticator shows (RFC 6238): SHA-1, six digits, 30 seconds, which
// is what all of them understand.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::accounts {

/// 160 random bits (RFC 4226 section 4).
[[nodiscard]] std::string newTotpSecret();
/// Six digits; `totpStep` counts the 30 seconds since 1970.
[[nodiscard]] std::string totpCode(std::string_view secret, std::int64_t totpStep);
[[nodiscard]] std::int64_t totpStepAt(std::chrono::sys_time<std::chrono::microseconds> time);
/// The step that `code` belongs to: the present one, or one beside it for clocks that differ.
/// Nothing: it is wrong. That a step's code counts once is up to the caller.
[[nodiscard]] std::optional<std::int64_t>
totpStepOf(std::string_view secret, std::string_view code,
           std::chrono::sys_time<std::chrono::microseconds> now);
/// "otpauth://totp/…": what the QR code says.
[[nodiscard]] std::string totpUri(std::string_view secret, std::string_view name,
                                  std::string_view issuer);

} // namespace sallyport::admin::accounts
