// OutgoingStream: a TCP or TLS connection to a receiver of records, with a limit on every wait.
//
// Knows neither syslog nor HTTP. Used by one thread. All functions throw SinkError, also when the
// wait is over.
#pragma once

#include "audit/sink/SinkSpec.h"
#include "audit/sink/Wait.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace sallyport::audit::sink {

class OutgoingStream {
public:
    /// Connects and, if the peer asks for it, does the TLS handshake: at least TLS 1.2, the
    /// certificate must be for peer.name.
    OutgoingStream(const Peer& peer, const Wait& wait);
    ~OutgoingStream();
    OutgoingStream(const OutgoingStream&) = delete;
    OutgoingStream& operator=(const OutgoingStream&) = delete;

    void write(std::string_view bytes, const Wait& wait);
    /// At least one byte; 0: the peer has ended.
    [[nodiscard]] std::size_t read(std::span<char> buffer, const Wait& wait);
    /// Whether an end, or bytes that nobody asked for, wait to be read.
    [[nodiscard]] bool hasInput() const;
    /// Bytes that the peer's system has not confirmed.
    [[nodiscard]] std::size_t unconfirmedBytes() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace sallyport::audit::sink
