// ListPart: one page of a list that is held whole, forward and backward.
#pragma once

#include "admin/api/Call.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstddef>
#include <string>
#include <vector>

namespace sallyport::admin::accounts {

struct ListPart {
    std::size_t begin = 0, end = 0;    ///< positions in the list
    Poco::Dynamic::Var next, previous; ///< cursors; empty: there is nothing further

    /// {items, next_cursor, prev_cursor}.
    [[nodiscard]] Poco::JSON::Object with(const Poco::JSON::Array& items) const;
};

/// The part that the call's `limit` and `cursor` ask for. `keys` are those of the list's items,
/// ascending and each one different: a cursor stays right when items come and go. Throws ApiError
/// (Validation).
[[nodiscard]] ListPart partOf(const std::vector<std::string>& keys, const api::Call& call);

} // namespace sallyport::admin::accounts
