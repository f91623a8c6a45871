// SessionBlocks: the session blocks of one open file, wherever they are.
#pragma once

#include "db/OpenAuditFiles.h"
#include "db/SessionBlock.h"

#include <cstdint>
#include <functional>

namespace sallyport::db {

class SessionBlocks {
public:
    using Stop = std::function<bool()>;

    /// `file` is one of `files`; both must outlive it.
    SessionBlocks(OpenAuditFiles& files, OpenAuditFile& file);

    /// Whether there are any: not of a file that an earlier version sealed.
    [[nodiscard]] bool exist() const { return exist_; }
    /// The number of the block that has sessions that began with this record.
    [[nodiscard]] std::int64_t blockOf(std::int64_t seq) const
    {
        return (seq - file_.seqs().first) / RecordsInBlock;
    }
    /// Of the block's records.
    [[nodiscard]] SeqRange range(std::int64_t number) const
    {
        const std::int64_t first = file_.seqs().first + number * RecordsInBlock;
        return {first, first + RecordsInBlock - 1};
    }
    enum class Opened : std::uint8_t { Yes, Stopped };
    /// Throws DatabaseError.
    [[nodiscard]] Opened open(SessionBlock& block, std::int64_t number, const Stop& stop);

private:
    OpenAuditFiles& files_;
    OpenAuditFile& file_;
    bool exist_;
};

} // namespace sallyport::db
