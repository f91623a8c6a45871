// UnsealedSessions: the session blocks of files that are not sealed, kept in memory: what is added
// to a file is added to them when somebody asks.
//
// Made from the newest record backwards, as far as is asked for: some 20 bytes a session. Shared by
// the readers of a process; safe for several threads at once.
#pragma once

#include "db/OpenAuditFiles.h"
#include "db/SessionBlock.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace sallyport::db {

class UnsealedSessions {
public:
    /// Asked now and then; true: give up for now.
    using Stop = std::function<bool()>;

    UnsealedSessions();
    ~UnsealedSessions();

    /// With what is in the file up to its last record that is known, or later. Null: it was
    /// stopped; what was made is kept. Throws DatabaseError.
    [[nodiscard]] std::shared_ptr<const PackedSessionBlock>
    block(OpenAuditFile& file, std::int64_t number, const Stop& stop);
    /// Forgets the files that are sealed by now, or gone.
    void forgetOthersThan(const std::vector<AuditFile>& files);

private:
    class Blocks;

    std::mutex mutex_;
    std::map<std::filesystem::path, std::shared_ptr<Blocks>> files_;
};

} // namespace sallyport::db
