#include "db/AuditChain.h"

#include "db/DatabaseError.h"

#include <openssl/evp.h>

#include <bit>

namespace sallyport::db {
namespace {

constexpr std::array<std::string_view, 4> Dict{"id", "seq", "kind", "text"};
constexpr std::array<std::string_view, 4> Rule{"id", "seq", "rule_id", "name"};
constexpr std::array<std::string_view, 7> Certificate{"id",     "seq",       "sha256", "subject",
                                                      "issuer", "not_after", "names"};
constexpr auto Session = std::to_array<std::string_view>({"seq",
                                                          "kind",
                                                          "session_id",
                                                          "time",
                                                          "node",
                                                          "listener",
                                                          "client_ip",
                                                          "client_port",
                                                          "user",
                                                          "user_agent",
                                                          "method",
                                                          "protocol",
                                                          "form",
                                                          "host",
                                                          "port",
                                                          "path",
                                                          "query",
                                                          "destination_ip",
                                                          "egress_ip",
                                                          "egress_port",
                                                          "dns_answers",
                                                          "dns_time",
                                                          "connect_tries",
                                                          "connect_time",
                                                          "verdict",
                                                          "stage",
                                                          "rule_layer",
                                                          "rule",
                                                          "policy_version",
                                                          "rule_would",
                                                          "inspection",
                                                          "inspection_profile",
                                                          "status",
                                                          "close_by",
                                                          "close_reason",
                                                          "close_timer",
                                                          "close_timer_limit",
                                                          "error"});
constexpr auto SessionEvent = std::to_array<std::string_view>({"seq",
                                                               "kind",
                                                               "session",
                                                               "time",
                                                               "status",
                                                               "bytes_client_to_proxy",
                                                               "bytes_proxy_to_upstream",
                                                               "bytes_upstream_to_proxy",
                                                               "bytes_proxy_to_client",
                                                               "duration",
                                                               "since_client",
                                                               "since_upstream",
                                                               "longest_silence",
                                                               "first_byte_time",
                                                               "tcp_client_rtt",
                                                               "tcp_client_retransmits",
                                                               "tcp_upstream_rtt",
                                                               "tcp_upstream_retransmits",
                                                               "close_by",
                                                               "close_reason",
                                                               "close_timer",
                                                               "close_timer_limit",
                                                               "error",
                                                               "verdict",
                                                               "stage",
                                                               "rule_layer",
                                                               "rule",
                                                               "policy_version",
                                                               "rule_would",
                                                               "inspection",
                                                               "inspection_profile"});
constexpr auto Admin = std::to_array<std::string_view>(
    {"seq", "time", "who", "source", "action", "object", "before", "after", "note"});
constexpr auto CheckpointColumns =
    std::to_array<std::string_view>({"seq", "time", "head", "key_id", "signature"});
constexpr auto Contents =
    std::to_array<std::string_view>({"seq", "sight", "protocol", "banner", "name_differences"});
constexpr auto Tls =
    std::to_array<std::string_view>({"seq", "sni", "alpn_offered", "alpn", "version", "cipher",
                                     "resumed", "ja3", "ja4", "ech_offered", "certificate"});
constexpr auto WebSocket = std::to_array<std::string_view>({"seq",
                                                            "path",
                                                            "origin",
                                                            "subprotocols_offered",
                                                            "subprotocol",
                                                            "extensions",
                                                            "status",
                                                            "close_code",
                                                            "close_reason",
                                                            "close_from",
                                                            "not_inspectable",
                                                            "client_text",
                                                            "client_binary",
                                                            "client_pings",
                                                            "client_pongs",
                                                            "client_frames",
                                                            "client_payload_bytes",
                                                            "client_content_bytes",
                                                            "client_max_content_bytes",
                                                            "upstream_text",
                                                            "upstream_binary",
                                                            "upstream_pings",
                                                            "upstream_pongs",
                                                            "upstream_frames",
                                                            "upstream_payload_bytes",
                                                            "upstream_content_bytes",
                                                            "upstream_max_content_bytes"});
constexpr auto Inspection = std::to_array<std::string_view>(
    {"seq", "notes", "alerts", "slowed_by", "cut_by", "injected", "client_received", "client_sent",
     "upstream_received", "upstream_sent"});
constexpr auto Alert = std::to_array<std::string_view>(
    {"seq", "check_name", "direction", "message", "offset", "kind", "digest"});

constexpr std::array<ChainedColumns, ChainedTables> Tables{{
    {"dict", Dict, StoredLink::No},
    {"rule", Rule, StoredLink::No},
    {"certificate", Certificate, StoredLink::No},
    {"session", Session, StoredLink::Yes},
    {"session_event", SessionEvent, StoredLink::Yes},
    {"admin", Admin, StoredLink::Yes},
    {"checkpoint", CheckpointColumns, StoredLink::Yes},
    {"contents", Contents, StoredLink::No},
    {"tls", Tls, StoredLink::No},
    {"websocket", WebSocket, StoredLink::No},
    {"inspection", Inspection, StoredLink::No},
    {"alert", Alert, StoredLink::No},
    {"session", Session, StoredLink::Yes},
}};

constexpr char EndOfRow = static_cast<char>(0xff);

// Least significant byte first.
template <class Number>
void appendNumber(std::string& bytes, Number number)
{
    if constexpr (std::endian::native == std::endian::big)
        number = std::byteswap(number);
    const auto raw = std::bit_cast<std::array<char, sizeof number>>(number);
    bytes.append(raw.data(), raw.size());
}

} // namespace

const ChainedColumns& chainedColumns(ChainedTable table)
{
    return Tables[static_cast<std::size_t>(table)];
}

void ChainedRecord::begin(std::int64_t seq)
{
    seq_ = seq;
    for (std::string& rows : rows_)
        rows.clear();
}

void ChainedRecord::beginRow(ChainedTable table)
{
    rowsOf(table).push_back(static_cast<char>(table));
}

void ChainedRecord::add(ChainedTable table, std::size_t column, std::int64_t value)
{
    std::string& row = rowsOf(table);
    row.push_back(static_cast<char>(column));
    row.push_back('i');
    appendNumber(row, value);
}

void ChainedRecord::addText(ChainedTable table, std::size_t column, std::string_view text)
{
    addSized(table, column, 't', text);
}

void ChainedRecord::addBlob(ChainedTable table, std::size_t column,
                            std::span<const std::uint8_t> blob)
{
    addSized(table, column, 'b', {reinterpret_cast<const char*>(blob.data()), blob.size()});
}

void ChainedRecord::addOther(ChainedTable table, std::size_t column, std::string_view text)
{
    addSized(table, column, 'x', text);
}

void ChainedRecord::addSized(ChainedTable table, std::size_t column, char type,
                             std::string_view bytes)
{
    std::string& row = rowsOf(table);
    row.push_back(static_cast<char>(column));
    row.push_back(type);
    appendNumber(row, static_cast<std::uint32_t>(bytes.size()));
    row.append(bytes);
}

void ChainedRecord::endRow(ChainedTable table)
{
    rowsOf(table).push_back(EndOfRow);
}

struct AuditChain::Digest {
    EVP_MD* sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    EVP_MD_CTX* context = EVP_MD_CTX_new();

    Digest() = default;
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;
    ~Digest()
    {
        EVP_MD_CTX_free(context);
        EVP_MD_free(sha256);
    }
};

AuditChain::AuditChain(const ChainLink& last) : last_(last), digest_(std::make_unique<Digest>()) {}

AuditChain::~AuditChain() = default;

const ChainLink& AuditChain::append(const ChainedRecord& record)
{
    int done = EVP_DigestInit_ex2(digest_->context, digest_->sha256, nullptr);
    done &= EVP_DigestUpdate(digest_->context, last_.data(), last_.size());
    for (const std::string& rows : record.rows_)
        if (!rows.empty())
            done &= EVP_DigestUpdate(digest_->context, rows.data(), rows.size());
    done &= EVP_DigestFinal_ex(digest_->context, last_.data(), nullptr);
    if (done != 1)
        throw DatabaseError(DatabaseError::Kind::Failed, "OpenSSL cannot compute SHA-256");
    return last_;
}

} // namespace sallyport::db
