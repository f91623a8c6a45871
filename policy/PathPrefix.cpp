#include "policy/PathPrefix.h"

#include "policy/Ascii.h"

#include <optional>

namespace sallyport::policy {
namespace {

constexpr std::string_view Digits = "0123456789ABCDEF";
constexpr std::size_t EscapeLength = 3; // "%2F"

std::optional<unsigned> hexDigit(char c)
{
    const auto digit = Digits.find(toUpper(c));
    return digit == Digits.npos ? std::nullopt : std::optional(static_cast<unsigned>(digit));
}

bool isUnreserved(char c) // RFC 3986 §2.3
{
    return isLetter(c) || isDigit(c) || std::string_view("-._~").contains(c);
}

// The escape in its one spelling: the character that it stands for, or the escape in upper case.
void appendEscape(unsigned high, unsigned low, std::string& out)
{
    const auto character = static_cast<char>(high * 16 + low);
    if (isUnreserved(character))
        out += character;
    else
        out.append({'%', Digits[high], Digits[low]});
}

// Ends the segment behind the last slash: a dot segment goes, with the one before it if it has two
// dots. The slashes before it stay.
void endSegment(std::string& out)
{
    const auto segment = out.rfind('/') + 1;
    const auto text = std::string_view(out).substr(segment);
    if (text == ".") {
        out.resize(segment);
    } else if (text == "..") {
        const auto before = segment > 1 ? out.rfind('/', segment - 2) + 1 : segment;
        out.resize(before);
    }
}

} // namespace

void normalizePath(std::string_view path, std::string& out)
{
    out.clear();
    for (std::size_t at = 0; at < path.size(); ++at) {
        if (path[at] == '/') {
            endSegment(out);
            if (!out.ends_with('/'))
                out += '/';
            continue;
        }
        const auto isEscape = path[at] == '%' && path.size() - at >= EscapeLength;
        const auto high = isEscape ? hexDigit(path[at + 1]) : std::nullopt;
        const auto low = isEscape ? hexDigit(path[at + 2]) : std::nullopt;
        if (high && low) {
            appendEscape(*high, *low, out);
            at += EscapeLength - 1;
        } else {
            out += path[at];
        }
    }
    endSegment(out);
}

} // namespace sallyport::policy
