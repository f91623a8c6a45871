// FindRules: rules of the draft by a part of their name, for the find box.
#pragma once

#include "admin/audit/FindResource.h"
#include "admin/policy/DraftView.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace sallyport::admin {

/// ASCII case does not matter. At most `most`, in the order of the layers and their rows.
[[nodiscard]] std::vector<audit::FindItem> findRules(const DraftView& draft, std::string_view text,
                                                     std::size_t most);

} // namespace sallyport::admin
