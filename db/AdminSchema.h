// AdminSchema: the tables of admin.db: what people keep for themselves in the admin API that is
// neither policy nor account.
#pragma once

#include "db/Migrations.h"

#include <string_view>

namespace sallyport::db {

inline constexpr std::string_view AdminDatabaseName = "admin.db";

[[nodiscard]] const Schema& adminSchema();

} // namespace sallyport::db
