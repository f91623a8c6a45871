#include "app/AuditBackupCommand.h"

#include "app/AdminTrail.h"
#include "app/AuditLogOption.h"
#include "app/CommandLine.h"
#include "app/FigureText.h"
#include "app/PolicySummary.h"
#include "db/AuditFolder.h"
#include "db/AuditKey.h"
#include "db/Database.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;

struct Copied {
    std::size_t files = 0;
    std::size_t alreadyThere = 0;
    std::uintmax_t bytes = 0;
    std::uint64_t lastSeq = 0;
};

void makeFolder(const fs::path& folder)
{
    if (fs::create_directories(folder))
        fs::permissions(folder, fs::perms::owner_all);
}

void sync(const fs::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int result = descriptor < 0 ? -1 : ::fsync(descriptor);
    const int error = errno;
    if (descriptor >= 0)
        ::close(descriptor);
    if (result != 0)
        throw CommandRefused(path.string() + ": cannot be brought to its disk (" +
                             std::generic_category().message(error) + ")");
}

// SQLite may still have a part of it beside it: sealing tells what it does first, and tidies up
// then.
bool standsAlone(const db::AuditFile& file)
{
    const fs::path log = file.path.string() + "-wal";
    std::error_code error;
    const auto size = fs::file_size(log, error);
    return file.sealed && (error || size == 0);
}

// By the links that they end with, the records are the same.
bool isCopied(const db::AuditFile& file, const fs::path& copy)
{
    if (!fs::exists(copy))
        return false;
    try {
        const auto there = db::readAuditFile(copy);
        return there && there->firstSeq == file.firstSeq && there->lastLink == file.lastLink &&
               there->sealed == file.sealed;
    } catch (const db::DatabaseError&) {
        return false; // it was damaged
    }
}

void copyFile(const db::AuditFile& file, const fs::path& copy)
{
    const fs::path partial = copy.string() + ".partial";
    if (standsAlone(file)) {
        fs::copy_file(file.path, partial, fs::copy_options::overwrite_existing);
        fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write);
    } else {
        db::Database::openReadOnly(file.path).backUpTo(partial);
    }
    sync(partial);
    fs::rename(partial, copy);
}

Copied copyLog(db::AuditFolder& log, const fs::path& folder)
{
    Copied all;
    for (const db::AuditFile& file : log.files()) {
        const fs::path copy = folder / file.path.filename();
        if (isCopied(file, copy)) {
            ++all.alreadyThere;
            all.lastSeq = file.lastSeq;
            continue;
        }
        try {
            copyFile(file, copy);
        } catch (const fs::filesystem_error&) {
            if (fs::exists(file.path))
                throw;
            continue; // deleted meanwhile, as it was too old
        }
        ++all.files;
        all.bytes += fs::file_size(copy);
        all.lastSeq = db::readAuditFile(copy).value_or(file).lastSeq;
    }
    return all;
}

void copyPublicKey(const fs::path& from, const fs::path& to)
{
    const fs::path key = from / db::AuditPublicKeyName;
    if (fs::exists(key))
        fs::copy_file(key, to / db::AuditPublicKeyName, fs::copy_options::overwrite_existing);
}

void report(const CommandLine& line, const Copied& all)
{
    if (line.has("json")) {
        Poco::JSON::Object json = orderedObject();
        json.set("files_copied", all.files);
        json.set("files_already_there", all.alreadyThere);
        json.set("bytes_copied", all.bytes);
        json.set("last_seq", all.lastSeq);
        printJson(json);
        return;
    }
    const std::string& folder = line.arguments().front();
    std::cout << counted(all.files, "file") << " copied, " << shortBytes(all.bytes);
    if (all.alreadyThere != 0)
        std::cout << "; unchanged since the last backup: " << counted(all.alreadyThere, "file");
    std::cout << ". The log is in " << folder << " up to seq " << all.lastSeq
              << "; to prove it: sallyport audit verify --data-dir " << folder << '\n';
}

} // namespace

int runAuditBackup(CommandLine& line)
{
    const fs::path to = line.arguments().front();
    db::AuditFolder log(requireAuditLog(line));
    std::error_code error;
    if (fs::equivalent(line.dataDirectory(), to, error))
        throw UsageError("DIR is the data directory itself; name another folder");
    recordReading(line, "audit.backup");
    try {
        makeFolder(to);
        makeFolder(to / db::AuditFolderName);
        const Copied all = copyLog(log, to / db::AuditFolderName);
        copyPublicKey(line.dataDirectory(), to);
        sync(to / db::AuditFolderName);
        report(line, all);
    } catch (const fs::filesystem_error& failed) {
        throw CommandRefused(std::string("the backup is not complete: ") + failed.what());
    }
    return exitCodeFor(log.unreadable());
}

} // namespace sallyport::app
