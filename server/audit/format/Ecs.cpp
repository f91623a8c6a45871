#include "audit/format/Ecs.h"

#include "audit/format/Figures.h"
#include "audit/format/Meaning.h"
#include "audit/format/NestedJson.h"
#include "audit/format/OwnFields.h"
#include "db/AuditText.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace sallyport::audit::format {
namespace {

constexpr std::string_view EcsVersion = "8.17.0";

using Words = std::vector<std::string_view>;

Words categoriesOf(const db::AuditRecord& record)
{
    if (record.checkpoint)
        return {}; // the schema has none that fits
    if (record.admin)
        return {record.admin->action.starts_with("user.") ? "iam" : "configuration"};
    if (record.found)
        return {"network", "intrusion_detection"};
    return isExchange(record) ? Words{"network", "web"} : Words{"network"};
}

Words typesOfAct(const db::AdminAct& act)
{
    const std::string_view verb = std::string_view(act.action).substr(act.action.rfind('.') + 1);
    if (verb == "delete" || verb == "remove")
        return {"deletion"};
    if (verb == "create" || verb == "add" || verb == "import")
        return {"creation"};
    if (verb == "export" || verb == "search" || verb == "show" || verb == "verify")
        return {"access"};
    return {"change"};
}

Words typesOf(const db::AuditRecord& record)
{
    if (record.admin)
        return typesOfAct(*record.admin);
    if (record.checkpoint)
        return {};
    if (record.found)
        return {"info"};
    // A refusal begins no connection.
    Words types;
    if (!isExchange(record))
        types.emplace_back("connection");
    if (record.event == "open")
        types.emplace_back("start");
    else if (record.event == "update")
        types.emplace_back("info");
    else
        types.emplace_back("end");
    if (isForbidden(record) || record.verdict == "deny")
        types.emplace_back("denied");
    else if (record.verdict == "allow")
        types.emplace_back("allowed");
    return types;
}

void putEvent(NestedJson& json, const db::AuditRecord& record)
{
    json.put("event.kind", record.found ? "alert" : "event");
    json.putTexts("event.category", categoriesOf(record));
    json.putTexts("event.type", typesOf(record));
    json.put("event.action", actionOf(record));
    json.put("event.outcome", outcomeName(outcomeOf(record)));
    json.put("event.reason", record.end ? record.end->reason : "");
    json.putNumber("event.sequence", record.seq);
    json.put("event.id", record.event == "open" ? record.sessionId : "");
    json.put("event.module", "sallyport");
    json.put("event.dataset", "sallyport.audit");
    if (isOfSession(record)) {
        if (const auto start = startOf(record))
            json.put("event.start", timeText(*start));
        if (record.event == "close" || record.event == "decision")
            json.put("event.end", record.time);
    }
    if (record.counts && record.counts->durationMicroseconds)
        json.putNumber("event.duration", *record.counts->durationMicroseconds * 1000);
    if (record.checkpoint)
        json.putHex("event.hash", record.checkpoint->head);
}

void putEnds(NestedJson& json, const db::AuditRecord& record)
{
    json.put("source.address", record.clientIp);
    json.put("source.ip", record.clientIp);
    json.putKnown("source.port", record.clientPort);
    if (record.counts)
        json.putNumber("source.bytes", record.counts->clientToProxy);
    json.put("source.nat.ip", record.reached.egressIp);
    json.putKnown("source.nat.port", record.reached.egressPort);

    json.put("destination.address", record.host);
    json.put("destination.domain", isIpAddress(record.host) ? "" : record.host);
    json.put("destination.ip", record.destinationIp);
    json.putKnown("destination.port", record.port);
    if (record.counts)
        json.putNumber("destination.bytes", record.counts->upstreamToProxy);

    json.put("network.transport", "tcp");
    json.put("network.type", isIpv6(record.clientIp) ? "ipv6" : "ipv4");
    json.put("network.protocol", protocolOf(record));
    if (record.counts)
        json.putNumber("network.bytes",
                       record.counts->clientToProxy + record.counts->upstreamToProxy);
}

void putRequest(NestedJson& json, const db::AuditRecord& record)
{
    json.put("user.name", record.user);
    json.put("user_agent.original", record.userAgent);
    json.put("http.request.method", record.method);
    json.putKnown("http.response.status_code", record.status);
    if (!record.host.empty()) {
        json.put("url.original", urlOf(record));
        json.put("url.scheme", record.form == "connect" ? "" : "http");
        json.put("url.domain", record.host);
        json.putKnown("url.port", record.port);
        json.put("url.path", record.path);
        json.put("url.query", record.query);
    }
    json.putTexts("dns.resolved_ip", db::textsOfList(record.reached.dnsAnswers));
}

// The schema's digests of certificates are in capitals.
std::string capitalHex(std::span<const std::uint8_t> bytes)
{
    std::string text = hexText(bytes);
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

void putTls(NestedJson& json, const db::SeenTls& tls)
{
    json.put("tls.version", tls.version);
    json.put("tls.version_protocol", tls.version.empty() ? "" : "tls");
    json.put("tls.cipher", tls.cipher);
    json.put("tls.next_protocol", tls.alpn);
    if (tls.resumed)
        json.putTruth("tls.resumed", *tls.resumed);
    json.put("tls.client.server_name", tls.sni);
    json.put("tls.client.ja3", tls.ja3);
    if (!tls.certificate)
        return;
    const db::SeenCertificate& certificate = *tls.certificate;
    json.put("tls.server.subject", certificate.subject);
    json.put("tls.server.issuer", certificate.issuer);
    json.put("tls.server.not_after", secondsText(certificate.notAfter));
    json.put("tls.server.hash.sha256", capitalHex(certificate.sha256));
    json.putTexts("tls.server.x509.alternative_names", certificate.names);
}

void putRule(NestedJson& json, const db::AuditRecord& record)
{
    json.put("rule.uuid", record.ruleId);
    json.put("rule.name", record.ruleName);
    json.put("rule.ruleset", record.ruleLayer);
    if (record.policyVersion)
        json.put("rule.version", std::to_string(*record.policyVersion));
    json.put("error.type", record.end ? record.end->error : "");
}

void putRelated(NestedJson& json, const db::AuditRecord& record)
{
    json.putTexts("related.ip",
                  Words{record.clientIp, record.destinationIp, record.reached.egressIp});
    json.putTexts("related.hosts", Words{record.host});
    json.putTexts("related.user", Words{record.user});
}

void putSession(NestedJson& json, const db::AuditRecord& record)
{
    putEnds(json, record);
    putRequest(json, record);
    if (record.contents && record.contents->tls)
        putTls(json, *record.contents->tls);
    putRule(json, record);
    putRelated(json, record);
}

void putActor(NestedJson& json, const db::AdminAct& act)
{
    json.put("source.address", act.source);
    json.put("source.ip", isIpAddress(act.source) ? act.source : "");
    json.put("user.name", act.who);
    json.putTexts("related.user", Words{act.who});
}

} // namespace

void appendEcs(std::string& out, const db::AuditRecord& record)
{
    NestedJson json(out);
    json.put("@timestamp", record.time);
    json.put("ecs.version", EcsVersion);
    putEvent(json, record);
    json.put("message", titleOf(record));
    json.put("observer.name", record.node);
    json.put("observer.type", "proxy");
    json.put("observer.vendor", Vendor);
    json.put("observer.product", Product);
    json.put("observer.version", ProductVersion);
    json.put("observer.ingress.interface.alias", record.listener);
    if (isOfSession(record))
        putSession(json, record);
    else if (record.admin)
        putActor(json, *record.admin);
    putOwnFields(json, "sallyport", record);
    json.finish();
}

} // namespace sallyport::audit::format
