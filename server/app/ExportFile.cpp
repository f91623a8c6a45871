#include "app/ExportFile.h"

#include "app/CommandLine.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

constexpr std::size_t ReadBytes = 1 << 20;
constexpr std::uint64_t MostLineBytes = 8 << 20;

// What stands before the seq in a line of a format. No text from outside behind it can look like
// it: there its quotation marks, equals signs or tabs are escaped.
struct SeqMark {
    std::string_view format;
    std::string_view mark; // empty: the line begins with it
};
constexpr SeqMark Marks[] = {
    {"jsonl", "{\"seq\":"},   {"csv", ""},
    {"ecs", "\"sequence\":"}, {"ocsf", "\"sequence\":"},
    {"cef", " externalId="},  {"leef", "\tseq="},
};

std::optional<std::uint64_t> seqIn(std::string_view line, std::string_view mark)
{
    const std::size_t found = mark.empty() ? 0 : line.rfind(mark);
    if (found == std::string_view::npos)
        return std::nullopt;
    const std::string_view digits = line.substr(found + mark.size());
    std::uint64_t seq = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), seq);
    return error == std::errc() ? std::optional(seq) : std::nullopt;
}

// Finds where lines end in a text that comes in pieces, and keeps the last whole one. A line end
// inside quotation marks is one of CSV's (RFC 4180 §2.6); JSON has none there.
class LineEnds {
public:
    enum class Quotes : std::uint8_t { Ignore, HoldLineEnds };

    explicit LineEnds(Quotes quotes) : quotes_(quotes) {}

    void take(std::string_view piece)
    {
        while (!piece.empty()) {
            const std::size_t newline = piece.find('\n');
            const bool ends = newline != std::string_view::npos;
            const std::string_view part = piece.substr(0, ends ? newline + 1 : piece.size());
            piece.remove_prefix(part.size());
            bytes_ += part.size();
            line_ += part;
            quotesInLine_ += static_cast<std::size_t>(std::ranges::count(part, '"'));
            if (ends && (quotes_ == Quotes::Ignore || quotesInLine_ % 2 == 0))
                endLine();
        }
    }

    [[nodiscard]] std::uint64_t wholeBytes() const { return whole_; }
    [[nodiscard]] const std::string& lastLine() const { return last_; }

private:
    void endLine()
    {
        whole_ = bytes_;
        last_ = std::exchange(line_, {});
        quotesInLine_ = 0;
    }

    Quotes quotes_;
    std::size_t quotesInLine_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t whole_ = 0;
    std::string line_;
    std::string last_;
};

} // namespace

ExportFile::ExportFile() : name_("standard output"), descriptor_(STDOUT_FILENO) {}

ExportFile::ExportFile(const std::filesystem::path& file, std::string_view format, Begin begin)
    : name_(file.string()),
      descriptor_(::open(
          file.c_str(),
          O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | (begin == Begin::Anew ? O_EXCL : 0), 0600))
{
    if (descriptor_ < 0 && errno == EEXIST)
        throw CommandRefused(name_ +
                             " is there already; go on with it by --resume, or name another");
    if (descriptor_ < 0)
        refuse("cannot be opened for writing");
    try {
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
            throw CommandRefused(name_ + " is being written by another export; wait for its end");
        if (begin == Begin::Resume)
            resume(format);
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

ExportFile::~ExportFile()
{
    if (descriptor_ != STDOUT_FILENO)
        ::close(descriptor_);
}

void ExportFile::refuse(const std::string& what) const
{
    throw CommandRefused(name_ + ": " + what + " (" + std::generic_category().message(errno) +
                         "); the export is not complete");
}

void ExportFile::resume(std::string_view format)
{
    const auto* const known = std::ranges::find(Marks, format, &SeqMark::format);
    if (known == std::end(Marks))
        throw CommandRefused("a line of the format " + std::string(format) +
                             " does not tell its seq; go on with --after SEQ instead of --resume");
    const bool isCsv = known->mark.empty();
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0)
        refuse("cannot be looked at");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t from = isCsv ? 0 : size - std::min(size, MostLineBytes);
    LineEnds lines(isCsv ? LineEnds::Quotes::HoldLineEnds : LineEnds::Quotes::Ignore);
    std::vector<char> buffer(ReadBytes);
    for (std::uint64_t position = from; position < size;) {
        const ssize_t count =
            ::pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(position));
        if (count < 0)
            refuse("cannot be read");
        if (count == 0)
            break;
        lines.take({buffer.data(), static_cast<std::size_t>(count)});
        position += static_cast<std::uint64_t>(count);
    }
    isNew_ = lines.wholeBytes() == 0;
    lastSeq_ = seqIn(lines.lastLine(), known->mark);
    const bool isHeader = isCsv && lines.lastLine().starts_with("seq,");
    if (!isNew_ && !lastSeq_ && !isHeader)
        throw CommandRefused(name_ + ": its last line is none of the format " +
                             std::string(format) + "; name another file");
    if (isNew_ && size > MostLineBytes)
        throw CommandRefused(name_ + ": it has no lines, so it is no export; name another file");
    if (::ftruncate(descriptor_, static_cast<off_t>(from + lines.wholeBytes())) != 0)
        refuse("cannot be shortened to whole lines");
}

void ExportFile::write(std::string_view text)
{
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor_, text.data(), text.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            refuse("takes no more");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void ExportFile::finish()
{
    if (descriptor_ != STDOUT_FILENO && ::fdatasync(descriptor_) != 0)
        refuse("cannot be brought to its disk");
}

} // namespace sallyport::app
