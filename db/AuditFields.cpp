#include "db/AuditFields.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/DigestEngine.h>
#include <Poco/Timestamp.h>

#include <array>
#include <ranges>

namespace sallyport::db {
namespace {

using policy::inspection::Direction;
using policy::inspection::MessageCounts;
using R = const AuditRecord&;

bool always(R)
{
    return true;
}
bool hasCounts(R r)
{
    return r.counts.has_value();
}
bool hasEnd(R r)
{
    return r.end.has_value();
}
bool isOfSession(R r)
{
    return !r.admin && !r.checkpoint;
}
bool isClose(R r)
{
    return r.end && r.counts;
}
bool hasSilence(R r)
{
    return r.silence.has_value();
}
bool hasTcpClient(R r)
{
    return r.tcpClient.has_value();
}
bool hasTcpUpstream(R r)
{
    return r.tcpUpstream.has_value();
}
bool hasAdmin(R r)
{
    return r.admin != nullptr;
}
bool hasCheckpoint(R r)
{
    return r.checkpoint != nullptr;
}
bool hasContents(R r)
{
    return r.contents != nullptr;
}
bool hasTls(R r)
{
    return hasContents(r) && r.contents->tls;
}
bool hasCertificate(R r)
{
    return hasTls(r) && r.contents->tls->certificate;
}
bool hasWebSocket(R r)
{
    return hasContents(r) && r.contents->webSocket;
}
bool hasMessages(R r)
{
    return hasWebSocket(r) && r.contents->webSocket->counts;
}
bool hasInspection(R r)
{
    return hasContents(r) && r.contents->inspection;
}
bool hasDigests(R r)
{
    return hasInspection(r) && r.contents->inspection->digests;
}
bool hasFinding(R r)
{
    return r.found != nullptr;
}

const SeenTls& tls(R r)
{
    return *r.contents->tls;
}
const SeenCertificate& certificate(R r)
{
    return *tls(r).certificate;
}
const SeenWebSocket& webSocket(R r)
{
    return *r.contents->webSocket;
}
const InspectionResult& inspection(R r)
{
    return *r.contents->inspection;
}

FieldValue knownText(std::string_view text)
{
    return text.empty() ? FieldValue{} : FieldValue{text};
}

FieldValue knownNumber(std::uint64_t number)
{
    return number == 0 ? FieldValue{} : FieldValue{number};
}

FieldValue textsIn(std::string_view ids)
{
    Texts texts;
    for (const auto id : std::views::split(ids, ';'))
        texts.emplace_back(id);
    return texts;
}

FieldValue textsOf(const std::vector<std::string>& list)
{
    return Texts(list.begin(), list.end());
}

FieldValue hex(std::span<const std::uint8_t> bytes)
{
    return Poco::DigestEngine::digestToHex({bytes.begin(), bytes.end()});
}

FieldValue policyVersionOf(R r)
{
    return r.policyVersion ? FieldValue{std::uint64_t{*r.policyVersion}} : FieldValue{};
}

FieldValue knownTime(const std::optional<std::uint64_t>& microseconds)
{
    return microseconds ? FieldValue{Microseconds{*microseconds}} : FieldValue{};
}

FieldValue timerSecondsOf(R r)
{
    // Exact to the millisecond: a timer of 1.5 s is 1.5.
    const auto& milliseconds = r.end->timerMilliseconds;
    return milliseconds ? FieldValue{Milliseconds{*milliseconds}} : FieldValue{};
}

FieldValue contentOf(R r)
{
    const auto& content = r.contents->content;
    return content ? FieldValue{policy::protocolName(*content)} : FieldValue{};
}

FieldValue notAfterOf(R r)
{
    const auto seconds = certificate(r).notAfter.time_since_epoch().count();
    return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(seconds),
                                           "%Y-%m-%dT%H:%M:%SZ");
}

FieldValue namesCoherentOf(R r)
{
    return haveComparableNames(*r.contents) ? FieldValue{r.contents->differences.empty()}
                                            : FieldValue{};
}

FieldValue nameDifferencesOf(R r)
{
    Texts texts;
    for (const auto difference : policy::AllNameDifferences)
        if (r.contents->differences.has(difference))
            texts.push_back(policy::nameDifferenceName(difference));
    return texts;
}

FieldValue closeByOf(R r)
{
    const auto& from = webSocket(r).closeFrom;
    if (!from)
        return {};
    return std::string_view(*from == Direction::ClientToUpstream ? "client" : "upstream");
}

// Unknown when nobody looked.
FieldValue inspectableOf(R r)
{
    const SeenWebSocket& seen = webSocket(r);
    if (!seen.notInspectable.empty())
        return false;
    return seen.counts ? FieldValue{true} : FieldValue{};
}

FieldValue foundDirectionOf(R r)
{
    return std::string_view(r.found->direction == Direction::ClientToUpstream
                                ? "client-to-upstream"
                                : "upstream-to-client");
}

template <Direction Which, std::uint64_t MessageCounts::*Count>
FieldValue countOf(R r)
{
    return (*webSocket(r).counts)[Which].*Count;
}

template <Direction Which, std::array<std::uint8_t, 32> StreamDigests::*Digest>
FieldValue digestOf(R r)
{
    return hex((*inspection(r).digests)[Which].*Digest);
}

constexpr auto Up = Direction::ClientToUpstream;
constexpr auto Down = Direction::UpstreamToClient;

// Every field, in the order of the lines.
constexpr auto Fields = std::to_array<AuditField>({
    {"seq", always, [](R r) -> FieldValue { return r.seq; }},
    {"event", always, [](R r) -> FieldValue { return r.event; }},
    {"session_id", isOfSession, [](R r) -> FieldValue { return r.sessionId; }},
    {"time", always, [](R r) -> FieldValue { return r.time; }},
    {"node", always, [](R r) -> FieldValue { return r.node; }},
    {"listener", isOfSession, [](R r) -> FieldValue { return r.listener; }},
    {"client_ip", isOfSession, [](R r) -> FieldValue { return r.clientIp; }},
    {"client_port", isOfSession, [](R r) -> FieldValue { return knownNumber(r.clientPort); }},
    {"user", isOfSession, [](R r) -> FieldValue { return r.user; }},
    {"method", isOfSession, [](R r) -> FieldValue { return r.method; }},
    {"protocol", isOfSession, [](R r) -> FieldValue { return r.protocol; }},
    {"form", isOfSession, [](R r) -> FieldValue { return r.form; }},
    {"host", isOfSession, [](R r) -> FieldValue { return r.host; }},
    {"port", isOfSession, [](R r) -> FieldValue { return knownNumber(r.port); }},
    {"path", isOfSession, [](R r) -> FieldValue { return r.path; }},
    {"query", isOfSession, [](R r) -> FieldValue { return knownText(r.query); }},
    {"user_agent", isOfSession, [](R r) -> FieldValue { return knownText(r.userAgent); }},
    {"destination_ip", isOfSession, [](R r) -> FieldValue { return knownText(r.destinationIp); }},
    {"egress_ip", isOfSession, [](R r) -> FieldValue { return knownText(r.reached.egressIp); }},
    {"egress_port", isOfSession,
     [](R r) -> FieldValue { return knownNumber(r.reached.egressPort); }},
    {"dns_answers", isOfSession, [](R r) -> FieldValue { return textsIn(r.reached.dnsAnswers); }},
    {"connect_tries", isOfSession, [](R r) -> FieldValue { return knownNumber(r.reached.tries); }},
    {"timing_dns_ms", isOfSession,
     [](R r) -> FieldValue { return knownTime(r.reached.dnsMicroseconds); }},
    {"timing_connect_ms", isOfSession,
     [](R r) -> FieldValue { return knownTime(r.reached.connectMicroseconds); }},
    {"verdict", isOfSession, [](R r) -> FieldValue { return knownText(r.verdict); }},
    {"stage", isOfSession, [](R r) -> FieldValue { return knownText(r.stage); }},
    {"rule_id", isOfSession, [](R r) -> FieldValue { return r.ruleId; }},
    {"rule_name", isOfSession, [](R r) -> FieldValue { return r.ruleName; }},
    {"rule_layer", isOfSession, [](R r) -> FieldValue { return knownText(r.ruleLayer); }},
    {"policy_version", isOfSession, policyVersionOf},
    {"rule_would", isOfSession, [](R r) -> FieldValue { return textsIn(r.ruleWould); }},
    {"inspection", isOfSession, [](R r) -> FieldValue { return knownText(r.inspection); }},
    {"inspection_profile", isOfSession, [](R r) -> FieldValue { return r.inspectionProfile; }},
    {"status", isOfSession, [](R r) -> FieldValue { return knownNumber(r.status); }},
    {"bytes_client_to_proxy", hasCounts, [](R r) -> FieldValue { return r.counts->clientToProxy; }},
    {"bytes_proxy_to_upstream", hasCounts,
     [](R r) -> FieldValue { return r.counts->proxyToUpstream; }},
    {"bytes_upstream_to_proxy", hasCounts,
     [](R r) -> FieldValue { return r.counts->upstreamToProxy; }},
    {"bytes_proxy_to_client", hasCounts, [](R r) -> FieldValue { return r.counts->proxyToClient; }},
    {"duration_ms", hasCounts,
     [](R r) -> FieldValue { return knownTime(r.counts->durationMicroseconds); }},
    {"timing_first_byte_ms", isClose,
     [](R r) -> FieldValue { return knownTime(r.firstByteMicroseconds); }},
    {"idle_max_ms", hasSilence,
     [](R r) -> FieldValue { return Microseconds{r.silence->longestMicroseconds}; }},
    {"last_byte_from_client", hasSilence,
     [](R r) -> FieldValue { return knownText(r.silence->lastFromClient); }},
    {"last_byte_from_upstream", hasSilence,
     [](R r) -> FieldValue { return knownText(r.silence->lastFromUpstream); }},
    {"silent_first", hasSilence, [](R r) -> FieldValue { return knownText(r.silence->first); }},
    {"tcp_client_rtt_us", hasTcpClient,
     [](R r) -> FieldValue { return std::uint64_t{r.tcpClient->rttMicroseconds}; }},
    {"tcp_client_retransmits", hasTcpClient,
     [](R r) -> FieldValue { return std::uint64_t{r.tcpClient->retransmits}; }},
    {"tcp_upstream_rtt_us", hasTcpUpstream,
     [](R r) -> FieldValue { return std::uint64_t{r.tcpUpstream->rttMicroseconds}; }},
    {"tcp_upstream_retransmits", hasTcpUpstream,
     [](R r) -> FieldValue { return std::uint64_t{r.tcpUpstream->retransmits}; }},
    {"close_by", hasEnd, [](R r) -> FieldValue { return r.end->by; }},
    {"close_reason", hasEnd, [](R r) -> FieldValue { return r.end->reason; }},
    {"close_timer", hasEnd, [](R r) -> FieldValue { return r.end->timer; }},
    {"close_timer_s", hasEnd, timerSecondsOf},
    {"error", hasEnd, [](R r) -> FieldValue { return r.end->error; }},
    {"inspection_sight", hasContents,
     [](R r) -> FieldValue { return sightName(r.contents->sight); }},
    {"tunnel_protocol", hasContents, contentOf},
    {"tunnel_banner", hasContents,
     [](R r) -> FieldValue { return std::string_view(r.contents->banner); }},
    {"tls_sni", hasTls, [](R r) -> FieldValue { return std::string_view(tls(r).sni); }},
    {"tls_alpn_offered", hasTls, [](R r) -> FieldValue { return textsOf(tls(r).alpnOffered); }},
    {"tls_alpn", hasTls, [](R r) -> FieldValue { return knownText(tls(r).alpn); }},
    {"tls_version", hasTls, [](R r) -> FieldValue { return knownText(tls(r).version); }},
    {"tls_cipher", hasTls, [](R r) -> FieldValue { return knownText(tls(r).cipher); }},
    {"tls_resumed", hasTls,
     [](R r) -> FieldValue { return tls(r).resumed ? FieldValue{*tls(r).resumed} : FieldValue{}; }},
    {"tls_ja3", hasTls, [](R r) -> FieldValue { return knownText(tls(r).ja3); }},
    {"tls_ja4", hasTls, [](R r) -> FieldValue { return knownText(tls(r).ja4); }},
    {"tls_ech", hasTls,
     [](R r) -> FieldValue { return std::string_view(tls(r).echOffered ? "offered" : "none"); }},
    {"tls_certificate_subject", hasCertificate,
     [](R r) -> FieldValue { return std::string_view(certificate(r).subject); }},
    {"tls_certificate_issuer", hasCertificate,
     [](R r) -> FieldValue { return std::string_view(certificate(r).issuer); }},
    {"tls_certificate_sha256", hasCertificate,
     [](R r) -> FieldValue { return hex(certificate(r).sha256); }},
    {"tls_certificate_not_after", hasCertificate, notAfterOf},
    {"tls_certificate_names", hasCertificate,
     [](R r) -> FieldValue { return textsOf(certificate(r).names); }},
    {"names_coherent", hasContents, namesCoherentOf},
    {"names_differences", hasContents, nameDifferencesOf},
    {"ws_path", hasWebSocket,
     [](R r) -> FieldValue { return std::string_view(webSocket(r).path); }},
    {"ws_origin", hasWebSocket,
     [](R r) -> FieldValue { return std::string_view(webSocket(r).origin); }},
    {"ws_subprotocols_offered", hasWebSocket,
     [](R r) -> FieldValue { return textsOf(webSocket(r).subprotocolsOffered); }},
    {"ws_subprotocol", hasWebSocket,
     [](R r) -> FieldValue { return std::string_view(webSocket(r).subprotocol); }},
    {"ws_extensions", hasWebSocket,
     [](R r) -> FieldValue { return std::string_view(webSocket(r).extensions); }},
    {"ws_status", hasWebSocket, [](R r) -> FieldValue { return knownNumber(webSocket(r).status); }},
    {"ws_messages_text_client_to_upstream", hasMessages, countOf<Up, &MessageCounts::text>},
    {"ws_messages_binary_client_to_upstream", hasMessages, countOf<Up, &MessageCounts::binary>},
    {"ws_pings_client_to_upstream", hasMessages, countOf<Up, &MessageCounts::pings>},
    {"ws_pongs_client_to_upstream", hasMessages, countOf<Up, &MessageCounts::pongs>},
    {"ws_frames_client_to_upstream", hasMessages, countOf<Up, &MessageCounts::frames>},
    {"ws_payload_bytes_client_to_upstream", hasMessages, countOf<Up, &MessageCounts::payloadBytes>},
    {"ws_content_bytes_client_to_upstream", hasMessages, countOf<Up, &MessageCounts::contentBytes>},
    {"ws_max_message_bytes_client_to_upstream", hasMessages,
     countOf<Up, &MessageCounts::maxContentBytes>},
    {"ws_messages_text_upstream_to_client", hasMessages, countOf<Down, &MessageCounts::text>},
    {"ws_messages_binary_upstream_to_client", hasMessages, countOf<Down, &MessageCounts::binary>},
    {"ws_pings_upstream_to_client", hasMessages, countOf<Down, &MessageCounts::pings>},
    {"ws_pongs_upstream_to_client", hasMessages, countOf<Down, &MessageCounts::pongs>},
    {"ws_frames_upstream_to_client", hasMessages, countOf<Down, &MessageCounts::frames>},
    {"ws_payload_bytes_upstream_to_client", hasMessages,
     countOf<Down, &MessageCounts::payloadBytes>},
    {"ws_content_bytes_upstream_to_client", hasMessages,
     countOf<Down, &MessageCounts::contentBytes>},
    {"ws_max_message_bytes_upstream_to_client", hasMessages,
     countOf<Down, &MessageCounts::maxContentBytes>},
    {"ws_close_code", hasWebSocket,
     [](R r) -> FieldValue { return knownNumber(webSocket(r).closeCode); }},
    {"ws_close_reason", hasWebSocket,
     [](R r) -> FieldValue { return std::string_view(webSocket(r).closeReason); }},
    {"ws_close_by", hasWebSocket, closeByOf},
    {"ws_inspectable", hasWebSocket, inspectableOf},
    {"ws_not_inspectable_why", hasWebSocket,
     [](R r) -> FieldValue { return knownText(webSocket(r).notInspectable); }},
    {"inspection_notes", hasInspection,
     [](R r) -> FieldValue { return textsOf(inspection(r).notes); }},
    {"inspection_alerts", hasInspection, [](R r) -> FieldValue { return inspection(r).alerts; }},
    {"inspection_slowed_by", hasInspection,
     [](R r) -> FieldValue { return std::string_view(inspection(r).slowedBy); }},
    {"inspection_cut_by", hasInspection,
     [](R r) -> FieldValue { return std::string_view(inspection(r).cutBy); }},
    {"inspection_injected", hasInspection,
     [](R r) -> FieldValue { return inspection(r).injected; }},
    {"sha256_client_to_proxy", hasDigests, digestOf<Up, &StreamDigests::received>},
    {"sha256_proxy_to_upstream", hasDigests, digestOf<Up, &StreamDigests::sent>},
    {"sha256_upstream_to_proxy", hasDigests, digestOf<Down, &StreamDigests::received>},
    {"sha256_proxy_to_client", hasDigests, digestOf<Down, &StreamDigests::sent>},
    {"inspection_check", hasFinding,
     [](R r) -> FieldValue { return std::string_view(r.found->check); }},
    {"inspection_direction", hasFinding, foundDirectionOf},
    {"inspection_message", hasFinding,
     [](R r) -> FieldValue { return knownNumber(r.found->message); }},
    {"inspection_offset", hasFinding, [](R r) -> FieldValue { return r.found->offset; }},
    {"inspection_kind", hasFinding,
     [](R r) -> FieldValue { return std::string_view(r.found->kind); }},
    {"inspection_digest", hasFinding,
     [](R r) -> FieldValue { return r.found->digest ? hex(*r.found->digest) : FieldValue{}; }},
    {"admin_who", hasAdmin, [](R r) -> FieldValue { return std::string_view(r.admin->who); }},
    {"admin_source", hasAdmin, [](R r) -> FieldValue { return std::string_view(r.admin->source); }},
    {"admin_action", hasAdmin, [](R r) -> FieldValue { return std::string_view(r.admin->action); }},
    {"admin_object", hasAdmin, [](R r) -> FieldValue { return knownText(r.admin->object); }},
    {"admin_before", hasAdmin, [](R r) -> FieldValue { return knownText(r.admin->before); }},
    {"admin_after", hasAdmin, [](R r) -> FieldValue { return knownText(r.admin->after); }},
    {"admin_note", hasAdmin, [](R r) -> FieldValue { return knownText(r.admin->note); }},
    {"checkpoint_head", hasCheckpoint, [](R r) -> FieldValue { return hex(r.checkpoint->head); }},
    {"checkpoint_key", hasCheckpoint, [](R r) -> FieldValue { return hex(r.checkpoint->keyId); }},
    {"checkpoint_signature", hasCheckpoint,
     [](R r) -> FieldValue { return hex(r.checkpoint->signature); }},
});

} // namespace

std::span<const AuditField> auditFields()
{
    return Fields;
}

} // namespace sallyport::db
