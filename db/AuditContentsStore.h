// AuditContentsStore: writes what was seen inside a session, beside the event that tells it, within
// the transaction of AuditStore.
//
// Knows the tables contents, tls, certificate, websocket, inspection and alert.
#pragma once

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
    /// Both must outlive it.
    AuditContentsStore(Database& database, Dictionary& dictionary);

    /// `seq` is that of the event.
    void write(std::int64_t seq, const TunnelContents& contents);
    void write(std::int64_t seq, const FoundByCheck& found);

private:
    /// A longer text stands in the row itself: clients choose it, and the dictionary remembers.
    static constexpr std::size_t LongestShared = 128;

    void writeTls(std::int64_t seq, const SeenTls& tls);
    void writeWebSocket(std::int64_t seq, const SeenWebSocket& webSocket);
    void writeInspection(std::int64_t seq, const InspectionResult& result);
    [[nodiscard]] std::int64_t certificateNumber(const SeenCertificate& certificate);

    void bindShared(Statement& row, int position, std::string_view text,
                    Dictionary::Kind kind = Dictionary::Kind::Word);
    void bindList(Statement& row, int position, std::span<const std::string> texts);

    Database& database_;
    Dictionary& dictionary_;
    Statement insertContents_;
    Statement findCertificate_;
    Statement insertCertificate_;
    Statement insertTls_;
    Statement insertWebSocket_;
    Statement insertInspection_;
    Statement insertAlert_;
};

} // namespace sallyport::db
