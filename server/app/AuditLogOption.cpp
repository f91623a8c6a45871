#include "app/AuditLogOption.h"

#include "app/CommandLine.h"

#include <iostream>

namespace sallyport::app {

std::filesystem::path requireAuditLog(const CommandLine& line)
{
    std::filesystem::path folder = line.dataDirectory() / db::AuditFolderName;
    if (!std::filesystem::is_directory(folder))
        throw CommandRefused(folder.string() +
                             ": there is no audit log yet; `sallyport serve` makes it");
    return folder;
}

int exitCodeFor(const std::vector<db::UnreadableAuditFile>& unreadable)
{
    for (const auto& file : unreadable)
        std::cerr << "sallyport audit: " << file.path.string()
                  << " cannot be read, so what it holds is missing above: " << file.why << '\n';
    return unreadable.empty() ? ExitDone : ExitRefused;
}

} // namespace sallyport::app
