// FileLock: holds a lock file for as long as the object lives, so that only one process does what
// it guards.
//
// The kernel lets go of it when the process dies, however it dies. Knows no SQLite.
#pragma once

#include <filesystem>
#include <string_view>

namespace sallyport::db {

class FileLock {
public:
    /// Throws DatabaseError of kind Locked, whose text says `purpose`, if another process holds it.
    FileLock(const std::filesystem::path& file, std::string_view purpose);
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    int descriptor_;
};

} // namespace sallyport::db
