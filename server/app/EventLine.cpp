#include "app/EventLine.h"

#include "app/FigureText.h"
#include "app/SessionStory.h"
#include "app/TextTable.h"

#include <Poco/DigestEngine.h>

#include <algorithm>

namespace sallyport::app {
namespace {

using db::AuditRecord;

constexpr std::size_t EventWidth = 10; // "checkpoint"
constexpr std::size_t VerdictWidth = 5;
constexpr std::size_t ClientWidth = 15; // of IPv4
constexpr std::size_t HostWidth = 32;
constexpr std::size_t Gap = 2;

void appendColumn(std::string& line, const std::string& text, std::size_t width)
{
    line += text + std::string(width - std::min(width, columnsOf(text)) + Gap, ' ');
}

std::string adminText(const db::AdminAct& act)
{
    std::string text = forTerminal(act.who) + ": " + forTerminal(act.action);
    if (!act.object.empty())
        text += ' ' + forTerminal(act.object);
    if (!act.before.empty())
        text += ", before " + forTerminal(act.before);
    if (!act.after.empty())
        text += ", after " + forTerminal(act.after);
    if (!act.note.empty())
        text += ", \"" + forTerminal(act.note) + '"';
    return text;
}

std::string checkpointText(const db::Checkpoint& checkpoint)
{
    const auto hex = [](const auto& bytes) {
        return Poco::DigestEngine::digestToHex({bytes.begin(), bytes.end()});
    };
    return "up to seq " + std::to_string(checkpoint.seq) + ": head " + hex(checkpoint.head) +
           ", signed with key " + hex(checkpoint.keyId);
}

std::string figuresText(const AuditRecord& record)
{
    std::string text;
    if (record.counts) {
        text = shortBytes(record.counts->clientToProxy) + " up, " +
               shortBytes(record.counts->upstreamToProxy) + " down";
        if (record.counts->durationMicroseconds)
            text += " in " + shortDuration(*record.counts->durationMicroseconds);
    }
    if (record.end)
        text += (text.empty() ? "" : ", ") + std::string(record.end->reason);
    if (record.found)
        text += (text.empty() ? "" : ", ") + ("check " + forTerminal(record.found->check));
    return text;
}

std::string sessionText(const AuditRecord& record)
{
    std::string line;
    appendColumn(line, std::string(record.verdict), VerdictWidth);
    appendColumn(line, std::string(record.clientIp), ClientWidth);
    appendColumn(line, askedHost(record), HostWidth);
    line += std::string(record.sessionId);
    if (!record.user.empty())
        line += "  " + forTerminal(record.user);
    const std::string figures = figuresText(record);
    return figures.empty() ? line : line + "  " + figures;
}

} // namespace

std::string secondsOf(std::string_view time)
{
    constexpr std::size_t SecondsEnd = 19;
    constexpr std::size_t DateEnd = 10;
    std::string text(time.substr(0, SecondsEnd));
    if (text.size() > DateEnd && text[DateEnd] == 'T')
        text[DateEnd] = ' ';
    return text;
}

std::string askedHost(const AuditRecord& record)
{
    if (record.host.empty())
        return {};
    std::string host = forTerminal(record.host);
    if (host.contains(':'))
        host = '[' + host + ']';
    return record.port == 0 ? host : host + ':' + std::to_string(record.port);
}

std::string eventLine(const AuditRecord& record)
{
    std::string line = secondsOf(record.time) + "  ";
    appendColumn(line, std::string(record.event), EventWidth);
    if (record.admin)
        return line + adminText(*record.admin);
    if (record.checkpoint)
        return line + checkpointText(*record.checkpoint);
    return line + sessionText(record);
}

} // namespace sallyport::app
