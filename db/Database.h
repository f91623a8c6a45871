// Database: one connection to one SQLite file; Transaction: a transaction that rolls back unless
// committed.
//
// Used by one thread at a time. Knows how Sallyport's files are opened (WAL, 0600), no table. SQL
// on it has sha256(text) (ContentHash.h).
#pragma once

#include "db/DatabaseError.h"
#include "db/Statement.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

struct sqlite3;

namespace sallyport::db {

/// How much of what was committed survives a loss of power (not of the process: that loses nothing
/// either way).
enum class Durability : std::uint8_t {
    Normal, ///< all but the last moments; no flush for each commit
    Full,   ///< everything; each commit waits for the disk
};

class Database {
public:
    static constexpr std::chrono::milliseconds BusyTimeout{5000};

    /// Opens for reading and writing; makes the file, readable by its owner only, if it is missing.
    [[nodiscard]] static Database openOrCreate(const std::filesystem::path& file,
                                               Durability durability);
    /// Opens an existing file for writing and leaves its journal mode as it is.
    [[nodiscard]] static Database openExisting(const std::filesystem::path& file);
    /// Opens an existing file that another process may be writing. Changes nothing in it but what a
    /// process that was killed had half done, which is undone.
    [[nodiscard]] static Database openReadOnly(const std::filesystem::path& file);

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// Runs statements that need no parameters.
    void execute(const std::string& sql);
    [[nodiscard]] Statement prepare(std::string_view sql) const;
    /// The integer that `sql` gives in its first row's first column; 0 if there is no row or it is
    /// NULL.
    [[nodiscard]] std::int64_t integer(std::string_view sql) const;
    [[nodiscard]] std::int64_t lastInsertId() const;
    /// Has the write-ahead log written to the disk, and with it all that was committed.
    void syncLog();
    /// Ends statements that run once a stop is requested: they throw DatabaseError.
    void interruptWhen(std::stop_token stop);

    /// Copies what is committed now into `file`, readable by its owner only, in place of what is
    /// there; the copy stands alone, without a write-ahead log. Others may go on writing meanwhile.
    void backUpTo(const std::filesystem::path& file) const;

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

private:
    friend class Transaction;
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    Database(std::filesystem::path file, int flags);
    [[nodiscard]] bool isHalfChanged() const; // and this connection may not undo it
    void rollback() noexcept;

    std::filesystem::path file_;
    std::unique_ptr<std::stop_token> stop_; // where SQLite looks
    std::unique_ptr<sqlite3, Close> handle_;
};

class Transaction {
public:
    /// Takes the write lock at once, so that what is read inside is what will be changed.
    explicit Transaction(Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void commit();

private:
    Database& database_;
    enum class State : std::uint8_t { Open, Committed } state_ = State::Open;
};

} // namespace sallyport::db
