#include "db/PolicyStore.h"

#include "db/ContentHash.h"
#include "db/ListStore.h"
#include "db/Migrations.h"
#include "policy/Policy.h"
#include "support/TemporaryFolder.h"

#include <Poco/UUIDGenerator.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace sallyport::db {
namespace {

using policy::Layer;
using policy::PolicyDocument;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view EveryField = R"({"format": 1,
    "guard": [{"name": "Wiki", "action": "allow", "when": {"address": ["10.20.0.7/32"], "port": [443]}},
              {"name": "No metadata", "action": "deny", "when": {"address": ["2001:db8::/32"]},
               "blockText": "Ask <ops>\nfirst"}],
    "access": [
        {"name": "Ünicode \"quoted\"", "action": "allow", "enabled": false,
         "when": {"client": ["10.0.0.0/8", "fc00::/7"], "host": ["a.example", "*.a.example"],
                  "port": [443, "8000-8100"], "protocol": ["websocket", "connect"], "method": ["GET"],
                  "not": {"host": ["b.a.example"], "port": [8080]}},
         "section": "Collaboration", "owner": "netops", "ticket": "NET-12", "comment": "line\nbreak"},
        {"name": "Everything", "action": "deny", "when": {"not": {"method": ["TRACE"]}}}],
    "defaults": {"access": "allow"}})";

PolicyDocument documentNamed(const std::string& name)
{
    return PolicyDocument::parse(R"({"format": 1, "access": [{"name": ")" + name +
                                 R"(", "action": "allow"}]})");
}

// The name of the only rule of a version made with documentNamed().
std::string nameIn(const PolicyStore::Version& version)
{
    return version.document.rows(Layer::Access).front().name;
}

// The error that `use` ends with; fails the test if there is none.
template <class Use>
DatabaseError errorOf(Use use)
{
    try {
        use();
    } catch (const DatabaseError& error) {
        return error;
    }
    ADD_FAILURE() << "no DatabaseError";
    return {DatabaseError::Kind::Failed, ""};
}

class PolicyStored : public testing::Test {
protected:
    // Versions 1 to `count`, each with one rule named after it.
    void publishVersions(int count)
    {
        for (int number = 1; number <= count; ++number)
            static_cast<void>(
                store_.publish(documentNamed("v" + std::to_string(number)), "alice", ""));
    }

    test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file("policy.db");
    PolicyStore store_{file_};
};

TEST_F(PolicyStored, IsNoneAtFirst)
{
    EXPECT_EQ(store_.changeStamp(), 0u);
    EXPECT_THROW(static_cast<void>(store_.current()), DatabaseError);
    EXPECT_TRUE(store_.versions().empty());
    EXPECT_FALSE(store_.draft());
}

TEST_F(PolicyStored, BeginsWithTheInitialDocumentOnce)
{
    store_.ensureInitial();
    store_.ensureInitial();
    const PolicyStore::Version version = store_.current();
    EXPECT_EQ(version.number, 1u);
    EXPECT_EQ(version.parent, 0u);
    const auto initial = PolicyDocument::initial().rows(Layer::Access);
    ASSERT_EQ(version.document.rows(Layer::Access).size(), initial.size());
    EXPECT_EQ(version.document.rows(Layer::Access).front().name, initial.front().name);
}

TEST_F(PolicyStored, ComesBackEqualWithEveryFieldSet)
{
    const auto document = PolicyDocument::parse(EveryField);
    EXPECT_EQ(store_.publish(document, "alice", "first", "the wiki moves tonight"), 1u);
    const PolicyStore::Version version = PolicyStore(file_).current();
    EXPECT_EQ(version.document, document);
    EXPECT_EQ(version.who, "alice");
    EXPECT_EQ(version.note, "first");
    EXPECT_EQ(version.testOverride, "the wiki moves tonight");
    EXPECT_EQ(version.kind, PolicyStore::Kind::Import);
    EXPECT_EQ(version.documentHash, contentHash(document.toJson()));
    EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - version.created),
              std::chrono::minutes(1));
}

TEST_F(PolicyStored, IsSeenByARunningReaderWhenAnotherProcessPublishes)
{
    store_.ensureInitial();
    PolicyStore other(file_);
    EXPECT_EQ(store_.changeStamp(), 1u);
    EXPECT_EQ(other.publish(PolicyDocument::parse(EveryField), "bob", ""), 2u);
    EXPECT_EQ(store_.changeStamp(), 2u);
    EXPECT_EQ(store_.current().document.rows(Layer::Access).size(), 2u);
}

TEST_F(PolicyStored, StaysAsItWasWhenAPublicationFails)
{
    store_.ensureInitial();
    auto document = PolicyDocument::parse(EveryField);
    document.rows(Layer::Access).back().name.clear(); // no reader would take it back
    EXPECT_ANY_THROW(static_cast<void>(store_.publish(document, "alice", "")));
    EXPECT_EQ(store_.changeStamp(), 1u);
}

TEST_F(PolicyStored, IsNotPublishedWithAListThatThereIsNot)
{
    store_.ensureInitial();
    auto document = documentNamed("Lists");
    document.rows(Layer::Access).front().when.addressLists = {"nowhere"};
    EXPECT_ANY_THROW(static_cast<void>(store_.publish(document, "alice", "")));
    EXPECT_EQ(store_.changeStamp(), 1u);
}

TEST_F(PolicyStored, CannotBeChangedOrRemovedAfterwards)
{
    store_.ensureInitial();
    Database database = Database::openOrCreate(file_, Durability::Normal);
    database.execute("INSERT INTO policy_version_list VALUES (1, 'ads', 'h1')");
    for (const char* change :
         {"UPDATE policy_version SET who = 'me'", "DELETE FROM policy_version",
          "UPDATE policy_version_list SET content_hash = 'h2'", "DELETE FROM policy_version_list"})
        EXPECT_EQ(errorOf([&] { database.execute(change); }).kind(), DatabaseError::Kind::Refused)
            << change;
}

TEST_F(PolicyStored, VersionsAreListedNewestFirst)
{
    publishVersions(2);
    static_cast<void>(store_.rollBack(1, "bob", "v2 was wrong"));
    const auto versions = store_.versions();
    ASSERT_EQ(versions.size(), 3u);
    EXPECT_EQ(versions[0].number, 3u);
    EXPECT_EQ(versions[0].kind, PolicyStore::Kind::Rollback);
    EXPECT_EQ(versions[0].parent, 1u);
    EXPECT_EQ(versions[0].who, "bob");
    EXPECT_EQ(versions[0].note, "v2 was wrong");
    EXPECT_EQ(versions[0].documentHash, versions[2].documentHash);
    EXPECT_EQ(versions[2].number, 1u);
    EXPECT_EQ(versions[2].kind, PolicyStore::Kind::Import);
}

TEST_F(PolicyStored, CanBeRolledBackWithTheListsOfThatTime)
{
    publishVersions(2);
    Database(Database::openOrCreate(file_, Durability::Normal))
        .execute("INSERT INTO policy_version_list VALUES (1, 'ads', 'h1'), (2, 'ads', 'h2')");
    EXPECT_EQ(store_.rollBack(1, "bob", ""), 3u);
    const PolicyStore::Version version = store_.current();
    EXPECT_EQ(nameIn(version), "v1");
    EXPECT_THAT(version.lists, ElementsAre(ListBinding{"ads", "h1"}));
    EXPECT_EQ(nameIn(store_.version(2)), "v2") << "what was there stays";
}

TEST_F(PolicyStored, RollbackToAVersionThatThereIsNotChangesNothing)
{
    publishVersions(2);
    const DatabaseError error = errorOf([&] { static_cast<void>(store_.rollBack(7, "bob", "")); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Refused);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("no policy version 7"), HasSubstr("versions")));
    EXPECT_EQ(store_.changeStamp(), 2u);
}

TEST_F(PolicyStored, RepublishedIsTheSameDocumentAgain)
{
    publishVersions(1);
    EXPECT_EQ(store_.republish("bob", "list ads"), 2u);
    const PolicyStore::Version version = store_.current();
    EXPECT_EQ(version.kind, PolicyStore::Kind::Republish);
    EXPECT_EQ(version.document, store_.version(1).document);
    EXPECT_EQ(version.parent, 1u);
}

TEST_F(PolicyStored, RepublishedForOneListKeepsTheOthersAndTheDraft)
{
    Database database(Database::openOrCreate(file_, Durability::Normal));
    const auto import = [&database](const char* list, std::string_view text) {
        policy::ListReader reader({});
        reader.take(text);
        return ListStore(database).import(list, reader.finish(), {}).version.identity.contentHash;
    };
    const auto ads = import("ads", "a.example\n");
    import("feed", "b.example\n");
    store_.publish(PolicyDocument::parse(R"({"format": 1, "access": [
        {"name": "x", "action": "deny", "when": {"host": ["list:ads", "list:feed"]}}]})"),
                   "alice", "");
    store_.saveDraft(documentNamed("draft"), "alice");
    EXPECT_EQ(store_.republishList("feed", "feed", ""), 0U) << "it has that content already";
    EXPECT_EQ(store_.republishList("other", "feed", ""), 0U);

    import("ads", "c.example\n");
    const auto feed = import("feed", "d.example\n");
    EXPECT_EQ(store_.republishList("feed", "feed", "fetched"), 2U);
    EXPECT_THAT(store_.current().lists,
                ElementsAre(ListBinding{"ads", ads}, ListBinding{"feed", feed}));
    const auto draft = store_.draft();
    ASSERT_TRUE(draft);
    EXPECT_EQ(draft->baseVersion, 2U);
    EXPECT_EQ(nameIn(store_.version(
                  store_.publishDraft(*draft, PolicyStore::BaseCheck::Require, "alice", ""))),
              "draft");
}

TEST_F(PolicyStored, DraftIsEditedInOneStep)
{
    publishVersions(1);
    EXPECT_FALSE(store_.draftStamp());
    store_.editDraft(
        [](PolicyDocument& document) { document.rows(Layer::Access).front().name = "edited"; },
        {"alice", "1"});
    auto draft = store_.draft();
    ASSERT_TRUE(draft);
    EXPECT_EQ(draft->baseVersion, 1U);
    EXPECT_EQ(draft->document.rows(Layer::Access).front().name, "edited");
    EXPECT_EQ(draft->changed, store_.draftStamp().value().changed);

    store_.editDraft([](PolicyDocument& document) { document.pac.emplace().proxy = "p.example:1"; },
                     {"bob", "2"});
    draft = store_.draft();
    EXPECT_EQ(draft->document.rows(Layer::Access).front().name, "edited");
    EXPECT_EQ(draft->document.pac->proxy, "p.example:1");
    EXPECT_EQ(draft->who, "bob");
    EXPECT_THROW(
        store_.editDraft([](PolicyDocument&) { throw std::runtime_error("no"); }, {"eve", "3"}),
        std::runtime_error);
    EXPECT_EQ(store_.draft()->who, "bob");
}

TEST_F(PolicyStored, DraftIsOneAndRemembersWhatItWasBegunOn)
{
    publishVersions(1);
    store_.saveDraft(documentNamed("first try"), "alice");
    publishVersions(1);
    store_.saveDraft(documentNamed("second try"), "bob");
    const auto draft = PolicyStore(file_).draft();
    ASSERT_TRUE(draft);
    EXPECT_EQ(draft->baseVersion, 1u);
    EXPECT_EQ(draft->who, "bob");
    EXPECT_EQ(draft->document.rows(Layer::Access).front().name, "second try");
    EXPECT_EQ(store_.changeStamp(), 2u) << "a draft is not in force";
    store_.discardDraft();
    EXPECT_FALSE(store_.draft());
}

TEST_F(PolicyStored, DraftIsPublishedOnce)
{
    publishVersions(1);
    store_.saveDraft(documentNamed("next"), "alice");
    const auto draft = store_.draft().value();
    using enum PolicyStore::BaseCheck;
    EXPECT_EQ(store_.publishDraft(draft, Require, "alice", "why", ""), 2u);
    EXPECT_EQ(store_.current().kind, PolicyStore::Kind::Publish);
    EXPECT_EQ(store_.current().parent, 1u);
    EXPECT_EQ(nameIn(store_.current()), "next");
    EXPECT_FALSE(store_.draft());
    EXPECT_THROW(store_.publishDraft(draft, Require, "alice", "", ""), DatabaseError);
}

TEST_F(PolicyStored, DraftOfAnotherBaseIsPublishedByForceOnly)
{
    publishVersions(1);
    store_.saveDraft(documentNamed("mine"), "alice");
    static_cast<void>(store_.publish(documentNamed("theirs"), "bob", ""));
    const auto draft = store_.draft().value();
    using enum PolicyStore::BaseCheck;
    const DatabaseError error =
        errorOf([&] { static_cast<void>(store_.publishDraft(draft, Require, "alice", "", "")); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Refused);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("begun on version 1"), HasSubstr("version 2 is in"),
                                    HasSubstr("policy diff 1 2"), HasSubstr("--force")));
    EXPECT_EQ(nameIn(store_.current()), "theirs");
    EXPECT_EQ(store_.publishDraft(draft, Overrule, "alice", "", ""), 3u);
    EXPECT_EQ(nameIn(store_.current()), "mine");
}

TEST_F(PolicyStored, DraftThatChangedSinceItWasLookedAtStays)
{
    publishVersions(1);
    store_.saveDraft(documentNamed("seen"), "alice");
    const auto seen = store_.draftStamp();
    store_.saveDraft(documentNamed("not seen"), "bob");
    EXPECT_EQ(errorOf([&] { store_.discardDraft(seen); }).kind(), DatabaseError::Kind::Outdated);
    EXPECT_EQ(errorOf([&] {
                  store_.changeDraft(documentNamed("mine"), {"alice", ""}, seen);
              }).kind(),
              DatabaseError::Kind::Outdated);
    EXPECT_TRUE(store_.draft());
    store_.discardDraft(store_.draftStamp());
    EXPECT_FALSE(store_.draft());
}

TEST_F(PolicyStored, DraftThatChangedWhileItWasCheckedIsNotPublished)
{
    publishVersions(1);
    store_.saveDraft(documentNamed("checked"), "alice");
    const auto checked = store_.draft().value();
    store_.saveDraft(documentNamed("not checked"), "bob");
    const DatabaseError error = errorOf([&] {
        static_cast<void>(
            store_.publishDraft(checked, PolicyStore::BaseCheck::Overrule, "alice", "", ""));
    });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Outdated);
    EXPECT_EQ(store_.changeStamp(), 1u);
    EXPECT_TRUE(store_.draft());
}

RowHits hitsAt(std::string row, std::uint64_t hits, std::uint64_t would, std::uint64_t bytes,
               std::chrono::sys_seconds last)
{
    return {
        .row = std::move(row), .hits = hits, .wouldHits = would, .bytes = bytes, .lastHit = last};
}

auto isHits(std::string row, std::uint64_t hits, std::uint64_t would, std::uint64_t bytes,
            std::chrono::sys_seconds last)
{
    return testing::AllOf(testing::Field(&RowHits::row, row), testing::Field(&RowHits::hits, hits),
                          testing::Field(&RowHits::wouldHits, would),
                          testing::Field(&RowHits::bytes, bytes),
                          testing::Field(&RowHits::lastHit, last));
}

TEST_F(PolicyStored, HitsAreAddedUpAndSurviveARestart)
{
    using namespace std::chrono;
    constexpr sys_days Monday = sys_days(2026y / 11 / 23);
    const RowHits first[] = {hitsAt("a", 2, 1, 100, Monday + 1h), hitsAt("b", 1, 0, 0, Monday)};
    const RowHits second[] = {hitsAt("a", 3, 0, 50, Monday + 25h), hitsAt("c", 0, 0, 7, {})};
    const RowHits late[] = {hitsAt("a", 1, 0, 0, Monday)}; // a clock that was set back
    store_.addHits(first);
    store_.addHits(second);
    store_.addHits(late);
    const PolicyStore reopened(file_);
    EXPECT_THAT(reopened.hits(),
                ElementsAre(isHits("a", 6, 1, 150, Monday + 25h), isHits("b", 1, 0, 0, Monday),
                            isHits("c", 0, 0, 7, sys_seconds())));
    EXPECT_THAT(reopened.hitsSince(Monday + days(1)),
                ElementsAre(isHits("a", 3, 0, 50, Monday + 25h), isHits("b", 0, 0, 0, Monday),
                            isHits("c", 0, 0, 7, sys_seconds())));
}

TEST_F(PolicyStored, HitsAreShownFromTheirResetOnAndKept)
{
    using namespace std::chrono;
    constexpr sys_days Monday = sys_days(2026y / 11 / 23);
    const RowHits before[] = {hitsAt("a", 2, 1, 100, Monday + 1h), hitsAt("b", 1, 0, 0, Monday)};
    const RowHits sameDay[] = {hitsAt("a", 4, 0, 10, Monday + 26h)};
    const RowHits after[] = {hitsAt("a", 5, 2, 50, Monday + 30h),
                             hitsAt("a", 1, 0, 1, Monday + 50h)};
    store_.addHits(before);
    store_.addHits(sameDay);
    const std::vector<std::string> rows{"a", "never"};
    EXPECT_THROW(store_.resetHits(rows, Monday + 27h, [] { throw std::runtime_error("no trail"); }),
                 std::runtime_error);
    EXPECT_TRUE(store_.hitResets().empty());
    store_.resetHits(rows, Monday + 27h, [] {});
    EXPECT_THAT(store_.hitsShownSince(Monday),
                ElementsAre(isHits("a", 0, 0, 0, Monday + 26h), isHits("b", 1, 0, 0, Monday)));
    store_.addHits(after);
    EXPECT_THAT(store_.hitsShownSince(Monday),
                ElementsAre(isHits("a", 6, 2, 51, Monday + 50h), isHits("b", 1, 0, 0, Monday)));
    EXPECT_THAT(store_.hitsShownSince(Monday + days(2)),
                ElementsAre(isHits("a", 1, 0, 1, Monday + 50h), isHits("b", 0, 0, 0, Monday)));
    EXPECT_EQ(store_.hitsSince(Monday).front().hits, 12U);
    EXPECT_EQ(store_.hitResets().at("a"), Monday + 27h);
}

TEST_F(PolicyStored, WaitsForALockNoLongerThanItsTimeout)
{
    publishVersions(1);
    Database impatient = Database::openOrCreate(file_, Durability::Full);
    impatient.execute("PRAGMA busy_timeout = 20");
    PolicyStore store(std::move(impatient));
    Database other = Database::openOrCreate(file_, Durability::Normal);
    {
        const Transaction holding(other);
        const DatabaseError error =
            errorOf([&] { static_cast<void>(store.publish(documentNamed("late"), "alice", "")); });
        EXPECT_EQ(error.kind(), DatabaseError::Kind::Locked);
        EXPECT_THAT(error.what(), AllOf(HasSubstr(file_.string()), HasSubstr("try again")));
        EXPECT_EQ(nameIn(store.current()), "v1") << "reading goes on";
    }
    EXPECT_EQ(store.publish(documentNamed("late"), "alice", ""), 2u);
}

// More than 100,000 bytes.
void makeLarge(PolicyDocument& document)
{
    auto& rows = document.rows(Layer::Access);
    rows.front().comment = std::string(9'000, 'x');
    while (rows.size() < 12) {
        auto another = rows.front();
        another.id = Poco::UUIDGenerator().createRandom().toString();
        rows.push_back(another);
    }
}

TEST_F(PolicyStored, KeepsTheOldVersionWhenTheDiskIsFull)
{
    publishVersions(1);
    Database small = Database::openOrCreate(file_, Durability::Full);
    small.execute("PRAGMA max_page_count = " +
                  std::to_string(small.integer("PRAGMA page_count") + 1));
    PolicyStore store(std::move(small));
    auto large = documentNamed("large");
    makeLarge(large);
    const DatabaseError error =
        errorOf([&] { static_cast<void>(store.publish(large, "alice", "")); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Full);
    EXPECT_THAT(error.what(), HasSubstr("no space left"));
    EXPECT_EQ(store.changeStamp(), 1u);
    EXPECT_EQ(nameIn(store.current()), "v1");
}

// Overwrites the file from where the text stands.
void overwrite(const std::filesystem::path& file, std::string_view text, const std::string& with)
{
    std::FILE* raw = std::fopen(file.c_str(), "r+b");
    ASSERT_NE(raw, nullptr);
    std::string content(std::filesystem::file_size(file), '\0');
    EXPECT_EQ(std::fread(content.data(), 1, content.size(), raw), content.size());
    const std::size_t place = content.find(text);
    ASSERT_NE(place, std::string::npos);
    std::fseek(raw, static_cast<long>(place), SEEK_SET);
    EXPECT_EQ(std::fwrite(with.data(), 1, with.size(), raw), with.size());
    std::fclose(raw);
}

TEST(DamagedPolicyFile, NamesTheVersionWhoseDocumentIsAnotherAndCanBeLeftBehind)
{
    const test::TemporaryFolder folder;
    const std::filesystem::path file = folder.file("policy.db");
    {
        PolicyStore store(file);
        static_cast<void>(store.publish(documentNamed("sound"), "alice", ""));
        static_cast<void>(store.publish(documentNamed("tampered with"), "alice", ""));
    }
    overwrite(file, "tampered with", "as it was not"); // still right JSON
    PolicyStore store(file);
    const DatabaseError error = errorOf([&] { static_cast<void>(store.current()); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Corrupt);
    EXPECT_THAT(error.what(), AllOf(HasSubstr(file.string()), HasSubstr("version 2 is damaged"),
                                    HasSubstr("rollback")));
    EXPECT_EQ(store.rollBack(1, "bob", ""), 3u);
    EXPECT_EQ(nameIn(store.current()), "sound");
}

TEST(DamagedPolicyFile, IsReportedAsDamaged)
{
    const test::TemporaryFolder folder;
    const std::filesystem::path file = folder.file("policy.db");
    auto large = documentNamed("large");
    makeLarge(large);
    static_cast<void>(PolicyStore(file).publish(large, "alice", ""));
    overwrite(file, "xxxx", std::string(60'000, '\xfe')); // with the links between its pages
    const DatabaseError error = errorOf([&] { static_cast<void>(PolicyStore(file).current()); });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Corrupt);
    EXPECT_THAT(error.what(), HasSubstr(file.string()));
}

// A file as the first schema's program left it.
class PolicyOfSchema1 : public testing::Test {
protected:
    PolicyOfSchema1()
    {
        Database database = Database::openOrCreate(file_, Durability::Normal);
        migrate(database, {"policy", policySchema().applicationId, policySchema().steps.first(1)});
        database.execute(R"(
            INSERT INTO policy_version VALUES (1, 1000000, 'sallyport', 'first start'),
                                              (2, 2000000, 'alice', 'Chat');
            INSERT INTO policy_default VALUES (1, 'access', 'deny'), (2, 'access', 'allow');
            INSERT INTO rule VALUES
                (3, 2, 'access', 1, '00000000-0000-0000-0000-000000000002', 'Everything', 'deny', 1,
                 'enforce', NULL, NULL, NULL, NULL, NULL),
                (4, 2, 'access', 0, '00000000-0000-0000-0000-000000000001', 'Ünicode "quoted"', 'allow', 0,
                 NULL, NULL, 'Collaboration', 'netops', 'NET-12', 'line' || char(10) || 'break'),
                (5, 2, 'guard', 0, '00000000-0000-0000-0000-000000000003', 'Wiki', 'allow', 1,
                 'enforce', NULL, NULL, NULL, NULL, NULL);
            INSERT INTO rule_condition VALUES
                (4, 0, 'port', 1, '8000-8100'), (4, 0, 'port', 0, 443),
                (4, 0, 'host', 0, 'z.example'), (4, 0, 'host', 1, 'a.example'),
                (4, 1, 'host', 0, 'b.a.example'), (3, 1, 'method', 0, 'TRACE'),
                (5, 0, 'address', 0, '10.20.0.7/32'))");
    }

    test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file("policy.db");
};

TEST_F(PolicyOfSchema1, IsCarriedOver)
{
    const PolicyStore store(file_);
    const PolicyStore::Version version = store.current();
    EXPECT_EQ(version.document, PolicyDocument::parse(R"({"format": 1,
        "guard": [{"id": "00000000-0000-0000-0000-000000000003", "name": "Wiki", "action": "allow",
                   "when": {"address": ["10.20.0.7/32"]}}],
        "access": [
            {"id": "00000000-0000-0000-0000-000000000001", "name": "Ünicode \"quoted\"",
             "action": "allow", "enabled": false,
             "when": {"host": ["z.example", "a.example"], "port": [443, "8000-8100"],
                      "not": {"host": ["b.a.example"]}},
             "section": "Collaboration", "owner": "netops", "ticket": "NET-12", "comment": "line\nbreak"},
            {"id": "00000000-0000-0000-0000-000000000002", "name": "Everything", "action": "deny",
             "when": {"not": {"method": ["TRACE"]}}}],
        "defaults": {"access": "allow"}})"));
    EXPECT_EQ(version.who, "alice");
    EXPECT_EQ(version.note, "Chat");
    EXPECT_EQ(version.created.time_since_epoch(), std::chrono::seconds(2));
    EXPECT_EQ(version.parent, 1u);
    EXPECT_EQ(store.version(1).document, PolicyDocument::parse(R"({"format": 1})"));
}

TEST_F(PolicyOfSchema1, LeavesNothingBehind)
{
    static_cast<void>(PolicyStore(file_));
    EXPECT_EQ(Database::openReadOnly(file_).integer(
                  "SELECT count(*) FROM sqlite_master "
                  "WHERE name IN ('rule', 'rule_condition', 'policy_default', 'policy_version_2')"),
              0);
}

TEST(ContentHash, IsSha256) // FIPS 180-4, the examples
{
    EXPECT_EQ(contentHash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(contentHash("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(contentHash(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

} // namespace
} // namespace sallyport::db
