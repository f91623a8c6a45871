// WorkerCounters: what a worker has counted since its start. Plain members of its own thread, read
// there by whoever is asked for them: no other thread's cache line.
#pragma once

#include "audit/AuditEvent.h"
#include "policy/Facts.h"
#include "proxy/Distribution.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace sallyport::proxy {

/// What became of a request in the policy's words.
enum class Outcome : std::uint8_t {
    Allow,
    Inspect, ///< allowed, and looked into
    Deny,
    Error,  ///< allowed, but the upstream could not be reached or gave no answer
    Unread, ///< the policy was never asked: a request that is none, or no room for it
};
inline constexpr std::size_t OutcomeCount = 5;

inline constexpr std::size_t CloseReasonCount =
    static_cast<std::size_t>(audit::CloseReason::Internal) + 1;

struct WorkerCounters {
    std::uint64_t connections = 0; ///< of clients
    std::uint64_t turnedAway = 0;  ///< of them, for want of room
    std::uint64_t requests = 0;    ///< begun, whatever becomes of them
    std::uint64_t carried = 0;     ///< now: they have an upstream and have not ended

    /// Requests by what they carry and what became of them, each once, when that is settled.
    std::array<std::array<std::uint64_t, OutcomeCount>, policy::ProtocolCount> outcomes{};
    /// Sessions and refusals by their end.
    std::array<std::uint64_t, CloseReasonCount> ends{};
    /// Of tunnels as they move, of other requests at their end.
    std::uint64_t bytesFromClients = 0;
    std::uint64_t bytesFromUpstreams = 0;

    std::uint64_t namesAsked = 0; ///< that neither cache nor hosts file knew
    std::uint64_t namesFailed = 0;

    std::uint64_t decisionsAsked = 0;
    /// Every DecisionsPerMeasure-th: reading the clock twice costs a good part of what it measures.
    Distribution decisions;
    Distribution dials;       ///< over all addresses tried, also in vain
    Distribution recordWaits; ///< for the audit log to be on the disk, in strict mode

    static constexpr std::uint64_t DecisionsPerMeasure = 16;

    void countOutcome(policy::Protocol protocol, Outcome outcome)
    {
        ++outcomes[static_cast<std::size_t>(protocol)][static_cast<std::size_t>(outcome)];
    }
    void countEnd(audit::CloseReason reason) { ++ends[static_cast<std::size_t>(reason)]; }
};

/// Whether it is the upstream that a request failed by.
[[nodiscard]] bool isUpstreamFailure(audit::CloseReason reason);

} // namespace sallyport::proxy
