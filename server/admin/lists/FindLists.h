// FindLists: destination lists by a part of their name or comment, for the find box.
#pragma once

#include "admin/audit/FindResource.h"

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

namespace sallyport::admin::lists {

/// ASCII case does not matter. At most `most`, by name.
[[nodiscard]] std::vector<audit::FindItem> findLists(const std::filesystem::path& policyFile,
                                                     std::string_view text, std::size_t most);

} // namespace sallyport::admin::lists
