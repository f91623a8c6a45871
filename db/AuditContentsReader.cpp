#include "db/AuditContentsReader.h"

#include "db/AuditContentsStore.h"
#include "db/AuditText.h"

#include <Poco/DigestEngine.h>

#include <algorithm>

namespace sallyport::db {
namespace {

using policy::inspection::BothDirections;
using policy::inspection::Direction;

constexpr std::string_view Contents = R"sql(
SELECT c.sight, c.protocol, c.banner, c.name_differences,
       t.seq, t.sni, t.alpn_offered, t.alpn, t.version, t.cipher, t.resumed, t.ja3, t.ja4, t.ech_offered,
       x.id, x.sha256, x.subject, x.issuer, x.not_after, x.names,
       i.seq, i.notes, i.alerts, i.slowed_by, i.cut_by, i.injected,
       i.client_received, i.client_sent, i.upstream_received, i.upstream_sent,
       w.*
FROM contents c LEFT JOIN tls t ON t.seq = c.seq LEFT JOIN certificate x ON x.id = t.certificate
     LEFT JOIN inspection i ON i.seq = c.seq LEFT JOIN websocket w ON w.seq = c.seq
WHERE c.seq = ?1)sql";

enum Column : int {
    SightWord,
    ProtocolWord,
    Banner,
    NameDifferencesList,
    TlsSeq,
    Sni,
    AlpnOffered,
    Alpn,
    Version,
    Cipher,
    Resumed,
    Ja3,
    Ja4,
    EchOffered,
    CertificateId,
    Sha256,
    Subject,
    Issuer,
    NotAfter,
    CertificateNames,
    InspectionSeq,
    Notes,
    Alerts,
    SlowedBy,
    CutBy,
    Injected,
    FirstDigest,
    WebSocketSeq = FirstDigest + 4,
    Path,
    Origin,
    SubprotocolsOffered,
    Subprotocol,
    Extensions,
    Status,
    CloseCode,
    CloseReasonText,
    CloseFrom,
    NotInspectable,
    FirstCount,
};

template <class Value>
std::optional<Value> valueNamed(std::string_view text, std::string_view (*name)(Value),
                                std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        if (const auto value = static_cast<Value>(i); name(value) == text)
            return value;
    return std::nullopt;
}

template <std::size_t Size>
void copyBlob(std::span<const std::uint8_t> blob, std::array<std::uint8_t, Size>& bytes)
{
    std::ranges::copy(blob.first(std::min(blob.size(), Size)), bytes.begin());
}

Direction directionOf(std::int64_t number)
{
    return number == 0 ? Direction::ClientToUpstream : Direction::UpstreamToClient;
}

std::uint64_t count(const Statement& row, int column)
{
    return static_cast<std::uint64_t>(row.integer(column));
}

} // namespace

AuditContentsReader::AuditContentsReader(const Database& database, AuditNames& names)
    : names_(names), row_(database.prepare(Contents)),
      alertRow_(database.prepare(
          "SELECT check_name, direction, message, offset, kind, digest FROM alert WHERE seq = ?1")),
      next_(database.prepare(
          "SELECT seq FROM contents WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq LIMIT 1"))
{}

void AuditContentsReader::committedUpTo(std::int64_t seq)
{
    committed_ = seq;
    emptyTo_ = 0;
}

bool AuditContentsReader::isEmpty(std::int64_t seq)
{
    if (seq >= emptyFrom_ && seq < emptyTo_)
        return true;
    if (seq > committed_)
        return false; // not known
    next_.bind(1, seq);
    next_.bind(2, committed_);
    emptyFrom_ = seq;
    emptyTo_ = next_.step() ? next_.integer(0) : committed_ + 1;
    next_.reset();
    return emptyTo_ > seq;
}

const TunnelContents* AuditContentsReader::contentsOf(std::int64_t seq)
{
    if (isEmpty(seq))
        return nullptr;
    row_.reset();
    row_.bind(1, seq);
    if (!row_.step())
        return nullptr;
    contents_ = {};
    contents_.sight = valueNamed(names_.text(row_, SightWord), sightName, 3).value_or(Sight::Blind);
    contents_.content =
        valueNamed(names_.text(row_, ProtocolWord), policy::protocolName, policy::ProtocolCount);
    contents_.banner = row_.text(Banner);
    const auto differences = textsOfList(names_.text(row_, NameDifferencesList));
    for (const auto difference : policy::AllNameDifferences)
        if (std::ranges::find(differences, policy::nameDifferenceName(difference)) !=
            differences.end())
            contents_.differences.add(difference);
    if (!row_.isNull(TlsSeq))
        contents_.tls = tlsOfRow();
    if (!row_.isNull(WebSocketSeq))
        contents_.webSocket = webSocketOfRow();
    if (!row_.isNull(InspectionSeq))
        contents_.inspection = inspectionOfRow();
    row_.reset(); // or it would keep what is committed later from being seen
    return &contents_;
}

const FoundByCheck* AuditContentsReader::foundOf(std::int64_t seq)
{
    Statement& row = alertRow_;
    row.reset();
    row.bind(1, seq);
    if (!row.step())
        return nullptr;
    found_ = {};
    found_.check = names_.text(row, 0);
    found_.direction = directionOf(row.integer(1));
    found_.message = count(row, 2);
    found_.offset = count(row, 3);
    found_.kind = names_.text(row, 4);
    if (!row.isNull(5))
        copyBlob(row.blob(5), found_.digest.emplace());
    row.reset();
    return &found_;
}

SeenTls AuditContentsReader::tlsOfRow()
{
    SeenTls tls;
    tls.sni = names_.text(row_, Sni);
    tls.alpnOffered = textsOfList(names_.text(row_, AlpnOffered));
    tls.alpn = names_.text(row_, Alpn);
    version_ = names_.text(row_, Version);
    tls.version = version_;
    cipher_ = names_.text(row_, Cipher);
    tls.cipher = cipher_;
    if (!row_.isNull(Resumed))
        tls.resumed = row_.integer(Resumed) != 0;
    const auto ja3 = row_.blob(Ja3);
    tls.ja3 = Poco::DigestEngine::digestToHex({ja3.begin(), ja3.end()});
    tls.ja4 = names_.text(row_, Ja4);
    tls.echOffered = row_.integer(EchOffered) != 0;
    if (!row_.isNull(CertificateId)) {
        SeenCertificate& certificate = tls.certificate.emplace();
        certificate.subject = row_.text(Subject);
        certificate.issuer = names_.text(row_, Issuer);
        copyBlob(row_.blob(Sha256), certificate.sha256);
        certificate.notAfter =
            std::chrono::sys_seconds{std::chrono::seconds{row_.integer(NotAfter)}};
        certificate.names = textsOfList(row_.text(CertificateNames));
    }
    return tls;
}

SeenWebSocket AuditContentsReader::webSocketOfRow()
{
    SeenWebSocket webSocket;
    webSocket.path = row_.text(Path);
    webSocket.origin = names_.text(row_, Origin);
    webSocket.subprotocolsOffered = textsOfList(names_.text(row_, SubprotocolsOffered));
    webSocket.subprotocol = names_.text(row_, Subprotocol);
    webSocket.extensions = names_.text(row_, Extensions);
    webSocket.status = static_cast<std::uint16_t>(row_.integer(Status));
    webSocket.closeCode = static_cast<std::uint16_t>(row_.integer(CloseCode));
    webSocket.closeReason = row_.text(CloseReasonText);
    if (!row_.isNull(CloseFrom))
        webSocket.closeFrom = directionOf(row_.integer(CloseFrom));
    webSocket.notInspectable = names_.text(row_, NotInspectable);
    if (row_.isNull(FirstCount))
        return webSocket;
    webSocket.counts.emplace();
    int column = FirstCount;
    for (const Direction direction : BothDirections)
        for (const auto member : CountsInColumnOrder)
            (*webSocket.counts)[direction].*member = count(row_, column++);
    return webSocket;
}

InspectionResult AuditContentsReader::inspectionOfRow()
{
    InspectionResult result;
    result.notes = textsOfList(names_.text(row_, Notes));
    result.alerts = count(row_, Alerts);
    result.slowedBy = names_.text(row_, SlowedBy);
    result.cutBy = names_.text(row_, CutBy);
    result.injected = row_.integer(Injected) != 0;
    if (row_.isNull(FirstDigest))
        return result;
    result.digests.emplace();
    int column = FirstDigest;
    for (const Direction direction : BothDirections)
        for (const auto digest : {&StreamDigests::received, &StreamDigests::sent})
            copyBlob(row_.blob(column++), (*result.digests)[direction].*digest);
    return result;
}

} // namespace sallyport::db
