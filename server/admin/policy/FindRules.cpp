#include "admin/policy/FindRules.h"

#include <algorithm>
#include <string>

namespace sallyport::admin {
namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains(std::string_view whole, std::string_view part)
{
    return !std::ranges::search(whole, part, {}, lower, lower).empty();
}

} // namespace

std::vector<audit::FindItem> findRules(const DraftView& draft, std::string_view text,
                                       std::size_t most)
{
    std::vector<audit::FindItem> found;
    for (const auto layer : policy::AllLayers) {
        for (const auto& row : draft.rows(layer)) {
            if (found.size() == most)
                return found;
            if (!contains(row.rule->name, text) && row.rule->id != text)
                continue;
            found.push_back(
                {.kind = "rule",
                 .label = row.rule->name,
                 .detail = std::string(layerName(layer)) + " rule " + std::to_string(row.number),
                 .route = "/rules/" + row.rule->id});
        }
    }
    return found;
}

} // namespace sallyport::admin
