// HttpTransport: batches of records as the bodies of POST requests over one connection that is
// kept: for Splunk's event collector, the bulk API of Elasticsearch, and anyone who takes lines of
// JSON.
//
// A batch that is refused for what is in it is sent in halves, until the record that nobody wants
// is alone; that is logged and counted.
#pragma once

#include "audit/sink/HttpBody.h"
#include "audit/sink/OutgoingStream.h"
#include "audit/sink/Transport.h"

namespace sallyport::audit::sink {

class HttpTransport : public Transport {
public:
    explicit HttpTransport(const SinkSpec& spec) : spec_(spec) {}

    std::size_t send(std::span<const Outgoing> records, const Wait& wait) override;

private:
    static constexpr std::size_t MostRejectedAtFirst = 50;

    struct Tally {
        std::size_t taken = 0;
        std::size_t rejected = 0;
    };

    [[nodiscard]] std::string requestFor(const std::string& body) const;
    [[nodiscard]] HttpAnswer exchange(const std::string& body, const Wait& wait);
    [[nodiscard]] HttpAnswer askOnce(const std::string& request, const Wait& wait);
    void sendPart(std::span<const Outgoing> records, const Wait& wait);
    void requireTaken(std::span<const Outgoing> records, const HttpAnswer& answer) const;
    void reject(const Outgoing& record, const std::string& why);
    void lookAtItems(std::span<const Outgoing> records, const HttpAnswer& answer);

    const SinkSpec spec_;
    std::unique_ptr<OutgoingStream> stream_;
    // Of the batch at hand.
    std::size_t batch_ = 0;
    Tally tally_;
};

} // namespace sallyport::audit::sink
