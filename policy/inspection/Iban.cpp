#include "policy/inspection/Iban.h"

#include "policy/Ascii.h"

#include <algorithm>
#include <cstddef>

namespace sallyport::policy::inspection {
namespace {

struct Country {
    std::string_view code;
    std::size_t length; // of an account number
};

constexpr Country Countries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30},
};

bool isIbanCharacter(char c)
{
    return isDigit(c) || (c >= 'A' && c <= 'Z');
}

bool hasCheckDigits(std::string_view iban) // ISO/IEC 7064, MOD 97-10
{
    unsigned rest = 0;
    for (std::size_t index = 0; index < iban.size(); ++index) {
        const char c = iban[(index + 4) % iban.size()];
        rest = isDigit(c) ? (rest * 10 + static_cast<unsigned>(c - '0')) % 97
                          : (rest * 100 + static_cast<unsigned>(c - 'A' + 10)) % 97;
    }
    return rest == 1;
}

// The last `length` bytes where they are a word of their own.
std::optional<std::string_view> wordAtEnd(std::string_view text, std::size_t length)
{
    if (text.size() < length)
        return std::nullopt;
    const auto before = text.size() - length;
    if (before != 0 && (isDigit(text[before - 1]) || isLetter(text[before - 1])))
        return std::nullopt;
    return text.substr(before);
}

std::optional<std::string> withoutSpaces(std::string_view groups)
{
    std::string joined;
    for (std::size_t index = 0; index < groups.size(); ++index) {
        if (index % 5 != 4)
            joined += groups[index];
        else if (groups[index] != ' ')
            return std::nullopt;
    }
    return joined;
}

bool isIban(std::string_view text, const Country& country)
{
    return text.starts_with(country.code) && std::ranges::all_of(text, isIbanCharacter) &&
           hasCheckDigits(text);
}

} // namespace

std::optional<std::string> ibanAtEnd(std::string_view text)
{
    for (const auto& country : Countries) {
        if (const auto word = wordAtEnd(text, country.length); word && isIban(*word, country))
            return std::string(*word);
        const auto spaces = (country.length - 1) / 4;
        if (const auto groups = wordAtEnd(text, country.length + spaces)) {
            auto joined = withoutSpaces(*groups);
            if (joined && isIban(*joined, country))
                return joined;
        }
    }
    return std::nullopt;
}

} // namespace sallyport::policy::inspection
