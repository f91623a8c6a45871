#include "db/AdminSpool.h"

#include "db/AuditText.h"
#include "db/DatabaseError.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace sallyport::db {
namespace {

constexpr std::size_t IdDigits = 32;
constexpr std::size_t IdLineBytes = IdDigits + 1;
constexpr std::chrono::milliseconds LockTick{5};

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& doing, int error)
{
    using enum DatabaseError::Kind;
    const std::string text =
        file.string() + ": cannot be " + doing + " (" + std::generic_category().message(error) +
        "). What administrators do, reading the audit log included, goes into the log through it: ";
    switch (error) {
    case EROFS:
        throw DatabaseError(ReadOnly, text + "copy the data directory to where it can be written");
    case EACCES:
    case EPERM:
        throw DatabaseError(ReadOnly, text + "run this as the user that the server runs as");
    case ENOSPC:
    case EDQUOT:
        throw DatabaseError(Full, text + "make room on its disk");
    default:
        throw DatabaseError(Failed, text + "check its disk and its folder");
    }
}

[[noreturn]] void refuseDamaged(const std::filesystem::path& file)
{
    throw DatabaseError(DatabaseError::Kind::Corrupt,
                        file.string() + ": does not begin as a file of administrators' acts does; "
                                        "keep it for the audit, and move it away");
}

std::string newIdLine(const std::filesystem::path& file)
{
    AdminSpool::Id id;
    if (::getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()))
        fail(file, "given an id", errno);
    static constexpr std::string_view Digits = "0123456789abcdef";
    std::string line;
    for (const std::uint8_t byte : id)
        (line += Digits[byte >> 4]) += Digits[byte & 15];
    return line + '\n';
}

std::optional<AdminSpool::Id> idOf(std::string_view line)
{
    AdminSpool::Id id;
    if (line.size() < IdLineBytes || line[IdDigits] != '\n')
        return std::nullopt;
    for (std::size_t i = 0; i < id.size(); ++i) {
        const char* const begin = line.data() + 2 * i;
        if (std::from_chars(begin, begin + 2, id[i], 16).ptr != begin + 2)
            return std::nullopt;
    }
    return id;
}

std::string wellFormed(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t length = utf8SequenceLength(text);
        out += length == 0 ? "\uFFFD" : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

// The texts of an act, by their names in the file.
constexpr std::pair<const char*, std::string AdminAct::*> Texts[] = {
    {"who", &AdminAct::who},       {"source", &AdminAct::source}, {"action", &AdminAct::action},
    {"object", &AdminAct::object}, {"before", &AdminAct::before}, {"after", &AdminAct::after},
    {"note", &AdminAct::note},
};

std::string lineOf(const AdminAct& act)
{
    Poco::JSON::Object json(Poco::JSON_PRESERVE_KEY_ORDER);
    json.set("time", act.time.time_since_epoch().count());
    for (const auto& [name, text] : Texts)
        if (!(act.*text).empty())
            json.set(name, wellFormed(act.*text));
    std::ostringstream line;
    json.stringify(line);
    line << '\n';
    return line.str();
}

AdminAct actOf(const std::string& line)
{
    AdminAct act;
    try {
        const auto json = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
        act.time += std::chrono::microseconds(json->getValue<std::int64_t>("time"));
        for (const auto& [name, text] : Texts)
            act.*text = json->optValue<std::string>(name, {});
    } catch (const Poco::Exception&) {
        act = {.time = std::chrono::time_point_cast<std::chrono::microseconds>(
                   std::chrono::system_clock::now()),
               .who = "sallyport",
               .source = "",
               .action = "admin.unreadable",
               .object = std::string(AdminSpool::FileName),
               .before = "",
               .after = "",
               .note = "a line was there that tells of no act"};
    }
    return act;
}

void syncFolderOf(const std::filesystem::path& file)
{
    const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        fail(file, "made sure of", errno);
    const int result = ::fsync(folder);
    const int error = errno;
    ::close(folder);
    if (result != 0)
        fail(file, "made sure of", error);
}

} // namespace

// The file, open and locked.
class AdminSpool::OpenFile {
public:
    static OpenFile forAppending(const std::filesystem::path& file)
    {
        const auto deadline = std::chrono::steady_clock::now() + LockTimeout;
        while (true) {
            OpenFile open(file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC);
            if (open.descriptor_ < 0)
                fail(file, "opened for writing", errno);
            while (::flock(open.descriptor_, LOCK_EX | LOCK_NB) != 0) {
                if (std::chrono::steady_clock::now() > deadline)
                    fail(file, "locked", errno);
                std::this_thread::sleep_for(LockTick);
            }
            if (open.isStillThere())
                return open;
        }
    }

    // Nothing: it is not there, or somebody is at work on it.
    static std::optional<OpenFile> tryFor(const std::filesystem::path& file, int lock)
    {
        OpenFile open(file, (lock == LOCK_EX ? O_RDWR : O_RDONLY) | O_CLOEXEC);
        if (open.descriptor_ < 0 && errno != ENOENT)
            fail(file, "opened", errno);
        if (open.descriptor_ < 0 || ::flock(open.descriptor_, lock | LOCK_NB) != 0 ||
            !open.isStillThere())
            return std::nullopt;
        return open;
    }

    OpenFile(OpenFile&& other) noexcept
        : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1))
    {}
    OpenFile& operator=(OpenFile&&) = delete;
    ~OpenFile()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    [[nodiscard]] std::uint64_t size() const
    {
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0)
            fail(file_, "looked at", errno);
        return static_cast<std::uint64_t>(status.st_size);
    }

    [[nodiscard]] std::string textFrom(std::uint64_t position, std::size_t most) const
    {
        std::string text(most, '\0');
        const ssize_t size =
            ::pread(descriptor_, text.data(), text.size(), static_cast<off_t>(position));
        if (size < 0)
            fail(file_, "read", errno);
        text.resize(static_cast<std::size_t>(size));
        return text;
    }

    [[nodiscard]] Id requireId() const
    {
        const auto id = idOf(textFrom(0, IdLineBytes));
        if (!id)
            refuseDamaged(file_);
        return *id;
    }

    // Gives a new file its id, and takes off what a process that died had written of a line.
    void makeWhole() const
    {
        const std::uint64_t end = endOfLines();
        if (end != size() && ::ftruncate(descriptor_, static_cast<off_t>(end)) != 0)
            fail(file_, "shortened", errno);
        if (end != 0) {
            static_cast<void>(requireId());
            return;
        }
        giveToOwnerOfFolder();
        appendSynced(newIdLine(file_));
        syncFolderOf(file_);
    }

    void appendSynced(std::string_view text) const
    {
        const std::uint64_t before = size();
        const ssize_t written = ::write(descriptor_, text.data(), text.size());
        const int error = written < 0 ? errno : ENOSPC;
        if (written == static_cast<ssize_t>(text.size()) && ::fdatasync(descriptor_) == 0)
            return;
        const int reason = written == static_cast<ssize_t>(text.size()) ? errno : error;
        // If that fails, too, the next one who appends takes it off: unless it is whole.
        static_cast<void>(!::ftruncate(descriptor_, static_cast<off_t>(before)));
        fail(file_, "written", reason);
    }

private:
    OpenFile(std::filesystem::path file, int flags)
        : file_(std::move(file)), descriptor_(::open(file_.c_str(), flags, 0600))
    {}

    // Behind the last newline.
    [[nodiscard]] std::uint64_t endOfLines() const
    {
        const std::uint64_t end = size();
        const std::uint64_t begin = end - std::min<std::uint64_t>(end, MostActBytes);
        const std::size_t newline =
            textFrom(begin, static_cast<std::size_t>(end - begin)).rfind('\n');
        if (newline == std::string::npos && end > IdLineBytes)
            refuseDamaged(file_);
        return newline == std::string::npos ? 0 : begin + newline + 1;
    }

    // clear() puts another file in its place.
    [[nodiscard]] bool isStillThere() const
    {
        struct stat here {};
        struct stat there {};
        return ::fstat(descriptor_, &here) == 0 && ::stat(file_.c_str(), &there) == 0 &&
               here.st_ino == there.st_ino && here.st_dev == there.st_dev;
    }

    // What root begins, the server must be able to read.
    void giveToOwnerOfFolder() const
    {
        struct stat folder {};
        if (::geteuid() == 0 && ::stat(file_.parent_path().c_str(), &folder) == 0 &&
            folder.st_uid != 0 && ::fchown(descriptor_, folder.st_uid, folder.st_gid) != 0)
            fail(file_, "given to the owner of its folder", errno);
    }

    std::filesystem::path file_;
    int descriptor_;
};

void AdminSpool::requireWritable() const
{
    OpenFile::forAppending(file_).makeWhole();
}

void AdminSpool::append(const AdminAct& act) const
{
    const std::string line = lineOf(act);
    if (line.size() > MostActBytes)
        throw DatabaseError(DatabaseError::Kind::Refused,
                            file_.string() + ": an act of " + std::to_string(line.size()) +
                                " bytes is too long for the audit log");
    const OpenFile open = OpenFile::forAppending(file_);
    open.makeWhole();
    open.appendSynced(line);
}

std::optional<AdminSpool::Unread> AdminSpool::read(const PositionOf& positionOf) const
{
    struct stat status {};
    if (::stat(file_.c_str(), &status) != 0 || status.st_size <= static_cast<off_t>(IdLineBytes))
        return std::nullopt;
    const auto open = OpenFile::tryFor(file_, LOCK_SH);
    if (!open)
        return std::nullopt;
    Unread unread{.id = open->requireId(), .position = 0, .acts = {}};
    unread.position = std::max<std::uint64_t>(positionOf(unread.id), IdLineBytes);
    const std::string text = open->textFrom(unread.position, MostReadBytes);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
        unread.acts.push_back(actOf(text.substr(begin, end - begin)));
        begin = end + 1;
    }
    unread.position += begin;
    return unread.acts.empty() ? std::nullopt : std::optional(std::move(unread));
}

void AdminSpool::clear(const Id& id, std::uint64_t position) const
{
    if (position <= IdLineBytes) // nothing was read; and a file that is just being made has no id
        return;
    const auto open = OpenFile::tryFor(file_, LOCK_EX);
    if (!open || open->size() != position || open->requireId() != id)
        return;
    std::filesystem::path next = file_;
    next += ".new";
    std::error_code ignored;
    std::filesystem::remove(next, ignored); // left by one who died here
    OpenFile::forAppending(next).makeWhole();
    if (::rename(next.c_str(), file_.c_str()) != 0)
        fail(file_, "replaced", errno);
    syncFolderOf(file_);
}

} // namespace sallyport::db
