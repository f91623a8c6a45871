#include "audit/format/Squid.h"

#include "audit/format/Figures.h"
#include "audit/format/Meaning.h"
#include "db/AuditText.h"

namespace sallyport::audit::format {
namespace {

// The format separates by spaces: what is one, or not printable, is percent-encoded.
void appendWord(std::string& out, std::string_view text)
{
    static constexpr std::string_view Digits = "0123456789ABCDEF";
    if (text.empty()) {
        out += '-';
        return;
    }
    db::appendWellFormed(out, text, [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte != 0x7f)
            out += c;
        else
            ((out += '%') += Digits[byte >> 4]) += Digits[byte & 15];
    });
}

void appendRightAligned(std::string& out, std::uint64_t number, std::size_t width, char fill)
{
    const std::string text = std::to_string(number);
    out.append(width > text.size() ? width - text.size() : 0, fill) += text;
}

std::string_view resultOf(const db::AuditRecord& record)
{
    if (record.event == "decision")
        return isForbidden(record) || record.verdict == "deny" ? "TCP_DENIED" : "NONE";
    return isExchange(record) ? "TCP_MISS" : "TCP_TUNNEL";
}

// Whether one side broke off.
std::string_view endedBadly(const db::AuditRecord& record)
{
    const std::string_view reason = record.end->reason;
    if (record.event != "close" || !isExchange(record))
        return {};
    if (reason == "client-reset" || reason == "client-ended")
        return "_ABORTED";
    return reason.ends_with("-timeout") ? "_TIMEDOUT" : "";
}

} // namespace

bool isInSquidLog(const db::AuditRecord& record)
{
    return record.end && isOfSession(record);
}

void appendSquid(std::string& out, const db::AuditRecord& record)
{
    const auto time = timeOf(record.time);
    appendThousandths(out, time ? millisecondsOf(*time) : 0);
    const auto duration = record.counts ? record.counts->durationMicroseconds : std::nullopt;
    appendRightAligned(out += ' ', duration.value_or(0) / 1000, 6, ' ');
    appendWord(out += ' ', record.clientIp);
    ((out += ' ') += resultOf(record)) += endedBadly(record);
    appendRightAligned(out += '/', record.status, 3, '0');
    appendNumber(out += ' ', record.counts ? record.counts->proxyToClient : 0);
    appendWord(out += ' ', record.method);
    const std::string url = urlOf(record);
    appendWord(out += ' ', url.empty() ? "error:invalid-request" : url);
    appendWord(out += ' ', record.user);
    const bool reached = record.event == "close" && !record.destinationIp.empty();
    out += reached ? " HIER_DIRECT/" : " HIER_NONE/";
    appendWord(out, reached ? record.destinationIp : "");
    out += " -\n";
}

} // namespace sallyport::audit::format
