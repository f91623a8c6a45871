// AuditRollup: the sums behind histograms and facets, gathered over a transaction and then added to
// the table rollup.
#pragma once

#include "db/AuditEvent.h"
#include "db/Database.h"

#include <compare>
#include <cstdint>
#include <map>

namespace sallyport::db {

/// What sessions are summed under: numbers of dict and rule, 0 for none.
struct RollupFacets {
    std::int64_t verdict = 0;
    std::int64_t protocol = 0;
    std::int64_t rule = 0;

    friend auto operator<=>(const RollupFacets&, const RollupFacets&) = default;
};

class AuditRollup {
public:
    static constexpr std::chrono::minutes Bucket{5};
    /// Of the table rollup_hour, which sealing makes.
    static constexpr std::chrono::minutes WideBucket{60};

    explicit AuditRollup(const Database& database);

    void addBeginning(AuditTime time, const RollupFacets& facets);
    /// `reason` is its number of dict.
    void addEnd(AuditTime time, const RollupFacets& facets, std::int64_t reason,
                const ByteCounts& bytes);

    /// Adds what was gathered to the table, within the caller's transaction. Throws DatabaseError.
    void write();
    /// To be called when the transaction was rolled back.
    void forget() { sums_.clear(); }

private:
    struct Key {
        std::int64_t bucket = 0;
        RollupFacets facets;
        std::int64_t reason = 0;

        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Sums {
        std::int64_t sessions = 0;
        std::int64_t bytesUp = 0;
        std::int64_t bytesDown = 0;
    };

    std::map<Key, Sums> sums_;
    Statement add_;
};

} // namespace sallyport::db
