#include "proxy/Body.h"

#include "http/ChunkedDecoder.h"
#include "net/Transfer.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

namespace sallyport::proxy {

namespace {

using http::BodyCoding;
using net::Error;

BodyEnd sourceEnd(const Error& error)
{
    switch (error.kind) {
    case Error::Kind::TimedOut:
        return BodyEnd::SourceStalled;
    case Error::Kind::Aborted:
        return BodyEnd::Aborted;
    default:
        return BodyEnd::SourceFailed;
    }
}

BodyEnd sinkEnd(const Error& error)
{
    switch (error.kind) {
    case Error::Kind::TimedOut:
        return BodyEnd::SinkStalled;
    case Error::Kind::Aborted:
        return BodyEnd::Aborted;
    default:
        return BodyEnd::SinkFailed;
    }
}

BodyEnd endOf(const net::TransferResult& result)
{
    if (result.stalled == net::TransferResult::Stalled::Yes)
        return result.bytesRead > result.bytesWritten ? BodyEnd::SinkStalled
                                                      : BodyEnd::SourceStalled;
    switch (result.end) {
    case net::Pump::End::Complete:
        return BodyEnd::Complete;
    case net::Pump::End::CutShort:
        return BodyEnd::SourceEnded;
    case net::Pump::End::SourceFailed:
        return BodyEnd::SourceFailed;
    case net::Pump::End::SinkFailed:
        return BodyEnd::SinkFailed;
    case net::Pump::End::Aborted:
    case net::Pump::End::Cut: // nothing taps a body
        break;
    }
    return BodyEnd::Aborted;
}

/// A body of `length` bytes, or until the source ends when that is Pump::Unlimited.
net::Task<BodyEnd> carryPlain(BodyWay way, std::uint64_t length, std::string_view head)
{
    const auto first = way.inbox.bytes().substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(length, way.inbox.bytes().size())));
    way.bytesRead += first.size();
    if (!head.empty() || !first.empty()) {
        const auto deadline = way.from.channel().loop().now() + way.stallLimit;
        const auto sent = co_await way.to.write(head, first, deadline);
        if (!sent)
            co_return sinkEnd(sent.error());
    }
    way.bytesWritten += first.size();
    way.inbox.consume(first.size());
    const std::uint64_t rest = length == net::Pump::Unlimited ? length : length - first.size();
    if (rest == 0)
        co_return BodyEnd::Complete;
    way.inbox.releaseIfEmpty();
    const net::MovedBytes moved{.read = way.bytesRead, .written = way.bytesWritten};
    const auto result = co_await net::Transfer(way.from, way.to, rest, way.stallLimit, moved);
    co_return endOf(result);
}

/// What of the bytes at hand can be passed on at once.
struct Piece {
    std::size_t passed = 0;   ///< bytes from the front of the input on
    std::size_t consumed = 0; ///< of the input
    enum class State : std::uint8_t { More, Done, Bad } state = State::More;
};

/// With BodyCoding::Unchunked the data are moved together at the front of `input`.
Piece takePiece(http::ChunkedDecoder& decoder, std::span<char> input, BodyCoding coding)
{
    using Kind = http::ChunkedDecoder::Step::Kind;
    Piece piece;
    while (true) {
        const auto step =
            decoder.next({input.data() + piece.consumed, input.size() - piece.consumed});
        switch (step.kind) {
        case Kind::NeedMore:
            return piece;
        case Kind::Data:
            if (coding == BodyCoding::Unchunked)
                std::memmove(input.data() + piece.passed, step.data.data(), step.data.size());
            piece.passed += step.data.size();
            break;
        case Kind::Framing:
            if (coding == BodyCoding::AsReceived)
                piece.passed += step.consumed;
            break;
        case Kind::Trailers:
            break;
        case Kind::Done:
            piece.consumed += step.consumed;
            piece.state = Piece::State::Done;
            return piece;
        case Kind::Bad:
            piece.state = Piece::State::Bad;
            return piece;
        }
        piece.consumed += step.consumed;
    }
}

net::Task<BodyEnd> carryChunked(BodyWay way, BodyCoding coding, std::string_view head)
{
    auto& loop = way.from.channel().loop();
    const auto decoder = std::make_unique<http::ChunkedDecoder>(way.limits);
    while (true) {
        const auto bytes = way.inbox.bytes();
        const std::span<char> input(const_cast<char*>(bytes.data()), bytes.size());
        const Piece piece = takePiece(*decoder, input, coding);
        way.bytesRead += piece.consumed;
        std::string end;
        if (piece.state == Piece::State::Done && coding == BodyCoding::AsReceived)
            http::writeTrailers(decoder->trailers(), end);

        if (!head.empty() || piece.passed > 0) {
            const auto sent = co_await way.to.write(head, bytes.substr(0, piece.passed),
                                                    loop.now() + way.stallLimit);
            if (!sent)
                co_return sinkEnd(sent.error());
            head = {};
            way.bytesWritten += piece.passed;
        }
        way.inbox.consume(piece.consumed);
        if (piece.state == Piece::State::Bad)
            co_return BodyEnd::BadFraming;
        if (piece.state == Piece::State::Done) {
            if (!end.empty()) {
                const auto sent = co_await way.to.write(end, loop.now() + way.stallLimit);
                if (!sent)
                    co_return sinkEnd(sent.error());
                way.bytesWritten += end.size();
            }
            co_return BodyEnd::Complete;
        }

        const auto got = co_await way.from.read(way.inbox.room(), loop.now() + way.stallLimit);
        if (!got)
            co_return sourceEnd(got.error());
        if (*got == 0)
            co_return BodyEnd::SourceEnded;
        way.inbox.added(*got);
    }
}

} // namespace

net::Task<BodyEnd> carryBody(BodyWay way, http::BodyFraming framing, http::BodyCoding coding,
                             std::string_view head)
{
    switch (framing.kind) {
    case http::BodyFraming::Kind::None:
        co_return co_await carryPlain(way, 0, head);
    case http::BodyFraming::Kind::Length:
        co_return co_await carryPlain(way, framing.length, head);
    case http::BodyFraming::Kind::UntilClose:
        co_return co_await carryPlain(way, net::Pump::Unlimited, head);
    case http::BodyFraming::Kind::Chunked:
        co_return co_await carryChunked(way, coding, head);
    }
    co_return BodyEnd::BadFraming;
}

} // namespace sallyport::proxy
