#include "db/AuditFileFilter.h"

#include "db/AuditNames.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sallyport::db {
namespace {

constexpr std::int64_t Endless = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t NoNumber = -1;
constexpr std::size_t RowsBetweenStops = 1024;
// Above this, a number's answer is not remembered but found again.
constexpr std::size_t MostAnswers = 8'000'000;

WantedNumbers numbersOf(OpenAuditFile& file, std::string_view kind,
                        const std::vector<std::string>& texts)
{
    WantedNumbers wanted;
    if (!texts.empty())
        wanted.asked = WantedNumbers::Asked::OneOf;
    for (const std::string& text : texts)
        if (const auto number =
                text.empty() ? std::optional<std::int64_t>(0) : file.numberOf(kind, text))
            wanted.numbers.push_back(*number);
    return wanted;
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equalsIgnoringCase(std::string_view one, std::string_view other)
{
    return std::ranges::equal(one, other, {}, lower, lower);
}

bool isSuffix(std::string_view host)
{
    return host.starts_with('.');
}

bool isHost(std::string_view wanted, std::string_view host)
{
    if (!isSuffix(wanted))
        return equalsIgnoringCase(wanted, host);
    if (host.size() < wanted.size())
        return equalsIgnoringCase(wanted.substr(1), host);
    return equalsIgnoringCase(wanted, host.substr(host.size() - wanted.size()));
}

bool containsIgnoringCase(std::string_view text, std::string_view part)
{
    return !std::ranges::search(text, part, {}, lower, lower).empty() || part.empty();
}

bool isOneOf(const std::vector<std::string>& wanted, std::string_view text)
{
    return wanted.empty() || std::ranges::find(wanted, text) != wanted.end();
}

bool isRule(const std::string& wanted, const SessionStanding& standing)
{
    if (standing.ruleId.empty())
        return wanted == standing.ruleName; // "default", or "" when no policy was asked
    return wanted == standing.ruleId || wanted == standing.ruleName;
}

} // namespace

bool hostMatches(const SessionFilter& filter, std::string_view host)
{
    const bool named =
        filter.hosts.empty() || std::ranges::any_of(filter.hosts, [&](const std::string& wanted) {
            return isHost(wanted, host);
        });
    return named && containsIgnoringCase(host, filter.hostText);
}

bool standingMatches(const SessionFilter& filter, const SessionStanding& standing)
{
    return (filter.state == SessionState::Any || filter.state == standing.state) &&
           isOneOf(filter.verdicts, standing.verdict) && isOneOf(filter.reasons, standing.reason) &&
           (filter.rules.empty() || std::ranges::any_of(filter.rules, [&](const auto& wanted) {
                return isRule(wanted, standing);
            }));
}

bool asksForStanding(const SessionFilter& filter)
{
    return !filter.verdicts.empty() || !filter.reasons.empty() || !filter.rules.empty() ||
           filter.state == SessionState::Open || filter.state == SessionState::Ended;
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
      users_(numbersOf(file, "user", filter.users)),
      protocols_(numbersOf(file, "word", filter.protocols))
{
    // In the file hosts are as the proxy compares them, in lower case.
    if (std::ranges::none_of(filter.hosts, isSuffix)) {
        std::vector<std::string> names = filter.hosts;
        for (std::string& name : names)
            std::ranges::transform(name, name.begin(), lower);
        exactHosts_ = numbersOf(file, "host", names);
    }
}

bool AuditFileFilter::isImpossible() const
{
    return users_.isImpossible() || protocols_.isImpossible() || exactHosts_.isImpossible() ||
           (filter_.state == SessionState::Refused && decision_ == NoNumber);
}

bool AuditFileFilter::beginMatches(OpenAuditFile& file, const Statement& row)
{
    enum Column : int { Seq, Time, Kind, ClientIp, User, Protocol, Host };
    if (const std::int64_t time = row.integer(Time); time < since_ || time >= until_)
        return false;
    if (filter_.state != SessionState::Any &&
        (filter_.state == SessionState::Refused) != (row.integer(Kind) == decision_))
        return false;
    if (!users_.holds(row.integer(User)) || !protocols_.holds(row.integer(Protocol)))
        return false;
    if (!filter_.clients.empty() &&
        std::ranges::none_of(filter_.clients, [&](const policy::Network& network) {
            return isIn(network, row.blob(ClientIp));
        }))
        return false;
    return !asksForHost() || hostMatches(file, row.integer(Host));
}

bool AuditFileFilter::asksForHost() const
{
    return !filter_.hosts.empty() || !filter_.hostText.empty();
}

bool AuditFileFilter::hostMatches(OpenAuditFile& file, std::int64_t number)
{
    const auto place = static_cast<std::size_t>(number);
    const bool remembers = place < MostAnswers;
    if (remembers && place < hostAnswers_.size() && hostAnswers_[place] != Answer::NotAsked)
        return hostAnswers_[place] == Answer::Yes;
    Statement& row = file.prepared("SELECT text FROM dict WHERE id = ?1");
    row.bind(1, number);
    const bool matches = db::hostMatches(filter_, row.step() ? row.text(0) : std::string_view());
    row.reset();
    if (remembers) {
        if (place >= hostAnswers_.size())
            hostAnswers_.resize(std::max(place + 1, hostAnswers_.size() * 2));
        hostAnswers_[place] = matches ? Answer::Yes : Answer::No;
    }
    return matches;
}

std::optional<std::vector<std::int64_t>>
AuditFileFilter::hosts(OpenAuditFile& file, std::size_t most, const AuditSearch::Stop& stop)
{
    if (exactHosts_.asked == WantedNumbers::Asked::OneOf && filter_.hostText.empty())
        return exactHosts_.numbers;
    std::vector<std::int64_t> numbers;
    Statement& row = file.prepared("SELECT id, text FROM dict WHERE kind = 'host'");
    for (std::size_t rows = 1; row.step(); ++rows) {
        if (db::hostMatches(filter_, row.text(1)))
            numbers.push_back(row.integer(0));
        if (numbers.size() > most || (rows % RowsBetweenStops == 0 && stop && stop())) {
            row.reset();
            return std::nullopt;
        }
    }
    row.reset();
    return numbers;
}

} // namespace sallyport::db
