// ListDescriptions: what people say of destination lists, and how fetching them went, in policy.db.
//
// Takes effect at once and is in no version of the policy. Knows nothing of what a list holds, and
// does not read what it says of a feed. One thread at a time; several processes at once.
#pragma once

#include "db/Database.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

struct ListDescription {
    using Time = std::chrono::sys_time<std::chrono::microseconds>;

    std::string name; ///< of the list
    std::string comment;
    std::string feed;      ///< JSON: where it is fetched from; empty: it is not
    Time lastTry;          ///< of fetching it; zero: never
    Time lastSuccess;      ///< likewise
    std::string lastError; ///< of the last try; empty when it went well
};

class ListDescriptions {
public:
    /// Borrows a connection to policy.db, brought to its schema. All functions throw DatabaseError.
    explicit ListDescriptions(Database& database) : database_(database) {}

    /// An empty one where nothing was said of the list.
    [[nodiscard]] ListDescription of(std::string_view list) const;
    [[nodiscard]] std::vector<ListDescription> all() const; ///< by name
    /// Another feed has not been tried yet. `beforeCommit` is the last step: what it throws is
    /// thrown on, and nothing has changed then.
    void save(std::string_view list, std::string_view comment, std::string_view feed,
              const std::function<void()>& beforeCommit = {});
    /// An empty `error`: it went well.
    void noteTry(std::string_view list, ListDescription::Time time, std::string_view error);

private:
    Database& database_;
};

} // namespace sallyport::db
