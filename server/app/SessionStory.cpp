#include "app/SessionStory.h"

#include "app/FigureText.h"
#include "app/TextTable.h"
#include "app/TimeOption.h"
#include "db/AuditEvent.h"
#include "db/AuditText.h"

#include <Poco/DigestEngine.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace sallyport::app {
namespace {

using db::AuditRecord;
using policy::inspection::Direction;
using policy::inspection::MessageCounts;

constexpr std::size_t LabelWidth = 22;

// The bytes of `text` that fit into `room` columns, ending behind a space if there is one.
std::size_t fitting(std::string_view text, std::size_t room)
{
    if (columnsOf(text) <= room)
        return text.size();
    const std::size_t end = bytesFitting(text, room);
    const std::size_t space = text.rfind(' ', end);
    return space == std::string_view::npos || space == 0 ? end : space + 1;
}

// One line, or more where the value is long; none without a value.
void appendRow(std::string& out, std::string_view label, std::string_view value)
{
    while (!value.empty()) {
        out.append(label).append(LabelWidth - std::min(LabelWidth, label.size()), ' ');
        const std::size_t length = fitting(value, SessionStory::Width - LabelWidth);
        const std::string_view line = value.substr(0, length);
        out.append(line.substr(0, line.find_last_not_of(' ') + 1)).append("\n");
        value.remove_prefix(length);
        label = {};
    }
}

void appendTitle(std::string& out, std::string_view title)
{
    out.append("\n").append(title).append("\n");
}

std::string inQuotes(std::string_view text)
{
    return '"' + forTerminal(text) + '"';
}

std::string listed(const std::vector<std::string>& texts)
{
    std::string list;
    for (const std::string& text : texts)
        list.append(list.empty() ? "" : ", ").append(forTerminal(text));
    return list;
}

std::string hex(std::span<const std::uint8_t> bytes)
{
    return Poco::DigestEngine::digestToHex({bytes.begin(), bytes.end()});
}

// "access rule "Chat"", "the default row of the access layer".
std::string rowText(const AuditRecord& record)
{
    if (record.ruleId.empty())
        return "the default row of the " + std::string(record.ruleLayer) + " layer";
    return std::string(record.ruleLayer) + " rule " + inQuotes(record.ruleName);
}

std::string policyText(const AuditRecord& record)
{
    return record.policyVersion ? " (policy version " + std::to_string(*record.policyVersion) + ')'
                                : "";
}

bool isOfInspection(const AuditRecord& record)
{
    return record.ruleLayer == policy::layerName(policy::Layer::Inspection);
}

bool hasReason(const AuditRecord& record, db::CloseReason reason)
{
    return record.end && record.end->reason == db::closeReasonName(reason);
}

std::string cutText(const AuditRecord& record)
{
    std::string text = "Ended by inspection profile " + inQuotes(record.inspectionProfile);
    if (isOfInspection(record) && !record.ruleId.empty())
        text += " of rule " + inQuotes(record.ruleName);
    if (record.contents && record.contents->inspection)
        text += ", check " + inQuotes(record.contents->inspection->cutBy);
    return text + ".\n";
}

std::string endpoint(std::string_view address, std::uint16_t port)
{
    std::string text(address);
    if (address.contains(':'))
        text = '[' + text + ']';
    return port == 0 ? text : text + ':' + std::to_string(port);
}

// To the microsecond: "1.234 ms".
std::string millisecondsText(std::uint64_t microseconds)
{
    std::string fraction = std::to_string(microseconds % 1000);
    fraction.insert(0, 3 - fraction.size(), '0');
    return std::to_string(microseconds / 1000) + '.' + fraction + " ms";
}

void appendReached(std::string& out, const AuditRecord& record)
{
    const db::RecordReached& reached = record.reached;
    std::string resolved;
    for (const char c : reached.dnsAnswers)
        c == ';' ? resolved += ", " : resolved += c;
    if (reached.dnsMicroseconds)
        resolved += (resolved.empty() ? "no answer, in " : ", in ") +
                    millisecondsText(*reached.dnsMicroseconds);
    appendRow(out, "Resolved to", resolved);
    std::string connected(record.destinationIp);
    if (reached.connectMicroseconds)
        connected += (connected.empty() ? "nothing, in " : ", in ") +
                     millisecondsText(*reached.connectMicroseconds);
    if (reached.tries > 1)
        connected += ", " + number(reached.tries) + " tries";
    appendRow(out, "Connected to", connected);
    if (!reached.egressIp.empty())
        appendRow(out, "  from", endpoint(reached.egressIp, reached.egressPort));
}

std::string coreText(const AuditRecord& record)
{
    std::string out;
    appendRow(out, "Session", record.sessionId);
    std::string client = endpoint(record.clientIp, record.clientPort);
    if (!record.user.empty())
        client += ", user " + forTerminal(record.user);
    appendRow(out, "Client", client);
    std::string asked = forTerminal(record.method);
    if (!record.host.empty()) {
        asked += (asked.empty() ? "" : " ") + forTerminal(record.host);
        if (record.port != 0)
            asked += ':' + std::to_string(record.port);
    }
    asked += forTerminal(record.path);
    if (!record.query.empty())
        asked += '?' + forTerminal(record.query);
    asked += (asked.empty() ? "" : "  ") + ('(' + std::string(record.protocol) + ')');
    appendRow(out, "Asked for", asked);
    appendRow(out, "User agent", forTerminal(record.userAgent));
    appendReached(out, record);
    appendRow(out, "Proxy",
              forTerminal(record.node) +
                  (record.listener.empty() ? "" : ", listener " + forTerminal(record.listener)));
    if (!record.stage.empty())
        appendRow(out, "Decided at", record.stage);
    appendRow(out, "Report rows", forTerminal(record.ruleWould));
    if (record.status != 0)
        appendRow(out, "Status", std::to_string(record.status));
    return out;
}

std::string bytesText(std::uint64_t received, std::uint64_t sent)
{
    std::string text = number(received) + " received, " + number(sent) + " sent: ";
    if (received == sent)
        return text + "equal";
    return text + number(received > sent ? received - sent : sent - received) +
           (received > sent ? " were not sent on" : " more than received");
}

std::string countsText(const db::RecordCounts& counts)
{
    std::string out;
    appendTitle(out, "Bytes");
    appendRow(out, "  to the upstream", bytesText(counts.clientToProxy, counts.proxyToUpstream));
    appendRow(out, "  to the client", bytesText(counts.upstreamToProxy, counts.proxyToClient));
    return out;
}

std::string silenceText(const db::RecordSilence& silence)
{
    std::string out;
    appendTitle(out, "Silence");
    appendRow(out, "  Longest", durationText(silence.longestMicroseconds));
    appendRow(out, "  Last byte of client",
              silence.lastFromClient.empty() ? "none came" : silence.lastFromClient);
    appendRow(out, "    of upstream",
              silence.lastFromUpstream.empty() ? "none came" : silence.lastFromUpstream);
    appendRow(out, "  First to be silent", silence.first);
    return out;
}

void appendTcp(std::string& out, std::string_view label, const std::optional<db::TcpFigures>& tcp)
{
    if (tcp)
        appendRow(out, label,
                  "round trip " + millisecondsText(tcp->rttMicroseconds) + ", " +
                      number(tcp->retransmits) + " segments sent again");
}

std::string tcpText(const AuditRecord& record)
{
    std::string out;
    appendTitle(out, "TCP");
    appendTcp(out, "  to the client", record.tcpClient);
    appendTcp(out, "  to the upstream", record.tcpUpstream);
    return out;
}

std::string sightText(const db::TunnelContents& contents)
{
    std::string out;
    appendTitle(out, "Inside");
    switch (contents.sight) {
    case db::Sight::Blind:
        appendRow(out, "  Seen", "nothing (blind)");
        break;
    case db::Sight::Sniffed:
        appendRow(out, "  Seen", "what goes in the clear before encryption (sniffed)");
        break;
    case db::Sight::Plain:
        appendRow(out, "  Seen", "all of it, nothing is encrypted (plain)");
        break;
    }
    if (contents.content)
        appendRow(out, "  Protocol", policy::protocolName(*contents.content));
    appendRow(out, "  Banner", forTerminal(contents.banner));
    if (!haveComparableNames(contents))
        return out;
    std::string differences;
    for (const auto difference : policy::AllNameDifferences)
        if (contents.differences.has(difference))
            differences.append(differences.empty() ? "" : ", ")
                .append(policy::nameDifferenceName(difference));
    appendRow(out, "  Names", differences.empty() ? "agree" : differences);
    return out;
}

std::string tlsText(const db::SeenTls& tls)
{
    std::string out;
    appendTitle(out, "TLS");
    appendRow(out, "  SNI", tls.sni.empty() ? "none" : forTerminal(tls.sni));
    appendRow(out, "  ALPN offered", listed(tls.alpnOffered));
    appendRow(out, "  ALPN chosen", forTerminal(tls.alpn));
    std::string version(tls.version);
    if (!tls.cipher.empty())
        version.append(version.empty() ? "" : ", ").append(tls.cipher);
    if (tls.resumed)
        version.append(*tls.resumed ? ", resumed" : ", not resumed");
    appendRow(out, "  Version", version);
    appendRow(out, "  JA3", forTerminal(tls.ja3));
    appendRow(out, "  JA4", forTerminal(tls.ja4));
    appendRow(out, "  ECH", tls.echOffered ? "offered" : "not offered");
    if (!tls.certificate)
        return out;
    appendRow(out, "  Certificate of", forTerminal(tls.certificate->subject));
    appendRow(out, "    issued by", forTerminal(tls.certificate->issuer));
    appendRow(out, "    valid until", timeText(tls.certificate->notAfter));
    appendRow(out, "    for the names", listed(tls.certificate->names));
    appendRow(out, "    SHA-256", hex(tls.certificate->sha256));
    return out;
}

void appendMessages(std::string& out, std::string_view label, const MessageCounts& counts)
{
    appendRow(out, label,
              number(counts.text) + " text, " + number(counts.binary) + " binary, " +
                  number(counts.pings) + " pings, " + number(counts.pongs) + " pongs, in " +
                  number(counts.frames) + " frames; " + number(counts.payloadBytes) +
                  " bytes, inflated " + number(counts.contentBytes) + ", largest message " +
                  number(counts.maxContentBytes));
}

std::string webSocketText(const db::SeenWebSocket& seen)
{
    std::string out;
    appendTitle(out, "WebSocket");
    appendRow(out, "  Path", forTerminal(seen.path));
    appendRow(out, "  Origin", forTerminal(seen.origin));
    appendRow(out, "  Subprotocol", forTerminal(seen.subprotocol));
    appendRow(out, "    offered", listed(seen.subprotocolsOffered));
    appendRow(out, "  Extensions", forTerminal(seen.extensions));
    if (seen.status != 0)
        appendRow(out, "  Answer", std::to_string(seen.status));
    if (seen.counts) {
        appendMessages(out, "  Messages of client", (*seen.counts)[Direction::ClientToUpstream]);
        appendMessages(out, "    of upstream", (*seen.counts)[Direction::UpstreamToClient]);
    }
    if (!seen.notInspectable.empty())
        appendRow(out, "  Not inspectable", forTerminal(seen.notInspectable));
    if (!seen.closeFrom && seen.closeCode == 0)
        return out;
    std::string close = std::to_string(seen.closeCode);
    if (seen.closeFrom)
        close += *seen.closeFrom == Direction::ClientToUpstream ? " from the client"
                                                                : " from the upstream";
    if (!seen.closeReason.empty())
        close += ": " + inQuotes(seen.closeReason);
    appendRow(out, "  Close frame", close);
    return out;
}

void appendDigests(std::string& out, std::string_view label, const db::StreamDigests& digests)
{
    const bool equal = digests.received == digests.sent;
    appendRow(out, label, hex(digests.received) + (equal ? ", equal" : " received,"));
    if (!equal)
        appendRow(out, "", hex(digests.sent) + " sent");
}

std::string inspectionText(const db::InspectionResult& result)
{
    std::string out;
    appendTitle(out, "Inspection");
    appendRow(out, "  Noted by", listed(result.notes));
    appendRow(out, "  Alerts", number(result.alerts));
    appendRow(out, "  Slowed by", forTerminal(result.slowedBy));
    appendRow(out, "  Cut by", forTerminal(result.cutBy));
    if (result.injected)
        appendRow(out, "  Injected", "a Close frame of the proxy's own, not in the bytes above");
    if (!result.digests)
        return out;
    appendDigests(out, "  SHA-256 to upstream", (*result.digests)[Direction::ClientToUpstream]);
    appendDigests(out, "    to client", (*result.digests)[Direction::UpstreamToClient]);
    return out;
}

std::string contentsText(const db::TunnelContents& contents)
{
    std::string out = sightText(contents);
    if (contents.tls)
        out += tlsText(*contents.tls);
    if (contents.webSocket)
        out += webSocketText(*contents.webSocket);
    if (contents.inspection)
        out += inspectionText(*contents.inspection);
    return out;
}

std::string endText(const db::RecordEnd& end)
{
    std::string out;
    std::string by(end.by);
    by.append(by.empty() ? "" : ": ").append(end.reason);
    if (!end.timer.empty())
        by.append(", timer ").append(end.timer);
    if (end.timerMilliseconds)
        by.append(" of ").append(durationText(*end.timerMilliseconds * 1000));
    if (!end.error.empty())
        by.append(", told as ").append(end.error);
    appendRow(out, "Ended by", by);
    return out;
}

// Of an event that ends nothing, that the session is open; nothing if the verdict says it.
std::string endingText(const AuditRecord& record)
{
    if (!record.end)
        return "Still open.\n";
    if (hasReason(record, db::CloseReason::Cut))
        return cutText(record);
    if (hasReason(record, db::CloseReason::ProcessLost))
        return "The process that carried it was lost; how it ended is not known.\n";
    const bool saidByVerdict = hasReason(record, db::CloseReason::Denied) ||
                               hasReason(record, db::CloseReason::PolicyRevoked);
    if (saidByVerdict && record.verdict == "deny")
        return "";
    const std::string_view what = record.event == "decision" ? "Not carried" : "Ended";
    return std::string(what) + ", by the " + std::string(record.end->by) + ": " +
           std::string(record.end->reason) + ".\n";
}

// A well-formed character that prints as itself, or a single byte.
bool isHarmless(std::string_view character)
{
    const auto lead = static_cast<unsigned char>(character.front());
    if (character.size() == 1)
        return lead >= 0x20 && lead < 0x7f;
    if (character.size() == 2 && lead == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0)
        return false; // C1 control characters
    // Line separators, and what turns the direction of writing.
    return !(character == "\u061c" || (character >= "\u200e" && character <= "\u200f") ||
             (character >= "\u2028" && character <= "\u202e") ||
             (character >= "\u2066" && character <= "\u2069"));
}

} // namespace

void SessionStory::add(const AuditRecord& record)
{
    if (record.found) {
        addAlert(record);
        return;
    }
    addReason(record);
    addTimes(record);
    core_ = coreText(record);
    if (record.counts)
        counts_ = countsText(*record.counts);
    if (record.silence)
        silence_ = silenceText(*record.silence);
    if (record.tcpClient || record.tcpUpstream)
        tcp_ = tcpText(record);
    if (record.event == db::eventKindName(db::EventKind::Update))
        ++updates_;
    if (record.contents)
        contents_ = contentsText(*record.contents);
    if (record.end)
        end_ = endText(*record.end);
}

void SessionStory::addReason(const AuditRecord& record)
{
    const bool revoked = hasReason(record, db::CloseReason::PolicyRevoked);
    const bool cut = hasReason(record, db::CloseReason::Cut);
    const std::string row = rowText(record) + policyText(record);
    if (record.verdict.empty())
        verdict_ = record.end ? "The policy did not decide it.\n"
                              : "Not decided yet: what the tunnel carries will tell.\n";
    else if (record.verdict == "allow" && !(cut && isOfInspection(record)))
        verdict_ = "Allowed by " + row + ".\n";
    else if (record.verdict == "deny" && revoked)
        verdict_ = "Ended by " + row + ", published while it ran.\n";
    else if (record.verdict == "deny" && !cut)
        verdict_ = "Refused by " + row + ".\n";

    const std::string ending = endingText(record);
    reason_ = cut ? ending + verdict_ : verdict_ + ending;
}

void SessionStory::addTimes(const AuditRecord& record)
{
    if (began_.empty())
        appendRow(began_, record.event == "open" ? "Opened" : "At", record.time);
    else {
        last_.clear();
        appendRow(last_, record.end ? "Closed" : "Last update", record.time);
        if (record.counts && record.counts->durationMicroseconds)
            appendRow(last_, "Duration", durationText(*record.counts->durationMicroseconds));
        if (record.firstByteMicroseconds)
            appendRow(last_, "First answer after", millisecondsText(*record.firstByteMicroseconds));
    }
}

void SessionStory::addAlert(const AuditRecord& record)
{
    const db::FoundByCheck& found = *record.found;
    if (++alertCount_ > AlertsShown)
        return;
    std::string text(record.time);
    text += "  " + inQuotes(found.check) + ' ';
    text += found.direction == Direction::ClientToUpstream ? "to the upstream" : "to the client";
    if (found.message != 0)
        text += ", message " + number(found.message);
    text += ", offset " + number(found.offset);
    if (!found.kind.empty())
        text += ": " + forTerminal(found.kind);
    if (found.digest)
        text += ", digest " + hex(*found.digest);
    appendRow(alerts_, "  " + std::to_string(alertCount_), text);
}

std::string SessionStory::text() const
{
    std::string out = reason_ + '\n' + core_ + '\n' + began_ + last_;
    if (updates_ != 0)
        appendRow(out, "Updates", number(updates_));
    out += end_ + counts_ + silence_ + tcp_ + contents_;
    if (alertCount_ == 0)
        return out;
    appendTitle(out, "Alerts");
    out += alerts_;
    if (alertCount_ > AlertsShown)
        out += "  and " + number(alertCount_ - AlertsShown) + " more; --json shows them all\n";
    return out;
}

std::string forTerminal(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t length = std::max<std::size_t>(db::utf8SequenceLength(text), 1);
        const std::string_view character = text.substr(0, length);
        text.remove_prefix(length);
        if (character == "\\")
            out += "\\\\";
        else if (isHarmless(character))
            out += character;
        else
            for (const char byte : character)
                out += "\\x" + hex(std::array{static_cast<std::uint8_t>(byte)});
    }
    return out;
}

} // namespace sallyport::app
