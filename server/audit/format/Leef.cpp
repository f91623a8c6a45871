#include "audit/format/Leef.h"

#include "audit/format/Figures.h"
#include "audit/format/KeyValues.h"
#include "audit/format/Meaning.h"
#include "db/AuditText.h"

namespace sallyport::audit::format {
namespace {

void appendPlain(std::string& out, std::string_view text)
{
    db::appendWellFormed(out, text, [&](char c) {
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    });
}

void appendHeadField(std::string& out, std::string_view text)
{
    std::string plain;
    appendPlain(plain, text);
    for (const char c : plain)
        out += c == '|' ? '/' : c;
    out += '|';
}

class Attributes : public KeyValues {
public:
    explicit Attributes(std::string& out) : KeyValues(out, '\t', appendPlain) {}
};

void putSession(Attributes& attributes, const db::AuditRecord& record)
{
    attributes.put("src", record.clientIp);
    attributes.putKnown("srcPort", record.clientPort);
    attributes.put("usrName", record.user);
    attributes.put("dst", record.destinationIp);
    attributes.putKnown("dstPort", record.port);
    attributes.put("srcPostNAT", record.reached.egressIp);
    attributes.putKnown("srcPostNATPort", record.reached.egressPort);
    attributes.put("proto", "TCP");
    if (record.counts) {
        attributes.putNumber("srcBytes", record.counts->clientToProxy);
        attributes.putNumber("dstBytes", record.counts->upstreamToProxy);
    }
    attributes.put("policy", record.ruleName);
    attributes.put("url", urlOf(record));
    attributes.put("host", record.host);
    attributes.put("method", record.method);
    attributes.put("protocol", protocolOf(record));
    attributes.put("userAgent", record.userAgent);
    attributes.put("action", record.verdict);
    attributes.put("outcome", outcomeName(outcomeOf(record)));
    attributes.putKnown("status", record.status);
    attributes.put("reason", record.end ? record.end->reason : "");
    attributes.put("timer", record.end ? record.end->timer : "");
    if (record.counts && record.counts->durationMicroseconds)
        attributes.putNumber("durationMs", *record.counts->durationMicroseconds / 1000);
    attributes.put("session", record.sessionId);
    attributes.put("ruleId", record.ruleId);
    if (record.policyVersion)
        attributes.putNumber("policyVersion", *record.policyVersion);
    if (record.contents && record.contents->tls) {
        attributes.put("tlsServerName", record.contents->tls->sni);
        attributes.put("ja4", record.contents->tls->ja4);
    }
    if (record.found) {
        attributes.put("check", record.found->check);
        attributes.put("found", record.found->kind);
    }
}

void putAct(Attributes& attributes, const db::AdminAct& act)
{
    attributes.put("usrName", act.who);
    attributes.put(isIpAddress(act.source) ? "src" : "source", act.source);
    attributes.put("resource", act.object);
    attributes.put("before", act.before);
    attributes.put("after", act.after);
    attributes.put("note", act.note);
}

void putCheckpoint(Attributes& attributes, const db::Checkpoint& checkpoint)
{
    attributes.put("head", hexText(checkpoint.head));
    attributes.put("key", hexText(checkpoint.keyId));
    attributes.put("signature", hexText(checkpoint.signature));
}

} // namespace

void appendLeef(std::string& out, const db::AuditRecord& record)
{
    out += "LEEF:2.0|";
    appendHeadField(out, Vendor);
    appendHeadField(out, Product);
    appendHeadField(out, ProductVersion);
    appendHeadField(out, actionOf(record));
    out += "x09|";
    Attributes attributes(out);
    if (const auto time = timeOf(record.time))
        attributes.putNumber("devTime", millisecondsOf(*time));
    attributes.put("cat", record.event);
    attributes.putNumber("sev", severityOf(record));
    attributes.put("identHostName", record.node);
    attributes.putNumber("seq", record.seq);
    if (isOfSession(record))
        putSession(attributes, record);
    else if (record.admin)
        putAct(attributes, *record.admin);
    else
        putCheckpoint(attributes, *record.checkpoint);
    out += '\n';
}

} // namespace sallyport::audit::format
