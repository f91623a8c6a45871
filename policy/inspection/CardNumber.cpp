#include "policy/inspection/CardNumber.h"

#include "policy/Ascii.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <span>

namespace sallyport::policy::inspection {
namespace {

constexpr std::size_t MinDigits = 13;
constexpr std::size_t MaxDigits = 19;

// Numbers that begin with one of first … last, all of as many digits.
struct Issuer {
    std::uint32_t first;
    std::uint32_t last;
    std::size_t minDigits;
    std::size_t maxDigits;
};

constexpr Issuer Issuers[] = {
    {4, 4, 13, 13},       {4, 4, 16, 16},       {4, 4, 19, 19},   // Visa
    {51, 55, 16, 16},     {2221, 2720, 16, 16},                   // Mastercard
    {34, 34, 15, 15},     {37, 37, 15, 15},                       // American Express
    {6011, 6011, 16, 19}, {644, 649, 16, 19},   {65, 65, 16, 19}, // Discover
    {62, 62, 16, 19},                                             // UnionPay
    {3528, 3589, 16, 19},                                         // JCB
    {300, 305, 14, 19},   {36, 36, 14, 19},     {38, 39, 14, 19}, // Diners Club
};

bool isIssued(std::string_view digits)
{
    return std::ranges::any_of(Issuers, [&](const Issuer& issuer) {
        std::uint32_t prefix = 0;
        std::size_t taken = 0;
        for (auto rest = issuer.first; rest != 0; rest /= 10)
            prefix = prefix * 10 + static_cast<std::uint32_t>(digits[taken++] - '0');
        return prefix >= issuer.first && prefix <= issuer.last &&
               digits.size() >= issuer.minDigits && digits.size() <= issuer.maxDigits;
    });
}

bool hasLuhnDigit(std::string_view digits) // ISO/IEC 7812-1 annex B
{
    int sum = 0;
    for (std::size_t fromEnd = 0; fromEnd < digits.size(); ++fromEnd) {
        const int digit = digits[digits.size() - 1 - fromEnd] - '0';
        const int weighted = fromEnd % 2 == 0 ? digit : digit * 2;
        sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return sum % 10 == 0;
}

// A number goes on over these, and a fraction over the point.
bool continuesWord(char before)
{
    return isDigit(before) || isLetter(before) || before == '_' || before == '.';
}

// The digits of groups of these sizes at the end of the text, one same separator between them.
std::optional<std::string> groupsAtEnd(std::string_view text, std::span<const std::size_t> sizes)
{
    auto length = sizes.size() - 1;
    for (const auto size : sizes)
        length += size;
    if (text.size() < length ||
        (text.size() > length && continuesWord(text[text.size() - length - 1])))
        return std::nullopt;
    text.remove_prefix(text.size() - length);
    const char separator = sizes.size() > 1 ? text[sizes[0]] : ' ';
    if (separator != ' ' && separator != '-')
        return std::nullopt;
    std::string digits;
    for (const auto size : sizes) {
        if (!digits.empty()) {
            if (text.front() != separator)
                return std::nullopt;
            text.remove_prefix(1);
        }
        digits += text.substr(0, size);
        text.remove_prefix(size);
    }
    if (!std::ranges::all_of(digits, isDigit) || !isIssued(digits) || !hasLuhnDigit(digits))
        return std::nullopt;
    return digits;
}

} // namespace

std::optional<std::string> cardNumberAtEnd(std::string_view text)
{
    static constexpr std::size_t Fours[] = {4, 4, 4, 4};
    static constexpr std::size_t FoursAndThree[] = {4, 4, 4, 4, 3};
    static constexpr std::size_t AmericanExpress[] = {4, 6, 5};
    static constexpr std::size_t DinersClub[] = {4, 6, 4};
    for (const std::span<const std::size_t> sizes :
         std::initializer_list<std::span<const std::size_t>>{Fours, FoursAndThree, AmericanExpress,
                                                             DinersClub})
        if (auto digits = groupsAtEnd(text, sizes))
            return digits;
    for (auto count = MinDigits; count <= MaxDigits; ++count)
        if (auto digits = groupsAtEnd(text, {&count, 1}))
            return digits;
    return std::nullopt;
}

} // namespace sallyport::policy::inspection
