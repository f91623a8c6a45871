#include "policy/HostPattern.h"

#include "policy/Ascii.h"
#include "policy/Network.h"
#include "policy/Quoted.h"

#include <idn2.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace sallyport::policy {
namespace {

constexpr std::size_t MaxNameLength = 253; // RFC 1035 §2.3.4, as text without the last dot
constexpr std::size_t MaxLabelLength = 63;
constexpr std::size_t MaxListNameLength = 64;
constexpr std::size_t MaxExpressionLength = 1000;
// No name that fits is longer in UTF-8; libidn2 is not asked about others.
constexpr std::size_t MaxUnicodeBytes = 4 * MaxNameLength;

constexpr std::string_view SuffixMark = "*.";

using Parsed = std::expected<std::string, std::string>;

bool isAscii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Underscores are no host name characters (RFC 952), but they are in use and resolve.
bool isLabelCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '_';
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
    if (text.contains("://"))
        return "is a URL; expected the host name alone";
    if (parseNetwork(text).has_value())
        return "is a network; use the condition \"address\" for destination networks";
    if (text.contains('/'))
        return "has a path; expected the host name alone";
    if (text.starts_with(ListPrefix) || text.starts_with(RegexPrefix))
        return "cannot stand here; expected a host name";
    if (text.contains(':'))
        return "has a port; use the condition \"port\" for it";
    if (text.contains('*'))
        return "has \"*\" in another place than at the start, as in \"*.example.com\"";
    if (text.ends_with('.') && parseAddress(text.substr(0, text.size() - 1)))
        return "is an IP address with a trailing dot; leave the dot out";
    return "";
}

// Puts a name into its A-label form by UTS #46, which also maps to lower case. What is wrong with
// it; empty if it is fine.
std::string convertToAscii(std::string& name)
{
    const std::string fault = "is not an internationalised host name: ";
    if (name.size() > MaxUnicodeBytes || name.contains('\0'))
        return fault + "it is too long or has a NUL character";
    char* converted = nullptr;
    const auto result =
        idn2_to_ascii_8z(name.c_str(), &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const std::unique_ptr<char, void (*)(void*)> owner(converted, idn2_free);
    if (result != IDN2_OK)
        return fault + idn2_strerror(result);
    name = converted;
    return "";
}

// An address has no other last character, and most texts are names.
bool mayBeAddress(std::string_view text)
{
    return !text.empty() && (isDigit(text.back()) || text.back() == ']' || text.contains(':'));
}

Parsed parseExpression(std::string_view text)
{
    const auto expression = text.substr(RegexPrefix.size());
    if (expression.empty() || expression.size() > MaxExpressionLength)
        return complaint(text, "needs an expression of 1 to 1000 bytes");
    if (std::ranges::any_of(expression, isControl))
        return complaint(text, "has a control character; write it as an escape like \"\\t\"");
    RE2::Options options(RE2::Quiet);
    options.set_case_sensitive(false);
    const RE2 compiled(expression, options);
    if (compiled.ok())
        return std::string(text);
    const auto hint = expression.starts_with('*')
                          ? R"(; a suffix like "*.example.com" is written without "regex:")"
                          : "";
    return complaint(text, "is not a regular expression: " + compiled.error() + hint);
}

} // namespace

Parsed parseHostOrSuffix(std::string_view text)
{
    if (mayBeAddress(text)) {
        const auto bracketed = text.size() > 2 && text.starts_with('[') && text.ends_with(']');
        if (const auto literal = parseAddress(bracketed ? text.substr(1, text.size() - 2) : text))
            return addressText(*literal);
    }
    if (text == "*" || text == SuffixMark)
        return complaint(text, "would match every host; leave the condition out instead");

    const auto isSuffix = text.starts_with(SuffixMark);
    std::string name(text.substr(isSuffix ? SuffixMark.size() : 0));
    std::string fault;
    if (!isAscii(name))
        fault = convertToAscii(name);
    std::ranges::transform(name, name.begin(), toLower);
    if (name.ends_with('.'))
        name.pop_back();
    if (fault.empty())
        fault = faultOfName(name);
    if (!fault.empty()) {
        const auto hint = hintForMisplaced(isSuffix ? text.substr(SuffixMark.size()) : text);
        return complaint(text, hint.empty() ? fault : hint);
    }
    return isSuffix ? std::string(SuffixMark) + name : name;
}

Parsed parseHost(std::string_view text)
{
    auto host = parseHostOrSuffix(text);
    if (host && host->starts_with('*'))
        return complaint(text, "is more than one host; expected a host name or an IP address");
    return host;
}

Parsed parseHostPattern(std::string_view text)
{
    if (text.starts_with(ListPrefix)) {
        const auto list = parseListReference(text);
        return list ? Parsed(text) : list;
    }
    if (text.starts_with(RegexPrefix))
        return parseExpression(text);
    return parseHostOrSuffix(text);
}

Parsed parseListReference(std::string_view text)
{
    const auto name = text.substr(std::min(text.size(), ListPrefix.size()));
    const auto isName =
        !name.empty() && name.size() <= MaxListNameLength &&
        std::ranges::all_of(name, [](char c) { return isLabelCharacter(c) || c == '.'; });
    if (!text.starts_with(ListPrefix) || !isName)
        return complaint(text, "is not a list like \"list:chat\"; its name has 1 to 64 lower-case "
                               "letters, digits, \"-\", \"_\" and \".\"");
    return std::string(name);
}

} // namespace sallyport::policy
