#include "audit/sink/Outgoing.h"

#include "audit/format/Meaning.h"

namespace sallyport::audit::sink {
namespace {

unsigned syslogSeverityOf(const db::AuditRecord& record)
{
    switch (format::weightOf(record)) {
    case format::Weight::Informational:
        return 6;
    case format::Weight::Low:
        return 5;
    case format::Weight::Medium:
        return 4;
    }
    return 6;
}

} // namespace

Outgoing outgoingOf(const db::AuditRecord& record,
                    void (*append)(std::string&, const db::AuditRecord&))
{
    Outgoing out;
    out.seq = record.seq;
    out.id = format::recordId(record);
    out.node = record.node;
    out.event = record.event;
    out.session = record.sessionId;
    out.time = record.time;
    out.severity = syslogSeverityOf(record);
    append(out.line, record);
    while (out.line.ends_with('\n') || out.line.ends_with('\r'))
        out.line.pop_back();
    return out;
}

} // namespace sallyport::audit::sink
