// PolicyWatch: the policy in force as policy.db has it: looks for one newly published, compiles it,
// and keeps the last good one whatever becomes of the file.
//
// Used by one thread, which is none of the workers': compiling may take a second.
#pragma once

#include "db/PolicyStore.h"
#include "db/RowHits.h"
#include "policy/Policy.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace sallyport::app {

class PolicyWatch {
public:
    /// Opens the file, or makes it with the policy of a first start. Throws when there is no policy
    /// to be had from it.
    explicit PolicyWatch(std::filesystem::path file);

    [[nodiscard]] const std::shared_ptr<const policy::Policy>& policy() const { return policy_; }
    /// Whether policy() is another one now. What stands in the way is logged, once while it lasts.
    [[nodiscard]] bool look();
    /// What stands in the way of the newest policy; empty: nothing.
    [[nodiscard]] const std::string& complaint() const { return complaint_; }
    /// Throws DatabaseError; nothing is added then.
    void addHits(std::span<const db::RowHits> hits);

private:
    struct FileIdentity {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
    };

    [[nodiscard]] FileIdentity identify() const;
    [[nodiscard]] std::shared_ptr<const policy::Policy> compileCurrent() const;
    [[nodiscard]] std::shared_ptr<const policy::DestinationLists>
    listsFor(std::span<const db::ListBinding> bindings) const;
    void openAnewIfReplaced();
    [[nodiscard]] bool takeNewest();
    void complain(const std::string& text);

    std::filesystem::path file_;
    std::unique_ptr<db::PolicyStore> store_;
    FileIdentity opened_;
    std::shared_ptr<const policy::Policy> policy_;
    std::optional<std::uint32_t> stamp_; ///< of policy_; missing: it is not of this file
    std::optional<std::uint32_t> refusedStamp_;
    std::chrono::steady_clock::time_point retryAt_;
    std::string complaint_; ///< the last one logged, while what it says lasts
};

} // namespace sallyport::app
