#include "db/AuditReader.h"

#include "db/AuditEvent.h"
#include "db/Migrations.h"
#include "policy/Network.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <unordered_map>

namespace sallyport::db {
namespace {

// Names remembered while reading; beyond it they are looked up again.
constexpr std::size_t MaxRemembered = 100'000;

// Both parts come in the order of their primary keys, so SQLite merges them and sorts nothing. A
// verdict that changed since the open event stands in the later one.
constexpr std::string_view Events = R"sql(
SELECT s.seq, s.kind, s.time, s.status, NULL, NULL, NULL, NULL, NULL,
       s.close_by, s.close_reason, s.close_timer, s.error,
       s.session_id, s.node, s.listener, s.client_ip, s.client_port, s.user, s.method, s.protocol, s.form, s.host,
       s.port, s.path, s.destination_ip, s.verdict, s.stage, s.rule_layer, s.rule, s.policy_version,
       s.rule_would, s.inspection, s.inspection_profile
FROM session s WHERE s.time >= ?1 AND s.time < ?2
UNION ALL
SELECT e.seq, e.kind, e.time, e.status, e.bytes_client_to_proxy, e.bytes_proxy_to_upstream,
       e.bytes_upstream_to_proxy, e.bytes_proxy_to_client, e.duration,
       e.close_by, e.close_reason, e.close_timer, e.error,
       s.session_id, s.node, s.listener, s.client_ip, s.client_port, s.user, s.method, s.protocol, s.form, s.host,
       s.port, s.path, s.destination_ip, coalesce(e.verdict, s.verdict),
       iif(e.verdict IS NULL, s.stage, e.stage), iif(e.verdict IS NULL, s.rule_layer, e.rule_layer),
       iif(e.verdict IS NULL, s.rule, e.rule), iif(e.verdict IS NULL, s.policy_version, e.policy_version),
       iif(e.verdict IS NULL, s.rule_would, e.rule_would), iif(e.verdict IS NULL, s.inspection, e.inspection),
       iif(e.verdict IS NULL, s.inspection_profile, e.inspection_profile)
FROM session_event e JOIN session s ON s.seq = e.session WHERE e.time >= ?1 AND e.time < ?2
ORDER BY 1)sql";

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

// The texts behind the numbers of the tables dict and rule.
class Names {
public:
    explicit Names(const Database& database)
        : findText_(database.prepare("SELECT text FROM dict WHERE id = ?1")),
          findRule_(database.prepare("SELECT rule_id, name FROM rule WHERE id = ?1"))
    {}

    std::string_view text(std::int64_t number)
    {
        if (number == 0)
            return {};
        const auto [place, isNew] = texts_.try_emplace(number);
        if (isNew) {
            findText_.bind(1, number);
            if (findText_.step())
                place->second = findText_.text(0);
            findText_.reset();
        }
        return place->second;
    }

    struct RuleName {
        std::string id;
        std::string name;
    };
    const RuleName& rule(std::int64_t number)
    {
        const auto [place, isNew] = rules_.try_emplace(number);
        if (isNew) {
            findRule_.bind(1, number);
            if (findRule_.step())
                place->second = {std::string(findRule_.text(0)), std::string(findRule_.text(1))};
            findRule_.reset();
        }
        return place->second;
    }

    /// Views given before are invalid afterwards.
    void keepBounded()
    {
        if (texts_.size() > MaxRemembered)
            texts_.clear();
        if (rules_.size() > MaxRemembered)
            rules_.clear();
    }

private:
    Statement findText_;
    Statement findRule_;
    std::unordered_map<std::int64_t, std::string> texts_;
    std::unordered_map<std::int64_t, RuleName> rules_;
};

// What a record's views point to, beside the names and SQLite's own row.
struct RowTexts {
    std::string sessionId;
    std::string time;
    std::string clientIp;
    std::string destinationIp;
};

AuditRecord recordOf(const Statement& row, Names& names, RowTexts& texts)
{
    SessionId id{};
    const auto idBytes = row.blob(SessionIdBytes);
    std::memcpy(id.data(), idBytes.data(), std::min(id.size(), idBytes.size()));
    texts = {toText(id), timeText(row.integer(Time)), addressTextOf(row.blob(ClientIp)),
             addressTextOf(row.blob(DestinationIp))};

    AuditRecord record;
    record.seq = static_cast<std::uint64_t>(row.integer(Seq));
    record.event = names.text(row.integer(Kind));
    record.sessionId = texts.sessionId;
    record.time = texts.time;
    record.node = names.text(row.integer(Node));
    record.listener = names.text(row.integer(Listener));
    record.clientIp = texts.clientIp;
    record.clientPort = static_cast<std::uint16_t>(row.integer(ClientPort));
    record.user = names.text(row.integer(User));
    record.method = names.text(row.integer(Method));
    record.protocol = names.text(row.integer(Protocol));
    record.form = names.text(row.integer(FormWord));
    record.host = names.text(row.integer(Host));
    record.port = static_cast<std::uint16_t>(row.integer(Port));
    record.path = row.text(Path);
    record.destinationIp = texts.destinationIp;
    record.verdict = names.text(row.integer(Verdict));
    record.stage = names.text(row.integer(Stage));
    record.ruleLayer = names.text(row.integer(RuleLayer));
    if (!row.isNull(Rule)) {
        const Names::RuleName& rule = names.rule(row.integer(Rule));
        record.ruleId = rule.id;
        record.ruleName = rule.name;
    } else if (!record.verdict.empty()) {
        record.ruleName = "default";
    }
    if (!row.isNull(PolicyVersion))
        record.policyVersion = static_cast<std::uint32_t>(row.integer(PolicyVersion));
    record.ruleWould = names.text(row.integer(RuleWould));
    record.inspection = names.text(row.integer(Inspection));
    record.inspectionProfile = names.text(row.integer(InspectionProfile));
    record.status = static_cast<std::uint16_t>(row.integer(Status));
    if (!row.isNull(ClientToProxy)) {
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
        record.end = RecordEnd{names.text(row.integer(CloseByWord)),
                               names.text(row.integer(CloseReasonWord)), row.text(CloseTimer),
                               row.text(ErrorType)};
    return record;
}

} // namespace

AuditReader::AuditReader(const std::filesystem::path& file)
    : database_(Database::openReadOnly(file))
{
    requireSchema(database_, auditSchema());
}

std::string_view AuditReader::eventsQuery()
{
    return Events;
}

void AuditReader::forEach(const AuditPeriod& period,
                          const std::function<void(const AuditRecord&)>& use) const
{
    Names names(database_);
    RowTexts texts;
    Statement rows = database_.prepare(Events);
    rows.bind(1, period.since ? period.since->time_since_epoch().count()
                              : std::numeric_limits<std::int64_t>::min());
    rows.bind(2, period.until ? period.until->time_since_epoch().count()
                              : std::numeric_limits<std::int64_t>::max());
    while (rows.step()) {
        names.keepBounded();
        use(recordOf(rows, names, texts));
    }
}

} // namespace sallyport::db
