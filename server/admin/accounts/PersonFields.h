// PersonFields: reads what is said of a person in a body; used where people are made and changed.
#pragma once

#include "admin/api/JsonFields.h"
#include "admin/api/Role.h"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::accounts {

/// Whether people may type it to sign in: letters, digits and . _ @ -, at most 64, the first one a
/// letter or digit.
[[nodiscard]] bool isAccountName(std::string_view name);

// These note what is wrong, as JsonFields does.

[[nodiscard]] std::string accountName(api::JsonFields& body, const std::string& member);
/// Free words for people, without control characters; not empty if `least` is 1.
[[nodiscard]] std::optional<std::string>
plainWords(api::JsonFields& body, const std::string& member, std::size_t least = 0);
/// A new password, which must be good enough for the person of that name.
[[nodiscard]] std::optional<std::string>
newPassword(api::JsonFields& body, const std::string& member, std::string_view name);
[[nodiscard]] std::optional<api::Role> role(api::JsonFields& body, const std::string& member);

} // namespace sallyport::admin::accounts
