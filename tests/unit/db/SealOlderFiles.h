// Seals files of an audit log as the server does a while after it has begun another.
#pragma once

#include "db/AuditFolder.h"
#include "db/AuditSealing.h"

namespace sallyport::test {

/// All but the newest.
inline void sealOlderFiles(const std::filesystem::path& folder)
{
    auto files = db::AuditFolder(folder).files();
    files.pop_back();
    for (const auto& file : files)
        static_cast<void>(db::sealAuditFile(file.path, file.lastTime, {}));
}

} // namespace sallyport::test
