#include "db/AuditContentsStore.h"

#include "db/AuditText.h"

#include <array>
#include <charconv>

namespace sallyport::db {
namespace {

using policy::inspection::BothDirections;
using policy::inspection::Direction;

void bindText(Statement& row, int position, std::string_view text)
{
    if (text.empty())
        row.bindNull(position);
    else
        row.bind(position, text);
}

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

AuditContentsStore::AuditContentsStore(Database& database, Dictionary& dictionary)
    : database_(database), dictionary_(dictionary),
      insertContents_(database.prepare("INSERT INTO contents VALUES (?1, ?2, ?3, ?4, ?5)")),
      findCertificate_(database.prepare("SELECT id FROM certificate WHERE sha256 = ?1")),
      insertCertificate_(
          database.prepare("INSERT INTO certificate (sha256, subject, issuer, not_after, names) "
                           "VALUES (?1, ?2, ?3, ?4, ?5)")),
      insertTls_(database.prepare(
          "INSERT INTO tls VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")),
      insertWebSocket_(database.prepare(
          "INSERT INTO websocket VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
          "?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)")),
      insertInspection_(database.prepare(
          "INSERT INTO inspection VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")),
      insertAlert_(database.prepare("INSERT INTO alert VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"))
{}

void AuditContentsStore::write(std::int64_t seq, const TunnelContents& contents)
{
    Statement& row = insertContents_;
    row.bind(1, seq);
    bindShared(row, 2, sightName(contents.sight));
    bindShared(row, 3, contents.content ? policy::protocolName(*contents.content) : "");
    bindText(row, 4, contents.banner);
    bindShared(row, 5, namesOf(contents.differences));
    row.run();
    if (contents.tls)
        writeTls(seq, *contents.tls);
    if (contents.webSocket)
        writeWebSocket(seq, *contents.webSocket);
    if (contents.inspection)
        writeInspection(seq, *contents.inspection);
}

void AuditContentsStore::write(std::int64_t seq, const FoundByCheck& found)
{
    Statement& row = insertAlert_;
    row.bind(1, seq);
    bindShared(row, 2, found.check);
    row.bind(3, static_cast<std::int64_t>(found.direction));
    row.bind(4, static_cast<std::int64_t>(found.message));
    row.bind(5, static_cast<std::int64_t>(found.offset));
    bindShared(row, 6, found.kind);
    if (found.digest)
        row.bindBorrowed(7, *found.digest);
    else
        row.bindNull(7);
    row.run();
}

void AuditContentsStore::writeTls(std::int64_t seq, const SeenTls& tls)
{
    const auto ja3 = bytesOfHex(tls.ja3);
    Statement& row = insertTls_;
    row.bind(1, seq);
    bindShared(row, 2, tls.sni, Dictionary::Kind::Host);
    bindList(row, 3, tls.alpnOffered);
    bindShared(row, 4, tls.alpn);
    bindShared(row, 5, tls.version);
    bindShared(row, 6, tls.cipher);
    if (tls.resumed)
        row.bind(7, std::int64_t{*tls.resumed});
    else
        row.bindNull(7);
    if (ja3)
        row.bindBorrowed(8, *ja3);
    else
        row.bindNull(8);
    bindShared(row, 9, tls.ja4);
    row.bind(10, std::int64_t{tls.echOffered});
    if (tls.certificate)
        row.bind(11, certificateNumber(*tls.certificate));
    else
        row.bindNull(11);
    row.run();
}

std::int64_t AuditContentsStore::certificateNumber(const SeenCertificate& certificate)
{
    findCertificate_.bindBorrowed(1, certificate.sha256);
    const std::int64_t known = findCertificate_.step() ? findCertificate_.integer(0) : 0;
    findCertificate_.reset();
    if (known != 0)
        return known;
    Statement& row = insertCertificate_;
    row.bindBorrowed(1, certificate.sha256);
    row.bind(2, certificate.subject);
    bindShared(row, 3, certificate.issuer);
    row.bind(4, std::int64_t{certificate.notAfter.time_since_epoch().count()});
    bindText(row, 5, listOf(certificate.names));
    row.run();
    return database_.lastInsertId();
}

void AuditContentsStore::writeWebSocket(std::int64_t seq, const SeenWebSocket& webSocket)
{
    Statement& row = insertWebSocket_;
    row.bind(1, seq);
    bindText(row, 2, webSocket.path);
    bindShared(row, 3, webSocket.origin, Dictionary::Kind::Host);
    bindList(row, 4, webSocket.subprotocolsOffered);
    bindShared(row, 5, webSocket.subprotocol);
    bindShared(row, 6, webSocket.extensions);
    row.bind(7, webSocket.status);
    row.bind(8, webSocket.closeCode);
    bindText(row, 9, webSocket.closeReason);
    if (webSocket.closeFrom)
        row.bind(10, static_cast<std::int64_t>(*webSocket.closeFrom));
    else
        row.bindNull(10);
    bindShared(row, 11, webSocket.notInspectable);
    int position = 12;
    for (const Direction direction : BothDirections) {
        for (const auto count : CountsInColumnOrder) {
            if (webSocket.counts)
                row.bind(position,
                         static_cast<std::int64_t>((*webSocket.counts)[direction].*count));
            else
                row.bindNull(position);
            ++position;
        }
    }
    row.run();
}

void AuditContentsStore::writeInspection(std::int64_t seq, const InspectionResult& result)
{
    Statement& row = insertInspection_;
    row.bind(1, seq);
    bindList(row, 2, result.notes);
    row.bind(3, static_cast<std::int64_t>(result.alerts));
    bindShared(row, 4, result.slowedBy);
    bindShared(row, 5, result.cutBy);
    row.bind(6, std::int64_t{result.injected});
    int position = 7;
    for (const Direction direction : BothDirections) {
        for (const auto digest : {&StreamDigests::received, &StreamDigests::sent}) {
            if (result.digests)
                row.bindBorrowed(position, (*result.digests)[direction].*digest);
            else
                row.bindNull(position);
            ++position;
        }
    }
    row.run();
}

void AuditContentsStore::bindShared(Statement& row, int position, std::string_view text,
                                    Dictionary::Kind kind)
{
    if (!text.empty() && text.size() <= LongestShared)
        row.bind(position, dictionary_.number(kind, text));
    else
        bindText(row, position, text);
}

void AuditContentsStore::bindList(Statement& row, int position, std::span<const std::string> texts)
{
    bindShared(row, position, listOf(texts));
}

} // namespace sallyport::db
