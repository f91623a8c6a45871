#include "audit/format/Meaning.h"

#include "audit/format/Figures.h"

#include <arpa/inet.h>

#include <array>

namespace sallyport::audit::format {
namespace {

constexpr std::uint16_t HttpPort = 80;

struct Kind {
    std::string_view event;
    std::string_view action;
    std::string_view title;
};
constexpr auto Kinds = std::to_array<Kind>({
    {"open", "session-open", "Session opened"},
    {"update", "session-update", "Session goes on"},
    {"close", "session-close", "Session closed"},
    {"decision", "session-refused", "Session refused"},
    {"alert", "session-alert", "Inspection alert"},
    {"admin", "admin", "Act of an administrator"},
    {"checkpoint", "audit-checkpoint", "Checkpoint of the audit log"},
});

const Kind* kindOf(const db::AuditRecord& record)
{
    for (const Kind& kind : Kinds)
        if (kind.event == record.event)
            return &kind;
    return nullptr;
}

std::string_view reasonOf(const db::AuditRecord& record)
{
    return record.end ? record.end->reason : std::string_view{};
}

} // namespace

bool isOfSession(const db::AuditRecord& record)
{
    return !record.admin && !record.checkpoint;
}

bool isExchange(const db::AuditRecord& record)
{
    return record.form == "absolute" || record.form == "origin";
}

std::string_view actionOf(const db::AuditRecord& record)
{
    if (record.admin)
        return record.admin->action;
    const Kind* kind = kindOf(record);
    return kind ? kind->action : record.event;
}

std::string_view titleOf(const db::AuditRecord& record)
{
    const Kind* kind = kindOf(record);
    return kind ? kind->title : record.event;
}

Outcome outcomeOf(const db::AuditRecord& record)
{
    if (record.event == "update")
        return Outcome::Unknown;
    if (!record.end)
        return Outcome::Success;
    if (record.end->reason == "process-lost" || record.end->reason.empty())
        return Outcome::Unknown;
    return record.end->reason == "done" ? Outcome::Success : Outcome::Failure;
}

std::string_view outcomeName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Success:
        return "success";
    case Outcome::Failure:
        return "failure";
    case Outcome::Unknown:
        return "unknown";
    }
    return "";
}

bool isForbidden(const db::AuditRecord& record)
{
    const std::string_view reason = reasonOf(record);
    return reason == "denied" || reason == "policy-revoked" || reason == "cut" ||
           reason == "terminated";
}

Weight weightOf(const db::AuditRecord& record)
{
    if (record.found || reasonOf(record) == "cut")
        return Weight::Medium;
    return isForbidden(record) ? Weight::Low : Weight::Informational;
}

unsigned severityOf(const db::AuditRecord& record)
{
    switch (weightOf(record)) {
    case Weight::Informational:
        return 1;
    case Weight::Low:
        return 4;
    case Weight::Medium:
        return 6;
    }
    return 0;
}

std::string_view protocolOf(const db::AuditRecord& record)
{
    if (record.contents && record.contents->content)
        return policy::protocolName(*record.contents->content);
    return record.protocol;
}

std::optional<db::AuditTime> startOf(const db::AuditRecord& record)
{
    const auto time = timeOf(record.time);
    if (!time || record.event == "open" || record.event == "decision")
        return time;
    if (!record.counts || !record.counts->durationMicroseconds)
        return std::nullopt;
    return *time - std::chrono::microseconds(*record.counts->durationMicroseconds);
}

std::string recordId(const db::AuditRecord& record)
{
    std::string id(record.node);
    appendNumber(id += '-', record.seq);
    return id;
}

std::string urlOf(const db::AuditRecord& record)
{
    if (record.host.empty())
        return {};
    const bool tunnel = record.form == "connect";
    std::string url = tunnel ? "" : "http://";
    if (isIpv6(record.host))
        ((url += '[') += record.host) += ']';
    else
        url += record.host;
    if (record.port != 0 && (tunnel || record.port != HttpPort))
        appendNumber(url += ':', record.port);
    if (tunnel)
        return url;
    url += record.path;
    if (!record.query.empty())
        (url += '?') += record.query;
    return url;
}

bool isIpv6(std::string_view address)
{
    return address.contains(':') && !address.starts_with('[');
}

bool isIpAddress(std::string_view text)
{
    const std::string terminated(text);
    std::array<unsigned char, 16> bytes;
    return inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1 ||
           inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1;
}

} // namespace sallyport::audit::format
