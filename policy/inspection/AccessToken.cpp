#include "policy/inspection/AccessToken.h"

#include "policy/Ascii.h"

#include <algorithm>
#include <cstddef>

namespace sallyport::policy::inspection {
namespace {

struct Token {
    std::string_view beginning; // nothing that a regular expression takes for more
    std::string_view alphabet;  // of what follows, as a regular expression's class
    std::size_t least;          // bytes that follow
    std::size_t most;           // with the beginning less than PatternSet::MaxMatchBytes
};

constexpr Token Tokens[] = {
    {"AKIA", "A-Z0-9", 16, 16}, // AWS, long-term and temporary keys
    {"ASIA", "A-Z0-9", 16, 16},
    {"ghp_", "A-Za-z0-9", 36, 100}, // GitHub
    {"gho_", "A-Za-z0-9", 36, 100},
    {"ghu_", "A-Za-z0-9", 36, 100},
    {"ghs_", "A-Za-z0-9", 36, 100},
    {"ghr_", "A-Za-z0-9", 36, 100},
    {"github_pat_", "A-Za-z0-9_", 82, 82},
    {"glpat-", "A-Za-z0-9_-", 20, 64}, // GitLab
    {"AIza", "A-Za-z0-9_-", 35, 35},   // Google
    {"xoxa-", "A-Za-z0-9-", 10, 100},  // Slack
    {"xoxb-", "A-Za-z0-9-", 10, 100},
    {"xoxe-", "A-Za-z0-9-", 10, 100},
    {"xoxp-", "A-Za-z0-9-", 10, 100},
    {"xoxr-", "A-Za-z0-9-", 10, 100},
    {"xoxs-", "A-Za-z0-9-", 10, 100},
    {"sk_live_", "A-Za-z0-9", 16, 100}, // Stripe
    {"rk_live_", "A-Za-z0-9", 16, 100},
    {"AccountKey=", "A-Za-z0-9+/", 86, 86}, // Azure Storage; "==" follows
    {"dop_v1_", "a-f0-9", 64, 64},          // DigitalOcean
    {"npm_", "A-Za-z0-9", 36, 36},
};

bool isOf(std::string_view alphabet, char c)
{
    while (!alphabet.empty()) {
        const bool isRange = alphabet.size() > 2 && alphabet[1] == '-';
        if (c >= alphabet[0] && c <= alphabet[isRange ? 2 : 0])
            return true;
        alphabet.remove_prefix(isRange ? 3 : 1);
    }
    return false;
}

// The token from the last of its beginnings on that has enough behind it.
std::optional<std::string_view> tokenAtEnd(std::string_view text, const Token& token)
{
    const auto shortest = token.beginning.size() + token.least;
    const auto longest = token.beginning.size() + token.most;
    if (text.size() < shortest)
        return std::nullopt;
    const auto at = text.rfind(token.beginning, text.size() - shortest);
    if (at == text.npos || text.size() - at > longest)
        return std::nullopt;
    if (at != 0 && (isDigit(text[at - 1]) || isLetter(text[at - 1])))
        return std::nullopt;
    const auto found = text.substr(at);
    const auto isMember = [&](char c) { return isOf(token.alphabet, c); };
    if (!std::ranges::all_of(found.substr(token.beginning.size()), isMember))
        return std::nullopt;
    return found;
}

} // namespace

std::vector<std::string> accessTokenExpressions()
{
    std::vector<std::string> expressions;
    for (const auto& token : Tokens) {
        const std::string of(token.alphabet);
        expressions.push_back(std::string(token.beginning) + '[' + of + "]{" +
                              std::to_string(token.least) + ',' + std::to_string(token.most) +
                              "}(?:[^" + of + R"(]|\z))");
    }
    return expressions;
}

std::optional<std::string> accessTokenAtEnd(std::string_view text)
{
    for (const auto& token : Tokens)
        if (const auto found = tokenAtEnd(text, token))
            return std::string(*found);
    return std::nullopt;
}

} // namespace sallyport::policy::inspection
