// AuditNames: the texts behind the numbers of the tables dict and rule, for readers of one file of
// the audit log.
//
// Remembers a bounded number of them.
#pragma once

#include "db/Database.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::db {

/// What records call the default row of a layer, which has neither id nor name.
inline constexpr std::string_view DefaultRuleName = "default";

class AuditNames {
public:
    static constexpr std::size_t MaxRemembered = 100'000;

    explicit AuditNames(const Database& database);

    /// Empty for 0.
    [[nodiscard]] std::string_view text(std::int64_t number);
    /// Of a column that has a number, a text itself, or NULL. Valid as long as the row is.
    [[nodiscard]] std::string_view text(const Statement& row, int column);

    struct RuleName {
        std::string id;
        std::string name;
    };
    [[nodiscard]] const RuleName& rule(std::int64_t number);

    /// What was given before is invalid afterwards.
    void keepBounded();

private:
    Statement findText_;
    Statement findRule_;
    std::unordered_map<std::int64_t, std::string> texts_;
    std::unordered_map<std::int64_t, RuleName> rules_;
};

} // namespace sallyport::db
