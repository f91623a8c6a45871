#include "http/ChunkedDecoder.h"

#include <algorithm>
#include <limits>

namespace sallyport::http {

namespace {

constexpr std::uint64_t MaxChunkBytes = std::numeric_limits<std::int64_t>::max();

unsigned hexValue(char c)
{
    if (isOf(DigitCharacter, c))
        return static_cast<unsigned>(c - '0');
    return static_cast<unsigned>(lowerCase(c) - 'a' + 10);
}

} // namespace

void ChunkedDecoder::reset()
{
    state_ = State::SizeStart;
    fault_ = HeadFault::None;
    remaining_ = 0;
    lineBytes_ = 0;
    section_.clear();
    lines_.restart();
    trailers_.clear();
}

ChunkedDecoder::Step ChunkedDecoder::bad(HeadFault fault)
{
    state_ = State::Bad;
    fault_ = fault;
    return {Step::Kind::Bad, 0, {}};
}

ChunkedDecoder::Step ChunkedDecoder::next(std::string_view input)
{
    switch (state_) {
    case State::Bad:
        return {Step::Kind::Bad, 0, {}};
    case State::Done:
        return {Step::Kind::Done, 0, {}};
    default:
        break;
    }
    if (input.empty())
        return {Step::Kind::NeedMore, 0, {}};
    if (state_ == State::Trailers)
        return trailerSection(input);
    if (state_ != State::Data)
        return framing(input);
    const auto data = input.substr(0, std::min<std::uint64_t>(remaining_, input.size()));
    remaining_ -= data.size();
    if (remaining_ == 0)
        state_ = State::DataCr;
    return {Step::Kind::Data, data.size(), data};
}

ChunkedDecoder::Step ChunkedDecoder::framing(std::string_view input)
{
    std::size_t consumed = 0;
    while (consumed < input.size() && state_ != State::Data && state_ != State::Trailers) {
        if (const auto fault = acceptFramingByte(input[consumed]); fault != HeadFault::None)
            return bad(fault);
        ++consumed;
    }
    return {Step::Kind::Framing, consumed, {}};
}

HeadFault ChunkedDecoder::acceptFramingByte(char c)
{
    if (state_ == State::DataCr || state_ == State::DataLf) {
        if (c != (state_ == State::DataCr ? '\r' : '\n'))
            return HeadFault::BadChunkEnd;
        state_ = state_ == State::DataCr ? State::DataLf : State::SizeStart;
        return HeadFault::None;
    }
    if (++lineBytes_ > MaxSizeLineBytes)
        return HeadFault::ChunkLineTooLong;
    switch (state_) {
    case State::SizeStart:
    case State::Size:
        if (isOf(HexCharacter, c)) {
            if (remaining_ > (MaxChunkBytes - hexValue(c)) / 16)
                return HeadFault::BadChunkSize;
            remaining_ = remaining_ * 16 + hexValue(c);
            state_ = State::Size;
            return HeadFault::None;
        }
        if (state_ == State::SizeStart)
            return HeadFault::BadChunkSize;
        if (c == '\r') {
            state_ = State::SizeLf;
            return HeadFault::None;
        }
        [[fallthrough]];
    case State::ExtensionSpace:
        if (c == ';')
            state_ = State::Extension;
        else if (c == ' ' || c == '\t')
            state_ = State::ExtensionSpace;
        else
            return HeadFault::BadChunkSize;
        return HeadFault::None;
    case State::Extension:
        if (c == '\r')
            state_ = State::SizeLf;
        else if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f)
            return HeadFault::BadChunkSize;
        return HeadFault::None;
    default:
        break;
    }
    if (c != '\n') // SizeLf
        return HeadFault::BadChunkSize;
    state_ = remaining_ == 0 ? State::Trailers : State::Data;
    lineBytes_ = 0;
    return HeadFault::None;
}

// Up to and with the next line end; a section without fields never grows beyond two bytes.
ChunkedDecoder::Step ChunkedDecoder::trailerSection(std::string_view input)
{
    const auto lineEnd = input.find('\n');
    const auto consumed = lineEnd == std::string_view::npos ? input.size() : lineEnd + 1;
    const auto room = limits_.headBytes - std::min(limits_.headBytes, section_.size());
    section_.append(input.substr(0, std::min(consumed, room)));
    trailers_.rebase(section_.data());

    std::string_view line;
    switch (lines_.next(section_, limits_.headBytes, line)) {
    case HeadLines::Found::NeedMore:
        return {Step::Kind::Trailers, consumed, {}};
    case HeadLines::Found::BareLf:
        return bad(HeadFault::BareCrOrLf);
    case HeadLines::Found::TooLong:
        return bad(HeadFault::HeadTooLarge);
    case HeadLines::Found::Line:
        break;
    }
    if (line.empty()) {
        state_ = State::Done;
        return {Step::Kind::Done, consumed, {}};
    }
    if (const auto fault = trailers_.appendLine(line, limits_); fault != HeadFault::None)
        return bad(fault);
    return {Step::Kind::Trailers, consumed, {}};
}

} // namespace sallyport::http
