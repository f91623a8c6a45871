#include "policy/inspection/Utf8Check.h"

#include <cstddef>
#include <cstring>

namespace sallyport::policy::inspection {

namespace {

constexpr std::uint8_t LowestTail = 0x80;
constexpr std::uint8_t HighestTail = 0xbf;

std::size_t asciiPrefix(std::span<const char> text)
{
    constexpr std::uint64_t HighBits = 0x8080808080808080U;
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & HighBits) != 0)
            break;
    }
    while (at < text.size() && static_cast<std::uint8_t>(text[at]) < LowestTail)
        ++at;
    return at;
}

} // namespace

bool Utf8Check::read(std::span<const char> text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (expected_ == 0) {
            at += asciiPrefix(text.subspan(at));
            if (at == text.size())
                return true;
            if (!beginCharacter(static_cast<std::uint8_t>(text[at])))
                return false;
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(text[at]);
        if (byte < lowest_ || byte > highest_)
            return false;
        lowest_ = LowestTail;
        highest_ = HighestTail;
        --expected_;
    }
    return true;
}

// No overlong forms, no surrogates, nothing above U+10FFFF: seen at the second byte.
bool Utf8Check::beginCharacter(std::uint8_t lead)
{
    if (lead < 0xc2 || lead > 0xf4)
        return false;
    expected_ = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    lowest_ = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : LowestTail;
    highest_ = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : HighestTail;
    return true;
}

} // namespace sallyport::policy::inspection
