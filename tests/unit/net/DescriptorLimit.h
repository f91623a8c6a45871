// DescriptorLimit: lets this process open no further descriptor while it lives.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace sallyport::test {

/// UndefinedBehaviorSanitizer opens a pipe to look at memory, and reports what is right when it
/// gets none.
inline constexpr bool DescriptorsMayRunOut = !__has_feature(undefined_behavior_sanitizer);

class DescriptorLimit {
public:
    DescriptorLimit()
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        // The lowest free one: nothing may be opened at it or above.
        const int lowest = ::fcntl(0, F_DUPFD_CLOEXEC, 0);
        ::close(lowest);
        rlimit limit = before_;
        limit.rlim_cur = static_cast<rlim_t>(lowest);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    DescriptorLimit(const DescriptorLimit&) = delete;
    DescriptorLimit& operator=(const DescriptorLimit&) = delete;
    ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

} // namespace sallyport::test
