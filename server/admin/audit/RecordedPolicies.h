// RecordedPolicies: versions of the policy as they once decided, compiled again, and when each was
// published.
//
// Safe for several threads at once. Reads policy.db, never writes it.
#pragma once

#include "db/PolicyStore.h"
#include "policy/Policy.h"

#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace sallyport::admin::audit {

class RecordedPolicies {
public:
    explicit RecordedPolicies(std::filesystem::path dataDirectory);
    ~RecordedPolicies();

    /// Throws DatabaseError or PolicyError if it is not there or cannot be read any more.
    [[nodiscard]] std::shared_ptr<const policy::Policy> version(std::uint32_t number);
    /// Newest first; none where there is no policy yet.
    [[nodiscard]] std::vector<db::PolicyStore::VersionEntry> versions();
    /// 0: there is none.
    [[nodiscard]] std::uint32_t inForce();

private:
    static constexpr std::size_t Kept = 4;
    struct Stores;
    [[nodiscard]] Stores& stores();

    const std::filesystem::path file_;
    std::mutex mutex_;
    std::unique_ptr<Stores> stores_;                            ///< opened when somebody asks
    std::list<std::shared_ptr<const policy::Policy>> compiled_; ///< used last: in front
};

} // namespace sallyport::admin::audit
