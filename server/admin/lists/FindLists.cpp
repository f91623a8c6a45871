#include "admin/lists/FindLists.h"

#include "admin/lists/OpenLists.h"

#include <Poco/URI.h>

#include <string>

namespace sallyport::admin::lists {
namespace {

/// Where a name may hold what means something in a path.
std::string escaped(const std::string& name)
{
    std::string text;
    Poco::URI::encode(name, "/?#%&+", text);
    return text;
}

} // namespace

std::vector<audit::FindItem> findLists(const std::filesystem::path& policyFile,
                                       std::string_view text, std::size_t most)
{
    const OpenLists lists(policyFile);
    std::vector<audit::FindItem> found;
    for (const auto& name : lists.store.names()) {
        if (found.size() == most)
            break;
        const auto comment = lists.descriptions.of(name).comment;
        if (audit::isPartOf(name, text) || audit::isPartOf(comment, text))
            found.push_back({.kind = "list",
                             .label = name,
                             .detail = comment,
                             .route = "/lists/" + escaped(name)});
    }
    return found;
}

} // namespace sallyport::admin::lists
