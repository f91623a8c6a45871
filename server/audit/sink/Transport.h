// Transport: a way out for records: what a file, syslog and HTTP have in common.
#pragma once

#include "audit/sink/Outgoing.h"
#include "audit/sink/SinkSpec.h"
#include "audit/sink/Wait.h"

#include <cstddef>
#include <memory>
#include <span>

namespace sallyport::audit::sink {

/// What is known of records that were sent before a failure.
enum class Receipt : std::uint8_t {
    Given, ///< the receiver has them: those that failed are the first to send again
    Hoped, ///< some may be lost although sending them did not fail
};

class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    /// Sends all or throws SinkError; of what failed, some may have arrived. Says how many the
    /// receiver will never take, which were logged.
    virtual std::size_t send(std::span<const Outgoing> records, const Wait& wait) = 0;
    /// Whether all that was sent is safe, as far as can be known. Throws SinkError when it is lost.
    [[nodiscard]] virtual bool isSettled() { return true; }
    [[nodiscard]] virtual Receipt receipt() const { return Receipt::Given; }
    /// Opens anew what was opened by name.
    virtual void reopen() {}
};

[[nodiscard]] std::unique_ptr<Transport> makeTransport(const SinkSpec& spec);

} // namespace sallyport::audit::sink
