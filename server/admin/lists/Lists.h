// Lists: the part of the API that looks after destination lists, with the thread that fetches them.
#pragma once

#include "admin/api/Router.h"
#include "admin/lists/EntriesResource.h"
#include "admin/lists/FeedTimer.h"
#include "admin/lists/ImportsResource.h"
#include "admin/lists/ListParts.h"
#include "admin/lists/ListsResource.h"

#include <memory>
#include <string>
#include <vector>

namespace sallyport::admin::lists {

class Lists {
public:
    /// Of the policy.db at `policyFile`. What is borrowed must live longer.
    Lists(std::filesystem::path policyFile, const api::Trail& trail, api::Jobs& jobs);

    void addTo(api::Router& router);
    /// Fetches feeds from now on.
    void start() { timer_.start(); }
    void stop() { timer_.stop(); }

    struct Trouble {
        std::string list;
        std::string text; ///< what is wrong with its feed, as a sentence
    };
    /// Lists whose feed failed, or is older than it should be; by name.
    [[nodiscard]] std::vector<Trouble> troubledFeeds() const;

private:
    [[nodiscard]] api::Answer refresh(api::Call& call);

    const std::shared_ptr<ListParts> parts_; ///< also of the jobs that were started
    ListsResource lists_{*parts_};
    EntriesResource entries_{*parts_};
    ImportsResource imports_{parts_};
    FeedTimer timer_{*parts_};
};

} // namespace sallyport::admin::lists
