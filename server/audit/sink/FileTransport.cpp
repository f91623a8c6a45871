#include "audit/sink/FileTransport.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sallyport::audit::sink {

FileTransport::FileTransport(const SinkSpec& spec) : path_(spec.file), format_(*spec.format) {}

FileTransport::~FileTransport()
{
    close();
}

std::size_t FileTransport::send(std::span<const Outgoing> records, const Wait&)
{
    leaveIfMoved();
    if (file_ < 0)
        open();
    std::string text;
    for (const Outgoing& record : records)
        (text += record.line) += '\n';
    append(text);
    return 0;
}

bool FileTransport::isSettled()
{
    // Pipes and terminals have nothing to bring to a disk.
    if (file_ >= 0 && fdatasync(file_) != 0 && errno != EINVAL && errno != EROFS)
        fail("sync");
    return true;
}

void FileTransport::open()
{
    constexpr mode_t OwnerAlone = 0600;
    file_ = ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, OwnerAlone);
    if (file_ < 0)
        fail("open");
    completeLastLine();
}

void FileTransport::close()
{
    if (file_ >= 0)
        ::close(file_);
    file_ = -1;
}

void FileTransport::leaveIfMoved()
{
    if (file_ < 0)
        return;
    struct stat named {};
    struct stat opened {};
    if (fstat(file_, &opened) != 0 || stat(path_.c_str(), &named) != 0 ||
        named.st_ino != opened.st_ino || named.st_dev != opened.st_dev)
        close();
}

// A file that ends within a line was left so by a power cut.
void FileTransport::completeLastLine()
{
    struct stat opened {};
    if (fstat(file_, &opened) != 0 || !S_ISREG(opened.st_mode))
        return;
    if (opened.st_size == 0) {
        std::string header;
        if (format_.appendHeader)
            format_.appendHeader(header);
        if (!header.empty())
            append(header);
        return;
    }
    char last = '\n';
    if (pread(file_, &last, 1, opened.st_size - 1) == 1 && last != '\n')
        append("\n");
}

void FileTransport::append(const std::string& text)
{
    struct stat before {};
    if (fstat(file_, &before) != 0)
        fail("look at");
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::write(file_, text.data() + done, text.size() - done);
        if (count > 0) {
            done += static_cast<std::size_t>(count);
            continue;
        }
        if (count < 0 && errno == EINTR)
            continue;
        const int error = count < 0 ? errno : ENOSPC;
        if (done != 0 && S_ISREG(before.st_mode) && ftruncate(file_, before.st_size) != 0)
            close(); // open() will complete the line
        errno = error;
        fail("write");
    }
}

void FileTransport::fail(const char* what) const
{
    throw SinkError("cannot " + std::string(what) + " " + path_.string() + ": " +
                    std::generic_category().message(errno));
}

} // namespace sallyport::audit::sink
