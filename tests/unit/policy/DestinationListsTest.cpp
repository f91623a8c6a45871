#include "policy/DestinationLists.h"

#include "policy/ListEntry.h"
#include "policy/PolicyError.h"
#include "unit/policy/Compiled.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <limits>
#include <random>
#include <set>

namespace sallyport::policy {
namespace {

using testing::IsEmpty;

using Entries = std::vector<std::string>;

std::shared_ptr<const DestinationLists> listsOf(const std::vector<Entries>& lists)
{
    DestinationLists::Builder builder;
    for (std::size_t number = 0; number < lists.size(); ++number) {
        builder.begin({"list-" + std::to_string(number), lists[number].size(), 0, ""});
        for (const auto& entry : lists[number])
            builder.add(entry);
    }
    return std::move(builder).build();
}

ListSet sets(std::initializer_list<std::size_t> numbers)
{
    ListSet set;
    for (const auto number : numbers)
        set.set(number);
    return set;
}

TEST(DestinationLists, AreNoneAtFirst)
{
    const auto lists = DestinationLists::none();
    EXPECT_EQ(lists->size(), 0U);
    EXPECT_EQ(lists->find("ads"), std::nullopt);
    EXPECT_TRUE(lists->withHost("www.example.com").none());
    EXPECT_TRUE(lists->withAddress(address("192.0.2.1")).none());
}

TEST(DestinationLists, KnowTheListsByName)
{
    DestinationLists::Builder builder;
    const ListIdentity ads{"ads", 2, 1, "abc"};
    builder.begin(ads);
    builder.begin({"chat", 0, 0, "def"});
    const auto lists = std::move(builder).build();
    EXPECT_EQ(lists->size(), 2U);
    EXPECT_EQ(lists->find("chat"), ListNumber{1});
    EXPECT_EQ(lists->find("adverts"), std::nullopt);
    EXPECT_EQ(lists->identity(0), ads);
}

TEST(DestinationLists, AreAtMost256)
{
    DestinationLists::Builder builder;
    for (std::size_t number = 0; number < MaxLists; ++number) {
        builder.begin({});
        builder.add("*.a.example");
    }
    EXPECT_THROW(builder.begin({}), PolicyError);
    EXPECT_TRUE(std::move(builder).build()->withHost("b.a.example").all());
}

struct HostCase {
    const char* name;
    std::string host;
    ListSet lists;
};

class ListedHost : public testing::TestWithParam<HostCase> {};

TEST_P(ListedHost, IsInTheListsThatHoldItOrADomainAboveIt)
{
    const auto lists = listsOf({{"a.example", "*.deep.a.example"},
                                {"*.a.example", "intranet"},
                                {"*.example", "b.example"},
                                {"a.example", "*.a.example"}});
    EXPECT_EQ(lists->withHost(GetParam().host), GetParam().lists);
}

INSTANTIATE_TEST_SUITE_P(
    Hosts, ListedHost,
    testing::Values(HostCase{"ExactAndBelowAShorterOne", "a.example", sets({0, 2, 3})},
                    HostCase{"BelowItIsNotTheNameItself", "deep.a.example", sets({1, 2, 3})},
                    HostCase{"BelowAllOfThem", "www.deep.a.example", sets({0, 1, 2, 3})},
                    HostCase{"LongerLabelIsNotBelow", "xa.example", sets({2})},
                    HostCase{"OneLabel", "intranet", sets({1})},
                    HostCase{"OneLabelWithoutItsDomain", "example", sets({})},
                    HostCase{"ExactIsNotForNamesBelow", "www.b.example", sets({2})},
                    HostCase{"Unlisted", "www.example.com", sets({})},
                    HostCase{"Empty", "", sets({})},
                    HostCase{"LongerThanAnyName", std::string(4000, 'x') + ".a.example",
                             sets({1, 2, 3})},
                    HostCase{"NothingButDots", std::string(4000, '.'), sets({})}),
    [](const auto& info) { return info.param.name; });

TEST(DestinationLists, LeaveOutWhatIsNoEntry)
{
    const auto lists = listsOf({{"", "*.", "10.0.0.1/8", "/", std::string(256, 'a')}});
    for (const auto* host : {"", "a", "10.0.0.1/8", "/"})
        EXPECT_TRUE(lists->withHost(host).none()) << host;
    EXPECT_TRUE(lists->withAddress(address("10.0.0.1")).none());
}

struct AddressCase {
    const char* name;
    std::string address;
    ListSet lists;
};

class ListedAddress : public testing::TestWithParam<AddressCase> {};

TEST_P(ListedAddress, IsInTheListsWithANetworkThatHoldsIt)
{
    const auto lists = listsOf({{"10.0.0.0/8", "10.1.0.0/16", "255.255.255.255/32"},
                                {"10.1.2.0/24", "::/0"},
                                {"0.0.0.0/0", "2001:db8::/32"},
                                {"10.1.2.3/32", "2001:db8::1/128", "ffff::/16"}});
    EXPECT_EQ(lists->withAddress(address(GetParam().address)), GetParam().lists);
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, ListedAddress,
    testing::Values(AddressCase{"Innermost", "10.1.2.3", sets({0, 1, 2, 3})},
                    AddressCase{"BesideTheInnermost", "10.1.2.4", sets({0, 1, 2})},
                    AddressCase{"BehindAnInnerOne", "10.1.3.0", sets({0, 2})},
                    AddressCase{"BehindAll", "11.0.0.0", sets({2})},
                    AddressCase{"FirstOfAll", "0.0.0.0", sets({2})},
                    AddressCase{"LastIpv4", "255.255.255.255", sets({0, 2})},
                    AddressCase{"Ipv6", "2001:db8::2", sets({1, 2})},
                    AddressCase{"Ipv6Innermost", "2001:db8::1", sets({1, 2, 3})},
                    AddressCase{"FirstIpv6", "::", sets({1})},
                    AddressCase{"LastIpv6", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                                sets({1, 3})}),
    [](const auto& info) { return info.param.name; });

// Names of few labels, so that entries and hosts meet often.
class RandomEntries {
public:
    explicit RandomEntries(unsigned seed) : chance_(seed) {}

    std::size_t below(std::size_t bound) { return chance_() % bound; }

    std::string host()
    {
        static constexpr std::array<std::string_view, 8> Labels{"a",  "b",   "cd",  "www",
                                                                "x-", "api", "com", "example"};
        std::string name(Labels[below(Labels.size())]);
        for (auto more = below(5); more-- > 0;)
            (name += '.') += Labels[below(Labels.size())];
        return name;
    }

    // In a small part of the space, at its edges, or anywhere.
    AddressBytes address()
    {
        AddressBytes bytes{};
        const auto isIpv4 = below(2) == 0;
        if (isIpv4)
            bytes[10] = bytes[11] = 0xff;
        const auto kind = below(4);
        for (std::size_t at = isIpv4 ? 12 : 0; at < bytes.size(); ++at)
            bytes[at] = static_cast<std::uint8_t>(kind == 0   ? chance_()
                                                  : kind == 1 ? 0xff
                                                              : below(3));
        return bytes;
    }

    Network network()
    {
        auto base = address();
        const auto shortest = isIpv4(base) ? 96U : 0U;
        const auto bits = shortest + static_cast<unsigned>(below(129 - shortest));
        for (auto bit = bits; bit < 128; ++bit)
            base[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
        return {base, static_cast<std::uint8_t>(bits)};
    }

private:
    std::mt19937 chance_;
};

ListSet naiveWithHost(const std::vector<Entries>& lists, std::string_view host)
{
    ListSet found;
    for (std::size_t number = 0; number < lists.size(); ++number)
        for (const auto& entry : lists[number])
            if (entry == host || (entry.starts_with("*.") && host.ends_with(entry.substr(1)) &&
                                  host.size() >= entry.size()))
                found.set(number);
    return found;
}

TEST(DestinationLists, AgreeWithALoopOverRandomHosts)
{
    RandomEntries random(20'261'124);
    std::size_t inSeveral = 0;
    std::size_t inNone = 0;
    for (int round = 0; round < 100; ++round) {
        std::vector<Entries> entries(1 + random.below(6));
        for (auto& list : entries)
            for (auto more = random.below(round < 50 ? 12 : 80); more-- > 0;)
                list.push_back((random.below(3) == 0 ? "*." : "") + random.host());
        const auto lists = listsOf(entries);
        for (int count = 0; count < 1000; ++count) {
            const auto host = random.host();
            const auto found = lists->withHost(host);
            ASSERT_EQ(found, naiveWithHost(entries, host)) << host << " in round " << round;
            inSeveral += found.count() > 1 ? 1 : 0;
            inNone += found.none() ? 1 : 0;
        }
    }
    EXPECT_GT(inSeveral, 5'000U);
    EXPECT_GT(inNone, 20'000U);
}

TEST(DestinationLists, AgreeWithALoopOverRandomAddresses)
{
    RandomEntries random(20'261'124);
    std::size_t inSeveral = 0;
    std::size_t inNone = 0;
    for (int round = 0; round < 100; ++round) {
        // Every second round has enough networks for the index by top bits.
        std::vector<std::vector<Network>> networks(1 + random.below(6));
        std::vector<Entries> entries(networks.size());
        for (std::size_t list = 0; list < networks.size(); ++list)
            for (auto more = random.below(round % 2 == 0 ? 10 : 600); more-- > 0;) {
                networks[list].push_back(random.network());
                entries[list].push_back(networkText(networks[list].back()));
            }
        const auto lists = listsOf(entries);
        for (int count = 0; count < 1000; ++count) {
            const auto asked = random.address();
            ListSet expected;
            for (std::size_t list = 0; list < networks.size(); ++list)
                expected[list] = std::ranges::any_of(networks[list], [&](const Network& network) {
                    return network.contains(asked);
                });
            ASSERT_EQ(lists->withAddress(asked), expected)
                << addressText(asked) << " in round " << round;
            inSeveral += expected.count() > 1 ? 1 : 0;
            inNone += expected.none() ? 1 : 0;
        }
    }
    EXPECT_GT(inSeveral, 5'000U);
    EXPECT_GT(inNone, 5'000U);
}

// What a million hosts and 100,000 networks cost; run with --gtest_also_run_disabled_tests.

// CPU time, as these figures are asked for on machines that do other things as well.
class Spent {
public:
    [[nodiscard]] double milliseconds() const
    {
        return 1e3 * static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC;
    }

private:
    std::clock_t start_ = std::clock();
};

// Nanoseconds for each of `count` look-ups, in the best of five rounds.
template <class LookUp>
double bestNanoseconds(std::size_t count, LookUp lookUp)
{
    auto best = std::numeric_limits<double>::max();
    for (int round = 0; round < 5; ++round) {
        const Spent spent;
        for (std::size_t at = 0; at < count; ++at)
            lookUp(at);
        best = std::min(best, 1e6 * spent.milliseconds() / static_cast<double>(count));
    }
    return best;
}

// As the store does: entries behind each other in one text.
std::shared_ptr<const DestinationLists> listOf(const ListIdentity& identity,
                                               const std::string& entries)
{
    DestinationLists::Builder builder;
    builder.begin(identity);
    for (std::string_view rest = entries; !rest.empty();)
        builder.add(takeEntry(rest));
    return std::move(builder).build();
}

std::string randomName(std::mt19937& chance)
{
    std::string name;
    for (std::size_t letters = 5 + chance() % 9; letters-- > 0;)
        name += static_cast<char>('a' + chance() % 26);
    name += '.';
    for (std::size_t letters = 3 + chance() % 8; letters-- > 0;)
        name += static_cast<char>('a' + chance() % 26);
    static constexpr std::array<std::string_view, 5> Tops{".com", ".net", ".org", ".io", ".de"};
    return name.append(Tops[chance() % Tops.size()]);
}

TEST(DestinationListsSpeed, DISABLED_OfAMillionHosts)
{
    std::mt19937 chance(1);
    std::set<std::string> unique;
    while (unique.size() < 1'000'000)
        unique.insert((chance() % 4 == 0 ? "*." : "") + randomName(chance));
    const Entries entries(unique.begin(), unique.end());
    std::string text;
    for (const auto& entry : entries)
        (text += entry) += '\n';

    const Spent spent;
    const auto lists = listOf({"hosts", entries.size(), 0, ""}, text);
    const auto built = spent.milliseconds();
    std::cout << entries.size() << " entries of " << static_cast<double>(text.size()) / 1e6 - 1
              << " characters: built in " << built << " ms, "
              << static_cast<double>(lists->memoryBytes()) / 1e6 << " MB\n";

    std::vector<std::string> asked; // four or five labels, every second one listed
    for (int count = 0; count < 500'000; ++count) {
        const auto& entry = entries[chance() % entries.size()];
        const auto isBelow = entry.starts_with("*.");
        asked.push_back(count % 2 == 0 ? (isBelow ? "www" + entry.substr(1) : entry)
                                       : "www.cdn." + randomName(chance));
    }
    std::size_t found = 0;
    for (const auto working : {std::size_t{1'000}, asked.size()})
        std::cout << bestNanoseconds(500'000,
                                     [&](std::size_t at) {
                                         found += lists->withHost(asked[at % working]).count();
                                     })
                  << " ns for each of " << working << " hosts\n";
    EXPECT_GT(found, 0U);
}

TEST(DestinationListsSpeed, DISABLED_OfAHundredThousandNetworks)
{
    std::mt19937 chance(1);
    for (const auto isIpv4 : {true, false}) {
        constexpr std::size_t Networks = 100'000;
        std::string text;
        std::vector<AddressBytes> asked;
        const auto anyAddress = [&] {
            AddressBytes bytes{0x20, 0x01};
            for (std::size_t at = 2; at < bytes.size(); ++at)
                bytes[at] = static_cast<std::uint8_t>(chance());
            if (isIpv4) {
                std::fill_n(bytes.begin(), 10, std::uint8_t{0});
                bytes[10] = bytes[11] = 0xff;
            }
            return bytes;
        };
        for (std::size_t count = 0; count < Networks; ++count) {
            auto base = anyAddress();
            const auto bits = isIpv4 ? 112 + chance() % 17 : 32 + chance() % 97;
            for (auto bit = bits; bit < 128; ++bit)
                base[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
            (text += networkText({base, static_cast<std::uint8_t>(bits)})) += '\n';
        }
        for (int count = 0; count < 500'000; ++count)
            asked.push_back(anyAddress());

        const Spent spent;
        const auto lists = listOf({"networks", 0, Networks, ""}, text);
        const auto built = spent.milliseconds();
        std::size_t found = 0;
        const auto nanoseconds = bestNanoseconds(500'000, [&](std::size_t at) {
            found += lists->withAddress(asked[at % asked.size()]).count();
        });
        std::cout << Networks << (isIpv4 ? " IPv4" : " IPv6") << " networks: built in " << built
                  << " ms, " << static_cast<double>(lists->memoryBytes()) / 1e6 << " MB, "
                  << nanoseconds << " ns\n";
        EXPECT_GT(found, 0U);
    }
}

} // namespace
} // namespace sallyport::policy
