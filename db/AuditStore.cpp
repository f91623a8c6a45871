#include "db/AuditStore.h"

#include "db/Migrations.h"

#include <algorithm>

namespace sallyport::db {
namespace {

// Writing more pages between two checkpoints makes pages that change often reach the file less
// often.
constexpr int CheckpointAfterPages = 4000;

std::filesystem::path lockFileOf(std::filesystem::path file)
{
    return file.replace_extension("lock");
}

Database openFile(const std::filesystem::path& file, Durability durability)
{
    Database database = Database::openOrCreate(file, durability);
    migrate(database, auditSchema());
    database.execute("PRAGMA wal_autocheckpoint = " + std::to_string(CheckpointAfterPages));
    return database;
}

std::string_view verdictName(policy::Answer answer)
{
    switch (answer) {
    case policy::Answer::Allow:
        return "allow";
    case policy::Answer::Deny:
        return "deny";
    case policy::Answer::Undecided:
        return "";
    }
    return "";
}

std::string joinedIds(std::span<const policy::Rule* const> rules)
{
    std::string ids;
    for (const policy::Rule* rule : rules)
        if (rule != nullptr)
            ids.append(ids.empty() ? "" : ";").append(rule->id);
    return ids;
}

// An IPv4 address is kept as its four bytes.
std::span<const std::uint8_t> shortest(const policy::AddressBytes& address)
{
    const std::span<const std::uint8_t> all(address);
    return policy::isIpv4(address) ? all.last<4>() : all;
}

void bindText(Statement& statement, int position, std::string_view text)
{
    if (text.empty())
        statement.bindNull(position);
    else
        statement.bindBorrowed(position, text);
}

std::int64_t stored(std::uint64_t count)
{
    return static_cast<std::int64_t>(count);
}

} // namespace

AuditStore::AuditStore(const std::filesystem::path& file, std::string_view node,
                       Durability durability)
    : writerLock_(lockFileOf(file), "writing the audit log"), database_(openFile(file, durability)),
      dictionary_(database_), contents_(database_, dictionary_),
      insertSession_(database_.prepare("INSERT INTO session (seq, kind, session_id, time, node, "
                                       "listener, client_ip, client_port, user, "
                                       "method, protocol, form, host, port, path, destination_ip, "
                                       "verdict, stage, rule_layer, rule, policy_version, "
                                       "rule_would, inspection, inspection_profile, status, "
                                       "close_by, close_reason, close_timer, error) "
                                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                                       "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
                                       "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)")),
      insertProgress_(database_.prepare(
          "INSERT INTO session_event (seq, kind, session, time, status, bytes_client_to_proxy, "
          "bytes_proxy_to_upstream, bytes_upstream_to_proxy, bytes_proxy_to_client, duration, "
          "close_by, "
          "close_reason, close_timer, error, verdict, stage, rule_layer, rule, policy_version, "
          "rule_would, inspection, inspection_profile) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
          "?18, ?19, ?20, ?21, ?22)")),
      insertOpen_(
          database_.prepare("INSERT OR REPLACE INTO open_session VALUES (?1, ?2, ?3, ?4, ?5)")),
      deleteOpen_(database_.prepare("DELETE FROM open_session WHERE session = ?1")), nodeName_(node)
{
    loadMemory();
}

std::size_t AuditStore::closeLostSessions(std::chrono::sys_time<std::chrono::microseconds> now)
{
    Transaction transaction(database_);
    memory_ = Memory::Stale;
    AuditEvent lost;
    lost.kind = EventKind::Close;
    lost.time = now;
    lost.closeBy = CloseBy::Proxy;
    lost.closeReason = CloseReason::ProcessLost;
    std::size_t count = 0;
    Statement open = database_.prepare("SELECT * FROM open_session ORDER BY session");
    for (; open.step(); ++count) {
        lost.bytes.clientToProxy = static_cast<std::uint64_t>(open.integer(1));
        lost.bytes.proxyToUpstream = static_cast<std::uint64_t>(open.integer(2));
        lost.bytes.upstreamToProxy = static_cast<std::uint64_t>(open.integer(3));
        lost.bytes.proxyToClient = static_cast<std::uint64_t>(open.integer(4));
        insertProgress(lost, open.integer(0));
    }
    open.reset();
    database_.execute("DELETE FROM open_session");
    transaction.commit();
    loadMemory();
    return count;
}

std::size_t AuditStore::write(std::span<const std::vector<AuditEvent>> lists)
{
    if (memory_ == Memory::Stale)
        loadMemory();
    std::size_t leftOut = 0;
    Transaction transaction(database_);
    memory_ = Memory::Stale;
    node_ = dictionary_.number(Dictionary::Kind::Node, nodeName_);
    for (const std::vector<AuditEvent>& events : lists)
        for (const AuditEvent& event : events)
            leftOut += writeEvent(event) == Outcome::UnknownSession ? 1 : 0;
    keepStillOpen();
    transaction.commit();
    memory_ = Memory::True;
    return leftOut;
}

void AuditStore::checkpoint()
{
    database_.execute("PRAGMA wal_checkpoint(PASSIVE)");
}

AuditStore::Outcome AuditStore::writeEvent(const AuditEvent& event)
{
    switch (event.kind) {
    case EventKind::Open:
    case EventKind::Decision:
        writeSession(event);
        return Outcome::Written;
    case EventKind::Update:
    case EventKind::Close:
    case EventKind::Alert:
        return writeProgress(event);
    }
    return Outcome::UnknownSession;
}

void AuditStore::writeSession(const AuditEvent& event)
{
    using Kind = Dictionary::Kind;
    const std::int64_t seq = lastSeq_ + 1;
    Statement& row = insertSession_;
    row.bind(1, seq);
    bindWord(row, 2, event.kind, eventKindName, kinds_);
    row.bindBorrowed(3, event.session);
    row.bind(4, event.time.time_since_epoch().count());
    row.bind(5, node_);
    bindName(row, 6, Kind::Listener, event.listener);
    row.bindBorrowed(7, shortest(event.clientAddress));
    row.bind(8, event.clientPort);
    bindName(row, 9, Kind::User, event.user);
    bindName(row, 10, Kind::Method, event.method);
    bindWord(row, 11, event.protocol, policy::protocolName, protocols_);
    bindWord(row, 12, event.form, formName, forms_);
    bindName(row, 13, Kind::Host, event.host);
    row.bind(14, event.port);
    bindText(row, 15, event.path);
    if (event.destination)
        row.bindBorrowed(16, shortest(*event.destination));
    else
        row.bindNull(16);
    bindVerdict(row, 17, event);
    row.bind(25, event.status);
    bindEnd(row, 26, event);
    row.run();
    lastSeq_ = seq;
    if (event.kind == EventKind::Open) {
        open_.insert_or_assign(event.session, OpenSession{seq, OpenSession::Kept::InMemory});
        openedNow_.push_back(event.session);
    }
}

AuditStore::Outcome AuditStore::writeProgress(const AuditEvent& event)
{
    const auto found = open_.find(event.session);
    if (found == open_.end())
        return Outcome::UnknownSession;
    OpenSession& session = found->second;
    insertProgress(event, session.seq);
    if (event.kind != EventKind::Close) {
        // An alert need not know the figures, and those kept must not be lost by it.
        if (event.kind == EventKind::Update || event.bytes != ByteCounts{}) {
            keepOpen(session.seq, event.bytes);
            session.kept = OpenSession::Kept::InTable;
        }
        return Outcome::Written;
    }
    // A session that opened and closed within one transaction never was in the table: most short
    // ones are not.
    if (session.kept == OpenSession::Kept::InTable) {
        deleteOpen_.bind(1, session.seq);
        deleteOpen_.run();
    }
    open_.erase(found);
    return Outcome::Written;
}

void AuditStore::insertProgress(const AuditEvent& event, std::int64_t session)
{
    const std::int64_t seq = lastSeq_ + 1;
    Statement& row = insertProgress_;
    row.bind(1, seq);
    bindWord(row, 2, event.kind, eventKindName, kinds_);
    row.bind(3, session);
    row.bind(4, event.time.time_since_epoch().count());
    row.bind(5, event.status);
    row.bind(6, stored(event.bytes.clientToProxy));
    row.bind(7, stored(event.bytes.proxyToUpstream));
    row.bind(8, stored(event.bytes.upstreamToProxy));
    row.bind(9, stored(event.bytes.proxyToClient));
    if (event.closeReason == CloseReason::ProcessLost)
        row.bindNull(10);
    else
        row.bind(10, event.duration.count());
    bindEnd(row, 11, event);
    bindVerdict(row, 15, event);
    row.run();
    lastSeq_ = seq;
    if (event.contents)
        contents_.write(seq, *event.contents);
    if (event.found)
        contents_.write(seq, *event.found);
}

void AuditStore::keepOpen(std::int64_t session, const ByteCounts& bytes)
{
    insertOpen_.bind(1, session);
    insertOpen_.bind(2, stored(bytes.clientToProxy));
    insertOpen_.bind(3, stored(bytes.proxyToUpstream));
    insertOpen_.bind(4, stored(bytes.upstreamToProxy));
    insertOpen_.bind(5, stored(bytes.proxyToClient));
    insertOpen_.run();
}

void AuditStore::keepStillOpen()
{
    for (const SessionId& id : openedNow_) {
        const auto found = open_.find(id);
        if (found == open_.end() || found->second.kept == OpenSession::Kept::InTable)
            continue;
        keepOpen(found->second.seq, {});
        found->second.kept = OpenSession::Kept::InTable;
    }
    openedNow_.clear();
}

void AuditStore::loadMemory()
{
    dictionary_.forget();
    for (WordNumbers* numbers :
         {&kinds_, &protocols_, &forms_, &verdicts_, &stages_, &layers_, &closers_, &reasons_})
        numbers->fill(0);
    openedNow_.clear();
    lastSeq_ = std::max(database_.integer("SELECT max(seq) FROM session"),
                        database_.integer("SELECT max(seq) FROM session_event"));
    open_.clear();
    Statement open = database_.prepare("SELECT session, session_id FROM open_session "
                                       "JOIN session ON session.seq = open_session.session");
    while (open.step()) {
        SessionId id{};
        std::ranges::copy(open.blob(1).first(std::min(id.size(), open.blob(1).size())), id.begin());
        open_.emplace(id, OpenSession{open.integer(0), OpenSession::Kept::InTable});
    }
    memory_ = Memory::True;
}

void AuditStore::bindName(Statement& statement, int position, Dictionary::Kind kind,
                          std::string_view name)
{
    if (name.empty())
        statement.bindNull(position);
    else
        statement.bind(position, dictionary_.number(kind, name));
}

template <class Value>
void AuditStore::bindWord(Statement& statement, int position, Value value,
                          std::string_view (*name)(Value), WordNumbers& numbers)
{
    // What has an empty name stands for "none" and is not stored.
    std::int64_t& number = numbers[static_cast<std::size_t>(value)];
    if (number == 0 && !name(value).empty())
        number = dictionary_.number(Dictionary::Kind::Word, name(value));
    if (number == 0)
        statement.bindNull(position);
    else
        statement.bind(position, number);
}

void AuditStore::bindVerdict(Statement& statement, int position, const AuditEvent& event)
{
    bindWord(statement, position, event.verdict, verdictName, verdicts_);
    const bool decided = event.verdict != policy::Answer::Undecided;
    if (decided)
        bindWord(statement, position + 1, event.stage, policy::stageName, stages_);
    else
        statement.bindNull(position + 1);
    // The row that an alert names asked for the look inside; it decided nothing.
    if (!decided && event.kind != EventKind::Alert) {
        statement.bindNull(position + 2);
        statement.bindNull(position + 3);
    } else {
        bindWord(statement, position + 2, event.layer, policy::layerName, layers_);
        if (event.rule)
            statement.bind(position + 3, dictionary_.number(*event.rule, event.policy));
        else
            statement.bindNull(position + 3);
    }
    if (event.policy)
        statement.bind(position + 4, event.policy->version());
    else
        statement.bindNull(position + 4);
    bindName(statement, position + 5, Dictionary::Kind::Word, joinedIds(event.would));
    bindName(statement, position + 6, Dictionary::Kind::Word,
             event.inspection ? policy::actionName(*event.inspection) : std::string_view());
    bindName(statement, position + 7, Dictionary::Kind::Word, event.inspectionProfile);
}

void AuditStore::bindEnd(Statement& statement, int position, const AuditEvent& event)
{
    bindWord(statement, position, event.closeBy, closeByName, closers_);
    bindWord(statement, position + 1, event.closeReason, closeReasonName, reasons_);
    bindText(statement, position + 2, event.closeTimer);
    bindText(statement, position + 3, event.error);
}

} // namespace sallyport::db
