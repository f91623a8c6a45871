// ListState: one destination list as the API shows it.
#pragma once

#include "admin/api/Call.h"
#include "admin/lists/ListUses.h"
#include "admin/lists/OpenLists.h"

#include <Poco/JSON/Object.h>

#include <string>

namespace sallyport::admin::lists {

struct ListState {
    db::ListStore::Version version; ///< the newest
    db::ListDescription description;

    /// Throws ApiError (NotFound).
    [[nodiscard]] static ListState of(const OpenLists& lists, const std::string& name);
    /// Of what a person can change of the list.
    [[nodiscard]] std::string tag() const;
    /// "hosts", "networks", "mixed", "empty".
    [[nodiscard]] std::string kind() const;
    [[nodiscard]] Poco::JSON::Object json(const OpenLists& lists, const ListUse& use) const;
};

} // namespace sallyport::admin::lists
