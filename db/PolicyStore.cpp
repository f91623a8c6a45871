#include "db/PolicyStore.h"

#include "db/Migrations.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <span>
#include <sstream>
#include <string>

namespace sallyport::db {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

// The keys of a rule that are kept as text where the document has them, at ?8 and on of the insert.
constexpr std::array<std::string_view, 6> OptionalTexts = {"mode",  "expires", "section",
                                                           "owner", "ticket",  "comment"};
constexpr std::array<std::string_view, 5> OtherRuleKeys = {"id", "name", "action", "enabled",
                                                           "when"};

constexpr std::string_view Negation = "not"; // the key inside "when" whose conditions must fail

bool isOneOf(std::span<const std::string_view> keys, std::string_view key)
{
    return std::ranges::find(keys, key) != keys.end();
}

// The document has something that the tables have no place for: publishing must not lose it.
[[noreturn]] void refuse(const std::string& what)
{
    throw DatabaseError(DatabaseError::Kind::Refused, "policy.db has no place for " + what);
}

Database openFile(const std::filesystem::path& file)
{
    Database database = Database::openOrCreate(file, Durability::Full);
    migrate(database, policySchema());
    return database;
}

// Writes the rows of one version; the caller owns the transaction.
class RowWriter {
public:
    RowWriter(Database& database, std::uint32_t version)
        : database_(database), version_(version),
          insertDefault_(database.prepare("INSERT INTO policy_default VALUES (?1, ?2, ?3)")),
          insertRule_(database.prepare("INSERT INTO rule (version, layer, position, id, name, "
                                       "action, enabled, mode, expires, section, "
                                       "owner, ticket, comment) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                                       "?7, ?8, ?9, ?10, ?11, ?12, ?13)")),
          insertCondition_(
              database.prepare("INSERT INTO rule_condition VALUES (?1, ?2, ?3, ?4, ?5)"))
    {}

    void write(const Object& document)
    {
        for (const auto& [key, value] : document) {
            if (key == "defaults")
                writeDefaults(*value.extract<Object::Ptr>());
            else if (key != "format")
                writeLayer(key, *value.extract<Array::Ptr>());
        }
    }

private:
    void writeDefaults(const Object& defaults)
    {
        for (const auto& [layer, action] : defaults) {
            insertDefault_.bind(1, version_);
            insertDefault_.bind(2, layer);
            insertDefault_.bind(3, action.convert<std::string>());
            insertDefault_.run();
        }
    }

    void writeLayer(const std::string& layer, const Array& rules)
    {
        for (unsigned position = 0; position < rules.size(); ++position)
            writeRule(layer, position, *rules.getObject(position));
    }

    void writeRule(const std::string& layer, unsigned position, const Object& rule)
    {
        for (const auto& [key, value] : rule)
            if (!isOneOf(OptionalTexts, key) && !isOneOf(OtherRuleKeys, key))
                refuse("the key \"" + key + "\" of a rule");
        insertRule_.bind(1, version_);
        insertRule_.bind(2, layer);
        insertRule_.bind(3, position);
        insertRule_.bind(4, rule.getValue<std::string>("id"));
        insertRule_.bind(5, rule.getValue<std::string>("name"));
        insertRule_.bind(6, rule.getValue<std::string>("action"));
        insertRule_.bind(7, rule.optValue("enabled", true) ? 1 : 0);
        int parameter = 8;
        for (const std::string_view key : OptionalTexts) {
            if (const std::string name(key); rule.has(name))
                insertRule_.bind(parameter, rule.getValue<std::string>(name));
            else
                insertRule_.bindNull(parameter);
            ++parameter;
        }
        insertRule_.run();
        if (rule.has("when"))
            writeConditions(database_.lastInsertId(), 0, *rule.getObject("when"));
    }

    void writeConditions(std::int64_t rule, int negated, const Object& conditions)
    {
        for (const auto& [column, values] : conditions) {
            if (negated == 0 && column == Negation)
                writeConditions(rule, 1, *values.extract<Object::Ptr>());
            else
                writeValues(rule, negated, column, *values.extract<Array::Ptr>());
        }
    }

    void writeValues(std::int64_t rule, int negated, const std::string& column, const Array& values)
    {
        for (unsigned position = 0; position < values.size(); ++position) {
            const Var value = values.get(position);
            insertCondition_.bind(1, rule);
            insertCondition_.bind(2, negated);
            insertCondition_.bind(3, column);
            insertCondition_.bind(4, position);
            if (value.isString())
                insertCondition_.bind(5, value.extract<std::string>());
            else if (value.isInteger())
                insertCondition_.bind(5, value.convert<std::int64_t>());
            else
                refuse("a value of \"" + column + "\" that is neither text nor an integer");
            insertCondition_.run();
        }
    }

    Database& database_;
    std::uint32_t version_;
    Statement insertDefault_;
    Statement insertRule_;
    Statement insertCondition_;
};

// The "when" of a rule, empty if it has no conditions.
Object::Ptr conditionsOf(Statement& conditions, std::int64_t rule)
{
    Object::Ptr when = new Object;
    Object::Ptr except = new Object;
    conditions.bind(1, rule);
    while (conditions.step()) {
        Object& side = *(conditions.integer(0) == 0 ? when : except);
        const std::string column(conditions.text(1));
        if (!side.has(column))
            side.set(column, Array::Ptr(new Array));
        Array::Ptr values = side.getArray(column);
        if (conditions.isInteger(2))
            values->add(conditions.integer(2));
        else
            values->add(std::string(conditions.text(2)));
    }
    conditions.reset();
    if (except->size() != 0)
        when->set(std::string(Negation), except);
    return when;
}

Object::Ptr ruleOf(const Statement& row, Statement& conditions)
{
    Object::Ptr rule = new Object;
    rule->set("id", std::string(row.text(1)));
    rule->set("name", std::string(row.text(2)));
    rule->set("action", std::string(row.text(3)));
    rule->set("enabled", row.integer(4) != 0);
    int column = 5;
    for (const std::string_view key : OptionalTexts) {
        if (!row.isNull(column))
            rule->set(std::string(key), std::string(row.text(column)));
        ++column;
    }
    rule->set("when", conditionsOf(conditions, row.integer(11)));
    return rule;
}

} // namespace

PolicyStore::PolicyStore(const std::filesystem::path& file)
    : database_(openFile(file)),
      newest_(database_.prepare("SELECT coalesce(max(version), 0) FROM policy_version"))
{}

void PolicyStore::ensureInitial()
{
    if (changeStamp() != 0)
        return;
    Transaction transaction(database_);
    if (changeStamp() == 0) // still: another process may have been first
        insert(policy::PolicyDocument::initial(), "sallyport", "first start");
    transaction.commit();
}

PolicyStore::Version PolicyStore::current() const
{
    Statement row = database_.prepare("SELECT version, created, who, note FROM policy_version "
                                      "ORDER BY version DESC LIMIT 1");
    if (!row.step())
        throw DatabaseError(DatabaseError::Kind::Refused,
                            database_.file().string() + ": there is no policy in it yet");
    Version version;
    version.number = static_cast<std::uint32_t>(row.integer(0));
    version.created += std::chrono::microseconds(row.integer(1));
    version.who = row.text(2);
    version.note = row.text(3);
    version.document = documentOf(version.number);
    return version;
}

std::uint32_t PolicyStore::publish(const policy::PolicyDocument& document, std::string_view who,
                                   std::string_view note)
{
    Transaction transaction(database_);
    const std::uint32_t version = insert(document, who, note);
    transaction.commit();
    return version;
}

std::uint32_t PolicyStore::changeStamp() const
{
    const std::uint32_t newest =
        newest_.step() ? static_cast<std::uint32_t>(newest_.integer(0)) : 0;
    newest_.reset();
    return newest;
}

std::uint32_t PolicyStore::insert(const policy::PolicyDocument& document, std::string_view who,
                                  std::string_view note)
{
    const std::uint32_t version = changeStamp() + 1;
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    Statement row = database_.prepare("INSERT INTO policy_version VALUES (?1, ?2, ?3, ?4)");
    row.bind(1, version);
    row.bind(2, now.time_since_epoch().count());
    row.bind(3, who);
    row.bind(4, note);
    row.run();
    insertRows(version, document);
    return version;
}

void PolicyStore::insertRows(std::uint32_t version, const policy::PolicyDocument& document)
{
    const Var json = Poco::JSON::Parser().parse(document.toJson());
    RowWriter(database_, version).write(*json.extract<Object::Ptr>());
    // A rule that comes back changed would decide otherwise than what was published.
    if (documentOf(version) != document)
        refuse("a part of this policy: read back it differs");
}

policy::PolicyDocument PolicyStore::documentOf(std::uint32_t version) const
{
    Object document;
    document.set("format", 1);
    Statement conditions =
        database_.prepare("SELECT negated, \"column\", value FROM rule_condition "
                          "WHERE rule = ?1 ORDER BY negated, \"column\", position");
    Statement rules = database_.prepare("SELECT layer, id, name, action, enabled, mode, expires, "
                                        "section, owner, ticket, comment, row "
                                        "FROM rule WHERE version = ?1 ORDER BY layer, position");
    rules.bind(1, version);
    while (rules.step()) {
        const std::string layer(rules.text(0));
        if (!document.has(layer))
            document.set(layer, Array::Ptr(new Array));
        document.getArray(layer)->add(ruleOf(rules, conditions));
    }
    Object::Ptr defaults = new Object;
    Statement actions =
        database_.prepare("SELECT layer, action FROM policy_default WHERE version = ?1");
    actions.bind(1, version);
    while (actions.step())
        defaults->set(std::string(actions.text(0)), std::string(actions.text(1)));
    document.set("defaults", defaults);
    std::ostringstream text;
    document.stringify(text);
    return policy::PolicyDocument::parse(text.str());
}

} // namespace sallyport::db
