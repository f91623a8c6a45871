// AlertKey: the secret under which matches of inspection patterns are hashed for the audit log, so
// that equal ones can be told without being known.
//
// 32 bytes in a file of the data directory, mode 0600, made at the first start. With another key
// hashes of before and after cannot be compared any more.
#pragma once

#include "policy/inspection/CompiledProfile.h"

#include <filesystem>
#include <string_view>

namespace sallyport::app {

inline constexpr std::string_view AlertKeyFile = "alert.key";

/// Throws std::system_error if the file cannot be read or made, and std::runtime_error if what is
/// in it is no key.
[[nodiscard]] policy::inspection::DigestKey loadAlertKey(const std::filesystem::path& file);

} // namespace sallyport::app
