// Statement: one prepared SQL statement, made by Database::prepare() and finalised with this
// object.
//
// Positions of parameters count from 1, columns from 0, as SQLite does. Knows SQL's values, no
// table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

struct sqlite3_stmt;

namespace sallyport::db {

class Database;

class Statement {
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    ~Statement();

    // A value stays bound over reset() until another is bound in its place.
    void bind(int position, std::int64_t value);
    void bind(int position, std::string_view text); ///< copied
    void bind(int position, const char* text) { bind(position, std::string_view(text)); }
    void bind(int position, std::span<const std::uint8_t> blob); ///< copied
    void bindNull(int position);
    /// Not copied: must live until the next run() or reset() has returned.
    void bindBorrowed(int position, std::string_view text);
    void bindBorrowed(int position, std::span<const std::uint8_t> blob);

    /// True: a row is there to be read. False: the statement is done. Throws DatabaseError.
    [[nodiscard]] bool step();
    /// Runs a statement that gives no rows and makes it ready for the next run. Throws
    /// DatabaseError.
    void run();
    void reset();
    /// Of each of its rows.
    [[nodiscard]] int columns() const;

    // Of the current row; views are valid until the next step() or reset().
    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] bool isInteger(int column) const;
    [[nodiscard]] bool isText(int column) const;
    enum class Type : std::uint8_t { Null, Integer, Real, Text, Blob };
    /// As the value is stored.
    [[nodiscard]] Type type(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;               ///< 0 for NULL
    [[nodiscard]] std::string_view text(int column) const;              ///< empty for NULL
    [[nodiscard]] std::span<const std::uint8_t> blob(int column) const; ///< empty for NULL

private:
    friend class Database;
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    void check(int result) const;

    sqlite3_stmt* statement_;
};

} // namespace sallyport::db
