// ProcessFigures: what the operating system says of this process, from /proc.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace sallyport::admin::live {

/// 0 where it cannot be read.
struct ProcessFigures {
    std::chrono::sys_time<std::chrono::milliseconds> started{};
    double cpuSeconds = 0;
    std::uint64_t residentBytes = 0;
    std::uint64_t openFiles = 0;
    std::uint64_t mostFiles = 0;
    std::uint64_t threads = 0;
};

[[nodiscard]] ProcessFigures readProcessFigures();

struct DiskSpace {
    std::uint64_t freeBytes = 0; ///< for this user
    std::uint64_t allBytes = 0;
};

/// Of the disk that `folder` is on; nothing: it cannot be read.
[[nodiscard]] std::optional<DiskSpace> readDiskSpace(const std::filesystem::path& folder);
/// Of the files in `folder` and below it.
[[nodiscard]] std::uint64_t bytesIn(const std::filesystem::path& folder);

} // namespace sallyport::admin::live
