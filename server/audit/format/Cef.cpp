#include "audit/format/Cef.h"

#include "audit/format/Figures.h"
#include "audit/format/KeyValues.h"
#include "audit/format/Meaning.h"
#include "db/AuditText.h"

namespace sallyport::audit::format {
namespace {

void appendHeadField(std::string& out, std::string_view text)
{
    db::appendWellFormed(out, text, [&](char c) {
        if (c == '|' || c == '\\')
            out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    });
    out += '|';
}

void appendValue(std::string& out, std::string_view text)
{
    db::appendWellFormed(out, text, [&](char c) {
        if (c == '=' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else
            out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    });
}

class Extension : public KeyValues {
public:
    explicit Extension(std::string& out) : KeyValues(out, ' ', appendValue) {}

    /// One of the fields whose meaning stands beside it.
    void putCustom(std::string_view key, std::string_view label, std::string_view text)
    {
        if (text.empty())
            return;
        put(key, text);
        put(std::string(key) + "Label", label);
    }
};

std::string numberText(std::uint64_t number)
{
    return number == 0 ? std::string{} : std::to_string(number);
}

void putEnds(Extension& extension, const db::AuditRecord& record)
{
    // IPv6 addresses have fields of their own: src and dst are IPv4.
    if (isIpv6(record.clientIp))
        extension.putCustom("c6a2", "Source IPv6 Address", record.clientIp);
    else
        extension.put("src", record.clientIp);
    extension.putKnown("spt", record.clientPort);
    extension.put("suser", record.user);
    extension.put("dhost", record.host);
    if (isIpv6(record.destinationIp))
        extension.putCustom("c6a3", "Destination IPv6 Address", record.destinationIp);
    else
        extension.put("dst", record.destinationIp);
    extension.putKnown("dpt", record.port);
    extension.put("sourceTranslatedAddress", record.reached.egressIp);
    extension.putKnown("sourceTranslatedPort", record.reached.egressPort);
    extension.put("proto", "TCP");
    extension.put("app", protocolOf(record));
}

void putSession(Extension& extension, const db::AuditRecord& record)
{
    putEnds(extension, record);
    extension.put("requestMethod", record.method);
    extension.put("request", urlOf(record));
    extension.put("requestClientApplication", record.userAgent);
    if (record.counts) {
        extension.putNumber("in", record.counts->clientToProxy);
        extension.putNumber("out", record.counts->proxyToClient);
    }
    if (const auto start = startOf(record))
        extension.putNumber("start", millisecondsOf(*start));
    if (record.end)
        if (const auto end = timeOf(record.time))
            extension.putNumber("end", millisecondsOf(*end));
    extension.put("act", record.verdict);
    extension.put("outcome", outcomeName(outcomeOf(record)));
    extension.put("reason", record.end ? record.end->reason : "");
    extension.putCustom("cs1", "Rule", record.ruleName);
    extension.putCustom("cs2", "Rule id", record.ruleId);
    extension.putCustom("cs3", "Session", record.sessionId);
    if (record.contents && record.contents->tls) {
        extension.putCustom("cs4", "TLS server name", record.contents->tls->sni);
        extension.putCustom("cs5", "JA4", record.contents->tls->ja4);
    }
    if (record.end)
        extension.putCustom("cs6", "Timer", record.end->timer);
    extension.putCustom("cn1", "Status", numberText(record.status));
    if (record.counts && record.counts->durationMicroseconds)
        extension.putCustom("cn2", "Duration in ms",
                            std::to_string(*record.counts->durationMicroseconds / 1000));
    if (record.policyVersion)
        extension.putCustom("cn3", "Policy version", std::to_string(*record.policyVersion));
    if (record.found) {
        extension.put("cat", record.found->kind);
        extension.put("msg", record.found->check);
    }
}

void putAct(Extension& extension, const db::AdminAct& act)
{
    extension.put("suser", act.who);
    if (isIpAddress(act.source) && !isIpv6(act.source))
        extension.put("src", act.source);
    else
        extension.putCustom("cs1", "Source", act.source);
    extension.put("act", act.action);
    extension.putCustom("cs2", "Object", act.object);
    extension.put("msg", act.note);
    extension.putCustom("cs3", "Before", act.before);
    extension.putCustom("cs4", "After", act.after);
}

void putCheckpoint(Extension& extension, const db::Checkpoint& checkpoint)
{
    extension.putCustom("cs1", "Head", hexText(checkpoint.head));
    extension.putCustom("cs2", "Key", hexText(checkpoint.keyId));
    extension.putCustom("cs3", "Signature", hexText(checkpoint.signature));
}

} // namespace

void appendCef(std::string& out, const db::AuditRecord& record)
{
    out += "CEF:0|";
    appendHeadField(out, Vendor);
    appendHeadField(out, Product);
    appendHeadField(out, ProductVersion);
    appendHeadField(out, actionOf(record));
    appendHeadField(out, titleOf(record));
    appendHeadField(out, std::to_string(severityOf(record)));
    Extension extension(out);
    if (const auto time = timeOf(record.time))
        extension.putNumber("rt", millisecondsOf(*time));
    extension.put("dvchost", record.node);
    extension.putNumber("externalId", record.seq);
    if (isOfSession(record))
        putSession(extension, record);
    else if (record.admin)
        putAct(extension, *record.admin);
    else
        putCheckpoint(extension, *record.checkpoint);
    out += '\n';
}

} // namespace sallyport::audit::format
