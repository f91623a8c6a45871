#include "db/AccountStore.h"

#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <atomic>
#include <thread>

namespace sallyport::db {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto NoStep = [] {};

AccountTime at(std::int64_t seconds)
{
    return AccountTime(std::chrono::seconds(seconds));
}

Person personNamed(const std::string& name, const std::string& role = "admin")
{
    Person person;
    person.id = "p_" + name;
    person.name = name;
    person.role = role;
    person.passwordHash = "hash of " + name;
    person.created = at(100);
    return person;
}

SignIn signInOf(const std::string& person, const std::string& id, AccountTime time = at(200))
{
    return {.id = id,
            .hash = "hash of " + id,
            .person = "p_" + person,
            .stage = SignIn::Stage::Open,
            .csrf = "csrf",
            .created = time,
            .lastSeen = time,
            .confirmed = time,
            .address = "127.0.0.1",
            .userAgent = "Firefox"};
}

class Accounts : public testing::Test {
protected:
    Accounts() { store_.add(personNamed("ann"), NoStep); }

    [[nodiscard]] Person read(const std::string& name) const
    {
        return store_.personNamed(name).value();
    }
    [[nodiscard]] std::string
    refusalOf(const std::function<void()>& change,
              DatabaseError::Kind kind = DatabaseError::Kind::Refused) const
    {
        try {
            change();
        } catch (const DatabaseError& error) {
            EXPECT_EQ(error.kind(), kind);
            return error.what();
        }
        return "";
    }

    test::TemporaryFolder folder_;
    AccountStore store_{folder_.file(AccountStore::FileName)};
};

TEST_F(Accounts, AreReadableByTheOwnerOnly)
{
    for (const char* name : {"accounts.db", "accounts.db-wal", "accounts.db-shm"}) {
        struct stat state {};
        ASSERT_EQ(::stat(folder_.file(name).c_str(), &state), 0) << name;
        EXPECT_EQ(state.st_mode & 0777, 0600U) << name;
    }
}

TEST_F(Accounts, ComeBackAsTheyWereWritten)
{
    auto bob = personNamed("bob", "auditor");
    bob.display = "Bob Ünal";
    bob.access = Person::Access::Disabled;
    bob.passwordState = Person::PasswordState::ToBeChanged;
    bob.totpSecret = std::string("a\0b", 3);
    store_.add(bob, NoStep);
    const AccountStore again(folder_.file(AccountStore::FileName));
    const auto found = again.person("p_bob").value();
    EXPECT_EQ(found.display, "Bob Ünal");
    EXPECT_EQ(found.role, "auditor");
    EXPECT_FALSE(found.isEnabled());
    EXPECT_EQ(found.passwordState, Person::PasswordState::ToBeChanged);
    EXPECT_EQ(found.totpSecret, bob.totpSecret);
    EXPECT_EQ(found.created, at(100));
    EXPECT_EQ(found.lastSignIn, AccountTime());
}

TEST_F(Accounts, HaveNamesThatDifferInMoreThanCase)
{
    EXPECT_THAT(refusalOf([this] { store_.add(personNamed("ANN"), NoStep); }),
                testing::HasSubstr("ANN already"));
    EXPECT_EQ(store_.personNamed("aNN")->id, "p_ann");
}

TEST_F(Accounts, ChangeOnlyAsTheyWereRead)
{
    auto first = read("ann");
    auto second = first;
    first.display = "A";
    second.display = "B";
    store_.change(first, "", NoStep);
    EXPECT_NE(refusalOf([&] { store_.change(second, "", NoStep); }, DatabaseError::Kind::Outdated),
              "");
    EXPECT_NE(refusalOf([&] { store_.remove(second, NoStep); }, DatabaseError::Kind::Outdated), "");
    EXPECT_EQ(read("ann").display, "A");
}

TEST_F(Accounts, ChangeNothingWhenTheStepFails)
{
    const auto fail = [] { throw std::runtime_error("no trail"); };
    auto ann = read("ann");
    ann.display = "A";
    EXPECT_THROW(store_.change(ann, "", fail), std::runtime_error);
    EXPECT_THROW(store_.add(personNamed("bob"), fail), std::runtime_error);
    EXPECT_EQ(read("ann").display, "");
    EXPECT_EQ(read("ann").version, 1);
    EXPECT_THAT(store_.people(), SizeIs(1));
}

TEST_F(Accounts, KeepAnAdministrator)
{
    store_.add(personNamed("bob", "editor"), NoStep);
    auto ann = read("ann");
    ann.role = "editor";
    EXPECT_NE(refusalOf([&] { store_.change(ann, "", NoStep); }), "");
    EXPECT_NE(refusalOf([&] { store_.remove(read("ann"), NoStep); }), "");
    auto bob = read("bob");
    bob.role = "admin";
    bob.access = Person::Access::Disabled;
    store_.change(bob, "", NoStep);
    EXPECT_NE(refusalOf([&] { store_.remove(read("ann"), NoStep); }), "");
    bob = read("bob");
    bob.access = Person::Access::Enabled;
    store_.change(bob, "", NoStep);
    store_.remove(read("ann"), NoStep);
    EXPECT_THAT(store_.people(), SizeIs(1));
}

TEST_F(Accounts, TakeTheFirstOneOnce)
{
    EXPECT_NE(refusalOf([this] { store_.addFirst(personNamed("bob"), {}, NoStep); }), "");
    store_.add(personNamed("bob"), NoStep);
}

struct EndingCase {
    const char* name;
    void (*change)(Person&);
    bool ends;
};

class SignInsEnd : public Accounts, public testing::WithParamInterface<EndingCase> {};

TEST_P(SignInsEnd, WithWhatTheyWereBegunUnder)
{
    store_.add(personNamed("bob"), NoStep);
    store_.addSignIn(signInOf("bob", "s_1"));
    store_.addSignIn(signInOf("bob", "s_2"));
    store_.addSignIn(signInOf("ann", "s_3"));
    auto bob = read("bob");
    GetParam().change(bob);
    store_.change(bob, "s_2", NoStep);
    EXPECT_EQ(!store_.signIn("s_1"), GetParam().ends);
    EXPECT_TRUE(store_.signIn("s_2"));
    EXPECT_TRUE(store_.signIn("s_3"));
}

INSTANTIATE_TEST_SUITE_P(
    Changes, SignInsEnd,
    testing::Values(EndingCase{"Role", [](Person& p) { p.role = "editor"; }, true},
                    EndingCase{"Password", [](Person& p) { p.passwordHash = "other"; }, true},
                    EndingCase{"Disabled", [](Person& p) { p.access = Person::Access::Disabled; },
                               true},
                    EndingCase{"Totp", [](Person& p) { p.totpSecret = "s"; }, true},
                    EndingCase{"TotpOffered", [](Person& p) { p.totpOffered = "s"; }, false},
                    EndingCase{"Display", [](Person& p) { p.display = "Bob"; }, false}),
    [](const auto& info) { return info.param.name; });

TEST_F(Accounts, GoWithTheirSignInsTokensAndCodes)
{
    store_.add(personNamed("bob"), NoStep);
    store_.addSignIn(signInOf("bob", "s_1"));
    store_.add(Token{.id = "t_1",
                     .hash = "h",
                     .name = "ci",
                     .role = "editor",
                     .maker = "p_bob",
                     .networks = {"10.0.0.0/8", "192.0.2.7/32"},
                     .created = at(1),
                     .expires = at(2),
                     .lastUsed = {}},
               NoStep);
    EXPECT_THAT(store_.token("t_1")->token.networks, ElementsAre("10.0.0.0/8", "192.0.2.7/32"));
    EXPECT_EQ(store_.entry("p_bob")->tokens, 1);
    EXPECT_EQ(store_.entry("p_bob")->openSignIns, 1);
    store_.remove(read("bob"), NoStep);
    EXPECT_FALSE(store_.signIn("s_1"));
    EXPECT_FALSE(store_.token("t_1"));
}

TEST_F(Accounts, TakeACodeOnceAlsoFromManyAtOnce)
{
    auto ann = read("ann");
    ann.totpSecret = "s";
    const std::array<std::string, 2> hashes{"a", "b"};
    store_.change(ann, hashes, "", NoStep);
    std::atomic<int> steps = 0;
    std::atomic<int> codes = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                steps += store_.useTotpStep("p_ann", 77);
                codes += store_.useRecoveryCode("p_ann", "a");
            });
    }
    EXPECT_EQ(steps, 1);
    EXPECT_EQ(codes, 1);
    EXPECT_FALSE(store_.useTotpStep("p_ann", 76));
    EXPECT_TRUE(store_.useTotpStep("p_ann", 78));
    EXPECT_EQ(store_.recoveryCodesLeft("p_ann"), 1);
    ann = read("ann");
    ann.totpSecret.clear();
    store_.add(personNamed("bob"), NoStep);
    EXPECT_NE(refusalOf([&] { store_.change(ann, "", NoStep); }), ""); // the last one with it
}

TEST_F(Accounts, DropSignInsThatHaveEnded)
{
    store_.addSignIn(signInOf("ann", "s_old", at(100)));
    store_.addSignIn(signInOf("ann", "s_new", at(300)));
    auto unfinished = signInOf("ann", "s_half", at(250));
    unfinished.stage = SignIn::Stage::Totp;
    store_.addSignIn(unfinished);
    store_.dropSignIns(at(200), at(0), at(200));
    EXPECT_FALSE(store_.signIn("s_old"));
    EXPECT_TRUE(store_.signIn("s_half"));
    store_.dropSignIns(at(200), at(0), at(260));
    EXPECT_FALSE(store_.signIn("s_half"));
    EXPECT_THAT(store_.signInsOf("p_ann"), SizeIs(1));
    store_.dropSignIns(at(0), at(301), at(0));
    EXPECT_THAT(store_.signInsOf("p_ann"), IsEmpty());
}

TEST_F(Accounts, KeepSettings)
{
    EXPECT_FALSE(store_.setting("x"));
    const std::array<std::pair<std::string, std::string>, 2> values{{{"x", "1"}, {"y", "2"}}};
    store_.changeSettings(values, NoStep);
    EXPECT_EQ(store_.setting("x"), "1");
    EXPECT_EQ(AccountStore(folder_.file(AccountStore::FileName)).setting("y"), "2");
}

} // namespace
} // namespace sallyport::db
