// Role: what a person or token may do: each role may do all that the ones before it may.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::admin::api {

/// HelpDesk: reads, looks up, asks what-if. Auditor: reads everything, exports, verifies. Editor:
/// drafts, publishes, ends sessions, edits lists and PAC. Admin: people, tokens, settings, keys.
enum class Role : std::uint8_t { HelpDesk, Auditor, Editor, Admin };

/// "help-desk", "auditor", "editor", "admin".
[[nodiscard]] std::string_view roleName(Role);
[[nodiscard]] std::optional<Role> roleNamed(std::string_view name);
/// "policy.edit", "audit.export", …: what the UI asks for, so that it need not know the order.
[[nodiscard]] std::vector<std::string_view> permissionsOf(Role);

} // namespace sallyport::admin::api
