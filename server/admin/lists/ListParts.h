// ListParts: what the resources of destination lists share.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/JsonFields.h"
#include "admin/api/Trail.h"
#include "admin/lists/Imports.h"
#include "admin/lists/ListUses.h"

#include <filesystem>
#include <mutex>

namespace sallyport::admin::lists {

/// What somebody may say about a change of a list.
inline constexpr api::TextSize ChangeNote{.least = 0, .most = 1000};

struct ListParts {
    ListParts(std::filesystem::path file, const api::Trail& acts, api::Jobs& work)
        : policyFile(std::move(file)), trail(acts), jobs(work), uses(policyFile)
    {}

    const std::filesystem::path policyFile;
    const api::Trail& trail;
    api::Jobs& jobs;
    ListUses uses;
    Imports imports;
    /// Held between looking at a list's state and changing it.
    std::mutex changing;
};

} // namespace sallyport::admin::lists
