// AuditContentsStore: writes what was seen inside a session, beside the event that tells it, within
// the transaction of AuditStore.
//
// Knows the tables contents, tls, certificate, websocket, inspection and alert.
#pragma once

#include "db/ChainedRow.h"
#include "db/Database.h"
#include "db/Dictionary.h"
#include "db/TunnelContents.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::db {

/// What one direction's columns of the table websocket are, in their order.
inline constexpr std::array CountsInColumnOrder{
    &policy::inspection::MessageCounts::text,
    &policy::inspection::MessageCounts::binary,
    &policy::inspection::MessageCounts::pings,
    &policy::inspection::MessageCounts::pongs,
    &policy::inspection::MessageCounts::frames,
    &policy::inspection::MessageCounts::payloadBytes,
    &policy::inspection::MessageCounts::contentBytes,
    &policy::inspection::MessageCounts::maxContentBytes,
};

class AuditContentsStore {
public:
    /// All must outlive it.
    AuditContentsStore(const Database& database, Dictionary& dictionary, ChainedRecord& record);

    /// Adds to the record that is being made.
    void write(const TunnelContents& contents);
    void write(const FoundByCheck& found);

    /// To be called when the transaction that may have added certificates was rolled back.
    void forget() { lastCertificate_ = 0; }

private:
    /// A longer text stands in the row itself: clients choose it, and the dictionary remembers.
    static constexpr std::size_t LongestShared = 128;

    void writeTls(const SeenTls& tls);
    void writeWebSocket(const SeenWebSocket& webSocket);
    void writeInspection(const InspectionResult& result);
    [[nodiscard]] std::int64_t certificateNumber(const SeenCertificate& certificate);

    void addShared(ChainedRow& row, std::string_view text,
                   Dictionary::Kind kind = Dictionary::Kind::Word);

    Dictionary& dictionary_;
    ChainedRecord& record_;
    ChainedRow contents_;
    Statement findCertificate_;
    Statement largestCertificate_;
    ChainedRow certificate_;
    ChainedRow tls_;
    ChainedRow webSocket_;
    ChainedRow inspection_;
    ChainedRow alert_;
    std::int64_t lastCertificate_ = 0; // 0: not known, or none
};

} // namespace sallyport::db
