// Notify: how resources tell the pages that are open that something changed. Never waits, never
// throws; any thread.
#pragma once

#include <Poco/JSON/Object.h>

#include <functional>
#include <string_view>

namespace sallyport::admin::api {

/// `channel`: "policy", "jobs", "health", … of the live feed; `data` as the contract says there.
using Notify = std::function<void(std::string_view channel, const Poco::JSON::Object& data)>;

} // namespace sallyport::admin::api
