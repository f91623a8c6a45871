// SampleLog: a data directory with an audit log that is open for writing, for the tests of
// commands.
#pragma once

#include "db/AuditKey.h"
#include "db/AuditStore.h"
#include "support/TemporaryFolder.h"
#include "unit/db/SampleEvents.h"

#include <memory>
#include <string>
#include <vector>

namespace sallyport::test {

class SampleLog {
public:
    void write(const std::vector<db::AuditEvent>& events,
               const std::vector<db::AdminAct>& acts = {}, db::AuditTime now = sampleTime(0))
    {
        const db::JournalRecords records{
            .journal = {}, .position = 0, .events = events, .acts = acts};
        static_cast<void>(store_.write({&records, 1}, now));
    }

    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
    [[nodiscard]] const std::string& path() const { return folder_.path(); }
    [[nodiscard]] db::AuditStore& store() { return store_; }

private:
    TemporaryFolder folder_;
    db::AuditStore store_{
        folder_.file("audit"),
        {.node = "node-1",
         .key = std::make_shared<const db::AuditKey>(db::AuditKey::openOrCreate(folder_.path()))}};
};

} // namespace sallyport::test
