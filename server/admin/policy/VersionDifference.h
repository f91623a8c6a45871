// VersionDifference: what differs between two policies of the store, each a version or the draft.
#pragma once

#include "db/PolicyStore.h"
#include "policy/PolicyDifference.h"

#include <expected>
#include <optional>
#include <string>

namespace sallyport::admin {

/// One side. The draft has no lists bound to it yet: they are compared between versions only.
struct DifferenceSide {
    std::string name; ///< "version 3", "the draft"
    policy::PolicyDocument document;
    std::optional<policy::ListHashes> lists;
};

[[nodiscard]] DifferenceSide sideOf(db::PolicyStore::Version version);
[[nodiscard]] DifferenceSide sideOf(db::PolicyStore::Draft draft);

[[nodiscard]] policy::PolicyDifference differenceOf(const DifferenceSide& before,
                                                    const DifferenceSide& after);

/// What the version changed against the one before it. Without it: the reason for a person, or
/// empty for version 1. The one before may be damaged, and a new one is the way out: no reason to
/// fail.
[[nodiscard]] std::expected<policy::PolicyDifference, std::string>
differenceMade(const db::PolicyStore& store, const db::PolicyStore::Version& version);

} // namespace sallyport::admin
