// StoredRecords: the folder of the audit log as the source of a sink.
#pragma once

#include "audit/sink/RecordSource.h"
#include "db/AuditReader.h"

#include <filesystem>

namespace sallyport::audit::sink {

class StoredRecords : public RecordSource {
public:
    explicit StoredRecords(const std::filesystem::path& folder) : reader_(folder) {}

    void forEachAfter(std::uint64_t seq, const Visit& visit) override;
    [[nodiscard]] std::uint64_t firstSeq() override { return reader_.firstSeq(); }
    [[nodiscard]] std::uint64_t lastSeq() override { return reader_.lastSeq(); }

private:
    db::AuditReader reader_;
};

} // namespace sallyport::audit::sink
