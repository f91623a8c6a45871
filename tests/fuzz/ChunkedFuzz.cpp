// A chunked body: the same however it is cut, and what is passed on decodes to the same data.
#include "Invariant.h"
#include "http/ChunkedDecoder.h"

#include <string>

namespace sallyport::fuzz {

namespace {

using http::ChunkedDecoder;
using Kind = ChunkedDecoder::Step::Kind;

constexpr http::HeadLimits Limits{.headBytes = 512, .targetBytes = 256, .fieldCount = 20};
// A trailer "A:b" is sent on as "A: b".
constexpr http::HeadLimits WiderLimits{.headBytes = 1024, .targetBytes = 256, .fieldCount = 20};

struct Decoded {
    std::string data;
    std::string passedOn; // with the trailer section as it is sent on
    std::size_t consumed = 0;
    Kind end = Kind::NeedMore;
    http::HeadFault fault = http::HeadFault::None;
};

Decoded decode(std::string_view input, std::array<std::size_t, 2> cuts,
               const http::HeadLimits& limits)
{
    ChunkedDecoder decoder(limits);
    Decoded decoded;
    std::size_t begin = 0;
    for (const auto cut : {cuts[0], cuts[1], input.size()}) {
        const std::vector<char> copy(input.begin() + static_cast<std::ptrdiff_t>(begin),
                                     input.begin() + static_cast<std::ptrdiff_t>(cut));
        begin = cut;
        std::string_view piece(copy.data(), copy.size());
        do {
            const auto step = decoder.next(piece);
            mustHold(step.consumed <= piece.size(), "no more is consumed than was given");
            mustHold(step.consumed > 0 || step.kind == Kind::NeedMore || step.kind == Kind::Bad,
                     "every step but the last gets on");
            mustHold(step.kind != Kind::NeedMore || piece.empty(),
                     "more is needed only when all is consumed");
            decoded.end = step.kind;
            decoded.consumed += step.consumed;
            decoded.data.append(step.data);
            if (step.kind == Kind::Data || step.kind == Kind::Framing)
                decoded.passedOn.append(piece.substr(0, step.consumed));
            piece.remove_prefix(step.consumed);
        } while (decoded.end != Kind::NeedMore && decoded.end != Kind::Done &&
                 decoded.end != Kind::Bad);
        if (decoded.end != Kind::NeedMore)
            break;
    }
    decoded.fault = decoder.fault();
    if (decoded.end == Kind::Done)
        http::writeTrailers(decoder.trailers(), decoded.passedOn);
    return decoded;
}

} // namespace

} // namespace sallyport::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto whole = decode(input, {input.size(), input.size()}, Limits);
    const auto cut = decode(input, cutsOf(input), Limits);
    mustHold(whole.end == cut.end && whole.fault == cut.fault && whole.data == cut.data,
             "a body is the same however it is cut");
    if (whole.end != Kind::Done)
        return 0;
    mustHold(whole.consumed == cut.consumed && whole.passedOn == cut.passedOn,
             "a body ends where it ends");
    const auto again = decode(whole.passedOn, cutsOf(whole.passedOn), WiderLimits);
    mustHold(again.end == Kind::Done && again.data == whole.data &&
                 again.consumed == whole.passedOn.size(),
             "what is passed on decodes to the same data");
    return 0;
}
