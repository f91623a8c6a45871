// Clock: what time it is for sign-ins; handed in, so that tests can move it.
#pragma once

#include "db/Account.h"

#include <functional>

namespace sallyport::admin::accounts {

using Clock = std::function<db::AccountTime()>;

[[nodiscard]] inline db::AccountTime wallTime()
{
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

} // namespace sallyport::admin::accounts
