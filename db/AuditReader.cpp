#include "db/AuditReader.h"

#include "db/AuditContentsReader.h"
#include "db/AuditNames.h"
#include "db/Migrations.h"
#include "policy/Network.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

namespace sallyport::db {
namespace {

// Both parts of a query come in the order of their primary keys, so SQLite merges them and sorts
// nothing. A verdict that changed since the open event stands in the later one; so does the row
// that an alert names, without a verdict.
constexpr std::string_view Beginnings = R"sql(
SELECT s.seq, s.kind, s.time, s.status, NULL, NULL, NULL, NULL, NULL,
       s.close_by, s.close_reason, s.close_timer, s.error,
       s.session_id, s.node, s.listener, s.client_ip, s.client_port, s.user, s.method, s.protocol, s.form, s.host,
       s.port, s.path, s.destination_ip, s.verdict, s.stage, s.rule_layer, s.rule, s.policy_version,
       s.rule_would, s.inspection, s.inspection_profile
FROM session s WHERE )sql";
constexpr std::string_view Later = R"sql(
UNION ALL
SELECT e.seq, e.kind, e.time, e.status, e.bytes_client_to_proxy, e.bytes_proxy_to_upstream,
       e.bytes_upstream_to_proxy, e.bytes_proxy_to_client, e.duration,
       e.close_by, e.close_reason, e.close_timer, e.error,
       s.session_id, s.node, s.listener, s.client_ip, s.client_port, s.user, s.method, s.protocol, s.form, s.host,
       s.port, s.path, s.destination_ip, coalesce(e.verdict, s.verdict),
       iif(e.verdict IS NULL, s.stage, e.stage), iif(e.rule_layer IS NULL, s.rule_layer, e.rule_layer),
       iif(e.rule_layer IS NULL, s.rule, e.rule), iif(e.rule_layer IS NULL, s.policy_version, e.policy_version),
       iif(e.verdict IS NULL, s.rule_would, e.rule_would),
       iif(e.verdict IS NULL, coalesce(e.inspection, s.inspection), e.inspection),
       iif(e.verdict IS NULL, coalesce(e.inspection_profile, s.inspection_profile), e.inspection_profile)
FROM session_event e JOIN session s ON s.seq = e.session WHERE )sql";
constexpr std::string_view InTheirOrder = "\nORDER BY 1";

std::string query(std::string_view beginningsWhere, std::string_view laterWhere)
{
    return std::string(Beginnings)
        .append(beginningsWhere)
        .append(Later)
        .append(laterWhere)
        .append(InTheirOrder);
}

enum Column : int {
    Seq,
    Kind,
    Time,
    Status,
    ClientToProxy,
    ProxyToUpstream,
    UpstreamToProxy,
    ProxyToClient,
    Duration,
    CloseByWord,
    CloseReasonWord,
    CloseTimer,
    ErrorType,
    SessionIdBytes,
    Node,
    Listener,
    ClientIp,
    ClientPort,
    User,
    Method,
    Protocol,
    FormWord,
    Host,
    Port,
    Path,
    DestinationIp,
    Verdict,
    Stage,
    RuleLayer,
    Rule,
    PolicyVersion,
    RuleWould,
    Inspection,
    InspectionProfile,
};

// Four bytes are an IPv4 address; none, an address that is not known.
std::string addressTextOf(std::span<const std::uint8_t> bytes)
{
    policy::AddressBytes address{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (bytes.size() != 4 && bytes.size() != address.size())
        return {};
    std::ranges::copy(bytes, address.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    return policy::addressText(address);
}

std::string timeText(std::int64_t microseconds)
{
    using namespace std::chrono;
    const sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 64> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

SessionId sessionIdOf(std::span<const std::uint8_t> bytes)
{
    SessionId id{};
    std::ranges::copy(bytes.first(std::min(id.size(), bytes.size())), id.begin());
    return id;
}

// Sessions are in the order of their time, but for what workers and the clock do to it.
constexpr std::chrono::minutes EarlierThanItsId{1}; // the clock was set back
constexpr std::chrono::minutes LaterThanItsId{2};   // dialling takes time

// A UUIDv7 begins with the milliseconds since 1970.
std::chrono::microseconds timeOf(const SessionId& id)
{
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 6; ++i)
        milliseconds = milliseconds << 8 | id[i];
    return std::chrono::milliseconds(milliseconds);
}

// An alert has figures only if it was told any.
bool hasCounts(const Statement& row, std::string_view event)
{
    if (row.isNull(ClientToProxy))
        return false;
    return event != eventKindName(EventKind::Alert) || row.integer(ClientToProxy) != 0 ||
           row.integer(ProxyToUpstream) != 0 || row.integer(UpstreamToProxy) != 0 ||
           row.integer(ProxyToClient) != 0;
}

// Makes records of rows, one at a time: owns what their views point to, beside the row itself.
class RecordSource {
public:
    RecordSource(const Database& database, AuditNames& names)
        : names_(names), contents_(database, names)
    {}

    AuditRecord recordOf(const Statement& row);

private:
    AuditNames& names_;
    AuditContentsReader contents_;
    std::string sessionId_;
    std::string time_;
    std::string clientIp_;
    std::string destinationIp_;
};

AuditRecord RecordSource::recordOf(const Statement& row)
{
    names_.keepBounded();
    sessionId_ = toText(sessionIdOf(row.blob(SessionIdBytes)));
    time_ = timeText(row.integer(Time));
    clientIp_ = addressTextOf(row.blob(ClientIp));
    destinationIp_ = addressTextOf(row.blob(DestinationIp));

    AuditRecord record;
    record.seq = static_cast<std::uint64_t>(row.integer(Seq));
    record.event = names_.text(row.integer(Kind));
    record.sessionId = sessionId_;
    record.time = time_;
    record.node = names_.text(row.integer(Node));
    record.listener = names_.text(row.integer(Listener));
    record.clientIp = clientIp_;
    record.clientPort = static_cast<std::uint16_t>(row.integer(ClientPort));
    record.user = names_.text(row.integer(User));
    record.method = names_.text(row.integer(Method));
    record.protocol = names_.text(row.integer(Protocol));
    record.form = names_.text(row.integer(FormWord));
    record.host = names_.text(row.integer(Host));
    record.port = static_cast<std::uint16_t>(row.integer(Port));
    record.path = row.text(Path);
    record.destinationIp = destinationIp_;
    record.verdict = names_.text(row.integer(Verdict));
    record.stage = names_.text(row.integer(Stage));
    record.ruleLayer = names_.text(row.integer(RuleLayer));
    if (!row.isNull(Rule)) {
        const AuditNames::RuleName& rule = names_.rule(row.integer(Rule));
        record.ruleId = rule.id;
        record.ruleName = rule.name;
    } else if (!record.verdict.empty()) {
        record.ruleName = "default";
    }
    if (!row.isNull(PolicyVersion))
        record.policyVersion = static_cast<std::uint32_t>(row.integer(PolicyVersion));
    record.ruleWould = names_.text(row.integer(RuleWould));
    record.inspection = names_.text(row.integer(Inspection));
    record.inspectionProfile = names_.text(row.integer(InspectionProfile));
    record.status = static_cast<std::uint16_t>(row.integer(Status));
    if (hasCounts(row, record.event)) {
        RecordCounts& counts = record.counts.emplace();
        counts.clientToProxy = static_cast<std::uint64_t>(row.integer(ClientToProxy));
        counts.proxyToUpstream = static_cast<std::uint64_t>(row.integer(ProxyToUpstream));
        counts.upstreamToProxy = static_cast<std::uint64_t>(row.integer(UpstreamToProxy));
        counts.proxyToClient = static_cast<std::uint64_t>(row.integer(ProxyToClient));
        if (!row.isNull(Duration))
            counts.durationMicroseconds = static_cast<std::uint64_t>(row.integer(Duration));
    }
    if (record.event == eventKindName(EventKind::Close) ||
        record.event == eventKindName(EventKind::Decision))
        record.end = RecordEnd{names_.text(row.integer(CloseByWord)),
                               names_.text(row.integer(CloseReasonWord)), row.text(CloseTimer),
                               row.text(ErrorType)};
    if (record.event == eventKindName(EventKind::Alert))
        record.found = contents_.foundOf(row.integer(Seq));
    else if (record.counts)
        record.contents = contents_.contentsOf(row.integer(Seq));
    return record;
}

} // namespace

AuditReader::AuditReader(const std::filesystem::path& file)
    : database_(Database::openReadOnly(file))
{
    requireSchema(database_, auditSchema());
}

std::string AuditReader::eventsQuery()
{
    return query("s.time >= ?1 AND s.time < ?2", "e.time >= ?1 AND e.time < ?2");
}

std::string AuditReader::eventsOfSessionQuery()
{
    return query("s.seq = ?1", "e.session = ?1 AND e.seq > ?1");
}

void AuditReader::forEach(const AuditPeriod& period, const Use& use) const
{
    Statement rows = database_.prepare(eventsQuery());
    rows.bind(1, period.since ? period.since->time_since_epoch().count()
                              : std::numeric_limits<std::int64_t>::min());
    rows.bind(2, period.until ? period.until->time_since_epoch().count()
                              : std::numeric_limits<std::int64_t>::max());
    AuditNames names(database_);
    RecordSource source(database_, names);
    while (rows.step())
        use(source.recordOf(rows));
}

void AuditReader::forEachOf(const RecordedSession& session, const Use& use) const
{
    Statement rows = database_.prepare(eventsOfSessionQuery());
    rows.bind(1, session.seq);
    AuditNames names(database_);
    RecordSource source(database_, names);
    while (rows.step()) {
        const AuditRecord record = source.recordOf(rows);
        use(record);
        if (record.end)
            return; // nothing follows, and the rest of the log may be long
    }
}

std::vector<RecordedSession> AuditReader::find(const SessionIdRange& ids, std::size_t limit) const
{
    using namespace std::chrono;
    const std::int64_t from = firstSessionSince(timeOf(ids.first) - EarlierThanItsId);
    const std::int64_t to = firstSessionSince(timeOf(ids.last) + LaterThanItsId);
    const auto near = find(ids, limit, from, to);
    // The clock may have been set, or the record have waited for the disk.
    return near.empty() ? find(ids, limit, 0, std::numeric_limits<std::int64_t>::max()) : near;
}

std::vector<RecordedSession> AuditReader::find(const SessionIdRange& ids, std::size_t limit,
                                               std::int64_t fromSeq, std::int64_t toSeq) const
{
    Statement rows = database_.prepare(
        "SELECT seq, session_id FROM session WHERE seq >= ?1 AND seq < ?2 AND session_id >= ?3 "
        "AND session_id <= ?4 ORDER BY seq LIMIT ?5");
    rows.bind(1, fromSeq);
    rows.bind(2, toSeq);
    rows.bindBorrowed(3, ids.first);
    rows.bindBorrowed(4, ids.last);
    rows.bind(5, static_cast<std::int64_t>(limit));
    std::vector<RecordedSession> found;
    while (rows.step())
        found.push_back({rows.integer(0), sessionIdOf(rows.blob(1))});
    return found;
}

std::int64_t AuditReader::firstSessionSince(std::chrono::microseconds time) const
{
    Statement next =
        database_.prepare("SELECT seq, time FROM session WHERE seq >= ?1 ORDER BY seq LIMIT 1");
    std::int64_t low = 0;
    std::int64_t high = database_.integer("SELECT max(seq) FROM session") + 1;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        next.bind(1, middle);
        if (next.step() && next.integer(1) < time.count())
            low = next.integer(0) + 1;
        else
            high = middle;
        next.reset();
    }
    return low;
}

} // namespace sallyport::db
