// DatabaseError: why SQLite could not do what was asked, in words a person can act on.
//
// The text names the file, what was being done and SQLite's own message. Knows SQLite's result
// codes, no table.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;

namespace sallyport::db {

class DatabaseError : public std::runtime_error {
public:
    enum class Kind : std::uint8_t {
        Locked,       ///< another process holds it; trying again may help
        Full,         ///< no space left on the disk, or a size limit was reached
        NotADatabase, ///< the file is something else, or another program's database
        Corrupt,      ///< the file is damaged
        ReadOnly,     ///< this user may read but not write the file
        CannotOpen,   ///< missing, or no permission
        WrongVersion, ///< written by a newer Sallyport, or never set up by this one
        Refused,      ///< the data breaks a rule of the schema
        Outdated,     ///< what the change goes by is not any more as it was read
        Failed,       ///< anything else: I/O error, no memory
    };

    DatabaseError(Kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}

    [[nodiscard]] Kind kind() const { return kind_; }

private:
    Kind kind_;
};

/// What SQLite's `result` on a connection to `file` means; `doing` is the statement or the step it
/// came from.
[[nodiscard]] DatabaseError databaseError(std::string_view file, sqlite3* connection, int result,
                                          std::string_view doing);
/// The same where the connection is open, and so knows its file.
[[nodiscard]] DatabaseError databaseError(sqlite3* connection, int result, std::string_view doing);

} // namespace sallyport::db
