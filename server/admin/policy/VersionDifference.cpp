#include "admin/policy/VersionDifference.h"

#include "policy/PolicyError.h"

#include <utility>

namespace sallyport::admin {

DifferenceSide sideOf(db::PolicyStore::Version version)
{
    policy::ListHashes lists;
    for (const db::ListBinding& list : version.lists)
        lists.emplace(list.name, list.contentHash);
    return {"version " + std::to_string(version.number), std::move(version.document),
            std::move(lists)};
}

DifferenceSide sideOf(db::PolicyStore::Draft draft)
{
    return {"the draft", std::move(draft.document), std::nullopt};
}

policy::PolicyDifference differenceOf(const DifferenceSide& before, const DifferenceSide& after)
{
    const bool haveLists = before.lists && after.lists;
    return policy::differenceOf(before.document.toJson(), after.document.toJson(),
                                haveLists ? *before.lists : policy::ListHashes(),
                                haveLists ? *after.lists : policy::ListHashes());
}

std::expected<policy::PolicyDifference, std::string>
differenceMade(const db::PolicyStore& store, const db::PolicyStore::Version& version)
{
    if (version.number == 1)
        return std::unexpected("");
    try {
        return differenceOf(sideOf(store.version(version.number - 1)), sideOf(version));
    } catch (const db::DatabaseError& error) {
        return std::unexpected(error.what());
    } catch (const policy::PolicyError& error) {
        return std::unexpected("version " + std::to_string(version.number - 1) + ": " +
                               error.what());
    }
}

} // namespace sallyport::admin
