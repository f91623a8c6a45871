#include "admin/policy/FindRules.h"

#include <string>

namespace sallyport::admin {

std::vector<audit::FindItem> findRules(const DraftView& draft, std::string_view text,
                                       std::size_t most)
{
    std::vector<audit::FindItem> found;
    for (const auto layer : policy::AllLayers) {
        for (const auto& row : draft.rows(layer)) {
            if (found.size() == most)
                return found;
            if (!audit::isPartOf(row.rule->name, text) && row.rule->id != text)
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
