// The compiled policy against a matcher that is too simple to be wrong: a loop over the rows as
// they are written.

#include "policy/Policy.h"
#include "policy/SpecialPurpose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <sstream>

namespace sallyport::policy {
namespace {

enum class Match { No, Yes, Unknown };

std::string canonicalHost(std::string_view host)
{
    const auto literal = parseAddress(host);
    return literal ? addressText(*literal) : std::string(host);
}

bool matches(const Network& wanted, const AddressBytes& fact)
{
    return wanted.contains(fact);
}

bool matches(const PortRange& wanted, std::uint16_t fact)
{
    return wanted.first <= fact && fact <= wanted.last;
}

bool matches(const std::string& wanted, std::string_view method)
{
    return wanted == method;
}

bool matches(Protocol wanted, Protocol fact)
{
    return wanted == fact;
}

struct HostFact {
    std::string_view text;
};

bool matches(const std::string& wanted, const HostFact& host)
{
    if (!wanted.starts_with("*."))
        return wanted == canonicalHost(host.text);
    const auto ending = std::string_view(wanted).substr(1);
    return !parseAddress(host.text) && host.text.size() > ending.size() &&
           host.text.ends_with(ending);
}

template <class Value, class Fact>
Match matchOf(const std::vector<Value>& wanted, const std::vector<Value>& shutOut,
              const std::optional<Fact>& fact)
{
    if (wanted.empty() && shutOut.empty())
        return Match::Yes;
    if (!fact)
        return Match::Unknown;
    const auto isMatch = [&](const Value& value) { return matches(value, *fact); };
    const auto holds = (wanted.empty() || std::ranges::any_of(wanted, isMatch)) &&
                       std::ranges::none_of(shutOut, isMatch);
    return holds ? Match::Yes : Match::No;
}

Match matchOf(const Rule& rule, const Facts& facts, Stage stage)
{
    const auto isRequestKnown = stage != Stage::Accept;
    const auto known = [&](auto fact) {
        return isRequestKnown ? std::optional(fact) : std::nullopt;
    };
    const auto& when = rule.when;
    const auto all = {
        matchOf(when.client, rule.except.client, std::optional(facts.client)),
        matchOf(when.host, rule.except.host, known(HostFact{facts.host})),
        matchOf(when.port, rule.except.port, known(facts.port)),
        matchOf(when.protocol, rule.except.protocol, known(facts.protocol)),
        matchOf(when.method, rule.except.method, known(facts.method)),
        matchOf(when.address, rule.except.address, facts.destination),
    };
    if (std::ranges::find(all, Match::No) != all.end())
        return Match::No;
    return std::ranges::find(all, Match::Unknown) != all.end() ? Match::Unknown : Match::Yes;
}

using Possible = std::vector<Action>;

LayerAnswer answerOf(const std::vector<Rule>& rules, const Possible& defaults, const Facts& facts,
                     Stage stage)
{
    Possible possible;
    const Rule* sure = nullptr;
    for (const auto& rule : rules) {
        const auto match = rule.enabled ? matchOf(rule, facts, stage) : Match::No;
        if (match != Match::No)
            possible.push_back(rule.action);
        if (match == Match::Yes) {
            sure = &rule;
            break;
        }
    }
    if (sure == nullptr)
        possible.insert(possible.end(), defaults.begin(), defaults.end());
    const auto count = std::ranges::count(possible, Action::Allow);
    if (count == static_cast<std::ptrdiff_t>(possible.size()))
        return {Answer::Allow, 0, sure};
    return count == 0 ? LayerAnswer{Answer::Deny, 0, sure} : LayerAnswer{};
}

Verdict referenceVerdict(const PolicyDocument& document, const Facts& facts, Stage stage)
{
    Possible guardDefault{Action::Allow, Action::Deny};
    if (facts.destination)
        guardDefault = {findSpecialPurpose(*facts.destination) ? Action::Deny : Action::Allow};
    Verdict verdict;
    verdict.layers[static_cast<std::size_t>(Layer::Guard)] = answerOf(document.rows(Layer::Guard), guardDefault, facts, stage);
    verdict.layers[static_cast<std::size_t>(Layer::Access)] =
        answerOf(document.rows(Layer::Access), {document.defaults.access}, facts, stage);
    if (verdict.of(Layer::Guard).answer == Answer::Deny)
        verdict.layer = Layer::Guard;
    if (verdict.of(Layer::Guard).answer == Answer::Deny || verdict.of(Layer::Access).answer == Answer::Deny)
        verdict.answer = Answer::Deny;
    else if (verdict.of(Layer::Guard).answer == Answer::Allow && verdict.of(Layer::Access).answer == Answer::Allow)
        verdict.answer = Answer::Allow;
    return verdict;
}

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
                                      Protocol::Tls};
const std::vector<Stage> Stages{Stage::Accept, Stage::Request, Stage::Request,
                                Stage::ResolvedAddress, Stage::RunningSession};

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

    Conditions conditions(std::size_t oneInCases)
    {
        static const auto networks = [] {
            std::vector<Network> parsed;
            for (const auto& text : Networks)
                parsed.push_back(parseNetwork(text).value());
            return parsed;
        }();
        Conditions chosen;
        chosen.client = someOf(networks, oneInCases);
        chosen.host = someOf(HostPatterns, oneInCases);
        chosen.port = someOf(Ports, oneInCases);
        chosen.protocol = someOf(Protocols, oneInCases);
        chosen.method = someOf(Methods, oneInCases);
        chosen.address = someOf(networks, oneInCases);
        return chosen;
    }

    Action action() { return oneIn(2) ? Action::Allow : Action::Deny; }

    std::vector<Rule> rules(Layer layer, std::size_t count, std::size_t oneInCases)
    {
        std::vector<Rule> rules(count);
        for (auto& rule : rules) {
            rule.layer = layer;
            rule.action = action();
            rule.enabled = !oneIn(8);
            rule.when = conditions(oneInCases);
            rule.except = conditions(6);
        }
        return rules;
    }

    Facts facts()
    {
        Facts facts;
        facts.client = parseAddress(from(Addresses)).value();
        facts.protocol = from(Protocols);
        facts.method = from(Methods);
        facts.host = from(HostFacts);
        facts.port = from(PortFacts);
        if (!oneIn(3))
            facts.destination = parseAddress(from(Addresses)).value();
        return facts;
    }

private:
    std::mt19937_64 engine_;
};

std::string described(const Facts& facts, Stage stage, const PolicyDocument& document)
{
    std::ostringstream text;
    text << "client " << addressText(facts.client) << ", host " << facts.host << ", port "
         << facts.port << ", method " << facts.method << ", protocol "
         << protocolName(facts.protocol) << ", destination "
         << (facts.destination ? addressText(*facts.destination) : "unknown") << ", stage "
         << stageName(stage) << '\n'
         << document.toJson();
    return text.str();
}

struct Tally {
    std::size_t decisions = 0;
    std::size_t allowed = 0;
    std::size_t denied = 0;
    std::size_t byRule = 0;
    std::size_t bySecondWord = 0; // rows behind the first 64
};

// Stops at the first difference: one is enough to look at.
void compareWithReference(Chance& chance, const PolicyDocument& document, std::size_t decisions,
                          Tally& tally)
{
    const auto policy = Policy::compile(document, 1);
    for (std::size_t count = 0; count < decisions; ++count) {
        const auto facts = chance.facts();
        const auto stage = chance.from(Stages);
        const auto expected = referenceVerdict(policy->document(), facts, stage);
        const auto verdict = policy->decide(facts, stage);
        const auto isSame = verdict.answer == expected.answer && verdict.stage == stage &&
                            verdict.layer == expected.layer &&
                            verdict.of(Layer::Guard).answer == expected.of(Layer::Guard).answer &&
                            verdict.of(Layer::Guard).rule == expected.of(Layer::Guard).rule &&
                            verdict.of(Layer::Access).answer == expected.of(Layer::Access).answer &&
                            verdict.of(Layer::Access).rule == expected.of(Layer::Access).rule;
        ASSERT_TRUE(isSame) << described(facts, stage, document);
        ++tally.decisions;
        tally.allowed += verdict.answer == Answer::Allow ? 1 : 0;
        tally.denied += verdict.answer == Answer::Deny ? 1 : 0;
        tally.byRule += verdict.rule() != nullptr ? 1 : 0;
        const auto* accessRule = verdict.of(Layer::Access).rule;
        tally.bySecondWord +=
            accessRule != nullptr && accessRule - policy->document().rows(Layer::Access).data() >= 64 ? 1 : 0;
    }
}

TEST(PolicyReference, AgreesOnRandomPoliciesAndFacts)
{
    Chance chance(20'261'123);
    Tally tally;
    for (int round = 0; round < 10'000; ++round) {
        PolicyDocument document;
        document.rows(Layer::Guard) = chance.rules(Layer::Guard, chance.below(5), 2);
        document.rows(Layer::Access) = chance.rules(Layer::Access, chance.below(12), 2);
        document.defaults.access = chance.action();
        compareWithReference(chance, document, 25, tally);
        if (HasFatalFailure())
            return;
    }
    // The comparison is worth nothing if all answers are the same.
    EXPECT_EQ(tally.decisions, 250'000U);
    EXPECT_GT(tally.allowed, 20'000U);
    EXPECT_GT(tally.denied, 20'000U);
    EXPECT_GT(tally.decisions - tally.allowed - tally.denied, 20'000U);
    EXPECT_GT(tally.byRule, 20'000U);
}

TEST(PolicyReference, AgreesOnLongPolicies)
{
    Chance chance(7);
    Tally tally;
    for (int round = 0; round < 60; ++round) {
        PolicyDocument document;
        document.rows(Layer::Guard) = chance.rules(Layer::Guard, 60 + chance.below(70), 1);
        document.rows(Layer::Access) = chance.rules(Layer::Access, 120 + chance.below(140), 1);
        compareWithReference(chance, document, 400, tally);
        if (HasFatalFailure())
            return;
    }
    EXPECT_EQ(tally.decisions, 24'000U);
    EXPECT_GT(tally.bySecondWord, 200U);
}

// Prints nanoseconds per decision; run with --gtest_also_run_disabled_tests.
TEST(PolicySpeed, DISABLED_DecidesWithHundredRules)
{
    std::string rows;
    for (int row = 0; row < 100; ++row) {
        const auto number = std::to_string(row);
        rows += R"({"name": "r", "action": ")" + std::string(row % 3 == 0 ? "allow" : "deny") +
                R"(", "when": {"client": ["10.)" + number + R"(.0.0/16", "192.168.)" + number +
                R"(.0/24"], "host": ["*.service-)" + number + R"(.example.com", "www.site-)" +
                number + R"(.example"], "port": [80, 443, "8000-8)" + std::to_string(100 + row) +
                R"("], "protocol": ["connect", "websocket"]}},)";
    }
    const auto policy =
        Policy::compile(PolicyDocument::parse(
                            R"({"format": 1, "access": [)" + rows +
                            R"({"name": "web", "action": "allow", "when": {"port": [80, 443]}}]})"),
                        1);
    const std::vector<std::string> hosts{"www.example.com", "api.service-57.example.com",
                                         "cdn.assets.news.example.org", "www.site-99.example",
                                         "192.0.2.7"};
    Facts facts;
    facts.client = parseAddress("10.57.1.2").value();
    facts.protocol = Protocol::Connect;
    facts.method = "CONNECT";
    facts.host = hosts[0];
    facts.port = 443;
    facts.destination = parseAddress("93.184.216.34");
    constexpr std::size_t Decisions = 2'000'000;
    std::size_t allowed = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t count = 0; count < Decisions; ++count) {
        facts.host = hosts[count % hosts.size()];
        facts.client[13] = static_cast<std::uint8_t>(count % 128);
        allowed += policy->decide(facts, Stage::ResolvedAddress).answer == Answer::Allow ? 1 : 0;
    }
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
    std::cout << spent.count() / Decisions << " ns per decision, " << allowed << " of " << Decisions
              << " allowed\n";
    EXPECT_GT(allowed, 0U);
}

} // namespace
} // namespace sallyport::policy
