#include "db/AuditContentsStore.h"

#include "db/AuditText.h"

#include <array>
#include <charconv>

namespace sallyport::db {
namespace {

using policy::inspection::BothDirections;
using policy::inspection::Direction;

std::string listOf(std::span<const std::string> texts)
{
    std::string list;
    for (const std::string& text : texts)
        appendToList(list, text);
    return list;
}

// Missing for what is not two digits a byte.
std::optional<std::array<std::uint8_t, 16>> bytesOfHex(std::string_view digits)
{
    std::array<std::uint8_t, 16> bytes{};
    if (digits.size() != 2 * bytes.size())
        return std::nullopt;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char* const end = digits.data() + 2 * i + 2;
        if (std::from_chars(digits.data() + 2 * i, end, bytes[i], 16).ptr != end)
            return std::nullopt;
    }
    return bytes;
}

std::string namesOf(policy::NameDifferences differences)
{
    std::string list;
    for (const auto difference : policy::AllNameDifferences)
        if (differences.has(difference))
            appendToList(list, policy::nameDifferenceName(difference));
    return list;
}

} // namespace

AuditContentsStore::AuditContentsStore(const Database& database, Dictionary& dictionary,
                                       ChainedRecord& record)
    : dictionary_(dictionary), record_(record), contents_(database, ChainedTable::Contents, record),
      findCertificate_(database.prepare("SELECT id FROM certificate WHERE sha256 = ?1")),
      largestCertificate_(database.prepare("SELECT max(id) FROM certificate")),
      certificate_(database, ChainedTable::Certificate, record),
      tls_(database, ChainedTable::Tls, record),
      webSocket_(database, ChainedTable::WebSocket, record),
      inspection_(database, ChainedTable::Inspection, record),
      alert_(database, ChainedTable::Alert, record)
{}

void AuditContentsStore::write(const TunnelContents& contents)
{
    const std::string differences = namesOf(contents.differences);
    ChainedRow& row = contents_;
    row.begin();
    row.add(record_.seq());
    addShared(row, sightName(contents.sight));
    addShared(row, contents.content ? policy::protocolName(*contents.content) : "");
    row.addKnownText(contents.banner);
    addShared(row, differences);
    row.end();
    row.insert();
    if (contents.tls)
        writeTls(*contents.tls);
    if (contents.webSocket)
        writeWebSocket(*contents.webSocket);
    if (contents.inspection)
        writeInspection(*contents.inspection);
}

void AuditContentsStore::write(const FoundByCheck& found)
{
    ChainedRow& row = alert_;
    row.begin();
    row.add(record_.seq());
    addShared(row, found.check);
    row.add(static_cast<std::int64_t>(found.direction));
    row.add(static_cast<std::int64_t>(found.message));
    row.add(static_cast<std::int64_t>(found.offset));
    addShared(row, found.kind);
    if (found.digest)
        row.addBlob(*found.digest);
    else
        row.addNull();
    row.end();
    row.insert();
}

void AuditContentsStore::writeTls(const SeenTls& tls)
{
    const auto ja3 = bytesOfHex(tls.ja3);
    const std::string alpnOffered = listOf(tls.alpnOffered);
    const std::optional<std::int64_t> certificate =
        tls.certificate ? std::optional(certificateNumber(*tls.certificate)) : std::nullopt;
    ChainedRow& row = tls_;
    row.begin();
    row.add(record_.seq());
    addShared(row, tls.sni, Dictionary::Kind::Host);
    addShared(row, alpnOffered);
    addShared(row, tls.alpn);
    addShared(row, tls.version);
    addShared(row, tls.cipher);
    row.addKnown(tls.resumed);
    if (ja3)
        row.addBlob(*ja3);
    else
        row.addNull();
    addShared(row, tls.ja4);
    row.add(std::int64_t{tls.echOffered});
    row.addKnown(certificate);
    row.end();
    row.insert();
}

std::int64_t AuditContentsStore::certificateNumber(const SeenCertificate& certificate)
{
    findCertificate_.bindBorrowed(1, certificate.sha256);
    const std::int64_t known = findCertificate_.step() ? findCertificate_.integer(0) : 0;
    findCertificate_.reset();
    if (known != 0)
        return known;
    if (lastCertificate_ == 0) {
        lastCertificate_ = largestCertificate_.step() ? largestCertificate_.integer(0) : 0;
        largestCertificate_.reset();
    }
    const std::string names = listOf(certificate.names);
    ChainedRow& row = certificate_;
    row.begin();
    row.add(++lastCertificate_);
    row.add(record_.seq());
    row.addBlob(certificate.sha256);
    row.addText(certificate.subject);
    addShared(row, certificate.issuer);
    row.add(std::int64_t{certificate.notAfter.time_since_epoch().count()});
    row.addKnownText(names);
    row.end();
    row.insert();
    return lastCertificate_;
}

void AuditContentsStore::writeWebSocket(const SeenWebSocket& webSocket)
{
    const std::string subprotocolsOffered = listOf(webSocket.subprotocolsOffered);
    ChainedRow& row = webSocket_;
    row.begin();
    row.add(record_.seq());
    row.addKnownText(webSocket.path);
    addShared(row, webSocket.origin, Dictionary::Kind::Host);
    addShared(row, subprotocolsOffered);
    addShared(row, webSocket.subprotocol);
    addShared(row, webSocket.extensions);
    row.add(webSocket.status);
    row.add(webSocket.closeCode);
    row.addKnownText(webSocket.closeReason);
    if (webSocket.closeFrom)
        row.add(static_cast<std::int64_t>(*webSocket.closeFrom));
    else
        row.addNull();
    addShared(row, webSocket.notInspectable);
    for (const Direction direction : BothDirections)
        for (const auto count : CountsInColumnOrder)
            if (webSocket.counts)
                row.add(static_cast<std::int64_t>((*webSocket.counts)[direction].*count));
            else
                row.addNull();
    row.end();
    row.insert();
}

void AuditContentsStore::writeInspection(const InspectionResult& result)
{
    const std::string notes = listOf(result.notes);
    ChainedRow& row = inspection_;
    row.begin();
    row.add(record_.seq());
    addShared(row, notes);
    row.add(static_cast<std::int64_t>(result.alerts));
    addShared(row, result.slowedBy);
    addShared(row, result.cutBy);
    row.add(std::int64_t{result.injected});
    for (const Direction direction : BothDirections)
        for (const auto digest : {&StreamDigests::received, &StreamDigests::sent})
            if (result.digests)
                row.addBlob((*result.digests)[direction].*digest);
            else
                row.addNull();
    row.end();
    row.insert();
}

void AuditContentsStore::addShared(ChainedRow& row, std::string_view text, Dictionary::Kind kind)
{
    if (!text.empty() && text.size() <= LongestShared)
        row.add(dictionary_.number(kind, text));
    else
        row.addKnownText(text);
}

} // namespace sallyport::db
