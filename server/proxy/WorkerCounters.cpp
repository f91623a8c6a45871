#include "proxy/WorkerCounters.h"

namespace sallyport::proxy {

bool isUpstreamFailure(audit::CloseReason reason)
{
    using enum audit::CloseReason;
    switch (reason) {
    case UpstreamReset:
    case UpstreamEnded:
    case ResponseTimeout:
    case ConnectRefused:
    case ConnectTimeout:
    case ConnectFailed:
    case DnsFailure:
    case BadResponse:
        return true;
    default:
        return false;
    }
}

} // namespace sallyport::proxy
