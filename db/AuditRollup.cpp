#include "db/AuditRollup.h"

namespace sallyport::db {
namespace {

// Minutes since 1970.
std::int64_t bucketOf(AuditTime time)
{
    const auto minutes = std::chrono::floor<std::chrono::minutes>(time).time_since_epoch();
    return minutes.count() - minutes.count() % AuditRollup::Bucket.count();
}

} // namespace

AuditRollup::AuditRollup(const Database& database)
    : add_(database.prepare(
          "INSERT INTO rollup (bucket, verdict, protocol, rule, reason, sessions, bytes_up, "
          "bytes_down) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET "
          "sessions = sessions + excluded.sessions, bytes_up = bytes_up + excluded.bytes_up, "
          "bytes_down = bytes_down + excluded.bytes_down"))
{}

void AuditRollup::addBeginning(AuditTime time, const RollupFacets& facets)
{
    ++sums_[{bucketOf(time), facets, 0}].sessions;
}

void AuditRollup::addEnd(AuditTime time, const RollupFacets& facets, std::int64_t reason,
                         const ByteCounts& bytes)
{
    Sums& sums = sums_[{bucketOf(time), facets, reason}];
    ++sums.sessions;
    sums.bytesUp += static_cast<std::int64_t>(bytes.clientToProxy);
    sums.bytesDown += static_cast<std::int64_t>(bytes.upstreamToProxy);
}

void AuditRollup::write()
{
    for (const auto& [key, sums] : sums_) {
        add_.bind(1, key.bucket);
        add_.bind(2, key.facets.verdict);
        add_.bind(3, key.facets.protocol);
        add_.bind(4, key.facets.rule);
        add_.bind(5, key.reason);
        add_.bind(6, sums.sessions);
        add_.bind(7, sums.bytesUp);
        add_.bind(8, sums.bytesDown);
        add_.run();
    }
    sums_.clear();
}

} // namespace sallyport::db
