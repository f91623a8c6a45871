// The compiled policy against a matcher that is too simple to be wrong.

#include "ReferenceMatcher.h"
#include "policy/SpecialPurpose.h"
#include "support/BuildKind.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <sstream>

namespace sallyport::policy {
namespace {

// Few values, so that rows and facts meet often, with edges and odd spellings among them.
const std::vector<std::string> Addresses{"10.0.0.1",
                                         "10.0.255.255",
                                         "10.1.0.0",
                                         "10.255.255.255",
                                         "11.0.0.0",
                                         "127.0.0.1",
                                         "8.8.8.8",
                                         "8.8.8.9",
                                         "8.8.9.0",
                                         "0.0.0.0",
                                         "255.255.255.255",
                                         "::",
                                         "::1",
                                         "2001:db8::1",
                                         "2001:db8:1::",
                                         "2600::1",
                                         "2600::ffff",
                                         "2600:0:0:1::",
                                         "fe80::1",
                                         "64:ff9b::10.0.0.1",
                                         "64:ff9b::8.8.8.8",
                                         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
const std::vector<std::string> Networks{
    "10.0.0.0/8",  "10.0.0.0/16", "10.0.0.1/32", "8.8.8.0/24",
    "8.8.8.8/31",  "8.8.8.8/32",  "0.0.0.0/0",   "0.0.0.0/1",
    "128.0.0.0/1", "::/0",        "::/64",       "::/80",
    "::/96",       "::1/128",     "2000::/3",    "2600::/64",
    "2600::1/128", "8000::/1",    "fe80::/10",   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"};
const std::vector<std::string> HostFacts{"example",
                                         "a.example",
                                         "b.example",
                                         "a.b.example",
                                         "b.a.example",
                                         "a.a.b.example",
                                         "x.a.a.b.example",
                                         "aexample",
                                         "test",
                                         "a.test",
                                         "b.a.test",
                                         "10.0.0.1",
                                         "::ffff:10.0.0.1",
                                         "::1",
                                         "0:0:0:0:0:0:0:1",
                                         "2600::1",
                                         "",
                                         "ab.example",
                                         "0.0.1",
                                         "x10.0.0.1"};
const std::vector<std::string> HostPatterns{
    "example",     "*.example",   "a.example",     "*.a.example", "b.example",
    "*.b.example", "a.b.example", "*.a.b.example", "*.test",      "a.test",
    "10.0.0.1",    "::1",         "2600::1",       "b.a.test",    "*.0.0.1"};
const std::vector<PortRange> Ports{{80, 80},   {443, 443},     {1, 1024}, {1024, 65535}, {400, 443},
                                   {443, 500}, {65535, 65535}, {1, 1},    {1, 65535},    {81, 442}};
const std::vector<std::uint16_t> PortFacts{0, 1, 79, 80, 81, 400, 442, 443, 444, 1024, 1025, 65535};
const std::vector<std::string> Methods{"GET", "POST", "CONNECT", "get"};
const std::vector<Protocol> Protocols{Protocol::Http, Protocol::Connect, Protocol::WebSocket,
                                      Protocol::Tls,  Protocol::Unknown, Protocol::TunnelledHttp,
                                      Protocol::Ssh};
const std::vector<Protocol> Contents{Protocol::Tls,           Protocol::Tls,
                                     Protocol::Unknown,       Protocol::WebSocket,
                                     Protocol::TunnelledHttp, Protocol::Ssh};
const std::vector<Protocol> ProtocolFacts{Protocol::Http, Protocol::Connect, Protocol::Connect,
                                          Protocol::WebSocket};
const std::vector<Stage> Stages{Stage::Accept,        Stage::Request,        Stage::Request,
                                Stage::FirstBytes,    Stage::UpstreamAnswer, Stage::ResolvedAddress,
                                Stage::RunningSession};
const std::vector<std::string> Listeners{"127.0.0.1:3128", "[::]:3128", "10.0.0.1:8080"};
const std::vector<std::string> Users{"ann", "Ann", "bob", "CORP\\ann"};
const std::vector<std::string> Groups{"staff", "Staff", "admins", "guests", "it"};
const std::vector<std::string> Paths{"/", "/a", "/a/", "/a/b", "/ab", "/b", "/a/b/c"};
const std::vector<std::string> PathFacts{"", "/", "/a", "/a/b", "/ab", "/abc", "/b/a", "/a/b/c/d"};
const std::vector<std::string> Queries{"debug", "debug=1", "q", "q=a", "x"};
const std::vector<std::string> QueryFacts{"",  "debug", "debug=1", "debug=2&q", "q=a&q=b",
                                          "&", "&&x&",  "=1",      "xq=a",      "q=a=b"};
const std::vector<std::string> Subprotocols{"mqtt", "chat", "MQTT", "soap"};
const std::vector<std::string> Alpns{"h2", "http/1.1", "h3"};
const std::vector<std::string> Differences{"sni-differs", "sni-missing", "host-differs",
                                           "certificate-differs"};
const std::vector<std::string> ScheduleTexts{
    "mon-fri 08:00-18:00",          "sun 22:00-06:00", "22:00-06:00 Europe/Berlin",
    "sat,sun Europe/Berlin",        "00:00-24:00",     "mon 00:00-00:01",
    "sun 02:00-03:00 Europe/Berlin"};
// Among them the hours around midnight and around the turns of summer time.
const std::vector<WallTime> Times = [] {
    using namespace std::chrono;
    std::vector<WallTime> times;
    for (const auto day : {sys_days(2026y / January / 5), sys_days(2026y / March / 29),
                           sys_days(2026y / July / 5), sys_days(2026y / October / 25)})
        for (const int minute :
             {0, 1, 59, 60, 119, 120, 359, 360, 480, 1079, 1080, 1319, 1320, 1439})
            times.push_back(day + minutes(minute) + seconds(minute % 60));
    return times;
}();
const std::vector<std::string> ListNames{"first", "second", "empty"};
const std::vector<std::string> Expressions{"regex:^a\\.",  "regex:B", "regex:example$",
                                           "regex:^10\\.", "regex:x", "regex:t.*t"};
const ReferenceLists Lists{
    {"first", {"a.example", "*.b.example", "10.0.0.0/16", "::1/128", "2600::/64"}},
    {"second", {"*.example", "test", "b.a.test", "8.8.8.8/32", "10.0.0.1/32"}},
    {"empty", {}}};
const std::vector<SessionLimits> LimitSets = [] {
    std::vector<SessionLimits> sets(3);
    sets[1].bytes = 1000;
    sets[2].idle = std::chrono::seconds(5);
    return sets;
}();

std::shared_ptr<const DestinationLists> compiledLists()
{
    DestinationLists::Builder builder;
    for (const auto& [name, entries] : Lists) {
        ListIdentity identity;
        identity.name = name;
        builder.begin(identity);
        for (const auto& entry : entries)
            builder.add(entry);
    }
    return std::move(builder).build();
}

class Chance {
public:
    explicit Chance(std::uint64_t seed) : engine_(seed) {}

    std::size_t below(std::size_t bound) { return engine_() % bound; }
    bool oneIn(std::size_t cases) { return below(cases) == 0; }

    template <class Value>
    const Value& from(const std::vector<Value>& values)
    {
        return values[below(values.size())];
    }

    // Nothing in most cases, otherwise one to three of the values.
    template <class Value>
    std::vector<Value> someOf(const std::vector<Value>& values, std::size_t oneInCases)
    {
        std::vector<Value> chosen;
        if (oneIn(oneInCases))
            for (auto left = 1 + below(3); left > 0; --left)
                chosen.push_back(from(values));
        return chosen;
    }

    std::vector<std::string> hosts(std::size_t oneInCases)
    {
        auto chosen = someOf(HostPatterns, oneInCases);
        for (auto& pattern : chosen) {
            if (oneIn(6))
                pattern = "list:" + from(ListNames);
            else if (oneIn(8))
                pattern = from(Expressions);
        }
        return chosen;
    }

    // `common` columns are those that every policy has had, and come more often.
    Conditions conditions(std::size_t common, std::size_t rare)
    {
        static const auto networks = [] {
            std::vector<Network> parsed;
            for (const auto& text : Networks)
                parsed.push_back(parseNetwork(text).value());
            return parsed;
        }();
        static const auto schedules = [] {
            std::vector<Schedule> parsed;
            for (const auto& text : ScheduleTexts)
                parsed.push_back(parseSchedule(text).value());
            return parsed;
        }();
        Conditions chosen;
        chosen.client = someOf(networks, common);
        chosen.host = hosts(common);
        chosen.port = someOf(Ports, common);
        chosen.protocol = someOf(Protocols, common);
        chosen.method = someOf(Methods, common);
        chosen.address = someOf(networks, common);
        chosen.listener = someOf(Listeners, rare);
        chosen.user = someOf(Users, rare);
        chosen.group = someOf(Groups, rare);
        chosen.path = someOf(Paths, rare);
        chosen.query = someOf(Queries, rare);
        chosen.addressLists = someOf(ListNames, rare);
        chosen.sni = hosts(rare);
        chosen.alpn = someOf(Alpns, rare);
        chosen.names = someOf(Differences, rare);
        chosen.subprotocol = someOf(Subprotocols, rare);
        chosen.origin = hosts(rare);
        chosen.time = someOf(schedules, rare);
        return chosen;
    }

    Action action(Layer layer)
    {
        switch (layer) {
        case Layer::Emergency:
            return Action::Deny;
        case Layer::Inspection:
            return oneIn(2) ? Action::Blind : Action::Observe;
        case Layer::Limits:
            return Action::Limit;
        case Layer::Guard:
        case Layer::Access:
            break;
        }
        return oneIn(2) ? Action::Allow : Action::Deny;
    }

    std::vector<Rule> rules(Layer layer, std::size_t count, std::size_t common)
    {
        std::vector<Rule> rules(count);
        for (auto& rule : rules) {
            rule.layer = layer;
            rule.action = action(layer);
            rule.enabled = !oneIn(8);
            rule.mode = oneIn(6) ? Mode::Report : Mode::Enforce;
            rule.when = conditions(common, 8);
            rule.except = conditions(8, 12);
            if (oneIn(8))
                rule.starts = from(Times);
            if (oneIn(8))
                rule.expires = from(Times);
            if (layer == Layer::Inspection && oneIn(2))
                rule.profile = "p";
            if (layer == Layer::Limits)
                rule.limits = from(LimitSets);
        }
        return rules;
    }

    PolicyDocument document(std::size_t rows, std::size_t common)
    {
        PolicyDocument document;
        for (const auto layer : AllLayers)
            document.rows(layer) =
                rules(layer, below(layer == Layer::Access ? rows : rows / 3 + 1), common);
        document.defaults.access = action(Layer::Access);
        document.defaults.inspection = action(Layer::Inspection);
        document.defaults.limits = from(LimitSets);
        return document;
    }

    // The texts that the facts borrow live as long as this.
    Facts facts()
    {
        static const std::vector<std::string> none;
        Facts facts;
        facts.listener = from(Listeners);
        facts.client = parseAddress(from(Addresses)).value();
        facts.user = oneIn(3) ? std::string_view() : std::string_view(from(Users));
        groups_ = someOf(Groups, 2);
        facts.groups = groups_;
        facts.now = from(Times);
        facts.protocol = from(ProtocolFacts);
        facts.method = from(Methods);
        facts.host = from(HostFacts);
        facts.port = from(PortFacts);
        facts.path = from(PathFacts);
        facts.query = from(QueryFacts);
        facts.origin = from(HostFacts);
        if (facts.protocol == Protocol::WebSocket) {
            offered_ = someOf(Subprotocols, 2);
            facts.subprotocolsOffered = offered_;
            if (!offered_.empty() && oneIn(2))
                facts.subprotocol = offered_.front();
        }
        if (!oneIn(3))
            facts.destination = parseAddress(from(Addresses)).value();
        if (facts.protocol == Protocol::Connect && oneIn(2)) {
            facts.firstBytes = firstBytes();
            if (facts.firstBytes->content == Protocol::WebSocket && oneIn(3))
                facts.subprotocol = from(Subprotocols);
        }
        return facts;
    }

private:
    // Whatever the content, as nothing says what may stand beside what.
    FirstBytes firstBytes()
    {
        FirstBytes seen;
        seen.content = from(Contents);
        if (!oneIn(3))
            seen.sni = from(HostFacts);
        alpn_ = someOf(Alpns, 2);
        seen.alpn = alpn_;
        seen.path = from(PathFacts);
        seen.query = from(QueryFacts);
        seen.origin = from(HostFacts);
        offered_ = someOf(Subprotocols, 2);
        seen.subprotocolsOffered = offered_;
        for (const auto difference : AllNameDifferences)
            if (oneIn(3))
                seen.differences.add(difference);
        return seen;
    }

    std::mt19937_64 engine_;
    std::vector<std::string> groups_;
    std::vector<std::string> offered_;
    std::vector<std::string> alpn_;
};

std::string described(const Facts& facts, Stage stage, const PolicyDocument& document)
{
    std::ostringstream text;
    const auto list = [&](const char* name, std::span<const std::string> values) {
        text << ", " << name;
        for (const auto& value : values)
            text << ' ' << value;
    };
    text << "client " << addressText(facts.client) << ", listener " << facts.listener << ", user "
         << facts.user;
    list("groups", facts.groups);
    text << ", now " << facts.now.time_since_epoch().count() << ", host " << facts.host << ", port "
         << facts.port << ", method " << facts.method << ", protocol "
         << protocolName(facts.protocol) << ", path " << facts.path << ", query " << facts.query
         << ", origin " << facts.origin;
    list("offered", facts.subprotocolsOffered);
    text << ", chosen " << facts.subprotocol.value_or("unknown") << ", destination "
         << (facts.destination ? addressText(*facts.destination) : "unknown");
    if (facts.firstBytes) {
        const auto& seen = *facts.firstBytes;
        text << ", content " << protocolName(seen.content) << ", sni " << seen.sni;
        list("alpn", seen.alpn);
        text << ", inner path " << seen.path << ", query " << seen.query << ", origin "
             << seen.origin;
        list("offered", seen.subprotocolsOffered);
        for (const auto difference : AllNameDifferences)
            text << (seen.differences.has(difference) ? ", " : "")
                 << (seen.differences.has(difference) ? nameDifferenceName(difference) : "");
    }
    text << ", stage " << stageName(stage) << '\n' << document.toJson();
    return text.str();
}

struct Tally {
    std::size_t decisions = 0;
    std::size_t allowed = 0;
    std::size_t denied = 0;
    std::size_t byRule = 0;
    std::size_t would = 0;
    std::size_t limited = 0;
    std::size_t unsettled = 0;
    std::size_t bySecondBlock = 0; // access rows behind the first 256
};

bool isSame(const Verdict& one, const Verdict& other)
{
    const auto sameAnswer = [](const LayerAnswer& a, const LayerAnswer& b) {
        return a.answer == b.answer && a.rule == b.rule;
    };
    return one.answer == other.answer && one.stage == other.stage && one.layer == other.layer &&
           one.would.count == other.would.count &&
           std::ranges::equal(one.layers, other.layers, sameAnswer);
}

void expectSameTrace(const Policy& policy, const ReferenceMatcher& reference, const Facts& facts,
                     Stage stage)
{
    using Match = ReferenceMatcher::Match;
    for (const auto layer : AllLayers) {
        for (const auto& outcome : policy.trace(layer, facts, stage)) {
            if (!outcome.rule->enabled) {
                EXPECT_EQ(outcome.kind, RowOutcome::Kind::Disabled);
                continue;
            }
            const auto expected = reference.match(*outcome.rule, facts, stage);
            const auto kind = expected == Match::Yes  ? RowOutcome::Kind::Matched
                              : expected == Match::No ? RowOutcome::Kind::Failed
                                                      : RowOutcome::Kind::Unknown;
            ASSERT_EQ(outcome.kind, kind) << described(facts, stage, policy.document());
        }
    }
}

// Stops at the first difference: one is enough to look at.
void compareWithReference(Chance& chance, const PolicyDocument& document, std::size_t decisions,
                          Tally& tally)
{
    static const auto lists = compiledLists();
    const auto policy = Policy::compile(document, 1, lists);
    const ReferenceMatcher reference(policy->document(), Lists);
    for (std::size_t count = 0; count < decisions; ++count) {
        const auto facts = chance.facts();
        const auto stage = chance.from(Stages);
        const auto verdict = policy->decide(facts, stage);
        ASSERT_TRUE(isSame(verdict, reference.decide(facts, stage)))
            << described(facts, stage, document);
        if (chance.oneIn(10))
            ASSERT_NO_FATAL_FAILURE(expectSameTrace(*policy, reference, facts, stage));
        for (const auto& layer : verdict.layers)
            if (layer.answer != Answer::Undecided)
                EXPECT_EQ(policy->ruleAt(layer.row), layer.rule);
        ++tally.decisions;
        tally.allowed += verdict.answer == Answer::Allow ? 1 : 0;
        tally.denied += verdict.answer == Answer::Deny ? 1 : 0;
        tally.byRule += verdict.rule() != nullptr ? 1 : 0;
        tally.would += verdict.would.count > 0 ? 1 : 0;
        tally.limited += verdict.of(Layer::Limits).rule != nullptr ? 1 : 0;
        tally.unsettled += verdict.answer == Answer::Allow && !verdict.isSettled() ? 1 : 0;
        const auto* accessRule = verdict.of(Layer::Access).rule;
        tally.bySecondBlock +=
            accessRule != nullptr &&
                    accessRule - policy->document().rows(Layer::Access).data() >= 256
                ? 1
                : 0;
    }
}

TEST(PolicyReference, AgreesOnRandomPoliciesAndFacts)
{
    constexpr std::size_t Rounds = test::CarriesSanitizer ? 1'200 : 12'000;
    Chance chance(20'261'123);
    Tally tally;
    for (std::size_t round = 0; round < Rounds; ++round) {
        const auto document = chance.document(12, 3);
        compareWithReference(chance, document, 25, tally);
        if (HasFailure())
            return;
    }
    // The comparison is worth nothing if all answers are the same.
    EXPECT_EQ(tally.decisions, Rounds * 25);
    EXPECT_GT(tally.allowed, tally.decisions / 15);
    EXPECT_GT(tally.denied, tally.decisions / 15);
    EXPECT_GT(tally.decisions - tally.allowed - tally.denied, tally.decisions / 15);
    EXPECT_GT(tally.byRule, tally.decisions / 30);
    EXPECT_GT(tally.would, tally.decisions / 30);
    EXPECT_GT(tally.limited, tally.decisions / 60);
    EXPECT_GT(tally.unsettled, tally.decisions / 300);
}

TEST(PolicyReference, AgreesOnLongPolicies)
{
    constexpr std::size_t Rounds = test::CarriesSanitizer ? 4 : 20;
    Chance chance(7);
    Tally tally;
    for (std::size_t round = 0; round < Rounds; ++round) {
        const auto document = chance.document(1000, 1);
        compareWithReference(chance, document, 100, tally);
        if (HasFailure())
            return;
    }
    EXPECT_EQ(tally.decisions, Rounds * 100);
    EXPECT_GT(tally.bySecondBlock, tally.decisions / 70);
}

} // namespace
} // namespace sallyport::policy
