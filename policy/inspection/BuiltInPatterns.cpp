#include "policy/inspection/BuiltInPatterns.h"

#include "policy/Ascii.h"
#include "policy/inspection/AccessToken.h"
#include "policy/inspection/CardNumber.h"
#include "policy/inspection/Iban.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sallyport::policy::inspection {
namespace {

// In groups or not. One expression that takes more than card numbers is twice as fast as one for
// each way of writing them (tests/bench/inspection).
std::vector<std::string> cardNumberExpressions()
{
    return {R"([2-6][0-9]{3}[ -]?[0-9]{4}[0-9 -]{5,14}(?:[^0-9]|\z))"};
}

// Country codes are left to the check: with an alternation of them the scanner is eight times
// slower (tests/bench/inspection).
std::vector<std::string> ibanExpressions()
{
    return {R"([A-Z]{2}[0-9]{2}[0-9A-Z]{11,29}(?:[^0-9A-Z]|\z))",
            R"([A-Z]{2}[0-9]{2}(?: [0-9A-Z]{4}){2,7}(?: [0-9A-Z]{1,3})?(?:[^0-9A-Z]|\z))"};
}

constexpr std::string_view PrivateKeyBeginning = "-----BEGIN ";

std::vector<std::string> privateKeyExpressions() // RFC 7468 §10, §11; OpenSSL, OpenSSH and PGP
{
    return {std::string(PrivateKeyBeginning) +
            "(?:[0-9A-Z]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----"};
}

std::optional<std::string> privateKeyAtEnd(std::string_view text)
{
    const auto at = text.rfind(PrivateKeyBeginning);
    if (at == text.npos)
        return std::nullopt;
    return std::string(text.substr(at));
}

constexpr BuiltInPattern Known[] = {
    {"card-number", cardNumberExpressions, cardNumberAtEnd},
    {"iban", ibanExpressions, ibanAtEnd},
    {"private-key", privateKeyExpressions, privateKeyAtEnd},
    {"cloud-token", accessTokenExpressions, accessTokenAtEnd},
};

} // namespace

std::optional<CheckedMatch> checkMatch(const BuiltInPattern& pattern, std::string_view text)
{
    if (auto found = pattern.atEnd(text))
        return CheckedMatch{*std::move(found), 0};
    if (text.empty() || isDigit(text.back()) || isLetter(text.back()))
        return std::nullopt;
    text.remove_suffix(1);
    if (auto found = pattern.atEnd(text))
        return CheckedMatch{*std::move(found), 1};
    return std::nullopt;
}

std::span<const BuiltInPattern> builtInPatterns()
{
    return Known;
}

const BuiltInPattern* findBuiltInPattern(std::string_view name)
{
    const auto* found = std::ranges::find(Known, name, &BuiltInPattern::name);
    return found == std::end(Known) ? nullptr : found;
}

} // namespace sallyport::policy::inspection
