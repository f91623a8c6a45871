// Addresses: the addresses of a receiver, asked from the system's resolver without waiting longer
// than allowed.
#pragma once

#include "audit/sink/SinkSpec.h"
#include "audit/sink/Wait.h"

#include <Poco/Net/SocketAddress.h>

#include <vector>

namespace sallyport::audit::sink {

/// At least one. Throws SinkError. The system's resolver cannot be interrupted: what still runs
/// when the wait is over ends by itself, on a thread of its own.
[[nodiscard]] std::vector<Poco::Net::SocketAddress> addressesOf(const Peer& peer, const Wait& wait);

} // namespace sallyport::audit::sink
