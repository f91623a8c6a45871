#include "audit/sink/SinkCursor.h"

#include "audit/sink/Wait.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <string>
#include <system_error>

namespace sallyport::audit::sink {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file)
{
    throw SinkError("cannot write " + file.string() + ": " +
                    std::generic_category().message(errno));
}

void writeSynced(const std::filesystem::path& file, const std::string& text)
{
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (opened < 0)
        fail(file);
    const bool written =
        ::write(opened, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        fdatasync(opened) == 0;
    const int error = errno;
    ::close(opened);
    errno = error;
    if (!written)
        fail(file);
}

} // namespace

std::optional<std::uint64_t> SinkCursor::read() const
{
    std::ifstream stream(file_);
    std::string line;
    if (!std::getline(stream, line))
        return std::nullopt;
    std::uint64_t seq = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), seq);
    if (error != std::errc{} || end != line.data() + line.size())
        return std::nullopt;
    return seq;
}

void SinkCursor::write(std::uint64_t seq) const
{
    std::error_code error;
    std::filesystem::create_directories(file_.parent_path(), error); // writing says what is wrong
    std::filesystem::path fresh = file_;
    fresh += ".new";
    writeSynced(fresh, std::to_string(seq) + "\n");
    if (std::rename(fresh.c_str(), file_.c_str()) != 0)
        fail(file_);
}

} // namespace sallyport::audit::sink
