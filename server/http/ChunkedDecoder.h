// ChunkedDecoder: finds data, framing and trailers in a chunked body (RFC 9112 section 7.1),
// however it is cut.
//
// Strict: bytes that may be passed on are passed on as they came, so nothing odd is let through.
// Copies nothing but the trailer section, which is bounded. Knows not where the bytes go.
#pragma once

#include "http/FieldList.h"
#include "http/HeadFault.h"
#include "http/HeadLimits.h"
#include "http/HeadLines.h"
#include "http/Trailers.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::http {

class ChunkedDecoder {
public:
    /// Of one chunk-size line with its extensions and CRLF.
    static constexpr std::size_t MaxSizeLineBytes = 1024;

    /// The first `consumed` bytes of the input are of one kind and must not be given again.
    struct Step {
        enum class Kind : std::uint8_t {
            NeedMore, ///< the input is empty (consumed 0)
            Data,     ///< `data` are all the bytes consumed
            Framing,  ///< chunk-size lines and line ends: passed on to a receiver of chunks, left
                      ///< out for another
            Trailers, ///< not to be passed on: writeTrailers() when done
            Done, ///< as Trailers, and the body has ended; trailers() is there. Bytes behind are
                  ///< the next message's
            Bad,  ///< fault() says why
        };
        Kind kind;
        std::size_t consumed;
        std::string_view data;
    };

    explicit ChunkedDecoder(const HeadLimits& limits = {}) : limits_(limits) {}
    ChunkedDecoder(const ChunkedDecoder&) = delete;
    ChunkedDecoder& operator=(const ChunkedDecoder&) = delete;

    /// Call it until it says NeedMore, Done or Bad, each time with what is left of the input.
    [[nodiscard]] Step next(std::string_view input);
    /// Valid after Done, until reset().
    [[nodiscard]] const FieldList& trailers() const { return trailers_; }
    [[nodiscard]] HeadFault fault() const { return fault_; }
    void reset();

private:
    enum class State : std::uint8_t {
        SizeStart, ///< before the first digit
        Size,
        ExtensionSpace, ///< white space after the size, before ';'
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        Trailers,
        Done,
        Bad,
    };

    Step framing(std::string_view input);
    Step trailerSection(std::string_view input);
    Step bad(HeadFault fault);
    [[nodiscard]] HeadFault acceptFramingByte(char c);

    HeadLimits limits_;
    State state_ = State::SizeStart;
    HeadFault fault_ = HeadFault::None;
    std::uint64_t remaining_ = 0; ///< of the current chunk's data
    std::size_t lineBytes_ = 0;   ///< of the current chunk-size line
    std::string section_;         ///< the trailer section so far
    HeadLines lines_;
    FieldList trailers_;
};

} // namespace sallyport::http
