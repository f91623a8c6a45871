#include "policy/HostPattern.h"

#include "policy/Network.h"

#include <algorithm>

namespace sallyport::policy {
namespace {

constexpr std::size_t MaxNameLength = 253; // RFC 1035 §2.3.4, as text without the last dot
constexpr std::size_t MaxLabelLength = 63;

using Complaint = std::unexpected<std::string>;

Complaint complain(std::string_view text, std::string_view what)
{
    return Complaint('"' + std::string(text) + "\" " + std::string(what));
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// Underscores are no host name characters (RFC 952), but they are in use and resolve.
bool isLabelCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '_';
}

char toLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// What is wrong with a name in lower case without trailing dot; empty if it is fine.
std::string_view faultOfName(std::string_view name)
{
    if (name.empty() || name.size() > MaxNameLength)
        return "is not a host name: it must have 1 to 253 characters";
    for (std::size_t start = 0; start <= name.size();) {
        const auto end = std::min(name.find('.', start), name.size());
        const auto label = name.substr(start, end - start);
        if (label.empty() || label.size() > MaxLabelLength)
            return "is not a host name: each part between dots must have 1 to 63 characters";
        if (!std::ranges::all_of(label, isLabelCharacter))
            return "is not a host name like \"www.example.com\" or \"*.example.com\"";
        start = end + 1;
    }
    // The last label of a name is never a number (RFC 3696 §2), so this would match nothing.
    if (std::ranges::all_of(name.substr(name.rfind('.') + 1), isDigit))
        return "ends in a number but is no IP address; use the condition \"address\" for networks";
    return "";
}

// URLs, ports and networks are what people paste here; each has its own place.
std::string_view hintForMisplaced(std::string_view text)
{
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return "has characters outside ASCII; write the name in its A-label form, \"xn--…\"";
    if (text.starts_with("list:") || text.starts_with("regex:"))
        return "is not supported by this version; expected a host name or \"*.\" and a suffix";
    if (text.contains("://"))
        return "is a URL; expected the host name alone";
    if (parseNetwork(text).has_value())
        return "is a network; use the condition \"address\" for destination networks";
    if (text.contains('/'))
        return "has a path; expected the host name alone";
    if (text.contains(':'))
        return "has a port; use the condition \"port\" for it";
    return "";
}

} // namespace

std::expected<std::string, std::string> parseHostPattern(std::string_view text)
{
    const auto bracketed = text.size() > 2 && text.starts_with('[') && text.ends_with(']');
    const auto literal = parseAddress(bracketed ? text.substr(1, text.size() - 2) : text);
    if (literal)
        return addressText(*literal);
    if (text == "*" || text == "*.")
        return complain(text, "would match every host; leave the condition out instead");
    if (const auto hint = hintForMisplaced(text); !hint.empty())
        return complain(text, hint);

    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), toLower);
    if (lowered.ends_with('.'))
        lowered.pop_back();
    if (parseAddress(lowered))
        return complain(text, "is an IP address with a trailing dot; leave the dot out");
    const auto name = std::string_view(lowered).substr(lowered.starts_with("*.") ? 2 : 0);
    if (name.contains('*'))
        return complain(text,
                        "has \"*\" in another place than at the start, as in \"*.example.com\"");
    if (const auto fault = faultOfName(name); !fault.empty())
        return complain(text, fault);
    return lowered;
}

} // namespace sallyport::policy
