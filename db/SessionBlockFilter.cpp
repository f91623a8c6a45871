#include "db/SessionBlockFilter.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sallyport::db {
namespace {

constexpr std::uint64_t NoNumber = std::numeric_limits<std::uint64_t>::max();
// Beyond it is no number of a name: a table may be so large.
constexpr std::int64_t MostNumber = 1LL << 28;

std::uint64_t wordNumber(OpenAuditFile& file, std::string_view word)
{
    const auto number = file.numberOf("word", word);
    return number ? static_cast<std::uint64_t>(*number) : NoNumber;
}

// Unlike wantedNumbers(), "*" is no pattern in these.
WantedNumbers words(OpenAuditFile& file, const std::vector<std::string>& texts)
{
    WantedNumbers wanted;
    if (!texts.empty())
        wanted.asked = WantedNumbers::Asked::OneOf;
    for (const std::string& text : texts)
        if (text.empty())
            wanted.numbers.push_back(0);
        else if (const auto number = file.numberOf("word", text))
            wanted.numbers.push_back(*number);
    return wanted;
}

WantedNumbers failures(OpenAuditFile& file)
{
    WantedNumbers wanted;
    wanted.asked = WantedNumbers::Asked::OneOf;
    for (int value = 0; value <= static_cast<int>(CloseReason::Internal); ++value)
        if (const auto reason = static_cast<CloseReason>(value); isFailure(reason))
            if (const auto number = file.numberOf("word", closeReasonName(reason)))
                wanted.numbers.push_back(*number);
    return wanted;
}

// The figure itself and 1; 0: not known.
bool hold(const FigureBounds& bounds, std::uint64_t oneMore)
{
    return oneMore != 0 ? bounds.hold(oneMore - 1) : bounds.hold(std::nullopt);
}

bool names(const std::vector<SessionOutcome>& outcomes, SessionOutcome outcome)
{
    return std::ranges::find(outcomes, outcome) != outcomes.end();
}

bool holdsVersion(const std::vector<std::uint32_t>& versions, std::uint64_t oneMore)
{
    return oneMore != 0 && std::ranges::any_of(versions, [oneMore](std::uint32_t version) {
               return version + std::uint64_t{1} == oneMore;
           });
}

bool holdsPort(const std::vector<policy::PortRange>& ports, std::uint64_t port)
{
    return std::ranges::any_of(ports, [port](const policy::PortRange& range) {
        return port >= range.first && port <= range.last;
    });
}

} // namespace

NumberTable::NumberTable(const WantedNumbers& wanted)
    : asked_(wanted.asked == WantedNumbers::Asked::OneOf)
{
    for (const std::int64_t number : wanted.numbers) {
        if (number < 0 || number > MostNumber)
            continue;
        const auto place = static_cast<std::size_t>(number);
        if (place >= table_.size())
            table_.resize(place + 1);
        table_[place] = 1;
    }
}

OutcomeNumbers::OutcomeNumbers(OpenAuditFile& file)
    : deny_(wordNumber(file, "deny")), allow_(wordNumber(file, "allow")),
      observe_(wordNumber(file, policy::actionName(policy::Action::Observe))),
      failures_(failures(file))
{}

SessionBlockFilter::Networks::Networks(const std::vector<policy::Network>& networks) : all(networks)
{
    constexpr std::size_t Ipv4Begins = 96; // bits
    for (const policy::Network& network : networks) {
        std::array<std::uint8_t, 4> first{};
        std::array<std::uint8_t, 4> last{0xff, 0xff, 0xff, 0xff};
        if (network.prefixBits > Ipv4Begins)
            for (std::size_t bit = 0; bit < 32; ++bit) {
                const auto mask = static_cast<std::uint8_t>(0x80 >> bit % 8);
                const bool isSet = (network.base[12 + bit / 8] & mask) != 0;
                if (Ipv4Begins + bit >= network.prefixBits)
                    break;
                if (isSet)
                    first[bit / 8] |= mask;
                else
                    last[bit / 8] &= static_cast<std::uint8_t>(~mask);
            }
        if (!isIn(network, first))
            continue; // of IPv6 only
        const auto number = [](const std::array<std::uint8_t, 4>& bytes) {
            return std::uint64_t{bytes[0]} << 24 | std::uint64_t{bytes[1]} << 16 |
                   std::uint64_t{bytes[2]} << 8 | bytes[3];
        };
        ipv4.emplace_back(number(first), number(last));
    }
}

bool SessionBlockFilter::Networks::holdIpv4(std::uint64_t client) const
{
    return std::ranges::any_of(ipv4, [client](const auto& range) {
        return client >= range.first && client <= range.second;
    });
}

SessionBlockFilter::Rules::Rules(OpenAuditFile& file, const std::vector<std::string>& rules)
    : asked(!rules.empty()), numbers(ruleNumbers(file, rules)),
      defaultRow(std::ranges::find(rules, DefaultRuleName) != rules.end()),
      none(std::ranges::find(rules, "") != rules.end())
{}

SessionBlockFilter::SessionBlockFilter(OpenAuditFile& file, AuditFileFilter& inFile,
                                       const SessionFilter& filter, OpenSessions open)
    : file_(file), inFile_(inFile), filter_(filter), open_(open),
      asksForStanding_(db::asksForStanding(filter)),
      users_(wantedNumbers(file, "user", filter.users)),
      usersWithout_(wantedNumbers(file, "user", filter.without.users)),
      protocols_(wantedNumbers(file, "word", filter.protocols)),
      protocolsWithout_(wantedNumbers(file, "word", filter.without.protocols)),
      verdicts_(words(file, filter.verdicts)),
      verdictsWithout_(words(file, filter.without.verdicts)), reasons_(words(file, filter.reasons)),
      reasonsWithout_(words(file, filter.without.reasons)), clients_(filter.clients),
      clientsWithout_(filter.without.clients), rules_(file, filter.rules),
      rulesWithout_(file, filter.without.rules), outcomes_(file)
{}

template <class Fits>
void SessionBlockFilter::keep(std::vector<std::uint8_t>& matches,
                              std::span<const std::uint64_t> column, Fits fits)
{
    for (std::size_t i = 0; i < column.size(); ++i)
        matches[i] = static_cast<std::uint8_t>(matches[i] & (fits(column[i]) ? 1 : 0));
}

std::span<const std::uint8_t> SessionBlockFilter::matches(SessionBlock& block, SeqRange range)
{
    matches_.assign(block.size(), Yes);
    keepBeginnings(block, range);
    const bool followsSome = open_ == OpenSessions::GoOn;
    if (!followsSome && !asksForStanding_)
        return matches_;
    if (std::ranges::find(matches_, Yes) == matches_.end())
        return matches_;
    standings_.assign(block.size(), Yes);
    if (asksForStanding_)
        keepStandings(block);
    if (followsSome) {
        constexpr auto Open = static_cast<std::uint64_t>(SessionState::Open);
        const auto states = block[SessionColumn::State];
        for (std::size_t i = 0; i < states.size(); ++i)
            if (states[i] == Open)
                standings_[i] = Follow;
    }
    for (std::size_t i = 0; i < matches_.size(); ++i)
        matches_[i] = matches_[i] == No ? std::uint8_t{No} : standings_[i];
    return matches_;
}

void SessionBlockFilter::keepBeginnings(SessionBlock& block, SeqRange range)
{
    using enum SessionColumn;
    const SessionValues& without = filter_.without;
    if (block.size() != 0 &&
        (block.seq(0) < range.first || block.seq(block.size() - 1) > range.last))
        for (std::size_t i = 0; i < block.size(); ++i)
            if (block.seq(i) < range.first || block.seq(i) > range.last)
                matches_[i] = No;
    if (filter_.period.since || filter_.period.until)
        keep(matches_, block[Time], [&](std::uint64_t stored) {
            const AuditTime time{std::chrono::microseconds(static_cast<std::int64_t>(stored))};
            return (!filter_.period.since || time >= *filter_.period.since) &&
                   (!filter_.period.until || time < *filter_.period.until);
        });
    if (filter_.state != SessionState::Any)
        keep(matches_, block[State], [&](std::uint64_t state) {
            return (filter_.state == SessionState::Refused) ==
                   (state == static_cast<std::uint64_t>(SessionState::Refused));
        });
    if (users_.isAsked() || usersWithout_.isAsked())
        keep(matches_, block[User],
             [&](std::uint64_t user) { return users_.holds(user) && !usersWithout_.names(user); });
    if (protocols_.isAsked() || protocolsWithout_.isAsked())
        keep(matches_, block[Protocol], [&](std::uint64_t protocol) {
            return protocols_.holds(protocol) && !protocolsWithout_.names(protocol);
        });
    if (!filter_.ports.empty() || !without.ports.empty())
        keep(matches_, block[Port], [&](std::uint64_t port) {
            return (filter_.ports.empty() || holdsPort(filter_.ports, port)) &&
                   !holdsPort(without.ports, port);
        });
    if (!filter_.clients.empty() || !without.clients.empty())
        keepClients(block);
    if (inFile_.asksForHost()) {
        const auto hosts = block[Host];
        for (std::size_t i = 0; i < hosts.size(); ++i)
            if (matches_[i] != No &&
                !inFile_.hostMatches(file_, static_cast<std::int64_t>(hosts[i])))
                matches_[i] = No;
    }
}

void SessionBlockFilter::keepClients(SessionBlock& block)
{
    const auto isOneOf = [](const std::vector<policy::Network>& networks,
                            const Ipv6Bytes& address) {
        return std::ranges::any_of(
            networks, [&](const policy::Network& network) { return isIn(network, address); });
    };
    std::vector<std::uint8_t> ipv6;
    for (const Ipv6Bytes& address : block.ipv6())
        ipv6.push_back((clients_.all.empty() || isOneOf(clients_.all, address)) &&
                       !isOneOf(clientsWithout_.all, address));
    keep(matches_, block[SessionColumn::Client], [&](std::uint64_t client) {
        if (client >= SessionBlock::Ipv6) {
            const std::uint64_t place = client - SessionBlock::Ipv6;
            return place < ipv6.size() && ipv6[place] != 0;
        }
        return (clients_.all.empty() || clients_.holdIpv4(client)) &&
               !clientsWithout_.holdIpv4(client);
    });
}

void SessionBlockFilter::keepStandings(SessionBlock& block)
{
    using enum SessionColumn;
    const SessionValues& without = filter_.without;
    if (filter_.state == SessionState::Open || filter_.state == SessionState::Ended)
        keep(standings_, block[State], [&](std::uint64_t state) {
            return state == static_cast<std::uint64_t>(filter_.state);
        });
    if (verdicts_.isAsked() || verdictsWithout_.isAsked())
        keep(standings_, block[Verdict], [&](std::uint64_t verdict) {
            return verdicts_.holds(verdict) && !verdictsWithout_.names(verdict);
        });
    if (reasons_.isAsked() || reasonsWithout_.isAsked())
        keep(standings_, block[Reason], [&](std::uint64_t reason) {
            return reasons_.holds(reason) && !reasonsWithout_.names(reason);
        });
    if (!filter_.policyVersions.empty() || !without.policyVersions.empty())
        keep(standings_, block[PolicyVersion], [&](std::uint64_t version) {
            return (filter_.policyVersions.empty() ||
                    holdsVersion(filter_.policyVersions, version)) &&
                   !holdsVersion(without.policyVersions, version);
        });
    const auto verdicts = block[Verdict];
    if (rules_.asked || rulesWithout_.asked) {
        const auto rules = block[Rule];
        for (std::size_t i = 0; i < rules.size(); ++i)
            if ((rules_.asked && !rules_.name(rules[i], verdicts[i])) ||
                rulesWithout_.name(rules[i], verdicts[i]))
                standings_[i] = No;
    }
    if (!filter_.outcomes.empty() || !without.outcomes.empty()) {
        const auto inspections = block[Inspection];
        const auto reasons = block[Reason];
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            const auto outcome = outcomes_.of(verdicts[i], inspections[i], reasons[i]);
            if ((!filter_.outcomes.empty() && !names(filter_.outcomes, outcome)) ||
                names(without.outcomes, outcome))
                standings_[i] = No;
        }
    }
    keepFigures(block);
}

void SessionBlockFilter::keepFigures(SessionBlock& block)
{
    using enum SessionColumn;
    const auto within = [&](SessionColumn column, const FigureBounds& bounds) {
        if (bounds.isAsked())
            keep(standings_, block[column],
                 [&](std::uint64_t figure) { return hold(bounds, figure); });
    };
    within(BytesUp, filter_.bytesUp);
    within(BytesDown, filter_.bytesDown);
    within(Duration, filter_.durationMicroseconds);
    if (!filter_.bytes.isAsked())
        return;
    const auto up = block[BytesUp];
    const auto down = block[BytesDown];
    for (std::size_t i = 0; i < up.size(); ++i)
        if (!hold(filter_.bytes, up[i] != 0 && down[i] != 0 ? up[i] + down[i] - 1 : 0))
            standings_[i] = No;
}

} // namespace sallyport::db
