// AdminActs: what administrators did, read back from the audit log, newest first, page by page.
//
// Used by one thread at a time.
#pragma once

#include "db/AuditEvent.h"
#include "db/SessionFilter.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::db {

class OpenAuditFiles;

/// Of a list, one must hold; an empty list asks nothing. "*" stands for any text.
struct ActFilter {
    AuditPeriod period;
    std::vector<std::string> who;
    std::vector<std::string> actions; ///< "policy.publish", "policy.*"
    std::string objectText;           ///< somewhere in it; case does not matter
};

class AdminActs {
public:
    struct Found {
        std::uint64_t seq = 0;
        AdminAct act;
    };
    struct Page {
        std::vector<Found> acts; ///< newest first
        enum class Older : std::uint8_t { None, There } older = Older::None;
    };

    /// Throws DatabaseError when there is no such folder.
    explicit AdminActs(const std::filesystem::path& folder);
    ~AdminActs();

    /// At most `limit` with a smaller seq than `before`; missing: from the newest end on. Throws
    /// DatabaseError.
    [[nodiscard]] Page before(std::optional<std::uint64_t> before, const ActFilter& filter,
                              std::size_t limit);
    /// At most `limit` of those that follow `after`.
    [[nodiscard]] Page after(std::uint64_t after, const ActFilter& filter, std::size_t limit);

private:
    std::unique_ptr<OpenAuditFiles> files_;
};

} // namespace sallyport::db
