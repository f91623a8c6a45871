#include "db/AuditFolder.h"

#include "db/Database.h"
#include "db/Migrations.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <system_error>

namespace sallyport::db {
namespace {

constexpr std::string_view Extension = ".db";

std::optional<std::uint32_t> numberOf(std::string_view digits)
{
    std::uint32_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return number;
}

std::filesystem::path withSuffix(std::filesystem::path path, std::string_view suffix)
{
    return path += suffix;
}

std::uintmax_t sizeOf(const std::filesystem::path& path)
{
    std::error_code missing;
    const std::uintmax_t size = std::filesystem::file_size(path, missing);
    return missing ? 0 : size;
}

ChainLink linkOf(std::span<const std::uint8_t> blob)
{
    ChainLink link{};
    std::ranges::copy(blob.first(std::min(link.size(), blob.size())), link.begin());
    return link;
}

} // namespace

std::optional<AuditFileName> AuditFileName::parse(std::string_view name)
{
    using namespace std::chrono;
    constexpr std::size_t DayLength = 10;
    if (name.size() < DayLength + Extension.size() || !name.ends_with(Extension) ||
        name[4] != '-' || name[7] != '-')
        return std::nullopt;
    const auto ofYear = numberOf(name.substr(0, 4));
    const auto ofMonth = numberOf(name.substr(5, 2));
    const auto ofDay = numberOf(name.substr(8, 2));
    if (!ofYear || !ofMonth || !ofDay)
        return std::nullopt;
    const year_month_day date{year(static_cast<int>(*ofYear)), month(*ofMonth),
                              std::chrono::day(*ofDay)};
    if (!date.ok())
        return std::nullopt;
    AuditFileName parsed{sys_days(date), 1};
    name.remove_prefix(DayLength);
    name.remove_suffix(Extension.size());
    if (!name.empty()) {
        const auto part = numberOf(name.substr(1));
        if (!part || *part < 2)
            return std::nullopt;
        parsed.part = *part;
    }
    // One file has one name: no "2026-11-23x2.db", no ".02.db".
    if (parsed.text().size() != DayLength + name.size() + Extension.size() ||
        (!name.empty() && name.front() != '.'))
        return std::nullopt;
    return parsed;
}

std::string AuditFileName::text() const
{
    const std::chrono::year_month_day date(day);
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()) % 10000,
                  static_cast<unsigned>(date.month()) % 100,
                  static_cast<unsigned>(date.day()) % 100);
    std::string name = text.data();
    if (part > 1)
        name.append(".").append(std::to_string(part));
    return name.append(Extension);
}

AuditFileName AuditFileName::next(std::chrono::sys_days today) const
{
    return today > day ? AuditFileName{today, 1} : AuditFileName{day, part + 1};
}

std::vector<std::filesystem::path> auditFilePaths(const std::filesystem::path& folder)
{
    std::vector<std::pair<AuditFileName, std::filesystem::path>> named;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(folder, missing))
        if (const auto name = AuditFileName::parse(entry.path().filename().native()))
            named.emplace_back(*name, entry.path());
    std::ranges::sort(named, {}, [](const auto& each) { return each.first; });
    std::vector<std::filesystem::path> paths;
    for (auto& each : named)
        paths.push_back(std::move(each.second));
    return paths;
}

std::optional<AuditFile> readAuditFile(const std::filesystem::path& path)
{
    return readAuditFile(Database::openReadOnly(path));
}

std::optional<AuditFile> readAuditFile(const Database& database)
{
    const std::filesystem::path& path = database.file();
    // Made, but not even its schema is there yet.
    if (database.integer("SELECT count(*) FROM sqlite_master") == 0)
        return std::nullopt;
    requireSchema(database, auditSchema());
    Statement state = database.prepare("SELECT first_seq, last_seq, first_time, last_time, "
                                       "disorder, sealed, first_link, last_link FROM state");
    if (!state.step())
        return std::nullopt;
    AuditFile file;
    file.path = path;
    file.firstSeq = static_cast<std::uint64_t>(state.integer(0));
    file.lastSeq = static_cast<std::uint64_t>(state.integer(1));
    file.firstTime = auditTime(state.integer(2));
    file.lastTime = auditTime(state.integer(3));
    file.disorder = std::chrono::microseconds(state.integer(4));
    if (!state.isNull(5))
        file.sealed = auditTime(state.integer(5));
    file.firstLink = linkOf(state.blob(6));
    file.lastLink = linkOf(state.blob(7));
    file.bytes = sizeOf(path) + sizeOf(withSuffix(path, "-wal"));
    return file;
}

void removeAuditFile(const std::filesystem::path& path)
{
    std::filesystem::remove(path);
    std::filesystem::remove(withSuffix(path, "-wal"));
    std::filesystem::remove(withSuffix(path, "-shm"));
}

AuditFolder::AuditFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::vector<AuditFile> AuditFolder::files()
{
    std::vector<AuditFile> files;
    std::map<std::filesystem::path, Remembered> sealed;
    unreadable_.clear();
    for (const auto& path : auditFilePaths(folder_)) {
        std::error_code missing;
        const auto changed = std::filesystem::last_write_time(path, missing);
        const auto known = sealed_.find(path);
        if (!missing && known != sealed_.end() && known->second.changed == changed) {
            files.push_back(known->second.file);
            sealed.insert(*known);
            continue;
        }
        try {
            const auto file = readAuditFile(path);
            if (!file)
                continue;
            files.push_back(*file);
            if (file->sealed)
                sealed.emplace(path, Remembered{changed, *file});
        } catch (const DatabaseError& error) {
            // Retention may have been quicker.
            if (std::filesystem::exists(path, missing))
                unreadable_.push_back({path, error.what()});
        }
    }
    sealed_ = std::move(sealed);
    std::ranges::sort(files, {}, &AuditFile::firstSeq);
    return files;
}

} // namespace sallyport::db
