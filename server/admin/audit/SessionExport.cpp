#include "admin/audit/SessionExport.h"

#include <limits>
#include <string_view>
#include <unordered_set>

namespace sallyport::admin::audit {
namespace {

constexpr std::size_t BufferBytes = 64 << 10;
constexpr std::size_t RecordsBetweenLooks = 1024;

} // namespace

SessionExport::SessionExport(const std::filesystem::path& folder,
                             const ::sallyport::audit::format::Format& format, ExportedFile& file,
                             api::Jobs::Progress& progress)
    : folder_(folder), format_(format), file_(file), progress_(progress)
{
    buffer_.reserve(2 * BufferBytes);
    if (format.appendHeader)
        format.appendHeader(buffer_);
}

db::AuditSearch::Stop SessionExport::untilCancelled() const
{
    return [&progress = progress_] { return progress.isCancelled(); };
}

void SessionExport::writeSessions(const db::SessionFilter& filter)
{
    db::AuditSearch search(folder_);
    search.forEach(
        filter,
        [this](const db::FoundSession& session) {
            append(session.last ? *session.last : session.begin);
        },
        untilCancelled());
    flush();
}

void SessionExport::writeEvents(const db::SessionFilter& filter)
{
    std::unordered_set<std::string> sessions;
    std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
    db::AuditSearch search(folder_);
    search.forEach(
        filter,
        [&](const db::FoundSession& session) {
            sessions.emplace(session.begin.sessionId);
            first = std::min(first, session.begin.seq);
        },
        untilCancelled());
    progress_.throwIfCancelled();
    if (sessions.empty()) {
        flush();
        return;
    }
    std::size_t records = 0;
    db::AuditReader(folder_).forEachAfter(first - 1, [&](const db::AuditRecord& record) {
        if (++records % RecordsBetweenLooks == 0 && progress_.isCancelled())
            return db::AuditReader::Next::Stop;
        if (!record.sessionId.empty() && sessions.contains(std::string(record.sessionId)))
            append(record);
        return db::AuditReader::Next::Continue;
    });
    flush();
}

void SessionExport::append(const db::AuditRecord& record)
{
    if (!format_.takes(record))
        return;
    format_.append(buffer_, record);
    ++lines_;
    if (buffer_.size() < BufferBytes)
        return;
    file_.write(buffer_);
    buffer_.clear();
    progress_.set(lines_, 0);
}

void SessionExport::flush()
{
    progress_.throwIfCancelled();
    file_.write(buffer_);
    buffer_.clear();
    progress_.set(lines_, lines_);
}

} // namespace sallyport::admin::audit
