#include "admin/HealthResource.h"

namespace sallyport::admin {

Page healthResource()
{
    return {200, "application/json", R"({"status":"ok","version":")" SALLYPORT_VERSION "\"}\n", {}};
}

} // namespace sallyport::admin
