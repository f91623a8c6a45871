#include "db/ListStore.h"

#include "db/ListDescriptions.h"
#include "db/Migrations.h"
#include "policy/Network.h"
#include "policy/PolicyError.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <iostream>
#include <random>

namespace sallyport::db {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

policy::ImportedList listOf(std::string_view text)
{
    policy::ListReader reader({});
    reader.take(text);
    return reader.finish();
}

// Names in their order, more than one chunk holds.
policy::ImportedList longList(std::size_t entries)
{
    std::string text;
    for (std::size_t number = 0; number < entries; ++number) {
        const auto digits = std::to_string(number);
        ((text += "host-") += std::string(7 - digits.size(), '0')) += digits;
        text += ".example\n";
    }
    return listOf(text);
}

template <class Error, class Use>
Error errorOf(Use use)
{
    try {
        use();
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("nothing was thrown");
}

class Lists : public testing::Test {
protected:
    Lists() { migrate(database_, policySchema()); }

    ListStore::Import import(std::string_view name, std::string_view text)
    {
        return store_.import(name, listOf(text), {"alice", "ads.txt", "weekly"});
    }

    // Puts the newest content of the list into a policy version, as publishing does.
    void use(std::uint32_t version, std::string_view name)
    {
        database_.execute("INSERT INTO policy_version_list VALUES (" + publish(version) + ", '" +
                          std::string(name) + "', '" + store_.newest(name).identity.contentHash +
                          "')");
    }

    // Gives the version's number as text.
    std::string publish(std::uint32_t version)
    {
        const auto number = std::to_string(version);
        database_.execute("INSERT INTO policy_version (version, kind, created, who, note, "
                          "test_override, document, document_hash) VALUES (" +
                          number + ", 'import', 0, '', '', '', '', '')");
        return number;
    }

    // Changes a byte in the middle of the list's chunks, as a bad disk may.
    void damage()
    {
        database_.execute(
            "DROP TRIGGER list_chunk_is_final; UPDATE list_chunk SET body = CAST(replace(CAST(body "
            "AS TEXT), 'b.example', 'c.example') AS BLOB)");
    }

    test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file("policy.db");
    Database database_ = Database::openOrCreate(file_, Durability::Normal);
    ListStore store_{database_};
};

TEST_F(Lists, AreNoneAtFirst)
{
    EXPECT_THAT(store_.names(), IsEmpty());
    EXPECT_THAT(store_.versions("ads"), IsEmpty());
    EXPECT_THAT(store_.lookUp("a.example"), IsEmpty());
    EXPECT_EQ(store_.load({})->size(), 0U);
    EXPECT_THAT(errorOf<policy::PolicyError>([&] {
                    static_cast<void>(store_.bindingsFor({"ads"}));
                }).what(),
                AllOf(HasSubstr("no list \"ads\""), HasSubstr("sallyport list import ads FILE")));
}

TEST_F(Lists, AreSearchedByBeginningAndEnd)
{
    import("ads", "ads.example\n*.ads.example\nbads.example\nwww.ads.example.org\n10.0.0.0/8\n");
    EXPECT_THAT(store_.search("ads", "ads.ex", "", 9), ElementsAre("ads.example"));
    EXPECT_THAT(store_.search("ads", "ads.example", "", 9),
                ElementsAre("*.ads.example", "ads.example", "bads.example"));
    EXPECT_THAT(store_.search("ads", "ads.example", "*.ads.example", 1),
                ElementsAre("ads.example"));
    EXPECT_THAT(store_.search("ads", "10.", "", 9), ElementsAre("10.0.0.0/8"));
    EXPECT_THAT(store_.search("ads", "", "", 9), testing::SizeIs(5));
    EXPECT_THROW(static_cast<void>(store_.search("no", "", "", 9)), policy::PolicyError);
}

TEST_F(Lists, AreReadInPieces)
{
    import("ads", "b.example\na.example\n");
    std::string all;
    store_.read("ads", [&all](std::string_view piece) { all += piece; });
    EXPECT_EQ(all, "a.example\nb.example\n");
}

TEST_F(Lists, AreForgottenWithoutWhatThePolicyNeeds)
{
    import("ads", "a.example\n");
    use(1, "ads");
    const auto content = store_.newest("ads").identity.contentHash;
    EXPECT_THROW(store_.remove("ads", [] { throw std::runtime_error("no trail"); }),
                 std::runtime_error);
    EXPECT_THAT(store_.names(), ElementsAre("ads"));
    store_.remove("ads");
    EXPECT_THAT(store_.names(), IsEmpty());
    store_.dropUnused();
    EXPECT_EQ(store_.load(std::vector{ListBinding{"ads", content}})->size(), 1U);
    EXPECT_THROW(store_.remove("ads"), policy::PolicyError);
}

TEST_F(Lists, HaveADescriptionThatForgetsHowAnotherFeedWent)
{
    using std::chrono::microseconds;
    ListDescriptions descriptions(database_);
    EXPECT_EQ(descriptions.of("ads").comment, "");
    descriptions.save("ads", "from the vendor", R"({"url": "a"})");
    descriptions.noteTry("ads", ListDescription::Time(microseconds(7)), "");
    descriptions.noteTry("ads", ListDescription::Time(microseconds(9)), "404");
    auto found = descriptions.of("ads");
    EXPECT_EQ(found.lastTry, ListDescription::Time(microseconds(9)));
    EXPECT_EQ(found.lastSuccess, ListDescription::Time(microseconds(7)));
    EXPECT_EQ(found.lastError, "404");

    descriptions.save("ads", "another comment", R"({"url": "a"})");
    EXPECT_EQ(descriptions.of("ads").lastError, "404");
    descriptions.save("ads", "another comment", R"({"url": "b"})");
    found = descriptions.of("ads");
    EXPECT_EQ(found.lastTry, ListDescription::Time());
    EXPECT_EQ(found.lastError, "");
    EXPECT_THAT(descriptions.all(), testing::SizeIs(1));
}

TEST_F(Lists, KeepWhoImportedWhatFromWhere)
{
    EXPECT_EQ(import("ads", "a.example\n!\n10.0.0.0/8\n").outcome,
              ListStore::ImportOutcome::Changed);
    const auto version = store_.newest("ads");
    EXPECT_EQ(version.number, 1U);
    EXPECT_EQ(version.identity.name, "ads");
    EXPECT_EQ(version.identity.hosts, 1U);
    EXPECT_EQ(version.identity.networks, 1U);
    // printf '10.0.0.0/8\na.example\n' | sha256sum
    EXPECT_EQ(version.identity.contentHash,
              "42234164d6c4ae2d9d2fb53da203a825bce69a4ba5d8a33e27dd6ef08cedf34a");
    EXPECT_EQ(version.origin.who, "alice");
    EXPECT_EQ(version.origin.source, "ads.txt");
    EXPECT_EQ(version.origin.note, "weekly");
    EXPECT_EQ(version.lines, 3U);
    EXPECT_EQ(version.rejected, 1U);
    EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - version.created),
              std::chrono::minutes(1));
}

TEST_F(Lists, CountWhatAnImportAddedAndRemoved)
{
    const auto first = import("ads", "a.example\nb.example\nc.example\n");
    EXPECT_EQ(first.version.added, 3U);
    EXPECT_EQ(first.version.removed, 0U);
    const auto second = import("ads", "0.example\nb.example\nd.example\ne.example\n");
    EXPECT_EQ(second.version.number, 2U);
    EXPECT_EQ(second.version.added, 3U);
    EXPECT_EQ(second.version.removed, 2U);
    const auto emptied = import("ads", "");
    EXPECT_EQ(emptied.version.added, 0U);
    EXPECT_EQ(emptied.version.removed, 4U);
    const auto versions = store_.versions("ads");
    ASSERT_THAT(versions, SizeIs(3));
    EXPECT_EQ(versions.front().number, 3U);
    EXPECT_EQ(versions.back().added, 3U);
}

TEST_F(Lists, CountDifferencesOverManyChunks)
{
    static_cast<void>(store_.import("ads", longList(20'000), {}));
    auto changed = longList(20'000);
    changed.entries.replace(changed.entries.find("host-0009999."), 4, "hose");
    changed.entries.append("z.example\n");
    const auto import = store_.import("ads", changed, {});
    EXPECT_EQ(import.version.added, 2U);
    EXPECT_EQ(import.version.removed, 1U);
}

TEST_F(Lists, GetNoNewVersionFromTheSameEntries)
{
    import("ads", "a.example\nb.example\n");
    const auto again = import("ads", "# sorted otherwise\nb.example\na.example\na.example\n");
    EXPECT_EQ(again.outcome, ListStore::ImportOutcome::Unchanged);
    EXPECT_EQ(again.version.number, 1U);
    EXPECT_EQ(again.version.lines, 2U);
    EXPECT_THAT(store_.versions("ads"), SizeIs(1));
}

TEST_F(Lists, ShareEqualContents)
{
    import("ads", "a.example\n");
    import("bad", "a.example\n");
    EXPECT_EQ(database_.integer("SELECT count(*) FROM list_content"), 1);
    EXPECT_THAT(store_.names(), ElementsAre("ads", "bad"));
}

TEST_F(Lists, RefuseNamesThatNoRuleCouldWrite)
{
    const std::string longest(ListStore::MaxNameLength, 'a');
    for (const auto& name : {std::string("ads"), std::string("a-1_b.txt"), longest})
        EXPECT_NO_THROW(import(name, "a.example\n")) << name;
    for (const auto& name :
         {std::string(), std::string("a b"), std::string("-a"), std::string("Ads"),
          std::string(".a"), std::string("a:b"), std::string("b\xc3\xbc"), longest + 'a'})
        EXPECT_THROW(import(name, "a.example\n"), policy::PolicyError) << name;
}

TEST_F(Lists, AreLoadedAsTheyWereBound)
{
    import("ads", "a.example\n*.b.example\n10.0.0.0/8\n");
    const auto old = store_.bindingsFor({"ads"});
    import("ads", "c.example\n");
    import("bad", "a.example\n");
    const std::vector<ListBinding> bindings{store_.bindingsFor({"bad"})[0], old[0]};
    const auto lists = store_.load(bindings);
    ASSERT_EQ(lists->size(), 2U);
    EXPECT_EQ(lists->identity(1).contentHash, old[0].contentHash);
    EXPECT_EQ(lists->identity(1).hosts, 2U);
    EXPECT_EQ(lists->withHost("a.example"), policy::ListSet(0b11));
    EXPECT_EQ(lists->withHost("x.b.example"), policy::ListSet(0b10));
    EXPECT_EQ(lists->withHost("c.example"), policy::ListSet());
    EXPECT_EQ(lists->withAddress(policy::parseAddress("10.1.2.3").value()), policy::ListSet(0b10));
}

TEST_F(Lists, GivePagesOfTheirEntries)
{
    static_cast<void>(store_.import("ads", longList(20'000), {}));
    ASSERT_GT(database_.integer("SELECT count(*) FROM list_chunk"), 4);
    std::string after;
    std::string all;
    for (;;) {
        const auto page = store_.page("ads", after, 999);
        if (page.empty())
            break;
        for (const auto& entry : page)
            (all += entry) += '\n';
        after = page.back();
    }
    EXPECT_EQ(all, longList(20'000).entries);
    EXPECT_THAT(store_.page("ads", "host-0000004", 2),
                ElementsAre("host-0000004.example", "host-0000005.example"));
    EXPECT_THAT(store_.page("ads", "host-", 1), ElementsAre("host-0000000.example"));
    EXPECT_THROW(static_cast<void>(store_.page("bad", "", 1)), policy::PolicyError);
}

TEST_F(Lists, AreFoundByAHostOrAnAddressTheyHold)
{
    static_cast<void>(store_.import("long", longList(20'000), {}));
    import("ads", "*.a.example\nb.a.example\n*.example\n10.0.0.0/8\n10.1.0.0/16\n::/0\n");
    import("bad", "b.a.example\nxb.a.example\n10.1.2.3\n");
    using Finding = ListStore::Finding;
    EXPECT_THAT(store_.lookUp("B.a.example."),
                ElementsAre(Finding{"ads", "b.a.example"}, Finding{"ads", "*.a.example"},
                            Finding{"ads", "*.example"}, Finding{"bad", "b.a.example"}));
    EXPECT_THAT(store_.lookUp("a.example"), ElementsAre(Finding{"ads", "*.example"}));
    EXPECT_THAT(store_.lookUp("10.1.2.3"),
                ElementsAre(Finding{"ads", "10.1.0.0/16"}, Finding{"ads", "10.0.0.0/8"},
                            Finding{"bad", "10.1.2.3/32"}));
    EXPECT_THAT(store_.lookUp("[2001:db8::1]"), ElementsAre(Finding{"ads", "::/0"}));
    for (const auto* host :
         {"host-0000000.example", "host-0012345.example", "host-0019999.example"})
        EXPECT_THAT(store_.lookUp(host),
                    ElementsAre(Finding{"ads", "*.example"}, Finding{"long", host}));
    for (const auto* wrong : {"", "*.a.example", ".a.example", "10.0.0.0/8", "a b"})
        EXPECT_THROW(static_cast<void>(store_.lookUp(wrong)), policy::PolicyError) << wrong;
}

TEST_F(Lists, LoseContentsThatNoPolicyAndNoListRefersTo)
{
    import("ads", "a.example\n");
    use(1, "ads");
    const auto used = store_.bindingsFor({"ads"});
    import("ads", "b.example\n");
    const auto unused = store_.bindingsFor({"ads"});
    import("ads", "c.example\n");
    EXPECT_EQ(store_.dropUnused(), 1U);
    EXPECT_EQ(store_.dropUnused(), 0U);
    EXPECT_EQ(database_.integer("SELECT count(*) FROM list_chunk"), 2);
    EXPECT_TRUE(store_.load(used)->withHost("a.example").any());
    EXPECT_TRUE(store_.load(store_.bindingsFor({"ads"}))->withHost("c.example").any());
    EXPECT_THAT(store_.versions("ads"), SizeIs(3));
    EXPECT_THAT(errorOf<DatabaseError>([&] { static_cast<void>(store_.load(unused)); }).what(),
                AllOf(HasSubstr("\"ads\""), HasSubstr(unused[0].contentHash)));
}

TEST_F(Lists, TellWhichContentIsInForce)
{
    import("ads", "a.example\n");
    EXPECT_EQ(store_.contentInForce("ads"), std::nullopt);
    use(1, "ads");
    const auto content = store_.contentInForce("ads");
    EXPECT_EQ(content, store_.newest("ads").identity.contentHash);
    import("ads", "b.example\n");
    EXPECT_EQ(store_.contentInForce("ads"), content);
    publish(2);
    EXPECT_EQ(store_.contentInForce("ads"), std::nullopt);
}

TEST_F(Lists, CannotBeChangedAfterwards)
{
    import("ads", "a.example\n");
    for (const char* change :
         {"UPDATE list_content SET hosts = 2", "UPDATE list_chunk SET body = ''",
          "UPDATE list_version SET who = 'me'"})
        EXPECT_THROW(database_.execute(change), DatabaseError) << change;
}

TEST_F(Lists, ThatAreDamagedAreNotLoaded)
{
    import("ads", "a.example\nb.example\n");
    import("bad", "x.example\n");
    damage();
    const auto error = errorOf<DatabaseError>([&] {
        static_cast<void>(store_.load(store_.bindingsFor({"ads", "bad"})));
    });
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Corrupt);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("\"ads\""), HasSubstr("damaged"),
                                    HasSubstr("sallyport list import ads FILE")));
    EXPECT_TRUE(store_.load(store_.bindingsFor({"bad"}))->withHost("x.example").any());
}

TEST_F(Lists, ThatAreDamagedAreRepairedByTheSameFile)
{
    import("ads", "a.example\nb.example\n");
    damage();
    EXPECT_EQ(import("ads", "a.example\nb.example\n").outcome, ListStore::ImportOutcome::Unchanged);
    EXPECT_TRUE(store_.load(store_.bindingsFor({"ads"}))->withHost("b.example").any());
}

TEST_F(Lists, StayAsTheyWereOnAFullDisk)
{
    import("ads", "a.example\n");
    database_.execute("PRAGMA max_page_count = " +
                      std::to_string(database_.integer("PRAGMA page_count") + 10));
    EXPECT_EQ(errorOf<DatabaseError>([&] { store_.import("ads", longList(20'000), {}); }).kind(),
              DatabaseError::Kind::Full);
    EXPECT_EQ(store_.newest("ads").number, 1U);
    EXPECT_TRUE(store_.load(store_.bindingsFor({"ads"}))->withHost("a.example").any());
    EXPECT_EQ(database_.integer("SELECT count(*) FROM list_content"), 1);
    EXPECT_EQ(import("ads", "b.example\n").version.number, 2U);
}

TEST_F(Lists, CanBeReadButNotImportedWhileAnotherProcessWrites)
{
    import("ads", "a.example\n");
    Database other = Database::openOrCreate(file_, Durability::Normal);
    const Transaction writing(other);
    database_.execute("PRAGMA busy_timeout = 0");
    EXPECT_EQ(errorOf<DatabaseError>([&] { import("ads", "b.example\n"); }).kind(),
              DatabaseError::Kind::Locked);
    EXPECT_TRUE(store_.load(store_.bindingsFor({"ads"}))->withHost("a.example").any());
}

// Prints what a million entries cost; run with --gtest_also_run_disabled_tests.
TEST_F(Lists, DISABLED_OfAMillionEntriesSpeed)
{
    std::mt19937 chance(1);
    std::string text;
    for (int entry = 0; entry < 1'000'000; ++entry) {
        for (std::size_t letters = 12 + chance() % 9; letters-- > 0;)
            text += static_cast<char>('a' + chance() % 26);
        text += ".com\n";
    }
    const auto timed = [](const char* what, auto step) {
        const auto start = std::clock();
        auto result = step();
        std::cout << what << ": " << 1000 * (std::clock() - start) / CLOCKS_PER_SEC << " ms\n";
        return result;
    };
    const auto list = timed("read", [&] { return listOf(text); });
    timed("imported", [&] { return store_.import("ads", list, {}); });
    timed("found unchanged", [&] { return store_.import("ads", list, {}); });
    const auto bindings = store_.bindingsFor({"ads"});
    for (int round = 0; round < 3; ++round) {
        timed("chunks read", [&] {
            return database_.integer("SELECT sum(length(CAST(body AS TEXT))) FROM list_chunk");
        });
        timed("loaded and built", [&] { return store_.load(bindings); });
    }
    timed("looked up", [&] { return store_.lookUp("2001:db8::1"); });
}

} // namespace
} // namespace sallyport::db
