// SessionIds: UUIDv7 (RFC 9562 §5.7): 48 bits of time, then random bits. One source per worker; not
// thread-safe.
#pragma once

#include "audit/AuditEvent.h"

#include <chrono>
#include <random>

namespace sallyport::proxy {

class SessionIds {
public:
    SessionIds();
    [[nodiscard]] audit::SessionId next(std::chrono::sys_time<std::chrono::microseconds> now);

private:
    std::mt19937_64 random_;
};

} // namespace sallyport::proxy
