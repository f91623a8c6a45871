#include "db/Dictionary.h"

#include <algorithm>

namespace sallyport::db {
namespace {

constexpr std::array<std::string_view, Dictionary::Kinds> KindTexts{
    "node", "listener", "user", "agent", "method", "host", "word"};

template <class Numbers>
void remember(Numbers& numbers, std::string_view text, std::int64_t number)
{
    if (numbers.size() >= Dictionary::MaxRemembered)
        numbers.clear();
    numbers.emplace(text, number);
}

std::string findPair(ChainedTable table)
{
    const ChainedColumns& pair = chainedColumns(table);
    return "SELECT id FROM " + std::string(pair.table) + " WHERE " + std::string(pair.columns[2]) +
           " = ?1 AND " + std::string(pair.columns[3]) + " = ?2";
}

std::string largestNumber(ChainedTable table)
{
    return "SELECT max(id) FROM " + std::string(chainedColumns(table).table);
}

} // namespace

Dictionary::Pairs::Pairs(const Database& database, ChainedTable table, ChainedRecord& record)
    : find(database.prepare(findPair(table))), largest(database.prepare(largestNumber(table))),
      add(database, table, record)
{}

std::int64_t Dictionary::Pairs::number(std::string_view first, std::string_view second,
                                       const ChainedRecord& record)
{
    find.bindBorrowed(1, first);
    find.bindBorrowed(2, second);
    const std::int64_t known = find.step() ? find.integer(0) : 0;
    find.reset();
    if (known != 0)
        return known;
    if (lastNumber == 0) {
        lastNumber = largest.step() ? largest.integer(0) : 0;
        largest.reset();
    }
    ++lastNumber;
    add.begin();
    add.add(lastNumber);
    add.add(record.seq());
    add.addText(first);
    add.addText(second);
    add.end();
    add.insert();
    return lastNumber;
}

Dictionary::Dictionary(const Database& database, ChainedRecord& record)
    : record_(record), texts_(database, ChainedTable::Dict, record),
      rules_(database, ChainedTable::Rule, record)
{}

std::int64_t Dictionary::number(Kind kind, std::string_view text)
{
    Numbers& remembered = numbers_[static_cast<std::size_t>(kind)];
    if (const auto found = remembered.find(text); found != remembered.end())
        return found->second;
    const std::int64_t number =
        texts_.number(KindTexts[static_cast<std::size_t>(kind)], text, record_);
    remember(remembered, text, number);
    return number;
}

std::int64_t Dictionary::number(std::string_view kind, std::string_view text)
{
    return texts_.number(kind, text, record_);
}

std::int64_t Dictionary::rule(std::string_view id, std::string_view name)
{
    ruleKey_.assign(id).append(1, '\0').append(name);
    if (const auto found = ruleNumbers_.find(std::string_view(ruleKey_));
        found != ruleNumbers_.end())
        return found->second;
    const std::int64_t number = rules_.number(id, name, record_);
    remember(ruleNumbers_, ruleKey_, number);
    return number;
}

void Dictionary::forget()
{
    for (Numbers& remembered : numbers_)
        remembered.clear();
    ruleNumbers_.clear();
    texts_.lastNumber = 0;
    rules_.lastNumber = 0;
}

} // namespace sallyport::db
