// Forward: the story of a request in absolute-form (RFC 9112 §3.2.2): to an origin and back, over a
// pooled connection when there is one.
#pragma once

#include "proxy/Exchange.h"

namespace sallyport::proxy {

[[nodiscard]] net::Task<After> serveForward(Exchange& exchange);

} // namespace sallyport::proxy
