#include "audit/format/OwnFields.h"

#include "audit/format/Meaning.h"
#include "db/AuditText.h"

#include <vector>

namespace sallyport::audit::format {
namespace {

using policy::inspection::Direction;

void putDecision(NestedJson& json, const db::AuditRecord& record)
{
    json.put("event", record.event);
    json.put("session.id", record.sessionId);
    json.put("listener", record.listener);
    json.put("protocol", record.protocol);
    json.put("form", record.form);
    json.put("verdict", record.verdict);
    json.put("stage", record.stage);
    json.putTexts("rule.would", db::textsOfList(record.ruleWould));
    json.put("inspection", record.contents ? sightName(record.contents->sight) : "");
    json.put("inspected.action", record.inspection);
    json.put("inspected.profile", record.inspectionProfile);
}

void putInspection(NestedJson& json, const db::InspectionResult& result)
{
    json.putTexts("inspected.notes", result.notes);
    json.putNumber("inspected.alerts", result.alerts);
    json.put("inspected.slowed_by", result.slowedBy);
    json.put("inspected.cut_by", result.cutBy);
    json.putTruth("inspected.injected", result.injected);
    if (!result.digests)
        return;
    const auto& up = (*result.digests)[Direction::ClientToUpstream];
    const auto& down = (*result.digests)[Direction::UpstreamToClient];
    json.putHex("integrity.sha256.client_to_proxy", up.received);
    json.putHex("integrity.sha256.proxy_to_upstream", up.sent);
    json.putHex("integrity.sha256.upstream_to_proxy", down.received);
    json.putHex("integrity.sha256.proxy_to_client", down.sent);
}

void putFound(NestedJson& json, const db::FoundByCheck& found)
{
    json.put("found.check", found.check);
    json.put("found.direction", found.direction == Direction::ClientToUpstream
                                    ? "client-to-upstream"
                                    : "upstream-to-client");
    json.putKnown("found.message", found.message);
    json.putNumber("found.offset", found.offset);
    json.put("found.kind", found.kind);
    if (found.digest)
        json.putHex("found.digest", *found.digest);
}

void putFigures(NestedJson& json, const db::AuditRecord& record)
{
    json.putMilliseconds("dns.ms", record.reached.dnsMicroseconds);
    json.putKnown("connect.tries", record.reached.tries);
    json.putMilliseconds("timing.connect_ms", record.reached.connectMicroseconds);
    json.putMilliseconds("timing.first_byte_ms", record.firstByteMicroseconds);
    if (record.counts) {
        json.putNumber("bytes.client_to_proxy", record.counts->clientToProxy);
        json.putNumber("bytes.proxy_to_upstream", record.counts->proxyToUpstream);
        json.putNumber("bytes.upstream_to_proxy", record.counts->upstreamToProxy);
        json.putNumber("bytes.proxy_to_client", record.counts->proxyToClient);
    }
    if (record.silence) {
        json.putMilliseconds("idle.max_ms", record.silence->longestMicroseconds);
        json.put("idle.last_from_client", record.silence->lastFromClient);
        json.put("idle.last_from_upstream", record.silence->lastFromUpstream);
        json.put("idle.silent_first", record.silence->first);
    }
    if (record.tcpClient) {
        json.putNumber("tcp.client.rtt_us", std::uint64_t{record.tcpClient->rttMicroseconds});
        json.putNumber("tcp.client.retransmits", std::uint64_t{record.tcpClient->retransmits});
    }
    if (record.tcpUpstream) {
        json.putNumber("tcp.upstream.rtt_us", std::uint64_t{record.tcpUpstream->rttMicroseconds});
        json.putNumber("tcp.upstream.retransmits", std::uint64_t{record.tcpUpstream->retransmits});
    }
}

void putEnd(NestedJson& json, const db::RecordEnd& end)
{
    json.put("close.by", end.by);
    json.put("close.reason", end.reason);
    json.put("close.timer", end.timer);
    json.putMilliseconds("close.timer_s", end.timerMilliseconds); // thousandths either way
    json.put("close.error", end.error);
}

void putNames(NestedJson& json, const db::TunnelContents& contents)
{
    if (!haveComparableNames(contents))
        return;
    json.putTruth("names.coherent", contents.differences.empty());
    std::vector<std::string_view> differences;
    for (const auto difference : policy::AllNameDifferences)
        if (contents.differences.has(difference))
            differences.push_back(policy::nameDifferenceName(difference));
    json.putTexts("names.differences", differences);
}

void putTls(NestedJson& json, const db::SeenTls& tls)
{
    json.putTexts("tls.alpn_offered", tls.alpnOffered);
    json.put("tls.ja4", tls.ja4);
    json.putTruth("tls.ech", tls.echOffered);
    if (tls.resumed)
        json.putTruth("tls.resumed", *tls.resumed);
}

void putMessages(NestedJson& json, std::string_view group,
                 const policy::inspection::MessageCounts& counts)
{
    json.enterGroup(group);
    json.putNumber("text", counts.text);
    json.putNumber("binary", counts.binary);
    json.putNumber("ping", counts.pings);
    json.putNumber("pong", counts.pongs);
    json.putNumber("frames", counts.frames);
    json.putNumber("payload_bytes", counts.payloadBytes);
    json.putNumber("content_bytes", counts.contentBytes);
    json.putNumber("max_message_bytes", counts.maxContentBytes);
    json.enterGroup({});
}

void putWebSocket(NestedJson& json, const db::SeenWebSocket& webSocket)
{
    json.put("ws.path", webSocket.path);
    json.put("ws.origin", webSocket.origin);
    json.putTexts("ws.subprotocols_offered", webSocket.subprotocolsOffered);
    json.put("ws.subprotocol", webSocket.subprotocol);
    json.put("ws.extensions", webSocket.extensions);
    json.putKnown("ws.status", webSocket.status);
    if (webSocket.counts) {
        const auto& counts = *webSocket.counts;
        putMessages(json, "ws.client_to_upstream", counts[Direction::ClientToUpstream]);
        putMessages(json, "ws.upstream_to_client", counts[Direction::UpstreamToClient]);
    }
    json.putKnown("ws.close.code", webSocket.closeCode);
    json.put("ws.close.reason", webSocket.closeReason);
    if (webSocket.closeFrom)
        json.put("ws.close.by",
                 *webSocket.closeFrom == Direction::ClientToUpstream ? "client" : "upstream");
    if (webSocket.counts || !webSocket.notInspectable.empty())
        json.putTruth("ws.inspectable", webSocket.notInspectable.empty());
    json.put("ws.not_inspectable_why", webSocket.notInspectable);
}

void putContents(NestedJson& json, const db::TunnelContents& contents)
{
    if (contents.content)
        json.put("tunnel.protocol", policy::protocolName(*contents.content));
    json.put("tunnel.banner", contents.banner);
    putNames(json, contents);
    if (contents.tls)
        putTls(json, *contents.tls);
    if (contents.webSocket)
        putWebSocket(json, *contents.webSocket);
}

void putAdmin(NestedJson& json, const db::AdminAct& act)
{
    json.put("admin.source", act.source);
    json.put("admin.object", act.object);
    json.put("admin.before", act.before); // JSON, as a text: its members are nobody's fields
    json.put("admin.after", act.after);
    json.put("admin.note", act.note);
}

void putCheckpoint(NestedJson& json, const db::Checkpoint& checkpoint)
{
    json.putHex("checkpoint.head", checkpoint.head);
    json.putHex("checkpoint.key", checkpoint.keyId);
    json.putHex("checkpoint.signature", checkpoint.signature);
}

} // namespace

void putOwnFields(NestedJson& json, std::string_view base, const db::AuditRecord& record)
{
    json.enter(base);
    putDecision(json, record);
    if (record.contents && record.contents->inspection)
        putInspection(json, *record.contents->inspection);
    if (record.found)
        putFound(json, *record.found);
    putFigures(json, record);
    if (record.end)
        putEnd(json, *record.end);
    if (record.contents)
        putContents(json, *record.contents);
    if (record.admin)
        putAdmin(json, *record.admin);
    if (record.checkpoint)
        putCheckpoint(json, *record.checkpoint);
}

} // namespace sallyport::audit::format
