// ListBinding: which content of a named destination list belongs to a policy version.
#pragma once

#include <string>

namespace sallyport::db {

struct ListBinding {
    std::string name;
    std::string contentHash; ///< SHA-256 over its entries, hexadecimal

    friend bool operator==(const ListBinding&, const ListBinding&) = default;
};

} // namespace sallyport::db
