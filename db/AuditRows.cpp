#include "db/AuditRows.h"

#include "policy/Network.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace sallyport::db {
namespace {

// One list of columns for both, so that a record is made in one way: of a beginning, what only
// later events have is NULL.
constexpr std::string_view BeginningsOwn = R"sql(
SELECT s.seq, s.kind, s.time, s.status,
       s.close_by, s.close_reason, s.close_timer, s.close_timer_limit, s.error,
       s.verdict, s.stage, s.rule_layer, s.rule, s.policy_version, s.rule_would, s.inspection, s.inspection_profile)sql";
// A verdict that changed since the open event stands in the later one; so does the row that an
// alert names, without a verdict.
constexpr std::string_view LaterOwn = R"sql(
SELECT e.seq, e.kind, e.time, e.status,
       e.close_by, e.close_reason, e.close_timer, e.close_timer_limit, e.error,
       coalesce(e.verdict, s.verdict),
       iif(e.verdict IS NULL, s.stage, e.stage), iif(e.rule_layer IS NULL, s.rule_layer, e.rule_layer),
       iif(e.rule_layer IS NULL, s.rule, e.rule), iif(e.rule_layer IS NULL, s.policy_version, e.policy_version),
       iif(e.verdict IS NULL, s.rule_would, e.rule_would),
       iif(e.verdict IS NULL, coalesce(e.inspection, s.inspection), e.inspection),
       iif(e.verdict IS NULL, coalesce(e.inspection_profile, s.inspection_profile), e.inspection_profile))sql";
constexpr std::string_view OfTheSession = R"sql(,
       s.session_id, s.node, s.listener, s.client_ip, s.client_port, s.user, s.user_agent, s.method, s.protocol,
       s.form, s.host, s.port, s.path, s.query, s.destination_ip, s.egress_ip, s.egress_port, s.dns_answers,
       s.dns_time, s.connect_tries, s.connect_time)sql";
constexpr std::string_view OfLaterEvents = R"sql(,
       e.bytes_client_to_proxy, coalesce(e.bytes_proxy_to_upstream, e.bytes_client_to_proxy),
       e.bytes_upstream_to_proxy, coalesce(e.bytes_proxy_to_client, e.bytes_upstream_to_proxy), e.duration,
       e.since_client, e.since_upstream, e.longest_silence, e.first_byte_time,
       e.tcp_client_rtt, e.tcp_client_retransmits, e.tcp_upstream_rtt, e.tcp_upstream_retransmits)sql";

enum Column : int {
    Seq,
    Kind,
    Time,
    Status,
    CloseByWord,
    CloseReasonWord,
    CloseTimer,
    CloseTimerLimit,
    ErrorType,
    Verdict,
    Stage,
    RuleLayer,
    Rule,
    PolicyVersion,
    RuleWould,
    Inspection,
    InspectionProfile,
    SessionIdBytes,
    Node,
    Listener,
    ClientIp,
    ClientPort,
    User,
    UserAgent,
    Method,
    Protocol,
    FormWord,
    Host,
    Port,
    Path,
    Query,
    DestinationIp,
    EgressIp,
    EgressPort,
    DnsAnswers,
    DnsTime,
    ConnectTries,
    ConnectTime,
    ClientToProxy, // of later events only, as all below
    ProxyToUpstream,
    UpstreamToProxy,
    ProxyToClient,
    Duration,
    SinceClient,
    SinceUpstream,
    LongestSilence,
    FirstByteTime,
    TcpClientRtt,
    TcpClientRetransmits,
    TcpUpstreamRtt,
    TcpUpstreamRetransmits,
};

void writeDigits(char* place, unsigned number, int digits)
{
    for (int i = digits - 1; i >= 0; --i, number /= 10)
        place[i] = static_cast<char>('0' + number % 10);
}

// RFC 3339 with microseconds.
void writeTime(std::string& text, std::int64_t microseconds)
{
    using namespace std::chrono;
    const sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const auto ofDay = static_cast<std::uint64_t>((time - day).count());
    const auto seconds = static_cast<unsigned>(ofDay / 1'000'000);
    text.assign("0000-00-00T00:00:00.000000Z");
    writeDigits(text.data(), static_cast<unsigned>(static_cast<int>(date.year())), 4);
    writeDigits(text.data() + 5, static_cast<unsigned>(date.month()), 2);
    writeDigits(text.data() + 8, static_cast<unsigned>(date.day()), 2);
    writeDigits(text.data() + 11, seconds / 3600, 2);
    writeDigits(text.data() + 14, seconds / 60 % 60, 2);
    writeDigits(text.data() + 17, seconds % 60, 2);
    writeDigits(text.data() + 20, static_cast<unsigned>(ofDay % 1'000'000), 6);
}

policy::AddressBytes addressOf(std::span<const std::uint8_t> bytes)
{
    policy::AddressBytes address{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    std::ranges::copy(bytes, address.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    return address;
}

void writeAddressOf(std::string& text, std::span<const std::uint8_t> bytes)
{
    text.clear();
    if (bytes.size() != 4 && bytes.size() != 16)
        return;
    policy::AddressRoom room;
    text = policy::writeAddress(addressOf(bytes), room);
}

void writeSessionId(std::string& text, std::span<const std::uint8_t> bytes)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    text.assign("00000000-0000-0000-0000-000000000000");
    auto place = text.begin();
    for (const std::uint8_t byte : sessionIdOf(bytes)) {
        if (*place == '-')
            ++place;
        *place++ = Digits[byte >> 4];
        *place++ = Digits[byte & 15];
    }
}

template <class Number = std::uint64_t>
std::optional<Number> knownNumber(const Statement& row, int column)
{
    if (row.isNull(column))
        return std::nullopt;
    return static_cast<Number>(row.integer(column));
}

template <class Number>
Number number(const Statement& row, int column)
{
    return static_cast<Number>(row.integer(column));
}

// An alert has figures only if it was told any.
bool hasCounts(const Statement& row, const AuditRecord& record)
{
    return record.event != eventKindName(EventKind::Alert) || row.integer(ClientToProxy) != 0 ||
           row.integer(ProxyToUpstream) != 0 || row.integer(UpstreamToProxy) != 0 ||
           row.integer(ProxyToClient) != 0;
}

std::optional<TcpFigures> tcpFiguresOf(const Statement& row, int rtt, int retransmits)
{
    if (row.isNull(rtt))
        return std::nullopt;
    return TcpFigures{number<std::uint32_t>(row, rtt), number<std::uint32_t>(row, retransmits)};
}

// Who never sent a byte was silent first.
std::string_view silentFirst(const Statement& row)
{
    const auto client = knownNumber(row, SinceClient);
    const auto upstream = knownNumber(row, SinceUpstream);
    if (client == upstream)
        return {};
    if (!client || (upstream && *client > *upstream))
        return "client";
    return "upstream";
}

} // namespace

std::string selectBeginnings(std::string_view rest)
{
    return std::string(BeginningsOwn).append(OfTheSession).append("\nFROM session s ").append(rest);
}

std::string selectLaterEvents(std::string_view rest)
{
    return std::string(LaterOwn)
        .append(OfTheSession)
        .append(OfLaterEvents)
        .append("\nFROM session_event e CROSS JOIN session s ON s.seq = e.session ")
        .append(rest);
}

std::string selectAdminActs(std::string_view rest)
{
    return std::string("SELECT seq, time, who, source, action, object, before, after, note "
                       "FROM admin ")
        .append(rest);
}

std::string selectCheckpoints(std::string_view rest)
{
    return std::string("SELECT seq, time, head, key_id, signature FROM checkpoint ").append(rest);
}

SessionId sessionIdOf(std::span<const std::uint8_t> bytes)
{
    SessionId id{};
    std::ranges::copy(bytes.first(std::min(id.size(), bytes.size())), id.begin());
    return id;
}

std::string addressTextOf(std::span<const std::uint8_t> bytes)
{
    std::string text;
    writeAddressOf(text, bytes);
    return text;
}

AuditRows::AuditRows(const Database& database, AuditNames& names)
    : database_(database), names_(names)
{}

AuditContentsReader& AuditRows::contents()
{
    if (!contents_)
        contents_.emplace(database_, names_);
    return *contents_;
}

void AuditRows::setNode(AuditRecord& record)
{
    if (node_.empty()) {
        Statement state = database_.prepare("SELECT node FROM state");
        if (state.step())
            node_ = state.text(0);
    }
    record.node = node_;
}

AuditRecord AuditRows::ofSession(const Statement& row, Contents contents)
{
    const auto word = [&](int column) { return names_.text(row.integer(column)); };
    writeSessionId(sessionId_, row.blob(SessionIdBytes));
    writeTime(time_, row.integer(Time));
    writeAddressOf(clientIp_, row.blob(ClientIp));
    writeAddressOf(destinationIp_, row.blob(DestinationIp));
    writeAddressOf(egressIp_, row.blob(EgressIp));

    AuditRecord record;
    record.seq = number<std::uint64_t>(row, Seq);
    record.event = word(Kind);
    record.sessionId = sessionId_;
    record.time = time_;
    record.node = word(Node);
    record.listener = word(Listener);
    record.clientIp = clientIp_;
    record.clientPort = number<std::uint16_t>(row, ClientPort);
    record.user = word(User);
    record.userAgent = word(UserAgent);
    record.method = word(Method);
    record.protocol = word(Protocol);
    record.form = word(FormWord);
    record.host = word(Host);
    record.port = number<std::uint16_t>(row, Port);
    record.path = row.text(Path);
    record.query = row.text(Query);
    record.destinationIp = destinationIp_;
    record.reached.egressIp = egressIp_;
    record.reached.egressPort = number<std::uint16_t>(row, EgressPort);
    record.reached.dnsAnswers = word(DnsAnswers);
    record.reached.dnsMicroseconds = knownNumber(row, DnsTime);
    record.reached.tries = number<std::uint16_t>(row, ConnectTries);
    record.reached.connectMicroseconds = knownNumber(row, ConnectTime);
    record.verdict = word(Verdict);
    record.stage = word(Stage);
    record.ruleLayer = word(RuleLayer);
    if (!row.isNull(Rule)) {
        const AuditNames::RuleName& rule = names_.rule(row.integer(Rule));
        record.ruleId = rule.id;
        record.ruleName = rule.name;
    } else if (!record.verdict.empty()) {
        record.ruleName = DefaultRuleName;
    }
    record.policyVersion = knownNumber<std::uint32_t>(row, PolicyVersion);
    record.ruleWould = word(RuleWould);
    record.inspection = word(Inspection);
    record.inspectionProfile = word(InspectionProfile);
    record.status = number<std::uint16_t>(row, Status);
    if (record.event == eventKindName(EventKind::Close) ||
        record.event == eventKindName(EventKind::Decision))
        record.end = RecordEnd{word(CloseByWord), word(CloseReasonWord), word(CloseTimer),
                               knownNumber(row, CloseTimerLimit), word(ErrorType)};
    if (row.columns() > ClientToProxy)
        addLater(record, row, contents);
    return record;
}

void AuditRows::addLater(AuditRecord& record, const Statement& row, Contents contents)
{
    if (hasCounts(row, record)) {
        RecordCounts& counts = record.counts.emplace();
        counts.clientToProxy = number<std::uint64_t>(row, ClientToProxy);
        counts.proxyToUpstream = number<std::uint64_t>(row, ProxyToUpstream);
        counts.upstreamToProxy = number<std::uint64_t>(row, UpstreamToProxy);
        counts.proxyToClient = number<std::uint64_t>(row, ProxyToClient);
        counts.durationMicroseconds = knownNumber(row, Duration);
    }
    if (!row.isNull(LongestSilence)) {
        RecordSilence& silence = record.silence.emplace();
        silence.longestMicroseconds = number<std::uint64_t>(row, LongestSilence);
        silence.first = silentFirst(row);
        if (const auto since = knownNumber<std::int64_t>(row, SinceClient)) {
            writeTime(lastFromClient_, row.integer(Time) - *since);
            silence.lastFromClient = lastFromClient_;
        }
        if (const auto since = knownNumber<std::int64_t>(row, SinceUpstream)) {
            writeTime(lastFromUpstream_, row.integer(Time) - *since);
            silence.lastFromUpstream = lastFromUpstream_;
        }
    }
    record.firstByteMicroseconds = knownNumber(row, FirstByteTime);
    record.tcpClient = tcpFiguresOf(row, TcpClientRtt, TcpClientRetransmits);
    record.tcpUpstream = tcpFiguresOf(row, TcpUpstreamRtt, TcpUpstreamRetransmits);
    if (record.event == eventKindName(EventKind::Alert))
        record.found = this->contents().foundOf(row.integer(Seq));
    else if (contents == Contents::Read && record.counts)
        record.contents = this->contents().contentsOf(row.integer(Seq));
}

AuditRecord AuditRows::ofAdmin(const Statement& row)
{
    writeTime(time_, row.integer(1));
    act_.time = auditTime(row.integer(1));
    act_.who = row.text(2);
    act_.source = row.text(3);
    act_.action = row.text(4);
    act_.object = row.text(5);
    act_.before = row.text(6);
    act_.after = row.text(7);
    act_.note = row.text(8);
    AuditRecord record;
    record.seq = number<std::uint64_t>(row, 0);
    record.event = eventKindName(EventKind::Admin);
    record.time = time_;
    setNode(record);
    record.admin = &act_;
    return record;
}

AuditRecord AuditRows::ofCheckpoint(const Statement& row)
{
    const auto copy = [&](int column, auto& bytes) {
        const auto blob = row.blob(column);
        bytes.fill(0);
        std::ranges::copy(blob.first(std::min(blob.size(), bytes.size())), bytes.begin());
    };
    writeTime(time_, row.integer(1));
    checkpoint_.seq = number<std::uint64_t>(row, 0);
    checkpoint_.time = auditTime(row.integer(1));
    copy(2, checkpoint_.head);
    copy(3, checkpoint_.keyId);
    copy(4, checkpoint_.signature);
    AuditRecord record;
    record.seq = checkpoint_.seq;
    record.event = eventKindName(EventKind::Checkpoint);
    record.time = time_;
    setNode(record);
    record.checkpoint = &checkpoint_;
    return record;
}

} // namespace sallyport::db
