// RowHitLedger: what policy rows and checks of profiles have counted on the workers, gathered from
// them and kept until the store has it.
#pragma once

#include "db/RowHits.h"
#include "proxy/HitCounts.h"

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace sallyport::app {

class RowHitLedger {
public:
    /// Any thread.
    void add(const proxy::HitCounts& counts);

    /// All that is gathered; the ledger is empty then. What could not be stored is given back with
    /// put().
    [[nodiscard]] std::vector<db::RowHits> take();
    void put(std::span<const db::RowHits> hits);

private:
    void addOne(const db::RowHits& hits);

    std::mutex mutex_;
    std::map<std::string, db::RowHits> rows_; ///< by their names
};

} // namespace sallyport::app
