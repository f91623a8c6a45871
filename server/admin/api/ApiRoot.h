// ApiRoot: where the API begins among the paths of the admin server.
#pragma once

#include <string_view>

namespace sallyport::admin::api {

inline constexpr std::string_view ApiRoot = "/api/v1";

} // namespace sallyport::admin::api
