// FindPeople: people by a part of their name, for the find box of who may see them.
#pragma once

#include "admin/audit/FindResource.h"
#include "db/AccountStore.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace sallyport::admin::accounts {

/// ASCII case does not matter. At most `most`, by name; nobody for callers below admin.
[[nodiscard]] std::vector<audit::FindItem> findPeople(const db::AccountStore& store,
                                                      const api::Caller& caller,
                                                      std::string_view text, std::size_t most);

} // namespace sallyport::admin::accounts
