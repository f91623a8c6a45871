#include "audit/sink/HttpTransport.h"

#include "audit/format/Meaning.h"
#include "audit/sink/TokenFile.h"

#include <Poco/Logger.h>

#include <array>

namespace sallyport::audit::sink {
namespace {

// Of the receiver's words, for the log.
constexpr std::size_t MaxExcerpt = 200;

std::string excerptOf(std::string_view text)
{
    std::string plain(text.substr(0, MaxExcerpt));
    for (char& c : plain)
        if (static_cast<unsigned char>(c) < 0x20)
            c = ' ';
    return plain;
}

std::string failureText(const HttpAnswer& answer)
{
    std::string text = "the receiver answered " + std::to_string(answer.status);
    if (!answer.body.empty())
        text += ": " + excerptOf(answer.body);
    return text;
}

// Whether the receiver minds what it was sent, so that sending it again would not help.
bool isRefusal(unsigned status)
{
    return status == 400 || status == 413 || status == 422;
}

} // namespace

std::size_t HttpTransport::send(std::span<const Outgoing> records, const Wait& wait)
{
    tally_ = {};
    batch_ = records.size();
    sendPart(records, wait);
    return tally_.rejected;
}

void HttpTransport::sendPart(std::span<const Outgoing> records, const Wait& wait)
{
    const HttpAnswer answer = exchange(httpBody(spec_, records), wait);
    if (answer.status >= 200 && answer.status < 300) {
        if (spec_.way == Way::Elastic)
            lookAtItems(records, answer);
        else
            tally_.taken += records.size();
    } else if (!isRefusal(answer.status))
        throw SinkError(failureText(answer));
    else if (records.size() == 1)
        reject(records.front(), failureText(answer));
    else {
        const std::size_t half = records.size() / 2;
        sendPart(records.first(half), wait);
        sendPart(records.subspan(half), wait);
    }
    requireTaken(records, answer);
}

// Who wants none of all records has been set up wrongly: nothing must get lost by that.
void HttpTransport::requireTaken(std::span<const Outgoing> records, const HttpAnswer& answer) const
{
    const bool isWholeBatch = records.size() == batch_;
    if (tally_.taken == 0 && (isWholeBatch || tally_.rejected >= MostRejectedAtFirst))
        throw SinkError("the receiver wants none of the records: " + failureText(answer));
}

void HttpTransport::reject(const Outgoing& record, const std::string& why)
{
    ++tally_.rejected;
    Poco::Logger::get("audit").warning("sink %s: record %s is not wanted: %s", spec_.name,
                                       record.id, excerptOf(why));
}

void HttpTransport::lookAtItems(std::span<const Outgoing> records, const HttpAnswer& answer)
{
    const auto items = bulkItems(answer.body);
    if (!items || items->size() != records.size())
        throw SinkError("the receiver's answer is none to a _bulk request: " +
                        excerptOf(answer.body));
    std::size_t again = 0;
    std::string why;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const BulkItem& item = (*items)[i];
        if (item.fate == BulkItem::Fate::Rejected)
            reject(records[i], item.why);
        else if (item.fate == BulkItem::Fate::Taken)
            ++tally_.taken;
        else if (++again == 1)
            why = item.why;
    }
    // Those that were taken are doubles next time, and the receiver drops them by their id.
    if (again != 0)
        throw SinkError(std::to_string(again) + " records are not taken yet: " + excerptOf(why));
}

std::string HttpTransport::requestFor(const std::string& body) const
{
    std::string host = spec_.peer.host;
    if (format::isIpv6(host))
        host = "[" + host + "]";
    std::string request = "POST " + spec_.path + " HTTP/1.1\r\nHost: " + host + ":" +
                          std::to_string(spec_.peer.port) + "\r\nUser-Agent: sallyport\r\n";
    // Read each time, so that a new token needs no restart.
    if (!spec_.tokenFile.empty())
        request +=
            "Authorization: " + httpAuthorization(spec_.way, readToken(spec_.tokenFile)) + "\r\n";
    ((request += "Content-Type: ") += httpContentType(spec_)) += "\r\nContent-Length: ";
    return request + std::to_string(body.size()) + "\r\n\r\n" + body;
}

HttpAnswer HttpTransport::exchange(const std::string& body, const Wait& wait)
{
    const std::string request = requestFor(body);
    try {
        // A connection that was kept may have been closed meanwhile.
        if (stream_ && stream_->hasInput())
            stream_.reset();
        if (!stream_)
            stream_ = std::make_unique<OutgoingStream>(spec_.peer, wait);
        HttpAnswer answer = askOnce(request, wait);
        if (answer.connection == HttpAnswer::Connection::Ends)
            stream_.reset();
        return answer;
    } catch (const SinkError&) {
        stream_.reset();
        throw;
    }
}

HttpAnswer HttpTransport::askOnce(const std::string& request, const Wait& wait)
{
    stream_->write(request, wait);
    HttpAnswerReader reader;
    std::array<char, 16 * 1024> buffer;
    for (;;) {
        const std::size_t count = stream_->read(buffer, wait);
        const bool whole = count == 0 ? reader.takeEnd() : reader.take({buffer.data(), count});
        if (whole)
            return reader.answer();
        if (count == 0)
            throw SinkError("the receiver ended the connection before its answer was whole");
        if (wait.isOver())
            throw SinkError("the receiver took too long to answer");
    }
}

} // namespace sallyport::audit::sink
