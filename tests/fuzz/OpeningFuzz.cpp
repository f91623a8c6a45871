// What a tunnel's first bytes are taken for: said of a part, it is said of the whole, and the head
// of a request is what was sent.
#include "Invariant.h"
#include "proxy/Opening.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using sallyport::fuzz::mustHold;
using namespace sallyport::proxy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t Limit = 2048;
    constexpr sallyport::http::HeadLimits HeadLimits{
        .headBytes = 4096, .targetBytes = 1024, .fieldCount = 50};
    const std::string_view stream(reinterpret_cast<const char*>(data), size);
    Opening whole;
    const auto outcome = readOpening(stream, Limit, HeadLimits, whole);
    mustHold(size < Limit || outcome == OpeningOutcome::Known, "it waits beyond its limit");
    mustHold(stream.starts_with(whole.head), "a head that was not sent");
    for (std::size_t end = 0; end < size; end += 1 + end / 8) {
        Opening part;
        if (readOpening(stream.substr(0, end), Limit, HeadLimits, part) == OpeningOutcome::Known) {
            mustHold(part.content == whole.content, "more bytes make it something else");
            mustHold(part.head == whole.head, "more bytes make it another head");
            mustHold(part.hello == whole.hello, "more bytes make it another hello");
        }
    }
    return 0;
}
