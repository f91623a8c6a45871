#include "db/SessionBlockMaker.h"

#include "db/AuditEvent.h"

#include <algorithm>
#include <map>
#include <span>
#include <string_view>
#include <utility>

namespace sallyport::db {
namespace {

// 0: no record has such a name.
std::int64_t wordNumber(const Database& database, std::string_view word)
{
    Statement row = database.prepare("SELECT id FROM dict WHERE kind = 'word' AND text = ?1");
    row.bind(1, word);
    return row.step() ? row.integer(0) : 0;
}

std::uint64_t number(const Statement& row, int column)
{
    return static_cast<std::uint64_t>(row.integer(column));
}

std::uint64_t oneMore(const Statement& row, int column)
{
    return row.isNull(column) ? 0 : number(row, column) + 1;
}

class Clients {
public:
    explicit Clients(std::vector<Ipv6Bytes>& ipv6) : ipv6_(ipv6) {}

    std::uint64_t number(std::span<const std::uint8_t> address)
    {
        if (address.size() == 4)
            return std::uint64_t{address[0]} << 24 | std::uint64_t{address[1]} << 16 |
                   std::uint64_t{address[2]} << 8 | address[3];
        Ipv6Bytes bytes{};
        std::ranges::copy(address.first(std::min(address.size(), bytes.size())), bytes.begin());
        const auto [place, isNew] = places_.try_emplace(bytes, ipv6_.size());
        if (isNew)
            ipv6_.push_back(bytes);
        return SessionBlock::Ipv6 + place->second;
    }

private:
    std::vector<Ipv6Bytes>& ipv6_;
    std::map<Ipv6Bytes, std::size_t> places_;
};

template <class Value>
void takeIfNone(std::optional<Value>& value, const std::optional<Value>& other)
{
    if (!value)
        value = other;
}

std::uint64_t& at(SessionRowsOfBlock& rows, SessionColumn column, std::size_t place)
{
    return rows.columns[static_cast<std::size_t>(column)][place];
}

} // namespace

void SessionChange::addEarlier(const SessionChange& earlier)
{
    takeIfNone(verdict, earlier.verdict);
    takeIfNone(figures, earlier.figures);
    takeIfNone(endReason, earlier.endReason);
}

void SessionChange::addLater(SessionChange later)
{
    later.addEarlier(*this);
    *this = std::move(later);
}

void change(SessionRowsOfBlock& rows, std::size_t place, const SessionChange& change)
{
    using enum SessionColumn;
    constexpr auto Refused = static_cast<std::uint64_t>(SessionState::Refused);
    if (at(rows, State, place) == Refused)
        return;
    if (change.verdict) {
        at(rows, Verdict, place) = change.verdict->verdict;
        at(rows, Inspection, place) = change.verdict->inspection;
        at(rows, Rule, place) = change.verdict->rule;
        at(rows, PolicyVersion, place) = change.verdict->policyVersion;
    }
    if (change.figures) {
        at(rows, BytesUp, place) = change.figures->bytesUp;
        at(rows, BytesDown, place) = change.figures->bytesDown;
        at(rows, Duration, place) = change.figures->duration;
    }
    if (change.endReason) {
        at(rows, State, place) = static_cast<std::uint64_t>(SessionState::Ended);
        at(rows, Reason, place) = *change.endReason;
    }
}

void SessionBlockMaker::addLater(std::int64_t session, SessionChange change)
{
    if (session >= firstSeq_) // others are in the file that they began in
        earlier_[session].addLater(std::move(change));
}

void SessionBlockMaker::readEvents(const Database& database, SeqRange range)
{
    enum Column : int { Kind, Session, Verdict, Inspection, Rule, Version, Reason, Up, Down, Took };
    Statement row = database.prepare(
        "SELECT kind, session, verdict, inspection, rule, policy_version, close_reason, "
        "bytes_client_to_proxy, bytes_upstream_to_proxy, duration FROM session_event "
        "WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq DESC");
    row.bind(1, range.first);
    row.bind(2, range.last);
    // Alerts name a rule, but decide nothing.
    const std::int64_t alert = wordNumber(database, eventKindName(EventKind::Alert));
    const std::int64_t close = wordNumber(database, eventKindName(EventKind::Close));
    while (row.step()) {
        const std::int64_t session = row.integer(Session);
        // Others are in the file that they began in.
        if (row.integer(Kind) == alert || session < firstSeq_ || session > range.last)
            continue;
        SessionChange change;
        if (!row.isNull(Verdict))
            change.verdict = {number(row, Verdict), number(row, Inspection), number(row, Rule),
                              oneMore(row, Version)};
        change.figures = {number(row, Up) + 1, number(row, Down) + 1, oneMore(row, Took)};
        if (row.integer(Kind) == close)
            change.endReason = number(row, Reason);
        (session >= range.first ? here_[static_cast<std::size_t>(session - range.first)]
                                : earlier_[session])
            .addEarlier(change);
    }
}

SessionRowsOfBlock SessionBlockMaker::before(const Database& database, SeqRange range)
{
    here_.assign(static_cast<std::size_t>(range.last + 1 - range.first), {});
    for (auto& [session, change] : earlier_)
        if (session >= range.first)
            here_[static_cast<std::size_t>(session - range.first)] = change;
    std::erase_if(earlier_, [&](const auto& each) { return each.first >= range.first; });
    readEvents(database, range);

    enum Column : int {
        Seq,
        Kind,
        Time,
        Client,
        User,
        Protocol,
        Host,
        Port,
        Verdict,
        Inspection,
        Rule,
        Reason,
        Version
    };
    Statement row = database.prepare(
        "SELECT seq, kind, time, client_ip, user, protocol, host, port, verdict, inspection, "
        "rule, close_reason, policy_version FROM session WHERE seq >= ?1 AND seq <= ?2 "
        "ORDER BY seq");
    row.bind(1, range.first);
    row.bind(2, range.last);
    const std::int64_t decision = wordNumber(database, eventKindName(EventKind::Decision));
    const std::int64_t blockFirst = range.first - (range.first - firstSeq_) % RecordsInBlock;
    SessionRowsOfBlock rows;
    Clients clients(rows.ipv6);
    const auto add = [&rows](SessionColumn column, std::uint64_t value) {
        rows.columns[static_cast<std::size_t>(column)].push_back(value);
    };
    while (row.step()) {
        const bool refused = row.integer(Kind) == decision;
        add(SessionColumn::Seq, number(row, Seq) - static_cast<std::uint64_t>(blockFirst));
        add(SessionColumn::Time, number(row, Time));
        add(SessionColumn::State,
            static_cast<std::uint64_t>(refused ? SessionState::Refused : SessionState::Open));
        add(SessionColumn::Client, clients.number(row.blob(Client)));
        add(SessionColumn::User, number(row, User));
        add(SessionColumn::Protocol, number(row, Protocol));
        add(SessionColumn::Host, number(row, Host));
        add(SessionColumn::Port, number(row, Port));
        add(SessionColumn::Verdict, number(row, Verdict));
        add(SessionColumn::Inspection, number(row, Inspection));
        add(SessionColumn::Rule, number(row, Rule));
        add(SessionColumn::Reason, refused ? number(row, Reason) : 0);
        add(SessionColumn::PolicyVersion, oneMore(row, Version));
        add(SessionColumn::BytesUp, 0);
        add(SessionColumn::BytesDown, 0);
        add(SessionColumn::Duration, 0);
        change(rows, rows.columns.front().size() - 1,
               here_[static_cast<std::size_t>(row.integer(Seq) - range.first)]);
    }
    return rows;
}

} // namespace sallyport::db
