// SavedSearchResource: /audit/searches: searches of the explorer under a name, of one's own or for
// everybody.
#pragma once

#include "admin/api/Router.h"
#include "admin/api/Trail.h"
#include "db/SavedSearchStore.h"

#include <filesystem>
#include <mutex>

namespace sallyport::admin::audit {

class SavedSearchResource {
public:
    SavedSearchResource(const std::filesystem::path& dataDirectory, const api::Trail& trail)
        : store_(dataDirectory), trail_(trail)
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list(const api::Call& call);
    [[nodiscard]] api::Answer create(api::Call& call);
    [[nodiscard]] api::Answer show(const api::Call& call);
    [[nodiscard]] api::Answer change(api::Call& call);
    [[nodiscard]] api::Answer remove(const api::Call& call);
    [[nodiscard]] db::SavedSearch require(const api::Call& call) const;
    [[nodiscard]] db::SavedSearch requireOwn(const api::Call& call) const;

    std::mutex mutex_;
    db::SavedSearchStore store_;
    const api::Trail& trail_;
};

} // namespace sallyport::admin::audit
