// HealthResource: /healthz, for load balancers and supervisors: 200 as long as the process answers.
#pragma once

#include "admin/Page.h"

namespace sallyport::admin {

[[nodiscard]] Page healthResource();

} // namespace sallyport::admin
