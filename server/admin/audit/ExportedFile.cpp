#include "admin/audit/ExportedFile.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace sallyport::admin::audit {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file)
{
    throw std::system_error(errno, std::generic_category(), file.string());
}

} // namespace

ExportedFile::ExportedFile(std::filesystem::path file)
    : file_(std::move(file)),
      descriptor_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600))
{
    if (descriptor_ < 0)
        fail(file_);
}

ExportedFile::~ExportedFile()
{
    ::close(descriptor_);
    std::error_code ignored;
    if (state_ != State::Finished)
        std::filesystem::remove(file_, ignored);
}

void ExportedFile::write(std::string_view text)
{
    hash_.add(text);
    bytes_ += text.size();
    while (!text.empty()) {
        const auto written = ::write(descriptor_, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            fail(file_);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void ExportedFile::finish()
{
    if (::fsync(descriptor_) != 0)
        fail(file_);
    state_ = State::Finished;
}

} // namespace sallyport::admin::audit
