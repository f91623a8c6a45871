// SavedSearchStore: searches of the audit explorer that people gave a name, in admin.db.
//
// Knows nothing of what a query means. One thread at a time.
#pragma once

#include "db/Database.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

struct SavedSearch {
    enum class Reach : std::uint8_t { Private, Shared };
    using Time = std::chrono::sys_time<std::chrono::microseconds>;

    std::int64_t id = 0;
    std::string owner; ///< id of an account
    std::string by;    ///< its name
    Reach reach = Reach::Private;
    std::string name;
    std::string query;
    std::vector<std::string> columns;
    Time created{};
    Time changed{};
    std::int64_t version = 1; ///< one more with each change
};

class SavedSearchStore {
public:
    /// Opens or makes admin.db in the folder. All functions throw DatabaseError; of the kind
    /// Refused when the name is taken.
    explicit SavedSearchStore(const std::filesystem::path& dataDirectory);

    /// The owner's and all that are shared, by name.
    [[nodiscard]] std::vector<SavedSearch> visibleTo(std::string_view owner) const;
    [[nodiscard]] std::optional<SavedSearch> find(std::int64_t id) const;
    /// Its id and version are given by the store.
    [[nodiscard]] SavedSearch add(SavedSearch search);
    /// Replaces the one of its id and version; false: it is another version by now, or gone.
    [[nodiscard]] bool change(SavedSearch& search);
    void remove(std::int64_t id);

private:
    [[nodiscard]] std::vector<SavedSearch> read(Statement& rows) const;

    Database database_;
};

} // namespace sallyport::db
