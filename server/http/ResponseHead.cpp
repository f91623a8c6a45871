#include "http/ResponseHead.h"

#include <algorithm>

namespace sallyport::http {

namespace {

constexpr std::string_view VersionPrefix = "HTTP/1.";

bool isReason(std::string_view reason)
{
    return std::ranges::all_of(reason, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    });
}

} // namespace

void ResponseHead::reset()
{
    stage_ = Stage::StatusLine;
    fault_ = HeadFault::None;
    statusCode_ = 0;
    minorVersion_ = 1;
    lines_.restart();
    base_ = nullptr;
    reason_ = {};
    declared_ = {};
    connection_ = {};
    fields_.clear();
}

ParseOutcome ResponseHead::bad(HeadFault fault)
{
    stage_ = Stage::Bad;
    fault_ = fault;
    return ParseOutcome::Bad;
}

ParseOutcome ResponseHead::parse(std::string_view bytes, const HeadLimits& limits)
{
    follow(bytes.data());
    if (stage_ == Stage::Complete)
        return ParseOutcome::Complete;
    if (stage_ == Stage::Bad)
        return ParseOutcome::Bad;
    if (stage_ == Stage::StatusLine) {
        // What is no HTTP at all may never send a line end.
        const auto known = std::min(bytes.size(), VersionPrefix.size());
        if (bytes.substr(0, known) != VersionPrefix.substr(0, known))
            return bad(HeadFault::BadStatusLine);
    }
    for (;;) {
        std::string_view line;
        switch (lines_.next(bytes, limits.headBytes, line)) {
        case HeadLines::Found::NeedMore:
            return ParseOutcome::NeedMore;
        case HeadLines::Found::BareLf:
            return bad(HeadFault::BareCrOrLf);
        case HeadLines::Found::TooLong:
            return bad(HeadFault::HeadTooLarge);
        case HeadLines::Found::Line:
            break;
        }
        auto fault = HeadFault::None;
        if (stage_ == Stage::StatusLine) {
            fault = readStatusLine(line);
            stage_ = Stage::Fields;
        } else if (!line.empty()) {
            fault = fields_.appendLine(line, limits);
        } else {
            fault = finish();
            if (fault == HeadFault::None) {
                stage_ = Stage::Complete;
                return ParseOutcome::Complete;
            }
        }
        if (fault != HeadFault::None)
            return bad(fault);
    }
}

HeadFault ResponseHead::readStatusLine(std::string_view line)
{
    constexpr std::size_t StatusAt = std::string_view("HTTP/1.1 ").size();
    if (line.contains('\r'))
        return HeadFault::BareCrOrLf;
    if (line.size() < StatusAt + 3 || !isOf(DigitCharacter, line[7]) || line[8] != ' ')
        return HeadFault::BadStatusLine;
    const auto code = line.substr(StatusAt, 3);
    if (!consistsOf(DigitCharacter, code) || code.front() < '1' || code.front() > '5')
        return HeadFault::BadStatusLine;
    // Servers leave out the space before an empty reason.
    const auto rest = line.substr(StatusAt + 3);
    if (!rest.empty() && rest.front() != ' ')
        return HeadFault::BadStatusLine;
    const auto reason = rest.empty() ? rest : rest.substr(1);
    if (!isReason(reason))
        return HeadFault::BadStatusLine;
    minorVersion_ = line[7] == '0' ? 0 : 1;
    statusCode_ = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    reason_ = reason;
    return HeadFault::None;
}

HeadFault ResponseHead::finish()
{
    const auto declared = declaredFraming(fields_, minorVersion_);
    declared_ = declared.framing;
    if (declared.fault != HeadFault::None)
        return declared.fault;
    return readConnectionOptions(fields_, Sender::Upstream, connection_);
}

void ResponseHead::follow(const char* base)
{
    if (base == base_)
        return;
    base_ = base;
    fields_.rebase(base);
    if (!reason_.empty())
        reason_ = {base + std::string_view("HTTP/1.1 200 ").size(), reason_.size()};
}

BodyFraming ResponseHead::bodyFraming(std::string_view requestMethod) const
{
    const bool tunnel = requestMethod == "CONNECT" && statusCode_ / 100 == 2;
    if (requestMethod == "HEAD" || statusCode_ < 200 || statusCode_ == 204 || statusCode_ == 304 ||
        tunnel)
        return {};
    if (fields_.has(KnownField::ContentLength) || fields_.has(KnownField::TransferEncoding))
        return declared_;
    return {BodyFraming::Kind::UntilClose, 0};
}

} // namespace sallyport::http
