// Utf8Check: whether text that comes in pieces is UTF-8 (RFC 3629 §4).
#pragma once

#include <cstdint>
#include <span>

namespace sallyport::policy::inspection {

class Utf8Check {
public:
    /// False as soon as no continuation can make it right; not called again then.
    [[nodiscard]] bool read(std::span<const char> text);
    /// Whether the text may end here.
    [[nodiscard]] bool complete() const { return expected_ == 0; }

private:
    [[nodiscard]] bool beginCharacter(std::uint8_t lead);

    std::uint8_t expected_ = 0; ///< bytes that the character begun still needs
    std::uint8_t lowest_ = 0;   ///< of the next of them
    std::uint8_t highest_ = 0;
};

} // namespace sallyport::policy::inspection
