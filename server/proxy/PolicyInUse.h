// PolicyInUse: a policy snapshot as one worker uses it, with what its rows have counted there.
//
// Belongs to its worker's thread, as do all references to it: neither counts nor reference counts
// share a cache line with another worker's. Knows no store.
#pragma once

#include "policy/Policy.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace sallyport::proxy {

struct RowCounts {
    std::uint64_t hits = 0;      ///< sessions and refusals that the row decided
    std::uint64_t wouldHits = 0; ///< those that it would have decided, in report mode
    std::uint64_t bytes = 0;     ///< between client and proxy, of the sessions that it decided
    policy::WallTime lastHit{};  ///< of either kind
};

struct CountedRow {
    policy::RowNumber row = 0;
    RowCounts counts;
};

/// What the rows of one policy have counted since they were asked last.
struct PolicyCounts {
    std::shared_ptr<const policy::Policy> policy;
    std::vector<CountedRow> rows; ///< those that have counted something
};

class PolicyInUse {
public:
    /// `policy` must have a reference count of its own, apart from other threads'.
    explicit PolicyInUse(std::shared_ptr<const policy::Policy> policy);

    [[nodiscard]] const std::shared_ptr<const policy::Policy>& policy() const { return policy_; }

    /// A session or refusal for every row that answered or would have.
    void count(const policy::Verdict& verdict, policy::WallTime now);
    void countHit(policy::RowNumber row, policy::WallTime now);
    /// The bytes of a session that this verdict let run.
    void addBytes(const policy::Verdict& verdict, std::uint64_t bytes);

    /// Begins again at nothing.
    [[nodiscard]] PolicyCounts takeCounts();

private:
    std::shared_ptr<const policy::Policy> policy_;
    std::vector<RowCounts> rows_; ///< by row number
};

} // namespace sallyport::proxy
