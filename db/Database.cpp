#include "db/Database.h"

#include "db/ContentHash.h"

#include <sqlite3.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace sallyport::db {
namespace {

// SQLite would make the file as the umask says; its -wal and -shm files take over this file's mode.
// A file that exists is not opened: closing it again would drop the locks that this process holds
// on it through another connection.
void createForOwnerOnly(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        ::close(descriptor);
}

// sha256(text) for SQL, as contentHash() gives it; NULL of NULL.
void sha256(sqlite3_context* call, int, sqlite3_value** arguments) noexcept
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
    if (!text)
        return;
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]));
    const std::string hash = contentHash({text, size});
    sqlite3_result_text(call, hash.data(), static_cast<int>(hash.size()), SQLITE_TRANSIENT);
}

} // namespace

void Database::Close::operator()(sqlite3* handle) const
{
    sqlite3_close_v2(handle);
}

Database::Database(std::filesystem::path file, int flags) : file_(std::move(file))
{
    sqlite3* handle = nullptr;
    const int result = sqlite3_open_v2(
        file_.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    handle_.reset(handle);
    if (result != SQLITE_OK)
        throw databaseError(file_.native(), handle, result, "open");
    sqlite3_busy_timeout(handle, static_cast<int>(BusyTimeout.count()));
    const int added =
        sqlite3_create_function_v2(handle, "sha256", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                   sha256, nullptr, nullptr, nullptr);
    if (added != SQLITE_OK)
        throw databaseError(file_.native(), handle, added, "add sha256()");
}

Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Database Database::openOrCreate(const std::filesystem::path& file, Durability durability)
{
    createForOwnerOnly(file);
    Database database(file, SQLITE_OPEN_READWRITE);
    // The page size counts for a new file only, and must be set before it becomes WAL.
    database.execute(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
    database.execute(durability == Durability::Full ? "PRAGMA synchronous = FULL"
                                                    : "PRAGMA synchronous = NORMAL");
    return database;
}

Database Database::openExisting(const std::filesystem::path& file)
{
    return Database(file, SQLITE_OPEN_READWRITE);
}

Database Database::openReadOnly(const std::filesystem::path& file)
{
    Database database(file, SQLITE_OPEN_READONLY);
    // Somebody was killed while the file changed from or to WAL. That is undone by who may write;
    // the others are told by what they ask first.
    if (database.isHalfChanged())
        static_cast<void>(Database(file, SQLITE_OPEN_READWRITE).isHalfChanged());
    return database;
}

bool Database::isHalfChanged() const
{
    return sqlite3_exec(handle_.get(), "SELECT 1 FROM sqlite_master LIMIT 1", nullptr, nullptr,
                        nullptr) == SQLITE_READONLY_ROLLBACK;
}

void Database::execute(const std::string& sql)
{
    const int result = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK)
        throw databaseError(handle_.get(), result, sql);
}

Statement Database::prepare(std::string_view sql) const
{
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK)
        throw databaseError(handle_.get(), result, sql);
    return Statement(statement);
}

std::int64_t Database::integer(std::string_view sql) const
{
    Statement statement = prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

std::int64_t Database::lastInsertId() const
{
    return sqlite3_last_insert_rowid(handle_.get());
}

void Database::syncLog()
{
    sqlite3_file* log = nullptr;
    int result = sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    // Without methods: nothing was written yet.
    if (result == SQLITE_OK && log && log->pMethods)
        result = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    if (result != SQLITE_OK)
        throw databaseError(handle_.get(), result, "write the log to the disk");
}

void Database::backUpTo(const std::filesystem::path& file) const
{
    std::filesystem::remove(file);
    createForOwnerOnly(file);
    Database copy(file, SQLITE_OPEN_READWRITE);
    sqlite3_backup* backup = sqlite3_backup_init(copy.handle_.get(), "main", handle_.get(), "main");
    if (!backup)
        throw databaseError(copy.handle_.get(), sqlite3_errcode(copy.handle_.get()), "back up");
    // In one step: in several it begins anew whenever another connection has written.
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE)
        throw databaseError(file_.native(), nullptr, finished == SQLITE_OK ? stepped : finished,
                            "back up");
    copy.execute("PRAGMA journal_mode = DELETE");
}

void Database::interruptWhen(std::stop_token stop)
{
    constexpr int Steps = 10'000; // of SQLite's machine, less than a millisecond
    stop_ = std::make_unique<std::stop_token>(std::move(stop));
    const auto asked = [](void* token) {
        return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0;
    };
    sqlite3_progress_handler(handle_.get(), Steps, asked, stop_.get());
}

void Database::rollback() noexcept
{
    // After some errors (a full disk) SQLite has rolled back by itself.
    if (!sqlite3_get_autocommit(handle_.get()))
        sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Transaction::Transaction(Database& database) : database_(database)
{
    database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    if (state_ == State::Open)
        database_.rollback();
}

void Transaction::commit()
{
    database_.execute("COMMIT");
    state_ = State::Committed;
}

} // namespace sallyport::db
