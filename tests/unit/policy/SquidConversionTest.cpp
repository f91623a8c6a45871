#include "policy/SquidConversion.h"

#include "policy/Policy.h"
#include "policy/PolicyError.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace sallyport::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::map<std::string, std::string> Files{
    {"/etc/squid/bad.txt", "# bad sites\n\n.bad.example\r\n  worse.example  \n"},
    {"/etc/squid/empty.txt", "# nothing yet\n"},
};

SquidConfiguration read(std::string_view text)
{
    return readSquidConfiguration(
        text, [](const std::string& name) -> std::expected<std::string, std::string> {
            if (const auto found = Files.find(name); found != Files.end())
                return found->second;
            return std::unexpected("there is no file " + name);
        });
}

SquidConversion convert(std::string_view text, const SquidConversionSettings& settings = {})
{
    return convertSquid(read(text), settings);
}

TEST(SquidConfiguration, JoinsContinuedLinesAndSkipsComments)
{
    const auto configuration = read("# a comment\n"
                                    "acl office src 10.0.0.0/8 \\\n"
                                    "# between them\n"
                                    "    192.168.0.0/16 # the branch\n"
                                    "\n"
                                    "  http_access allow office !bad\n"
                                    "cache_dir ufs \"/var/spool/squid 100\n");
    ASSERT_EQ(configuration.acls.size(), 1U);
    EXPECT_EQ(configuration.acls[0].line, 2U);
    EXPECT_THAT(configuration.acls[0].values, ElementsAre("10.0.0.0/8", "192.168.0.0/16"));
    ASSERT_EQ(configuration.access.size(), 1U);
    EXPECT_EQ(configuration.access[0].line, 6U);
    EXPECT_EQ(configuration.access[0].text, "http_access allow office !bad");
    ASSERT_EQ(configuration.others.size(), 1U);
    EXPECT_EQ(configuration.others[0].name, "cache_dir");
    EXPECT_EQ(configuration.others[0].line, 7U);
}

TEST(SquidConfiguration, TakesValuesFromFiles)
{
    const auto configuration = read("acl bad dstdomain -n \"/etc/squid/bad.txt\" x.example\n"
                                    "acl also dstdomain parameters(\"/etc/squid/bad.txt\")\n"
                                    "acl none dstdomain \"/etc/squid/missing.txt\"\n");
    ASSERT_EQ(configuration.acls.size(), 3U);
    EXPECT_THAT(configuration.acls[0].flags, ElementsAre("-n"));
    EXPECT_THAT(configuration.acls[0].values,
                ElementsAre(".bad.example", "worse.example", "x.example"));
    EXPECT_THAT(configuration.acls[1].values, ElementsAre(".bad.example", "worse.example"));
    EXPECT_EQ(configuration.acls[2].fault, "there is no file /etc/squid/missing.txt");
}

TEST(SquidConfiguration, MakesUtf8OfAnyBytes)
{
    const auto configuration = read("# B\xfcro\nhttp_access allow \xff\xfe # B\xc3\xbcro\n");
    ASSERT_EQ(configuration.access.size(), 1U);
    EXPECT_EQ(configuration.access[0].text, "http_access allow ?? # B\xc3\xbcro");
}

TEST(SquidConfiguration, RefusesWhatIsNoneNamingTheLine)
{
    for (const auto& [text, complaint] : std::vector<std::pair<std::string, std::string>>{
             {"\nacl lonely\n", "line 2 has an acl without"},
             {"http_access permit all\n", "line 1 has http_access without"},
             {"acl a dstdomain \"/file\n", "line 1 has a quotation mark"},
             {std::string("acl a\0b src all\n", 16), "line 1 has a control character"}}) {
        try {
            read(text);
            ADD_FAILURE() << text;
        } catch (const PolicyError& error) {
            EXPECT_THAT(error.what(), HasSubstr(complaint));
        }
    }
}

struct Request {
    const char* client = "10.1.2.3";
    const char* host = "www.example";
    std::uint16_t port = 443;
    const char* method = "CONNECT";
    const char* address = "203.0.113.9";
    const char* at = "2026-11-24T12:00:00Z"; // a Tuesday
};

WallTime timeOf(std::string_view text)
{
    const auto number = [text](std::size_t from, std::size_t length) {
        return std::stoi(std::string(text.substr(from, length)));
    };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    return std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
           std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
}

// "allow squid line 7", "deny default"
std::string decided(const SquidConversion& conversion, const Request& request)
{
    // What is written must be what is read back.
    const auto text = conversion.document.toJson();
    const auto policy = Policy::compile(PolicyDocument::parse(text), 1);
    EXPECT_EQ(policy->document(), conversion.document);
    Facts facts;
    facts.client = parseAddress(request.client).value();
    facts.host = request.host;
    facts.port = request.port;
    facts.method = request.method;
    facts.protocol = facts.method == "CONNECT" ? Protocol::Connect : Protocol::Http;
    facts.destination = parseAddress(request.address).value();
    facts.now = timeOf(request.at);
    const auto verdict = policy->decide(facts, Stage::RunningSession);
    const auto& access = verdict.of(Layer::Access);
    return std::string(access.answer == Answer::Allow ? "allow " : "deny ") +
           (access.rule == nullptr ? "default" : access.rule->name);
}

struct DecisionCase {
    const char* name;
    const char* acls; // the lines in front of "http_access allow x" and "http_access deny all"
    Request request;
    bool matches;

    friend void PrintTo(const DecisionCase& each, std::ostream* out) { *out << each.name; }
};

class SquidAclDecision : public testing::TestWithParam<DecisionCase> {};

TEST_P(SquidAclDecision, IsAsSquids)
{
    const auto& [name, acls, request, matches] = GetParam();
    const auto conversion =
        convert(std::string(acls) + "\nhttp_access allow x\nhttp_access deny all\n");
    EXPECT_TRUE(conversion.isComplete());
    EXPECT_THAT(decided(conversion, request), testing::StartsWith(matches ? "allow" : "deny"));
}

Request withClient(const char* client)
{
    Request request;
    request.client = client;
    return request;
}

Request withHost(const char* host)
{
    Request request;
    request.host = host;
    return request;
}

Request withPort(std::uint16_t port)
{
    Request request;
    request.port = port;
    return request;
}

Request withMethod(const char* method)
{
    Request request;
    request.method = method;
    return request;
}

Request withAddress(const char* address)
{
    Request request;
    request.address = address;
    return request;
}

Request withTime(const char* at)
{
    Request request;
    request.at = at;
    return request;
}

#define DECISIONS(type, ...)                                                                       \
    INSTANTIATE_TEST_SUITE_P(type, SquidAclDecision, testing::Values(__VA_ARGS__),                 \
                             [](const auto& info) { return info.param.name; })

DECISIONS(Src, DecisionCase{"Prefix", "acl x src 10.0.0.0/8", withClient("10.1.2.3"), true},
          DecisionCase{"OutsidePrefix", "acl x src 10.0.0.0/8", withClient("11.1.2.3"), false},
          DecisionCase{"Netmask", "acl x src 10.0.0.0/255.0.0.0", withClient("10.1.2.3"), true},
          DecisionCase{"HostBitsAreMasked", "acl x src 10.9.9.9/8", withClient("10.1.2.3"), true},
          DecisionCase{"Single", "acl x src 10.1.2.3", withClient("10.1.2.3"), true},
          DecisionCase{"RangeFirst", "acl x src 10.1.2.3-10.1.2.9", withClient("10.1.2.3"), true},
          DecisionCase{"RangeLast", "acl x src 10.1.2.1-10.1.2.9", withClient("10.1.2.9"), true},
          DecisionCase{"BehindRange", "acl x src 10.1.2.1-10.1.2.9", withClient("10.1.2.10"),
                       false},
          DecisionCase{"BeforeRange", "acl x src 10.1.2.1-10.1.2.9", withClient("10.1.2.0"), false},
          DecisionCase{"TwoLines", "acl x src 10.9.0.0/16\nacl x src 10.1.0.0/16",
                       withClient("10.1.2.3"), true},
          DecisionCase{"All", "acl x src all", withClient("2001:db8::1"), true},
          DecisionCase{"Ipv6", "acl x src 2001:db8::/32", withClient("2001:db8::1"), true},
          DecisionCase{"Ipv4IsNotIpv6", "acl x src ipv6", withClient("10.1.2.3"), false});

DECISIONS(Dst, DecisionCase{"In", "acl x dst 203.0.113.0/24", withAddress("203.0.113.9"), true},
          DecisionCase{"Out", "acl x dst 203.0.113.0/24", withAddress("198.51.100.1"), false});

DECISIONS(
    Domains,
    DecisionCase{"DotIsItself", "acl x dstdomain .chat.example", withHost("chat.example"), true},
    DecisionCase{"DotIsBelow", "acl x dstdomain .chat.example", withHost("a.b.chat.example"), true},
    DecisionCase{"DotIsNoEnding", "acl x dstdomain .chat.example", withHost("webchat.example"),
                 false},
    DecisionCase{"NameIsItself", "acl x dstdomain Chat.Example", withHost("chat.example"), true},
    DecisionCase{"NameIsNotBelow", "acl x dstdomain chat.example", withHost("a.chat.example"),
                 false},
    DecisionCase{"Address", "acl x dstdomain 203.0.113.9", withHost("203.0.113.9"), true},
    DecisionCase{"FromAFile", "acl x dstdomain \"/etc/squid/bad.txt\"", withHost("a.bad.example"),
                 true},
    DecisionCase{"Regex", "acl x dstdom_regex ^ads[0-9]", withHost("ads1.example"), true},
    DecisionCase{"RegexAnywhere", "acl x dstdom_regex ads", withHost("www.ads.example"), true},
    DecisionCase{"RegexWithoutCase", "acl x dstdom_regex -i ADS", withHost("ads.example"), true},
    DecisionCase{"RegexElse", "acl x dstdom_regex ^ads[0-9]", withHost("ads.example"), false});

DECISIONS(Ports, DecisionCase{"One", "acl x port 443", withPort(443), true},
          DecisionCase{"Other", "acl x port 443", withPort(444), false},
          DecisionCase{"RangeEnd", "acl x port 80 1025-65535", withPort(65535), true},
          DecisionCase{"FromZero", "acl x port 0-1023", withPort(1), true});

DECISIONS(Methods, DecisionCase{"Connect", "acl x method CONNECT", withMethod("CONNECT"), true},
          DecisionCase{"TwoOfThem", "acl x method GET HEAD", withMethod("HEAD"), true},
          DecisionCase{"Other", "acl x method GET HEAD", withMethod("POST"), false},
          DecisionCase{"HttpIsNoTunnel", "acl x proto HTTP", withMethod("CONNECT"), false},
          DecisionCase{"Http", "acl x proto HTTP", withMethod("GET"), true});

DECISIONS(
    Times,
    DecisionCase{"DayAndHours", "acl x time T 9:00-17:00", withTime("2026-11-24T12:00:00Z"), true},
    DecisionCase{"OtherDay", "acl x time MWHF 9:00-17:00", withTime("2026-11-24T12:00:00Z"), false},
    DecisionCase{"WorkingDay", "acl x time D", withTime("2026-11-24T23:59:59Z"), true},
    DecisionCase{"SaturdayIsNone", "acl x time D", withTime("2026-11-28T12:00:00Z"), false},
    DecisionCase{"A_IsSaturday", "acl x time A", withTime("2026-11-28T12:00:00Z"), true},
    DecisionCase{"S_IsSunday", "acl x time S", withTime("2026-11-29T12:00:00Z"), true},
    DecisionCase{"LastMinute", "acl x time 9:00-17:00", withTime("2026-11-24T17:00:59Z"), true},
    DecisionCase{"BehindLastMinute", "acl x time 9:00-17:00", withTime("2026-11-24T17:01:00Z"),
                 false},
    DecisionCase{"UpToMidnight", "acl x time 9:00-24:00", withTime("2026-11-24T23:59:59Z"), true},
    DecisionCase{"DaysBelongToTheHoursBehind", "acl x time M 9:00-12:00 T 13:00-14:00",
                 withTime("2026-11-24T09:30:00Z"), false});

// The shape of the squid.conf that Debian ships, with what a site adds.
constexpr std::string_view Usual = R"(
#  Recommended minimum Access Permission configuration:
acl localnet src 0.0.0.1-0.255.255.255	# RFC 1122 "this" network (LAN)
acl localnet src 10.0.0.0/8		# RFC 1918 local private network (LAN)
acl localnet src 192.168.0.0/16
acl localnet src fc00::/7       	# RFC 4193 local private network range
acl localnet src fe80::/10

acl SSL_ports port 443
acl Safe_ports port 80		# http
acl Safe_ports port 21		# ftp
acl Safe_ports port 443		# https
acl Safe_ports port 1025-65535	# unregistered ports
acl bad dstdomain "/etc/squid/bad.txt"
acl office_hours time MTWHF 8:00-17:59
acl social dstdomain .social.example
acl servers src 10.9.0.0/16
auth_param basic program /usr/lib/squid/basic_ncsa_auth /etc/squid/passwords

http_access deny !Safe_ports
http_access deny CONNECT !SSL_ports
http_access allow localhost manager
http_access deny manager
http_access deny to_localhost
http_access deny bad
http_access deny social office_hours !servers
http_access allow localnet
http_access allow localhost
http_access deny all

http_port 3128
coredump_dir /var/spool/squid
refresh_pattern ^ftp:		1440	20%	10080
refresh_pattern .		0	20%	4320
)";

struct UsualCase {
    const char* name;
    Request request;
    const char* decided;

    friend void PrintTo(const UsualCase& each, std::ostream* out) { *out << each.name; }
};

class UsualSquid : public testing::TestWithParam<UsualCase> {};

TEST_P(UsualSquid, DecidesAsBefore)
{
    EXPECT_EQ(decided(convert(Usual), GetParam().request), GetParam().decided);
}

Request request(const char* client, const char* method, const char* host, std::uint16_t port)
{
    Request made;
    made.client = client;
    made.method = method;
    made.host = host;
    made.port = port;
    return made;
}

INSTANTIATE_TEST_SUITE_P(
    Requests, UsualSquid,
    testing::Values(
        UsualCase{"Web", request("10.1.2.3", "GET", "www.example", 80), "allow squid line 27"},
        UsualCase{"Tunnel", request("10.1.2.3", "CONNECT", "www.example", 443),
                  "allow squid line 27"},
        UsualCase{"UnsafePort", request("10.1.2.3", "GET", "www.example", 25),
                  "deny squid line 20"},
        UsualCase{"TunnelElsewhere", request("10.1.2.3", "CONNECT", "www.example", 8443),
                  "deny squid line 21"},
        UsualCase{"WebElsewhere", request("10.1.2.3", "GET", "www.example", 8443),
                  "allow squid line 27"},
        UsualCase{"Bad", request("10.1.2.3", "GET", "a.bad.example", 80), "deny squid line 25"},
        UsualCase{"SocialAtWork", request("10.1.2.3", "GET", "www.social.example", 80),
                  "deny squid line 26"},
        UsualCase{"SocialOfAServer", request("10.9.2.3", "GET", "www.social.example", 80),
                  "allow squid line 27"},
        UsualCase{"Loopback", request("127.0.0.1", "GET", "www.example", 80),
                  "allow squid line 28"},
        UsualCase{"ThisNetwork", request("0.1.2.3", "GET", "www.example", 80),
                  "allow squid line 27"},
        UsualCase{"Stranger", request("198.51.100.7", "GET", "www.example", 80),
                  "deny squid line 29"}),
    [](const auto& info) { return info.param.name; });

TEST(SquidConversion, ListsWhatItLeaves)
{
    const auto conversion = convert(Usual);
    EXPECT_TRUE(conversion.isComplete());
    ASSERT_EQ(conversion.withoutEffect.size(), 2U);
    EXPECT_EQ(conversion.withoutEffect[0].line, 22U);
    EXPECT_THAT(conversion.withoutEffect[0].reason, HasSubstr("acl manager"));
    std::vector<std::string> others;
    for (const auto& [name, lines] : conversion.others)
        others.push_back(name + ":" + std::to_string(lines.size()));
    EXPECT_THAT(others,
                ElementsAre("auth_param:1", "coredump_dir:1", "http_port:1", "refresh_pattern:2"));
    EXPECT_EQ(conversion.others[3].lines, (std::vector<std::size_t>{33, 34}));
}

struct LeftCase {
    const char* name;
    const char* text;
    std::size_t line;
    const char* reason;

    friend void PrintTo(const LeftCase& each, std::ostream* out) { *out << each.name; }
};

class NotConvertible : public testing::TestWithParam<LeftCase> {};

TEST_P(NotConvertible, IsListedAndKeptAsADisabledRow)
{
    const auto& [name, text, line, reason] = GetParam();
    const auto conversion = convert(text);
    ASSERT_EQ(conversion.notConverted.size(), 1U);
    EXPECT_FALSE(conversion.isComplete());
    EXPECT_EQ(conversion.notConverted[0].line, line);
    EXPECT_THAT(conversion.notConverted[0].reason, HasSubstr(reason));
    const auto& rows = conversion.document.rows(Layer::Access);
    if (rows.empty())
        return; // it was no http_access line
    const auto row = std::ranges::find(rows, "squid line " + std::to_string(line), &Rule::name);
    ASSERT_NE(row, rows.end());
    EXPECT_FALSE(row->enabled);
    EXPECT_THAT(row->comment, HasSubstr(conversion.notConverted[0].text));
}

INSTANTIATE_TEST_SUITE_P(
    Lines, NotConvertible,
    testing::Values(
        LeftCase{"UnknownType", "acl staff proxy_auth REQUIRED\nhttp_access allow staff\n", 2,
                 "acl staff is of the type proxy_auth"},
        LeftCase{"UnknownAcl", "http_access allow staff\n", 1, "there is no acl staff"},
        LeftCase{"Negated", "acl staff proxy_auth REQUIRED\nhttp_access deny !staff\n", 2, "staff"},
        LeftCase{"AmongOthers",
                 "acl staff proxy_auth REQUIRED\nhttp_access allow localhost staff\n", 2, "staff"},
        LeftCase{"NameInDst", "acl x dst www.example\nhttp_access allow x\n", 2,
                 "\"www.example\", a name"},
        LeftCase{"NameAmongAddresses", "acl x dst 10.0.0.1 www.example\nhttp_access allow x\n", 2,
                 "\"www.example\", a name"},
        LeftCase{"Https", "acl x proto HTTPS\nhttp_access allow x\n", 2, "\"HTTPS\", a protocol"},
        LeftCase{"Ftp", "acl x proto HTTP FTP\nhttp_access allow x\n", 2, "\"FTP\", a protocol"},
        LeftCase{"BrokenRegex", "acl x dstdom_regex ads[\nhttp_access allow x\n", 2, "regex:ads["},
        LeftCase{"Capitals", "acl x dstdom_regex Ads\nhttp_access allow x\n", 2, "add -i"},
        LeftCase{"NoDomain", "acl x dstdomain a_b/c\nhttp_access allow x\n", 2, "a_b/c"},
        LeftCase{"NoPort", "acl x port http\nhttp_access allow x\n", 2,
                 "\"http\", which is no port"},
        LeftCase{"NoMask", "acl x src 10.0.0.0/255.0.255.0\nhttp_access allow x\n", 2, "mask"},
        LeftCase{"HoursBackwards", "acl x time 17:00-9:00\nhttp_access allow x\n", 2,
                 "\"17:00-9:00\""},
        LeftCase{"NoDay", "acl x time XYZ\nhttp_access allow x\n", 2, "\"XYZ\""},
        LeftCase{"TwoTypes", "acl x port 80\nacl x src 10.0.0.1\nhttp_access allow x\n", 3,
                 "two types"},
        LeftCase{"MissingFile", "acl x dstdomain \"/no\"\nhttp_access allow x\n", 2,
                 "there is no file /no"},
        LeftCase{"OptionUnknown", "acl x dstdomain -m a.example\nhttp_access allow x\n", 2, "-m"},
        LeftCase{"HostsTwice",
                 "acl x dstdomain a.example\nacl y dstdom_regex ^a\nhttp_access allow x y\n", 3,
                 "two acls of hosts"},
        LeftCase{"Include", "include /etc/squid/conf.d/*.conf\n", 1, "not followed"}),
    [](const auto& info) { return info.param.name; });

TEST(SquidConversion, TakesTheOppositeOfTheLastLineAsDefault)
{
    const auto defaultOf = [](std::string_view text) {
        return convert(text).document.defaults.access;
    };
    EXPECT_EQ(defaultOf(""), Action::Deny);
    EXPECT_EQ(defaultOf("http_access allow localhost\n"), Action::Deny);
    EXPECT_EQ(defaultOf("acl p port 80\nhttp_access deny p\n"), Action::Allow);
    EXPECT_EQ(defaultOf("http_access deny nobody\n"), Action::Allow);
    EXPECT_EQ(defaultOf("http_access deny all\n"), Action::Deny);
    EXPECT_EQ(defaultOf("http_access allow all\n"), Action::Allow);
}

TEST(SquidConversion, WantsWhatAclsOfOneKindHaveInCommon)
{
    const auto whenOf = [](std::string_view acls) {
        const auto conversion = convert(std::string(acls) + "\nhttp_access allow x y\n");
        const auto& row = conversion.document.rows(Layer::Access).front();
        return row.enabled ? std::optional(row.when) : std::nullopt;
    };
    EXPECT_THAT(whenOf("acl x src 10.0.0.0/8 11.0.0.0/8\nacl y src 10.1.0.0/16")->client,
                ElementsAre(parseNetwork("10.1.0.0/16").value()));
    EXPECT_THAT(whenOf("acl x port 80 8000-9000\nacl y port 8500-65535")->port,
                ElementsAre(PortRange{8500, 9000}));
    EXPECT_THAT(whenOf("acl x dstdomain .example\nacl y dstdomain .a.example")->host,
                ElementsAre("a.example", "*.a.example"));
    EXPECT_THAT(whenOf("acl x method GET HEAD\nacl y method HEAD POST")->method,
                ElementsAre("HEAD"));
    EXPECT_EQ(whenOf("acl x port 80\nacl y port 443"), std::nullopt);
}

TEST(SquidConversion, KnowsWhichLinesNeverMatch)
{
    for (const auto* text : {"acl x port 80\nacl y port 443\nhttp_access allow x y\n",
                             "acl x dstdomain \"/etc/squid/empty.txt\"\nhttp_access allow x\n",
                             "http_access allow manager nobody\n", "http_access allow !all\n",
                             "http_access allow\n"}) {
        const auto conversion = convert(text);
        EXPECT_TRUE(conversion.isComplete()) << text;
        EXPECT_EQ(conversion.withoutEffect.size(), 1U) << text;
        EXPECT_FALSE(conversion.document.rows(Layer::Access).front().enabled) << text;
    }
}

TEST(SquidConversion, TakesAwayWhatIsNegated)
{
    const auto conversion =
        convert("acl empty dstdomain \"/etc/squid/empty.txt\"\nacl a port 80\nacl b port 81\n"
                "http_access deny !a !b !empty !manager\n");
    const auto& row = conversion.document.rows(Layer::Access).front();
    EXPECT_TRUE(row.enabled);
    EXPECT_EQ(row.when, Conditions());
    EXPECT_THAT(row.except.port, ElementsAre(PortRange{80, 80}, PortRange{81, 81}));
    EXPECT_THAT(row.except.host, IsEmpty());
}

TEST(SquidConversion, MakesListsOfManyNames)
{
    SquidConversionSettings settings;
    settings.inlineNames = 2;
    const auto conversion = convert("acl Bad.Sites dstdomain .a.example b.example\n"
                                    "acl unused dstdomain .a.example b.example\n"
                                    "acl few dstdomain b.example\n"
                                    "http_access deny Bad.Sites\nhttp_access deny few\n",
                                    settings);
    ASSERT_EQ(conversion.lists.size(), 1U);
    EXPECT_EQ(conversion.lists[0].name, "bad.sites");
    EXPECT_EQ(conversion.lists[0].acl, "Bad.Sites");
    EXPECT_THAT(conversion.lists[0].entries, ElementsAre("a.example", "*.a.example", "b.example"));
    const auto& rows = conversion.document.rows(Layer::Access);
    EXPECT_THAT(rows[0].when.host, ElementsAre("list:bad.sites"));
    EXPECT_THAT(rows[1].when.host, ElementsAre("b.example"));
}

TEST(SquidConversion, TakesHoursOnTheClockItIsTold)
{
    constexpr auto Text = "acl x time 9:00-17:00\nhttp_access allow x\n";
    SquidConversionSettings settings;
    settings.zone = "Europe/Berlin";
    const auto told = convert(Text, settings);
    EXPECT_EQ(told.document.rows(Layer::Access).front().when.time.front().zone, "Europe/Berlin");
    EXPECT_THAT(told.notes, testing::Not(testing::Contains(HasSubstr("--zone"))));
    EXPECT_THAT(convert(Text).notes, testing::Contains(HasSubstr("--zone")));
}

} // namespace
} // namespace sallyport::policy
