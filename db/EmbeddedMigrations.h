// The SQL files of db/migrations/, in the order of their numbers; the build makes the source file.
#pragma once

#include <span>
#include <string_view>

namespace sallyport::db {

[[nodiscard]] std::span<const std::string_view> embeddedPolicyMigrations();
[[nodiscard]] std::span<const std::string_view> embeddedAuditMigrations();
[[nodiscard]] std::span<const std::string_view> embeddedAccountsMigrations();

} // namespace sallyport::db
