// SyslogTransport: syslog messages over UDP (RFC 5426), or over TCP and TLS (RFC 6587, RFC 5425).
//
// Receivers confirm nothing. Over a stream, messages count as arrived when the receiver's system
// has confirmed the bytes and the connection still stands; over UDP, when they were sent.
#pragma once

#include "audit/sink/OutgoingStream.h"
#include "audit/sink/Transport.h"

namespace sallyport::audit::sink {

class SyslogDatagrams : public Transport {
public:
    explicit SyslogDatagrams(const SinkSpec& spec);
    ~SyslogDatagrams() override;

    std::size_t send(std::span<const Outgoing> records, const Wait& wait) override;

private:
    struct Socket;
    void sendOne(const Outgoing& record);

    const SinkSpec spec_;
    std::unique_ptr<Socket> socket_;
    std::size_t tooLarge_ = 0; // in the batch at hand
};

class SyslogStream : public Transport {
public:
    explicit SyslogStream(const SinkSpec& spec) : spec_(spec) {}

    std::size_t send(std::span<const Outgoing> records, const Wait& wait) override;
    [[nodiscard]] bool isSettled() override;
    [[nodiscard]] Receipt receipt() const override { return Receipt::Hoped; }

private:
    // The sink asks twice before it takes it as safe.
    static constexpr unsigned SettledForGood = 2;

    void requireAlive();

    const SinkSpec spec_;
    std::unique_ptr<OutgoingStream> stream_;
    unsigned timesSettled_ = 0; // since something was sent
};

} // namespace sallyport::audit::sink
