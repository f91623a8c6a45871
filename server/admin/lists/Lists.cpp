#include "admin/lists/Lists.h"

#include "admin/lists/Feed.h"
#include "admin/lists/FeedRefresh.h"
#include "admin/lists/ListState.h"

namespace sallyport::admin::lists {

Lists::Lists(std::filesystem::path policyFile, const api::Trail& trail, api::Jobs& jobs)
    : parts_(std::make_shared<ListParts>(std::move(policyFile), trail, jobs))
{}

void Lists::addTo(api::Router& router)
{
    lists_.addTo(router);
    entries_.addTo(router);
    imports_.addTo(router);
    router.add("POST", "/lists/{id}/refresh", api::Access::from(api::Role::Editor).changingPolicy(),
               [this](api::Call& call) { return refresh(call); });
}

std::vector<Lists::Trouble> Lists::troubledFeeds() const
{
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    std::vector<Trouble> troubled;
    for (const auto& description : OpenLists(parts_->policyFile).descriptions.all())
        if (const auto feed = Feed::parse(description.feed))
            if (auto text = feedTrouble(*feed, description, now); !text.empty())
                troubled.push_back({description.name, std::move(text)});
    return troubled;
}

api::Answer Lists::refresh(api::Call& call)
{
    const auto name = call.inPath("id");
    if (ListState::of(OpenLists(parts_->policyFile), name).description.feed.empty())
        throw api::ApiError(api::ProblemKind::Conflict, "The list is not fetched from anywhere.");
    return api::accepted(parts_->jobs.start(
        call.caller(), "list-refresh",
        [parts = parts_, name, caller = call.caller()](api::Jobs::Progress& progress) {
            return refreshFeed(*parts, caller, name, [&progress] { progress.throwIfCancelled(); })
                .json();
        }));
}

} // namespace sallyport::admin::lists
