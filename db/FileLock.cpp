#include "db/FileLock.h"

#include "db/DatabaseError.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace sallyport::db {
namespace {

std::string holderOf(int descriptor)
{
    std::array<char, 32> text{};
    const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
    return size > 0 ? "process " + std::string(text.data(), static_cast<std::size_t>(size))
                    : "another process";
}

} // namespace

FileLock::FileLock(const std::filesystem::path& file, std::string_view purpose)
    : descriptor_(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600))
{
    if (descriptor_ < 0)
        throw DatabaseError(
            DatabaseError::Kind::CannotOpen,
            file.string() + ": cannot be opened (" + std::generic_category().message(errno) +
                "); check that its folder is there and that this user may write to it");
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const std::string holder = holderOf(descriptor_);
        ::close(descriptor_);
        throw DatabaseError(DatabaseError::Kind::Locked,
                            file.string() + ": " + holder + " is " + std::string(purpose) +
                                " already; stop it first, or use another data directory");
    }
    // For the text above only; the lock is the kernel's.
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(descriptor_, 0) == 0)
        static_cast<void>(!::pwrite(descriptor_, pid.data(), pid.size(), 0));
}

FileLock::~FileLock()
{
    ::close(descriptor_);
}

} // namespace sallyport::db
