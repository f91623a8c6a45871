// ListActs: what the admin trail says of changes of destination lists.
#pragma once

#include "admin/api/Trail.h"
#include "db/ListDescriptions.h"
#include "db/ListStore.h"

#include <string>

namespace sallyport::admin::lists {

/// `action`: "list.create", "list.import", "list.edit", "list.refresh".
[[nodiscard]] api::Trail::Act importAct(std::string action, const db::ListStore::Import& import);
[[nodiscard]] api::Trail::Act descriptionAct(const db::ListDescription& before,
                                             const std::string& comment, const std::string& feed);
[[nodiscard]] api::Trail::Act deletionAct(const db::ListStore::Version& list);

} // namespace sallyport::admin::lists
