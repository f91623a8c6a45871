#include "db/AuditFileFilter.h"

#include "db/AuditNames.h"
#include "policy/Ascii.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sallyport::db {
namespace {

constexpr std::int64_t Endless = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t NoNumber = -1;
// Beyond it is no number of a name: a table may be so large.
constexpr std::int64_t MostNumber = 1LL << 28;

bool equalsIgnoringCase(std::string_view one, std::string_view other)
{
    return std::ranges::equal(one, other, {}, policy::toLower, policy::toLower);
}

bool isSuffix(std::string_view host)
{
    return host.starts_with('.');
}

bool isHost(std::string_view wanted, std::string_view host)
{
    if (isPattern(wanted))
        return matchesPattern(wanted, host);
    if (!isSuffix(wanted))
        return equalsIgnoringCase(wanted, host);
    if (host.size() < wanted.size())
        return equalsIgnoringCase(wanted.substr(1), host);
    return equalsIgnoringCase(wanted, host.substr(host.size() - wanted.size()));
}

// Hosts are in lower case but where a file is damaged, and what is looked for nearly always is.
bool containsIgnoringCase(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos ||
           !std::ranges::search(text, part, {}, policy::toLower, policy::toLower).empty();
}

bool isOneOf(const std::vector<std::string>& wanted, std::string_view text)
{
    return wanted.empty() || std::ranges::find(wanted, text) != wanted.end();
}

bool isOneOfRules(const std::vector<std::string>& rules, const SessionStanding& standing)
{
    return std::ranges::any_of(rules, [&](const std::string& wanted) {
        return isRule(wanted, standing.ruleId, standing.ruleName);
    });
}

template <class Value>
bool holds(const std::vector<Value>& values, const Value& value)
{
    return std::ranges::find(values, value) != values.end();
}

bool holdsVersion(const std::vector<std::uint32_t>& versions,
                  const std::optional<std::uint32_t>& version)
{
    return version && holds(versions, *version);
}

std::optional<std::uint64_t> sumOf(const std::optional<std::uint64_t>& one,
                                   const std::optional<std::uint64_t>& other)
{
    return one && other ? std::optional(*one + *other) : std::nullopt;
}

bool isLeftOut(const SessionValues& without, const SessionStanding& standing)
{
    const auto names = [](const std::vector<std::string>& texts, std::string_view text) {
        return std::ranges::find(texts, text) != texts.end();
    };
    return names(without.verdicts, standing.verdict) || names(without.reasons, standing.reason) ||
           holds(without.outcomes, standing.outcome) ||
           holdsVersion(without.policyVersions, standing.policyVersion) ||
           isOneOfRules(without.rules, standing);
}

bool asksForStanding(const SessionValues& values)
{
    return !values.verdicts.empty() || !values.outcomes.empty() || !values.reasons.empty() ||
           !values.rules.empty() || !values.policyVersions.empty();
}

bool isOneOf(const std::vector<policy::Network>& networks, std::span<const std::uint8_t> address)
{
    return std::ranges::any_of(
        networks, [&](const policy::Network& network) { return isIn(network, address); });
}

bool isOneOf(const std::vector<policy::PortRange>& ports, std::int64_t port)
{
    return std::ranges::any_of(ports, [&](const policy::PortRange& range) {
        return port >= range.first && port <= range.last;
    });
}

bool isOneOfHosts(const std::vector<std::string>& hosts, std::string_view host)
{
    return std::ranges::any_of(hosts,
                               [&](const std::string& wanted) { return isHost(wanted, host); });
}

} // namespace

WantedNumbers wantedNumbers(OpenAuditFile& file, std::string_view kind,
                            const std::vector<std::string>& texts)
{
    WantedNumbers wanted;
    if (!texts.empty())
        wanted.asked = WantedNumbers::Asked::OneOf;
    for (const std::string& text : texts)
        if (isPattern(text))
            continue;
        else if (text.empty())
            wanted.numbers.push_back(0);
        else if (const auto number = file.numberOf(kind, text))
            wanted.numbers.push_back(*number);
    if (std::ranges::none_of(texts, isPattern))
        return wanted;
    Statement& row = file.prepared("SELECT id, text FROM dict WHERE kind = ?1");
    row.bind(1, kind);
    while (row.step())
        if (std::ranges::any_of(texts, [&](const std::string& text) {
                return isPattern(text) && matchesPattern(text, row.text(1));
            }))
            wanted.numbers.push_back(row.integer(0));
    row.reset();
    return wanted;
}

WantedNumbers ruleNumbers(OpenAuditFile& file, const std::vector<std::string>& rules)
{
    WantedNumbers wanted;
    if (rules.empty())
        return wanted;
    wanted.asked = WantedNumbers::Asked::OneOf;
    Statement& row = file.prepared("SELECT id, rule_id, name FROM rule");
    while (row.step())
        if (std::ranges::any_of(rules, [&](const std::string& rule) {
                return isRule(rule, row.text(1), row.text(2));
            }))
            wanted.numbers.push_back(row.integer(0));
    row.reset();
    return wanted;
}

bool isRule(std::string_view wanted, std::string_view id, std::string_view name)
{
    if (id.empty())
        return wanted == name; // "default", or "" when no policy was asked
    return wanted == id || wanted == name || (isPattern(wanted) && matchesPattern(wanted, name));
}

bool hostMatches(const SessionFilter& filter, std::string_view host)
{
    return (filter.hosts.empty() || isOneOfHosts(filter.hosts, host)) &&
           containsIgnoringCase(host, filter.hostText) && !isOneOfHosts(filter.without.hosts, host);
}

bool standingMatches(const SessionFilter& filter, const SessionStanding& standing)
{
    return (filter.state == SessionState::Any || filter.state == standing.state) &&
           isOneOf(filter.verdicts, standing.verdict) && isOneOf(filter.reasons, standing.reason) &&
           (filter.outcomes.empty() || holds(filter.outcomes, standing.outcome)) &&
           (filter.policyVersions.empty() ||
            holdsVersion(filter.policyVersions, standing.policyVersion)) &&
           (filter.rules.empty() || isOneOfRules(filter.rules, standing)) &&
           filter.bytesUp.hold(standing.bytesUp) && filter.bytesDown.hold(standing.bytesDown) &&
           filter.bytes.hold(sumOf(standing.bytesUp, standing.bytesDown)) &&
           filter.durationMicroseconds.hold(standing.durationMicroseconds) &&
           !isLeftOut(filter.without, standing);
}

bool asksForStanding(const SessionFilter& filter)
{
    return asksForStanding(static_cast<const SessionValues&>(filter)) ||
           asksForStanding(filter.without) || filter.bytesUp.isAsked() ||
           filter.bytesDown.isAsked() || filter.bytes.isAsked() ||
           filter.durationMicroseconds.isAsked() || filter.state == SessionState::Open ||
           filter.state == SessionState::Ended;
}

bool isIn(const policy::Network& network, std::span<const std::uint8_t> address)
{
    policy::AddressBytes bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (address.size() != 4 && address.size() != bytes.size())
        return false;
    std::ranges::copy(address, bytes.end() - static_cast<std::ptrdiff_t>(address.size()));
    return network.contains(bytes);
}

AuditFileFilter::AuditFileFilter(OpenAuditFile& file, const SessionFilter& filter)
    : filter_(filter),
      since_(filter.period.since ? filter.period.since->time_since_epoch().count() : -Endless),
      until_(filter.period.until ? filter.period.until->time_since_epoch().count() : Endless),
      decision_(file.numberOf("word", eventKindName(EventKind::Decision)).value_or(NoNumber)),
      users_(wantedNumbers(file, "user", filter.users)),
      protocols_(wantedNumbers(file, "word", filter.protocols)),
      usersWithout_(wantedNumbers(file, "user", filter.without.users)),
      protocolsWithout_(wantedNumbers(file, "word", filter.without.protocols))
{
    // In the file hosts are as the proxy compares them, in lower case.
    if (std::ranges::none_of(filter.hosts, [](const std::string& host) {
            return isSuffix(host) || isPattern(host);
        })) {
        std::vector<std::string> names = filter.hosts;
        for (std::string& name : names)
            name = policy::inLowerCase(name);
        exactHosts_ = wantedNumbers(file, "host", names);
    }
}

bool AuditFileFilter::isImpossible() const
{
    return users_.isImpossible() || protocols_.isImpossible() || exactHosts_.isImpossible() ||
           (filter_.state == SessionState::Refused && decision_ == NoNumber);
}

bool AuditFileFilter::beginMatches(OpenAuditFile& file, const Statement& row)
{
    if (const std::int64_t time = row.integer(Time); time < since_ || time >= until_)
        return false;
    if (filter_.state != SessionState::Any &&
        (filter_.state == SessionState::Refused) != (row.integer(Kind) == decision_))
        return false;
    if (!users_.holds(row.integer(User)) || !protocols_.holds(row.integer(Protocol)))
        return false;
    const SessionValues& without = filter_.without;
    if (usersWithout_.names(row.integer(User)) || protocolsWithout_.names(row.integer(Protocol)))
        return false;
    if (!filter_.clients.empty() && !isOneOf(filter_.clients, row.blob(ClientIp)))
        return false;
    if (!without.clients.empty() && isOneOf(without.clients, row.blob(ClientIp)))
        return false;
    if (!filter_.ports.empty() && !isOneOf(filter_.ports, row.integer(Port)))
        return false;
    if (!without.ports.empty() && isOneOf(without.ports, row.integer(Port)))
        return false;
    return !asksForHost() || hostMatches(file, row.integer(Host));
}

bool AuditFileFilter::asksForHost() const
{
    return !filter_.hosts.empty() || !filter_.hostText.empty() || !filter_.without.hosts.empty();
}

bool AuditFileFilter::asksForMoreThanTime() const
{
    const auto asks = [](const SessionValues& values) {
        return !values.clients.empty() || !values.users.empty() || !values.protocols.empty() ||
               !values.ports.empty();
    };
    return asksForHost() || asks(filter_) || asks(filter_.without) ||
           filter_.state != SessionState::Any || asksForStanding(filter_);
}

void AuditFileFilter::askHosts(OpenAuditFile& file)
{
    hostsAsked_ = true;
    const auto add = [this](std::int64_t number) {
        if (number < 0 || number > MostNumber)
            return; // none that the file gave
        hosts_.push_back(number);
        const auto place = static_cast<std::size_t>(number);
        if (place >= hostAnswers_.size())
            hostAnswers_.resize(std::max(place + 1, hostAnswers_.size() * 2));
        hostAnswers_[place] = 1;
    };
    const bool exact = exactHosts_.asked == WantedNumbers::Asked::OneOf &&
                       filter_.hostText.empty() && filter_.without.hosts.empty();
    if (exact)
        for (const std::int64_t number : exactHosts_.numbers)
            add(number);
    else
        file.hosts()->forEach([&](std::int64_t number, std::string_view host) {
            if (db::hostMatches(filter_, host))
                add(number);
        });
    if (!exact && db::hostMatches(filter_, ""))
        add(0);
}

bool AuditFileFilter::hostMatches(OpenAuditFile& file, std::int64_t number)
{
    if (!hostsAsked_)
        askHosts(file);
    const auto place = static_cast<std::size_t>(number);
    return place < hostAnswers_.size() && hostAnswers_[place] != 0;
}

std::optional<std::vector<std::int64_t>> AuditFileFilter::hosts(OpenAuditFile& file,
                                                                std::size_t most)
{
    if (!hostsAsked_)
        askHosts(file);
    return hosts_.size() <= most ? std::optional(hosts_) : std::nullopt;
}

} // namespace sallyport::db
