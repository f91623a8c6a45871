#include "net/FileChange.h"

#include <sys/stat.h>

#include <utility>

namespace sallyport::net {

namespace {

constexpr auto BetweenLooks = std::chrono::seconds(1);

} // namespace

FileChange::Stamp FileChange::look() const
{
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0)
        return {};
    return {.inode = status.st_ino,
            .seconds = status.st_mtim.tv_sec,
            .nanoseconds = status.st_mtim.tv_nsec,
            .bytes = status.st_size};
}

bool FileChange::happened(TimePoint now)
{
    if (now < nextLook_)
        return false;
    nextLook_ = now + BetweenLooks;
    const Stamp stamp = look();
    return std::exchange(seen_, stamp) != stamp;
}

} // namespace sallyport::net
