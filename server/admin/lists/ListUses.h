// ListUses: which rules refer to which destination list, in the policy in force and in its draft.
//
// Reads the documents only when one of them has changed. Safe for several threads at once.
#pragma once

#include "db/PolicyStore.h"
#include "policy/Rule.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin::lists {

struct ListUse {
    struct Rule {
        std::string id;
        std::string name;
        policy::Layer layer = policy::Layer::Access;
    };

    std::size_t live = 0;    ///< rules of the policy in force
    std::vector<Rule> draft; ///< of the draft, or of the policy in force when there is none
};

class ListUses {
public:
    using ByList = std::map<std::string, ListUse, std::less<>>;

    explicit ListUses(const std::filesystem::path& policyFile) : store_(policyFile) {}

    /// Throws db::DatabaseError, policy::PolicyError.
    [[nodiscard]] std::shared_ptr<const ByList> now();
    /// Of one list.
    [[nodiscard]] ListUse of(std::string_view list);

private:
    [[nodiscard]] std::shared_ptr<const ByList> readAgain() const;

    std::mutex mutex_;
    db::PolicyStore store_;
    std::uint32_t version_ = 0;
    std::optional<db::PolicyStore::DraftStamp> draft_;
    std::shared_ptr<const ByList> uses_;
};

} // namespace sallyport::admin::lists
