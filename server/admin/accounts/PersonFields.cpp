#include "admin/accounts/PersonFields.h"

#include "admin/accounts/Password.h"

#include <algorithm>
#include <array>

namespace sallyport::admin::accounts {
namespace {

using api::JsonFields;

constexpr std::size_t MostNameBytes = 64;
constexpr std::size_t MostWordsBytes = 200;
constexpr std::size_t MostPasswordRead = 1000; // the rule's own limit tells it better
constexpr std::array<std::string_view, 4> RoleNames{"help-desk", "auditor", "editor", "admin"};

bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool hasControlCharacter(std::string_view text)
{
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

} // namespace

bool isAccountName(std::string_view name)
{
    return !name.empty() && name.size() <= MostNameBytes && isLetterOrDigit(name.front()) &&
           std::ranges::all_of(name, [](char c) {
               return isLetterOrDigit(c) || c == '.' || c == '_' || c == '@' || c == '-';
           });
}

std::string accountName(JsonFields& body, const std::string& member)
{
    auto name = body.text(member, {.least = 1, .most = MostNameBytes});
    if (!name.empty() && !isAccountName(name))
        body.wrong(member, "invalid",
                   "may have letters, digits and . _ @ - and begins with a letter or digit");
    return name;
}

std::optional<std::string> plainWords(JsonFields& body, const std::string& member,
                                      std::size_t least)
{
    auto words = body.optionalText(member, {.least = least, .most = MostWordsBytes});
    if (words && hasControlCharacter(*words))
        body.wrong(member, "invalid", "may not have control characters");
    return words;
}

std::optional<std::string> newPassword(JsonFields& body, const std::string& member,
                                       std::string_view name)
{
    auto password = body.optionalText(member, {.least = 0, .most = MostPasswordRead});
    if (password)
        if (const auto complaint = complaintAbout(*password, name))
            body.wrong(member, "weak", *complaint);
    return password;
}

std::optional<api::Role> role(JsonFields& body, const std::string& member)
{
    const auto position = body.optionalChoice(member, RoleNames);
    return position ? api::roleNamed(RoleNames[*position]) : std::nullopt;
}

} // namespace sallyport::admin::accounts
