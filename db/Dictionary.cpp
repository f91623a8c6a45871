#include "db/Dictionary.h"

namespace sallyport::db {
namespace {

std::string_view kindText(Dictionary::Kind kind)
{
    static constexpr std::array<std::string_view, 6> Texts = {"node",   "listener", "user",
                                                              "method", "host",     "word"};
    return Texts[static_cast<std::size_t>(kind)];
}

} // namespace

Dictionary::Dictionary(Database& database)
    : database_(database),
      findText_(database.prepare("SELECT id FROM dict WHERE kind = ?1 AND text = ?2")),
      addText_(database.prepare("INSERT INTO dict (kind, text) VALUES (?1, ?2)")),
      findRule_(database.prepare("SELECT id FROM rule WHERE rule_id = ?1 AND name = ?2")),
      addRule_(database.prepare("INSERT INTO rule (rule_id, name) VALUES (?1, ?2)"))
{}

std::int64_t Dictionary::number(Kind kind, std::string_view text)
{
    Numbers& remembered = numbers_[static_cast<std::size_t>(kind)];
    if (const auto found = remembered.find(text); found != remembered.end())
        return found->second;
    const std::int64_t number = stored(findText_, addText_, kindText(kind), text);
    if (remembered.size() >= MaxRemembered)
        remembered.clear();
    remembered.emplace(text, number);
    return number;
}

std::int64_t Dictionary::number(const policy::Rule& rule,
                                const std::shared_ptr<const policy::Policy>& policy)
{
    if (!policy) // nothing keeps the rule's address from being used again
        return stored(findRule_, addRule_, rule.id, rule.name);
    if (policy_ != policy) {
        ruleNumbers_.clear();
        policy_ = policy;
    }
    std::int64_t& number = ruleNumbers_[&rule];
    if (number == 0)
        number = stored(findRule_, addRule_, rule.id, rule.name);
    return number;
}

void Dictionary::forget()
{
    for (Numbers& remembered : numbers_)
        remembered.clear();
    ruleNumbers_.clear();
}

std::int64_t Dictionary::stored(Statement& find, Statement& add, std::string_view first,
                                std::string_view second)
{
    find.bind(1, first);
    find.bind(2, second);
    const std::int64_t known = find.step() ? find.integer(0) : 0;
    find.reset();
    if (known != 0)
        return known;
    add.bind(1, first);
    add.bind(2, second);
    add.run();
    return database_.lastInsertId();
}

} // namespace sallyport::db
