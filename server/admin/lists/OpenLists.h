// OpenLists: a connection to policy.db for one call that reads or changes destination lists.
//
// A connection of its own for each: a long import holds up nobody who only reads.
#pragma once

#include "db/Database.h"
#include "db/ListDescriptions.h"
#include "db/ListStore.h"

#include <filesystem>

namespace sallyport::admin::lists {

class OpenLists {
public:
    /// Of a file that has its schema. Throws db::DatabaseError.
    explicit OpenLists(const std::filesystem::path& policyFile);
    OpenLists(const OpenLists&) = delete;
    OpenLists& operator=(const OpenLists&) = delete;

private:
    db::Database database_;

public:
    db::ListStore store{database_};
    db::ListDescriptions descriptions{database_};
};

} // namespace sallyport::admin::lists
