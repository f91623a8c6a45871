// FileChange: tells when a file is another than it was, for what is read again instead of at every
// use.
//
// Compares what stat(2) says, at most once a second; knows nothing of the content.
#pragma once

#include "net/EventLoop.h"

#include <cstdint>
#include <string>

namespace sallyport::net {

class FileChange {
public:
    explicit FileChange(std::string path) : path_(std::move(path)) {}

    /// True at the first call and whenever the file has been changed, replaced, made or removed
    /// since it was last true.
    [[nodiscard]] bool happened(TimePoint now);
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    /// All zero for a file that is not there.
    struct Stamp {
        std::uint64_t inode = 0;
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        std::int64_t bytes = 0;
        bool operator==(const Stamp&) const = default;
    };
    [[nodiscard]] Stamp look() const;

    std::string path_;
    Stamp seen_{.bytes = -1};
    TimePoint nextLook_ = TimePoint::min();
};

} // namespace sallyport::net
