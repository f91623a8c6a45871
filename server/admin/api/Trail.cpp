#include "admin/api/Trail.h"

#include <chrono>
#include <utility>

namespace sallyport::admin::api {

void Trail::record(const Caller& caller, Act act) const
{
    spool_.append({.time = std::chrono::time_point_cast<std::chrono::microseconds>(
                       std::chrono::system_clock::now()),
                   .who = caller.name.empty() ? "nobody" : caller.name,
                   .source = caller.address,
                   .action = std::move(act.action),
                   .object = std::move(act.object),
                   .before = std::move(act.before),
                   .after = std::move(act.after),
                   .note = std::move(act.note)});
}

} // namespace sallyport::admin::api
