#include "db/PolicyStore.h"

#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::db {
namespace {

constexpr std::string_view EveryField = R"({"format": 1,
    "guard": [{"name": "Wiki", "action": "allow", "when": {"address": ["10.20.0.7/32"], "port": [443]}},
              {"name": "No metadata", "action": "deny", "when": {"address": ["2001:db8::/32"]}}],
    "access": [
        {"name": "Ünicode \"quoted\"", "action": "allow", "enabled": false,
         "when": {"client": ["10.0.0.0/8", "fc00::/7"], "host": ["a.example", "*.a.example"],
                  "port": [443, "8000-8100"], "protocol": ["websocket", "connect"], "method": ["GET"],
                  "not": {"host": ["b.a.example"], "port": [8080]}},
         "section": "Collaboration", "owner": "netops", "ticket": "NET-12", "comment": "line\nbreak"},
        {"name": "Everything", "action": "deny", "when": {"not": {"method": ["TRACE"]}}}],
    "defaults": {"access": "allow"}})";

class PolicyStored : public testing::Test {
protected:
    test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file("policy.db");
    PolicyStore store_{file_};
};

TEST_F(PolicyStored, IsNoneAtFirst)
{
    EXPECT_EQ(store_.changeStamp(), 0u);
    EXPECT_THROW(static_cast<void>(store_.current()), DatabaseError);
}

TEST_F(PolicyStored, BeginsWithTheInitialDocumentOnce)
{
    store_.ensureInitial();
    store_.ensureInitial();
    const PolicyStore::Version version = store_.current();
    EXPECT_EQ(version.number, 1u);
    ASSERT_EQ(version.document.access.size(), policy::PolicyDocument::initial().access.size());
    EXPECT_EQ(version.document.access.front().name,
              policy::PolicyDocument::initial().access.front().name);
}

TEST_F(PolicyStored, ComesBackEqualWithEveryFieldSet)
{
    const auto document = policy::PolicyDocument::parse(EveryField);
    EXPECT_EQ(store_.publish(document, "alice", "first"), 1u);
    const PolicyStore::Version version = PolicyStore(file_).current();
    EXPECT_EQ(version.document, document);
    EXPECT_EQ(version.document.toJson(), document.toJson());
    EXPECT_EQ(version.who, "alice");
    EXPECT_EQ(version.note, "first");
    EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - version.created),
              std::chrono::minutes(1));
}

TEST_F(PolicyStored, KeepsRulesAsRowsInTheirOrder)
{
    static_cast<void>(store_.publish(policy::PolicyDocument::parse(EveryField), "alice", ""));
    const Database database = Database::openReadOnly(file_);
    EXPECT_EQ(database.integer("SELECT count(*) FROM rule WHERE version = 1 AND layer = 'guard'"),
              2);
    EXPECT_EQ(database.integer("SELECT position FROM rule WHERE name = 'Everything'"), 1);
    EXPECT_EQ(database.integer("SELECT count(*) FROM rule_condition WHERE negated = 1"), 3);
    EXPECT_EQ(
        database.integer("SELECT action = 'allow' FROM policy_default WHERE layer = 'access'"), 1);
}

TEST_F(PolicyStored, IsSeenByARunningReaderWhenAnotherProcessPublishes)
{
    store_.ensureInitial();
    PolicyStore other(file_);
    EXPECT_EQ(store_.changeStamp(), 1u);
    EXPECT_EQ(other.publish(policy::PolicyDocument::parse(EveryField), "bob", ""), 2u);
    EXPECT_EQ(store_.changeStamp(), 2u);
    EXPECT_EQ(store_.current().document.access.size(), 2u);
}

TEST_F(PolicyStored, StaysAsItWasWhenAPublicationFails)
{
    store_.ensureInitial();
    auto document = policy::PolicyDocument::parse(EveryField);
    document.access.back().name.clear(); // no reader would take it back
    EXPECT_ANY_THROW(static_cast<void>(store_.publish(document, "alice", "")));
    EXPECT_EQ(store_.changeStamp(), 1u);
    EXPECT_EQ(Database::openReadOnly(file_).integer("SELECT count(*) FROM rule WHERE version = 2"),
              0);
}

TEST_F(PolicyStored, CannotBeChangedAfterwards)
{
    store_.ensureInitial();
    Database database = Database::openOrCreate(file_, Durability::Normal);
    for (const char* change :
         {"UPDATE rule SET action = 'allow'", "UPDATE policy_version SET who = 'me'",
          "UPDATE rule_condition SET value = 1", "UPDATE policy_default SET action = 'allow'"})
        EXPECT_THROW(database.execute(change), DatabaseError) << change;
}

} // namespace
} // namespace sallyport::db
