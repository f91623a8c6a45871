#include "admin/live/ProcessFigures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

namespace sallyport::admin::live {

namespace {

namespace fs = std::filesystem;

/// The fields of /proc/self/stat from the third one on, which follow the name in parentheses.
std::vector<std::string> statFields()
{
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    const auto nameEnd = line.rfind(')');
    if (nameEnd == std::string::npos)
        return {};
    std::istringstream rest(line.substr(nameEnd + 1));
    return {std::istream_iterator<std::string>(rest), std::istream_iterator<std::string>()};
}

double numberIn(const std::vector<std::string>& fields, std::size_t numberInManual)
{
    const auto at = numberInManual - 3;
    return at < fields.size() ? std::strtod(fields[at].c_str(), nullptr) : 0;
}

/// When the machine was started, in seconds since 1970.
double bootTime()
{
    std::ifstream file("/proc/stat");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("btime "))
            return std::strtod(line.c_str() + 6, nullptr);
    return 0;
}

std::uint64_t countOpenFiles()
{
    std::error_code error;
    const fs::directory_iterator files("/proc/self/fd", error);
    const auto count = error ? 0 : std::distance(begin(files), end(files));
    return count > 0 ? static_cast<std::uint64_t>(count) - 1 : 0; // but for the one that counts
}

} // namespace

ProcessFigures readProcessFigures()
{
    const auto fields = statFields();
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    ProcessFigures figures;
    figures.cpuSeconds = (numberIn(fields, 14) + numberIn(fields, 15)) / ticks;
    figures.threads = static_cast<std::uint64_t>(numberIn(fields, 20));
    figures.residentBytes = static_cast<std::uint64_t>(numberIn(fields, 24)) *
                            static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::chrono::duration<double> started(bootTime() + numberIn(fields, 22) / ticks);
    figures.started =
        decltype(figures.started)(std::chrono::floor<std::chrono::milliseconds>(started));
    figures.openFiles = countOpenFiles();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        figures.mostFiles = limit.rlim_cur;
    return figures;
}

std::optional<DiskSpace> readDiskSpace(const fs::path& folder)
{
    std::error_code error;
    const auto space = fs::space(folder, error);
    if (error)
        return std::nullopt;
    return DiskSpace{.freeBytes = space.available, .allBytes = space.capacity};
}

std::uint64_t bytesIn(const fs::path& folder)
{
    std::uint64_t sum = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), last; !error && entry != last;
         entry.increment(error)) {
        std::error_code gone;
        if (entry->is_regular_file(gone))
            if (const auto size = entry->file_size(gone); !gone)
                sum += size;
    }
    return sum;
}

} // namespace sallyport::admin::live
