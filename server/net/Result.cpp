#include "net/Result.h"

namespace sallyport::net {

std::string_view kindName(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Ended:
        return "ended";
    case Error::Kind::Reset:
        return "reset";
    case Error::Kind::TimedOut:
        return "timed-out";
    case Error::Kind::Aborted:
        return "aborted";
    case Error::Kind::Refused:
        return "refused";
    case Error::Kind::Unreachable:
        return "unreachable";
    case Error::Kind::NotFound:
        return "not-found";
    case Error::Kind::DnsFailed:
        return "dns-failed";
    case Error::Kind::NoResources:
        return "no-resources";
    case Error::Kind::Failed:
        break;
    }
    return "failed";
}

} // namespace sallyport::net
