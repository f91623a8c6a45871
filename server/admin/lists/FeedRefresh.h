// FeedRefresh: fetches the feed of a destination list and puts what it holds into force at once.
#pragma once

#include "admin/api/Caller.h"
#include "admin/lists/ListParts.h"

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <functional>
#include <string>

namespace sallyport::admin::lists {

struct FeedOutcome {
    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    std::uint32_t policyVersion = 0; ///< that was made; 0: none

    [[nodiscard]] Poco::JSON::Object json() const;
};

/// As an act of `caller`. The list's description says afterwards how it went. `check` is called
/// between pieces: what it throws is thrown on. Throws ApiError: NotFound, Conflict when the list
/// has no feed or the file was refused.
FeedOutcome refreshFeed(ListParts& parts, const api::Caller& caller, const std::string& list,
                        const std::function<void()>& check);

} // namespace sallyport::admin::lists
