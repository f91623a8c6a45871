#include "audit/format/Ocsf.h"

#include "audit/format/Figures.h"
#include "audit/format/Meaning.h"
#include "audit/format/NestedJson.h"
#include "audit/format/OwnFields.h"

#include <array>

namespace sallyport::audit::format {
namespace {

constexpr std::string_view SchemaVersion = "1.8.0";

struct Class {
    unsigned uid;
    unsigned category;
    std::string_view name;
    std::string_view categoryName;
};
constexpr Class NetworkActivity{4001, 4, "Network Activity", "Network Activity"};
constexpr Class HttpActivity{4002, 4, "HTTP Activity", "Network Activity"};
constexpr Class EntityManagement{3004, 3, "Entity Management", "Identity & Access Management"};
constexpr Class BaseEvent{0, 0, "Base Event", "Uncategorized"};

const Class& classOf(const db::AuditRecord& record)
{
    if (record.admin)
        return EntityManagement;
    if (record.checkpoint)
        return BaseEvent;
    return isExchange(record) ? HttpActivity : NetworkActivity;
}

struct Activity {
    unsigned id;
    std::string_view name;
};
constexpr Activity Other{99, "Other"};

Activity requestOf(std::string_view method)
{
    static constexpr auto Methods = std::to_array<std::string_view>(
        {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "PATCH"});
    static constexpr auto Names = std::to_array<std::string_view>(
        {"Connect", "Delete", "Get", "Head", "Options", "Post", "Put", "Trace", "Patch"});
    for (unsigned i = 0; i < Methods.size(); ++i)
        if (Methods[i] == method)
            return {i + 1, Names[i]};
    return method.empty() ? Activity{0, "Unknown"} : Other;
}

Activity actOf(std::string_view action)
{
    struct Verb {
        std::string_view verb;
        Activity activity;
    };
    static constexpr auto Verbs = std::to_array<Verb>({
        {"create", {1, "Create"}},
        {"add", {1, "Create"}},
        {"import", {1, "Create"}},
        {"export", {2, "Read"}},
        {"search", {2, "Read"}},
        {"show", {2, "Read"}},
        {"verify", {2, "Read"}},
        {"publish", {3, "Update"}},
        {"rollback", {3, "Update"}},
        {"change", {3, "Update"}},
        {"update", {3, "Update"}},
        {"delete", {4, "Delete"}},
        {"remove", {4, "Delete"}},
    });
    const std::string_view verb = action.substr(action.rfind('.') + 1);
    for (const Verb& known : Verbs)
        if (known.verb == verb)
            return known.activity;
    return Other;
}

bool isUpstreamFailure(std::string_view reason)
{
    return reason == "connect-refused" || reason == "connect-timeout" ||
           reason == "connect-failed" || reason == "dns-failure";
}

bool isReset(const db::AuditRecord& record)
{
    const std::string_view reason = record.end->reason;
    return reason == "client-reset" || reason == "upstream-reset" || reason == "process-lost" ||
           isForbidden(record);
}

Activity connectionOf(const db::AuditRecord& record)
{
    if (record.event == "open")
        return {1, "Open"};
    if (!record.end)
        return {6, "Traffic"};
    if (isUpstreamFailure(record.end->reason))
        return {4, "Fail"};
    if (record.event == "decision")
        return {5, "Refuse"};
    return isReset(record) ? Activity{3, "Reset"} : Activity{2, "Close"};
}

Activity activityOf(const db::AuditRecord& record)
{
    if (record.admin)
        return actOf(record.admin->action);
    if (record.checkpoint)
        return Other;
    return isExchange(record) ? requestOf(record.method) : connectionOf(record);
}

void putClass(NestedJson& json, const db::AuditRecord& record)
{
    const Class& type = classOf(record);
    const Activity activity = activityOf(record);
    json.putNumber("category_uid", std::uint64_t{type.category});
    json.put("category_name", type.categoryName);
    json.putNumber("class_uid", std::uint64_t{type.uid});
    json.put("class_name", type.name);
    json.putNumber("activity_id", std::uint64_t{activity.id});
    json.put("activity_name", activity.name);
    json.putNumber("type_uid", std::uint64_t{type.uid} * 100 + activity.id);
}

void putSeverity(NestedJson& json, const db::AuditRecord& record)
{
    switch (weightOf(record)) {
    case Weight::Informational:
        json.putNumber("severity_id", std::uint64_t{1});
        json.put("severity", "Informational");
        return;
    case Weight::Low:
        json.putNumber("severity_id", std::uint64_t{2});
        json.put("severity", "Low");
        return;
    case Weight::Medium:
        json.putNumber("severity_id", std::uint64_t{3});
        json.put("severity", "Medium");
        return;
    }
}

void putStatus(NestedJson& json, const db::AuditRecord& record)
{
    switch (outcomeOf(record)) {
    case Outcome::Success:
        json.putNumber("status_id", std::uint64_t{1});
        json.put("status", "Success");
        break;
    case Outcome::Failure:
        json.putNumber("status_id", std::uint64_t{2});
        json.put("status", "Failure");
        break;
    case Outcome::Unknown:
        json.putNumber("status_id", std::uint64_t{0});
        json.put("status", "Unknown");
        break;
    }
    if (record.status != 0)
        json.put("status_code", std::to_string(record.status));
    json.put("status_detail", record.end ? record.end->reason : "");
}

void putTimes(NestedJson& json, const db::AuditRecord& record)
{
    const auto time = timeOf(record.time);
    json.putNumber("time", time ? millisecondsOf(*time) : 0);
    if (!isOfSession(record))
        return;
    if (const auto start = startOf(record))
        json.putNumber("start_time", millisecondsOf(*start));
    if (record.end && time)
        json.putNumber("end_time", millisecondsOf(*time));
    if (record.counts && record.counts->durationMicroseconds)
        json.putNumber("duration", *record.counts->durationMicroseconds / 1000);
}

void putMetadata(NestedJson& json, const db::AuditRecord& record)
{
    json.put("metadata.version", SchemaVersion);
    json.put("metadata.product.name", Product);
    json.put("metadata.product.vendor_name", Vendor);
    json.put("metadata.product.version", ProductVersion);
    if (isOfSession(record))
        json.putTexts("metadata.profiles", std::array{"host", "network_proxy", "security_control"});
    else if (record.admin)
        json.putTexts("metadata.profiles", std::array{"host"});
    json.put("metadata.log_name", "audit");
    json.put("metadata.event_code", actionOf(record));
    json.putNumber("metadata.sequence", record.seq);
    json.put("metadata.uid", recordId(record));
}

void putDevice(NestedJson& json, const db::AuditRecord& record)
{
    json.put("device.hostname", record.node);
    json.putNumber("device.type_id", std::uint64_t{99});
    json.put("device.type", "Proxy");
}

void putEnds(NestedJson& json, const db::AuditRecord& record)
{
    json.put("src_endpoint.ip", record.clientIp);
    json.putKnown("src_endpoint.port", record.clientPort);
    json.put("dst_endpoint.hostname", record.host);
    json.put("dst_endpoint.ip", record.destinationIp);
    json.putKnown("dst_endpoint.port", record.port);
    json.put("proxy_endpoint.hostname", record.node);
    json.put("proxy_endpoint.interface_name", record.listener);
    json.put("proxy_endpoint.ip", record.reached.egressIp);
    json.putKnown("proxy_endpoint.port", record.reached.egressPort);
}

void putConnection(NestedJson& json, std::string_view group, std::string_view address,
                   std::string_view session)
{
    json.enterGroup(group);
    json.putNumber("direction_id", std::uint64_t{2});
    json.put("direction", "Outbound");
    json.putNumber("protocol_num", std::uint64_t{6});
    json.put("protocol_name", "tcp");
    json.putNumber("protocol_ver_id", std::uint64_t{isIpv6(address) ? 6U : 4U});
    json.put("uid", session);
    json.enterGroup({});
}

void putTraffic(NestedJson& json, const db::RecordCounts& counts)
{
    json.putNumber("cumulative_traffic.bytes_in", counts.proxyToClient);
    json.putNumber("cumulative_traffic.bytes_out", counts.clientToProxy);
    json.putNumber("cumulative_traffic.bytes", counts.proxyToClient + counts.clientToProxy);
    json.putNumber("proxy_traffic.bytes_in", counts.upstreamToProxy);
    json.putNumber("proxy_traffic.bytes_out", counts.proxyToUpstream);
    json.putNumber("proxy_traffic.bytes", counts.upstreamToProxy + counts.proxyToUpstream);
}

void putUrl(NestedJson& json, const db::AuditRecord& record)
{
    if (record.host.empty())
        return;
    json.put("url.url_string", urlOf(record));
    json.put("url.scheme", record.form == "connect" ? "" : "http");
    json.put("url.hostname", record.host);
    json.putKnown("url.port", record.port);
    json.put("url.path", record.path);
    json.put("url.query_string", record.query);
}

void putExchange(NestedJson& json, const db::AuditRecord& record)
{
    json.enterGroup("http_request");
    json.put("uid", record.sessionId);
    json.put("http_method", record.method);
    json.put("user_agent", record.userAgent);
    putUrl(json, record);
    json.enterGroup({});
    json.putKnown("http_response.code", record.status);
    if (record.status != 0 && record.firstByteMicroseconds)
        json.putNumber("http_response.latency", *record.firstByteMicroseconds / 1000);
}

void putTls(NestedJson& json, const db::SeenTls& tls)
{
    json.put("tls.version", tls.version.empty() ? "unknown" : tls.version);
    json.put("tls.cipher", tls.cipher);
    json.put("tls.sni", tls.sni);
    if (!tls.ja3.empty()) {
        json.putNumber("tls.ja3_hash.algorithm_id", std::uint64_t{1});
        json.put("tls.ja3_hash.algorithm", "MD5");
        json.put("tls.ja3_hash.value", tls.ja3);
    }
    if (!tls.alpn.empty()) {
        json.putNumber("tls.extension_list[].type_id", std::uint64_t{16});
        json.put("tls.extension_list[].type", "application_layer_protocol_negotiation");
        json.put("tls.extension_list[].data.protocol", tls.alpn);
    }
    if (tls.certificate) {
        const db::SeenCertificate& certificate = *tls.certificate;
        json.put("tls.certificate.subject", certificate.subject);
        json.put("tls.certificate.issuer", certificate.issuer);
        json.putNumber("tls.certificate.expiration_time", millisecondsOf(certificate.notAfter));
        json.putNumber("tls.certificate.fingerprints[].algorithm_id", std::uint64_t{3});
        json.put("tls.certificate.fingerprints[].algorithm", "SHA-256");
        json.putHex("tls.certificate.fingerprints[].value", certificate.sha256);
    }
    if (!tls.ja4.empty()) {
        json.putNumber("ja4_fingerprint_list[].type_id", std::uint64_t{1});
        json.put("ja4_fingerprint_list[].type", "JA4");
        json.put("ja4_fingerprint_list[].value", tls.ja4);
    }
}

// 1 Allowed, 2 Blocked, 19 Alert, 24 Access Revoked.
void putControl(NestedJson& json, const db::AuditRecord& record)
{
    const bool denied = isForbidden(record) || record.verdict == "deny";
    if (denied || record.verdict == "allow") {
        json.putNumber("action_id", std::uint64_t{denied ? 2U : 1U});
        json.put("action", denied ? "Denied" : "Allowed");
    }
    const auto disposition = [&](std::uint64_t id, std::string_view name) {
        json.putNumber("disposition_id", id);
        json.put("disposition", name);
    };
    if (record.found)
        disposition(19, "Alert");
    else if (isForbidden(record) && record.event == "close")
        disposition(24, "Access Revoked");
    else if (denied)
        disposition(2, "Blocked");
    else if (record.verdict == "allow")
        disposition(1, "Allowed");
    json.putTruth("is_alert", weightOf(record) == Weight::Medium);
    json.put("firewall_rule.uid", record.ruleId);
    json.put("firewall_rule.name", record.ruleName);
    json.put("firewall_rule.type", record.ruleLayer);
    if (record.policyVersion) {
        json.put("policy.name", "Sallyport policy");
        json.put("policy.version", std::to_string(*record.policyVersion));
    }
}

void putSession(NestedJson& json, const db::AuditRecord& record)
{
    json.put("actor.user.name", record.user);
    putEnds(json, record);
    putConnection(json, "connection_info", record.clientIp, record.sessionId);
    if (!record.destinationIp.empty())
        putConnection(json, "proxy_connection_info", record.destinationIp, {});
    if (record.counts)
        putTraffic(json, *record.counts);
    json.put("app_protocol_name", protocolOf(record));
    if (isExchange(record))
        putExchange(json, record);
    else
        putUrl(json, record);
    if (record.contents && record.contents->tls)
        putTls(json, *record.contents->tls);
    putControl(json, record);
}

void putAct(NestedJson& json, const db::AdminAct& act)
{
    const std::string_view subject = std::string_view(act.action).substr(0, act.action.find('.'));
    json.put("actor.user.name", act.who);
    json.put(isIpAddress(act.source) ? "src_endpoint.ip" : "src_endpoint.name", act.source);
    json.put("entity.name", act.object.empty() ? subject : std::string_view(act.object));
    json.put("entity.type", subject);
    json.put("entity.data", act.before);
    if (!act.after.empty()) {
        json.put("entity_result.name", act.object.empty() ? subject : std::string_view(act.object));
        json.put("entity_result.type", subject);
        json.put("entity_result.data", act.after);
    }
    json.put("comment", act.note);
}

// What a tunnel's request said has no place in Network Activity.
void putUnmapped(NestedJson& json, const db::AuditRecord& record)
{
    json.enter("unmapped");
    if (isOfSession(record) && !isExchange(record)) {
        json.put("method", record.method);
        json.put("user_agent", record.userAgent);
    }
    putOwnFields(json, "unmapped", record);
}

} // namespace

void appendOcsf(std::string& out, const db::AuditRecord& record)
{
    NestedJson json(out);
    putClass(json, record);
    putTimes(json, record);
    json.put("message", titleOf(record));
    putSeverity(json, record);
    putStatus(json, record);
    putMetadata(json, record);
    if (!record.checkpoint)
        putDevice(json, record);
    if (isOfSession(record))
        putSession(json, record);
    else if (record.admin)
        putAct(json, *record.admin);
    putUnmapped(json, record);
    json.finish();
}

} // namespace sallyport::audit::format
