// HeadLines: cuts bytes that arrive bit by bit into lines ended by CRLF; no byte is searched twice.
//
// The answer depends on the bytes only, not on how they were cut. Knows nothing of what a line
// means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sallyport::http {

class HeadLines {
public:
    enum class Found : std::uint8_t {
        Line,
        NeedMore,
        TooLong, ///< no line ends within the limit
        BareLf,
    };

    /// Looks for the next line in `bytes`, which start where they started before; a line that ends
    /// behind `limitBytes` (counted from the start of `bytes`) is too long. `line` is set without
    /// CRLF.
    [[nodiscard]] Found next(std::string_view bytes, std::size_t limitBytes,
                             std::string_view& line);

    /// Where the next line begins.
    [[nodiscard]] std::size_t position() const { return lineBegin_; }
    /// Starts over with the next line at `position`.
    void restart(std::size_t position = 0) { lineBegin_ = searched_ = position; }

private:
    std::size_t lineBegin_ = 0;
    std::size_t searched_ = 0; ///< no LF in [lineBegin_, searched_)
};

} // namespace sallyport::http
