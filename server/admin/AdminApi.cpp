#include "admin/AdminApi.h"

#include <utility>

namespace sallyport::admin {

AdminApi::AdminApi(AdminApiParts parts) : parts_(std::move(parts)), trail_(parts_.dataDirectory)
{
    jobs_.addTo(router_);
}

} // namespace sallyport::admin
