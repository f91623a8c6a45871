#include "db/AuditNames.h"

namespace sallyport::db {

AuditNames::AuditNames(const Database& database)
    : findText_(database.prepare("SELECT text FROM dict WHERE id = ?1")),
      findRule_(database.prepare("SELECT rule_id, name FROM rule WHERE id = ?1"))
{}

std::string_view AuditNames::text(std::int64_t number)
{
    if (number == 0)
        return {};
    const auto [place, isNew] = texts_.try_emplace(number);
    if (isNew) {
        findText_.bind(1, number);
        if (findText_.step())
            place->second = findText_.text(0);
        findText_.reset();
    }
    return place->second;
}

std::string_view AuditNames::text(const Statement& row, int column)
{
    return row.isInteger(column) ? text(row.integer(column)) : row.text(column);
}

const AuditNames::RuleName& AuditNames::rule(std::int64_t number)
{
    const auto [place, isNew] = rules_.try_emplace(number);
    if (isNew) {
        findRule_.bind(1, number);
        if (findRule_.step())
            place->second = {std::string(findRule_.text(0)), std::string(findRule_.text(1))};
        findRule_.reset();
    }
    return place->second;
}

void AuditNames::keepBounded()
{
    if (texts_.size() > MaxRemembered)
        texts_.clear();
    if (rules_.size() > MaxRemembered)
        rules_.clear();
}

} // namespace sallyport::db
