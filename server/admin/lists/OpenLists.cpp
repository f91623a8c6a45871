#include "admin/lists/OpenLists.h"

namespace sallyport::admin::lists {

OpenLists::OpenLists(const std::filesystem::path& policyFile)
    : database_(db::Database::openOrCreate(policyFile, db::Durability::Full))
{}

} // namespace sallyport::admin::lists
