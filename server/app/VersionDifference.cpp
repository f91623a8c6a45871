#include "app/VersionDifference.h"

#include <iostream>
#include <utility>

namespace sallyport::app {

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

void printDifference(const DifferenceSide& before, const DifferenceSide& after)
{
    const auto lines = policy::differenceLines(differenceOf(before, after));
    if (lines.empty())
        std::cout << "Nothing differs between " << before.name << " and " << after.name << ".\n";
    else
        std::cout << "From " << before.name << " to " << after.name << ":\n";
    for (const std::string& line : lines)
        std::cout << "  " << line << '\n';
}

} // namespace sallyport::app
