#include "admin/audit/Views.h"

#include <utility>

namespace sallyport::admin::audit {

Views::Turn::Turn(Views& views, std::string view)
    : views_(views), view_(std::move(view)), overtaken_(std::make_shared<std::atomic<bool>>(false))
{
    if (view_.empty())
        return;
    const std::scoped_lock lock(views_.mutex_);
    auto& newest = views_.newest_[view_];
    if (newest)
        *newest = true;
    newest = overtaken_;
}

Views::Turn::~Turn()
{
    if (view_.empty())
        return;
    const std::scoped_lock lock(views_.mutex_);
    if (const auto found = views_.newest_.find(view_);
        found != views_.newest_.end() && found->second == overtaken_)
        views_.newest_.erase(found);
}

} // namespace sallyport::admin::audit
