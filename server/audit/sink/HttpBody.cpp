#include "audit/sink/HttpBody.h"

#include "audit/format/Figures.h"
#include "audit/sink/Wait.h"
#include "db/JsonText.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPResponse.h>

#include <charconv>
#include <sstream>

namespace sallyport::audit::sink {
namespace {

// {"time":1795424400.000,"host":…,"source":…,"sourcetype":…,"event":…}
void appendHecEvent(std::string& out, const SinkSpec& spec, const Outgoing& record)
{
    out += "{\"time\":";
    const auto time = format::timeOf(record.time);
    format::appendThousandths(out, time ? format::millisecondsOf(*time) : 0);
    out += ",\"host\":";
    db::appendJsonString(out, record.node);
    out += ",\"source\":\"sallyport\",\"sourcetype\":\"sallyport:";
    ((out += spec.format->name) += "\",\"fields\":{\"record_id\":");
    db::appendJsonString(out, record.id);
    out += "},\"event\":";
    if (spec.format->isJson())
        out += record.line;
    else
        db::appendJsonString(out, record.line);
    out += "}\n";
}

void appendBulkEntry(std::string& out, const Outgoing& record)
{
    out += "{\"create\":{\"_id\":";
    db::appendJsonString(out, record.id);
    ((out += "}}\n") += record.line) += '\n';
}

BulkItem itemOf(const Poco::JSON::Object& item)
{
    const auto create = item.getObject("create");
    if (!create)
        return {BulkItem::Fate::Again, "no answer about it"};
    const int status = create->optValue("status", 0);
    if ((status >= 200 && status < 300) || status == 409)
        return {};
    std::string why = "status " + std::to_string(status);
    if (const auto error = create->getObject("error"))
        why +=
            ", " + error->optValue<std::string>("reason", error->optValue<std::string>("type", ""));
    const bool again = status == 429 || status >= 500 || status == 0;
    return {again ? BulkItem::Fate::Again : BulkItem::Fate::Rejected, why};
}

} // namespace

std::string httpBody(const SinkSpec& spec, std::span<const Outgoing> records)
{
    std::string body;
    for (const Outgoing& record : records) {
        if (spec.way == Way::Hec)
            appendHecEvent(body, spec, record);
        else if (spec.way == Way::Elastic)
            appendBulkEntry(body, record);
        else
            (body += record.line) += '\n';
    }
    return body;
}

std::string_view httpContentType(const SinkSpec& spec)
{
    if (spec.way == Way::Hec)
        return "application/json";
    return spec.way == Way::Elastic ? "application/x-ndjson" : spec.format->mediaType;
}

std::string httpAuthorization(Way way, const std::string& token)
{
    if (way == Way::Hec)
        return "Splunk " + token;
    return (way == Way::Elastic ? "ApiKey " : "Bearer ") + token;
}

std::optional<std::vector<BulkItem>> bulkItems(const std::string& body)
{
    try {
        const auto root = Poco::JSON::Parser().parse(body).extract<Poco::JSON::Object::Ptr>();
        const auto items = root->getArray("items");
        if (!items)
            return std::nullopt;
        std::vector<BulkItem> all;
        for (unsigned i = 0; i < items->size(); ++i) {
            const auto item = items->getObject(i);
            all.push_back(item ? itemOf(*item) : BulkItem{BulkItem::Fate::Again, "not an object"});
        }
        return all;
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

bool HttpAnswerReader::take(std::string_view bytes)
{
    received_ += bytes;
    while (!headRead_)
        if (!readHead())
            return false;
    return readBody();
}

bool HttpAnswerReader::takeEnd()
{
    if (!headRead_ || framing_ != Framing::UntilEnd)
        return false;
    answer_.body = std::move(received_);
    answer_.connection = HttpAnswer::Connection::Ends;
    return true;
}

// False: it is not whole yet. Interim answers are taken and forgotten.
bool HttpAnswerReader::readHead()
{
    constexpr std::string_view End = "\r\n\r\n";
    const auto end = received_.find(End);
    if (end == std::string::npos) {
        if (received_.size() > MaxHead)
            throw SinkError("the receiver's answer is not HTTP");
        return false;
    }
    Poco::Net::HTTPResponse response;
    std::istringstream head(received_.substr(0, end + End.size()));
    try {
        response.read(head);
    } catch (const Poco::Exception&) {
        throw SinkError("the receiver's answer is not HTTP");
    }
    received_.erase(0, end + End.size());
    answer_.status = static_cast<unsigned>(response.getStatus());
    if (answer_.status < 200)
        return true;
    headRead_ = true;
    if (!response.getKeepAlive())
        answer_.connection = HttpAnswer::Connection::Ends;
    if (response.getChunkedTransferEncoding())
        framing_ = Framing::Chunked;
    else if (response.hasContentLength()) {
        framing_ = Framing::Length;
        length_ = static_cast<std::size_t>(std::max<Poco::Int64>(0, response.getContentLength64()));
    } else if (answer_.status == 204 || answer_.status == 304)
        framing_ = Framing::Length;
    return true;
}

bool HttpAnswerReader::readBody()
{
    if (received_.size() > MaxBody || length_ > MaxBody)
        throw SinkError("the receiver's answer is too large");
    switch (framing_) {
    case Framing::Length:
        if (received_.size() < length_)
            return false;
        answer_.body = received_.substr(0, length_);
        return true;
    case Framing::Chunked:
        return readChunks();
    case Framing::UntilEnd:
        return false;
    }
    return false;
}

// Reads all from the first chunk: answers are short.
bool HttpAnswerReader::readChunks()
{
    std::string body;
    std::string_view rest = received_;
    for (;;) {
        const auto line = rest.find("\r\n");
        if (line == std::string_view::npos)
            return false;
        std::size_t size = 0;
        if (std::from_chars(rest.data(), rest.data() + line, size, 16).ec != std::errc{} ||
            size > MaxBody)
            throw SinkError("the receiver's answer has a chunk without a size");
        rest.remove_prefix(line + 2);
        if (size == 0)
            break;
        if (rest.size() < size + 2)
            return false;
        body += rest.substr(0, size);
        rest.remove_prefix(size + 2);
    }
    // Trailers, up to an empty line.
    if (!rest.starts_with("\r\n") && !rest.contains("\r\n\r\n"))
        return false;
    answer_.body = std::move(body);
    return true;
}

} // namespace sallyport::audit::sink
