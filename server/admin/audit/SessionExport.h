// SessionExport: writes the sessions that a filter finds, or all their events, in one of the log's
// formats.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/audit/ExportedFile.h"
#include "audit/format/Format.h"
#include "db/AuditReader.h"
#include "db/AuditSearch.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace sallyport::admin::audit {

class SessionExport {
public:
    SessionExport(const std::filesystem::path& folder,
                  const ::sallyport::audit::format::Format& format, ExportedFile& file,
                  api::Jobs::Progress& progress);

    /// One line a session: its newest event. Newest session first.
    void writeSessions(const db::SessionFilter& filter);
    /// Every event of each session, in the order of the log.
    void writeEvents(const db::SessionFilter& filter);

    [[nodiscard]] std::uint64_t lines() const { return lines_; }

private:
    void append(const db::AuditRecord& record);
    void flush();
    [[nodiscard]] db::AuditSearch::Stop untilCancelled() const;

    const std::filesystem::path folder_;
    const ::sallyport::audit::format::Format& format_;
    ExportedFile& file_;
    api::Jobs::Progress& progress_;
    std::string buffer_;
    std::uint64_t lines_ = 0;
};

} // namespace sallyport::admin::audit
