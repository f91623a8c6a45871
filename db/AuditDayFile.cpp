#include "db/AuditDayFile.h"

#include "db/AuditText.h"
#include "db/Migrations.h"
#include "db/SessionFilter.h"
#include "policy/Network.h"

#include <algorithm>

namespace sallyport::db {
namespace {

// Writing more pages between two checkpoints makes pages that change often reach the file less
// often.
constexpr int CheckpointAfterPages = 4000;
// A longer user agent is cut: clients choose it, and the dictionary remembers.
constexpr std::size_t LongestAgent = 256;

Database openFile(const std::filesystem::path& path, Durability durability)
{
    Database database = Database::openOrCreate(path, durability);
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

// An IPv4 address is kept as its four bytes.
std::span<const std::uint8_t> shortest(const policy::AddressBytes& address)
{
    const std::span<const std::uint8_t> all(address);
    return policy::isIpv4(address) ? all.last<4>() : all;
}

std::int64_t stored(std::uint64_t count)
{
    return static_cast<std::int64_t>(count);
}

std::int64_t stored(AuditTime time)
{
    return time.time_since_epoch().count();
}

template <class Duration>
std::optional<std::int64_t> stored(const std::optional<Duration>& duration)
{
    return duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt;
}

ChainLink linkOf(std::span<const std::uint8_t> blob)
{
    ChainLink link{};
    std::ranges::copy(blob.first(std::min(link.size(), blob.size())), link.begin());
    return link;
}

std::string_view agentOf(std::string_view agent)
{
    if (agent.size() <= LongestAgent)
        return agent;
    std::size_t end = LongestAgent;
    while (end > 0 && (static_cast<unsigned char>(agent[end]) & 0xc0) == 0x80)
        --end; // not in the middle of a character
    return agent.substr(0, end);
}

std::string columnList(ChainedTable table)
{
    std::string list;
    for (const std::string_view column : chainedColumns(table).columns)
        list.append(list.empty() ? "" : ", ").append(column);
    return list;
}

// Which columns of session have numbers of dict.
bool isNumberOfText(std::string_view column)
{
    static constexpr auto Columns = std::to_array<std::string_view>(
        {"kind",       "node",         "listener",    "user",
         "user_agent", "method",       "protocol",    "form",
         "host",       "dns_answers",  "verdict",     "stage",
         "rule_layer", "rule_would",   "inspection",  "inspection_profile",
         "close_by",   "close_reason", "close_timer", "error"});
    return std::ranges::find(Columns, column) != Columns.end();
}

} // namespace

AuditDayFile::AuditDayFile(const std::filesystem::path& path, std::string node,
                           Durability durability)
    : nodeName_(std::move(node)), database_(openFile(path, durability)),
      dictionary_(database_, record_), contents_(database_, dictionary_, record_),
      rollup_(database_), session_(database_, ChainedTable::Session, record_),
      event_(database_, ChainedTable::SessionEvent, record_),
      admin_(database_, ChainedTable::Admin, record_),
      checkpoint_(database_, ChainedTable::Checkpoint, record_),
      carried_(database_, ChainedTable::Carried, record_),
      updateState_(database_.prepare("UPDATE state SET last_seq = ?1, last_link = ?2, "
                                     "first_time = ?3, last_time = ?4, disorder = ?5")),
      keepOpen_(database_.prepare("INSERT OR REPLACE INTO open_session "
                                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")),
      removeOpen_(database_.prepare("DELETE FROM open_session WHERE session = ?1")),
      openFigures_(database_.prepare(
          "SELECT bytes_client_to_proxy, bytes_proxy_to_upstream, bytes_upstream_to_proxy, "
          "bytes_proxy_to_client FROM open_session WHERE session = ?1")),
      keepPosition_(database_.prepare("INSERT OR REPLACE INTO journal VALUES (?1, ?2)")),
      pageCount_(database_.prepare("PRAGMA page_count")),
      findSession_(database_.prepare("SELECT " + columnList(ChainedTable::Session) +
                                     " FROM session WHERE seq = ?1")),
      findText_(database_.prepare("SELECT kind, text FROM dict WHERE id = ?1")),
      findRule_(database_.prepare("SELECT rule_id, name FROM rule WHERE id = ?1")),
      chain_(ChainLink{})
{
    pageBytes_ = static_cast<std::uint64_t>(database_.integer("PRAGMA page_size"));
    reload();
}

void AuditDayFile::begin(const ChainPlace& before)
{
    Statement insert = database_.prepare(
        "INSERT INTO state (id, node, first_seq, first_link, last_seq, last_link, first_time, "
        "last_time, disorder) VALUES (1, ?1, ?2 + 1, ?3, ?2, ?3, 0, 0, 0)");
    insert.bindBorrowed(1, std::string_view(nodeName_));
    insert.bind(2, stored(before.seq));
    insert.bindBorrowed(3, before.link);
    insert.run();
    reload();
}

void AuditDayFile::reload()
{
    dictionary_.forget();
    contents_.forget();
    rollup_.forget();
    for (WordNumbers* numbers : {&kinds_, &protocols_, &forms_, &verdicts_, &stages_, &layers_,
                                 &closers_, &reasons_, &actions_})
        numbers->fill(0);
    inspect_ = 0;
    translatedTexts_.clear();
    translatedRules_.clear();
    firstSeq_ = 1;
    lastSeq_ = 0;
    firstTime_.reset();
    Statement state = database_.prepare("SELECT first_seq, last_seq, last_link, first_time, "
                                        "last_time, disorder FROM state");
    if (state.step()) {
        firstSeq_ = state.integer(0);
        lastSeq_ = state.integer(1);
        chain_.rewind(linkOf(state.blob(2)));
        if (hasRecords())
            firstTime_ = auditTime(state.integer(3));
        lastTime_ = auditTime(state.integer(4));
        disorder_ = std::chrono::microseconds(state.integer(5));
    }
    checkpointSeq_ = database_.integer("SELECT coalesce(max(seq), -1) FROM checkpoint");
    bytes_ = pageBytes_ * static_cast<std::uint64_t>(database_.integer("PRAGMA page_count"));
    record_.begin(lastSeq_ + 1);
}

ChainPlace AuditDayFile::end() const
{
    return {static_cast<std::uint64_t>(lastSeq_), chain_.last()};
}

void AuditDayFile::finish()
{
    rollup_.write();
    const ChainLink link = chain_.last();
    updateState_.bind(1, lastSeq_);
    updateState_.bindBorrowed(2, link);
    updateState_.bind(3, stored(firstTime_.value_or(AuditTime{})));
    updateState_.bind(4, stored(lastTime_));
    updateState_.bind(5, disorder_.count());
    updateState_.run();
    bytes_ = pageCount_.step() ? pageBytes_ * static_cast<std::uint64_t>(pageCount_.integer(0)) : 0;
    pageCount_.reset();
}

void AuditDayFile::finishRecord(ChainedRow& row, AuditTime time)
{
    const ChainLink& link = chain_.append(record_);
    row.insert(std::span(link).first<StoredLinkBytes>());
    lastSeq_ = record_.seq();
    record_.begin(lastSeq_ + 1);
    if (!firstTime_) {
        firstTime_ = time;
        lastTime_ = time;
    }
    firstTime_ = std::min(*firstTime_, time);
    lastTime_ = std::max(lastTime_, time);
    disorder_ = std::max(disorder_, lastTime_ - time);
}

RecordedBeginning AuditDayFile::addSession(const AuditEvent& event)
{
    using Kind = Dictionary::Kind;
    const RecordedBeginning begun{record_.seq(),
                                  {summedVerdict(event),
                                   word(event.protocol, policy::protocolName, protocols_),
                                   ruleNumber(event)}};
    ChainedRow& row = session_;
    row.begin();
    row.add(begun.seq);
    row.add(word(event.kind, eventKindName, kinds_));
    row.addBlob(event.session);
    row.add(stored(event.time));
    row.add(dictionary_.number(Kind::Node, nodeName_));
    addName(row, Kind::Listener, event.listener);
    row.addBlob(shortest(event.clientAddress));
    row.add(event.clientPort);
    addName(row, Kind::User, event.user);
    addName(row, Kind::Agent, agentOf(event.userAgent));
    addName(row, Kind::Method, event.method);
    row.addKnownNumber(begun.facets.protocol);
    row.addKnownNumber(word(event.form, formName, forms_));
    addName(row, Kind::Host, event.host);
    row.add(event.port);
    row.addKnownText(event.path);
    row.addKnownText(event.query);
    addReached(row, event);
    addVerdict(row, event);
    row.add(event.status);
    addEnd(row, event);
    row.end();
    finishRecord(row, event.time);

    rollup_.addBeginning(event.time, begun.facets);
    if (event.kind == EventKind::Decision)
        rollup_.addEnd(event.time, begun.facets,
                       reasons_[static_cast<std::size_t>(event.closeReason)], event.bytes);
    return begun;
}

void AuditDayFile::addEvent(const AuditEvent& event, RecordedBeginning& session)
{
    const ByteCounts& bytes = event.bytes;
    ChainedRow& row = event_;
    row.begin();
    row.add(record_.seq());
    row.add(word(event.kind, eventKindName, kinds_));
    row.add(session.seq);
    row.add(stored(event.time));
    row.add(event.status);
    row.add(stored(bytes.clientToProxy));
    if (bytes.proxyToUpstream != bytes.clientToProxy)
        row.add(stored(bytes.proxyToUpstream));
    else
        row.addNull();
    row.add(stored(bytes.upstreamToProxy));
    if (bytes.proxyToClient != bytes.upstreamToProxy)
        row.add(stored(bytes.proxyToClient));
    else
        row.addNull();
    if (event.closeReason == CloseReason::ProcessLost)
        row.addNull();
    else
        row.add(event.duration.count());
    addSilence(row, event);
    addEnd(row, event);
    addVerdict(row, event);
    row.end();
    if (event.contents)
        contents_.write(*event.contents);
    if (event.found)
        contents_.write(*event.found);
    finishRecord(row, event.time);

    // The row that an alert names decided nothing.
    if (event.kind != EventKind::Alert && event.verdict != policy::Answer::Undecided) {
        session.facets.verdict = summedVerdict(event);
        session.facets.rule = ruleNumber(event);
    }
    if (event.kind == EventKind::Close)
        rollup_.addEnd(event.time, session.facets,
                       reasons_[static_cast<std::size_t>(event.closeReason)], bytes);
}

void AuditDayFile::addAct(const AdminAct& act)
{
    ChainedRow& row = admin_;
    row.begin();
    row.add(record_.seq());
    row.add(stored(act.time));
    row.addText(act.who);
    row.addText(act.source);
    row.addText(act.action);
    row.addKnownText(act.object);
    row.addKnownText(act.before);
    row.addKnownText(act.after);
    row.addKnownText(act.note);
    row.end();
    finishRecord(row, act.time);
}

Checkpoint AuditDayFile::addCheckpoint(const AuditKey& key, AuditTime now)
{
    Checkpoint checkpoint;
    checkpoint.seq = static_cast<std::uint64_t>(record_.seq());
    checkpoint.time = now;
    checkpoint.head = chain_.last();
    checkpoint.keyId = key.id();
    checkpoint.signature = key.sign(signedText(nodeName_, checkpoint));
    ChainedRow& row = checkpoint_;
    row.begin();
    row.add(record_.seq());
    row.add(stored(now));
    row.addBlob(checkpoint.head);
    row.addBlob(checkpoint.keyId);
    row.addBlob(checkpoint.signature);
    row.end();
    finishRecord(row, now);
    checkpointSeq_ = lastSeq_;
    return checkpoint;
}

RecordedBeginning AuditDayFile::carry(AuditDayFile& from, const RecordedBeginning& session)
{
    const auto columns = chainedColumns(ChainedTable::Carried).columns;
    Statement& old = from.findSession_;
    old.bind(1, session.seq);
    if (!old.step()) {
        old.reset();
        throw DatabaseError(DatabaseError::Kind::Corrupt, from.path().string() + ": the session " +
                                                              std::to_string(session.seq) +
                                                              " is missing");
    }
    // All that may fail for what is in the old file comes before the new row is begun.
    std::vector<std::int64_t> numbers(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const int column = static_cast<int>(i);
        if (old.isNull(column))
            continue;
        if (isNumberOfText(columns[i]))
            numbers[i] = translatedText(from, old.integer(column));
        else if (columns[i] == "rule")
            numbers[i] = translatedRule(from, old.integer(column));
    }
    RecordedBeginning carried{session.seq,
                              {translatedText(from, session.facets.verdict),
                               translatedText(from, session.facets.protocol),
                               translatedRule(from, session.facets.rule)}};
    const ByteCounts figures = from.lastFigures(session);

    ChainedRow& row = carried_;
    row.begin();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const int column = static_cast<int>(i);
        if (old.isNull(column))
            row.addNull();
        else if (numbers[i] != 0)
            row.add(numbers[i]);
        else if (old.isInteger(column))
            row.add(old.integer(column));
        else if (old.isText(column))
            row.addText(old.text(column));
        else
            row.addBlob(old.blob(column));
    }
    row.end();
    static constexpr std::array<std::uint8_t, 1> AtNoLink{};
    row.insert(std::span(AtNoLink).first<0>());
    old.reset();
    keepOpen(carried, figures);
    return carried;
}

std::int64_t AuditDayFile::translatedText(AuditDayFile& from, std::int64_t number)
{
    if (number == 0)
        return 0;
    std::int64_t& translated = translatedTexts_[number];
    from.findText_.bind(1, number);
    if (translated == 0 && from.findText_.step())
        translated = dictionary_.number(from.findText_.text(0), from.findText_.text(1));
    from.findText_.reset();
    return translated;
}

std::int64_t AuditDayFile::translatedRule(AuditDayFile& from, std::int64_t number)
{
    if (number == 0)
        return 0;
    std::int64_t& translated = translatedRules_[number];
    from.findRule_.bind(1, number);
    if (translated == 0 && from.findRule_.step())
        translated = dictionary_.rule(from.findRule_.text(0), from.findRule_.text(1));
    from.findRule_.reset();
    return translated;
}

void AuditDayFile::keepOpen(const RecordedBeginning& session, const ByteCounts& bytes)
{
    keepOpen_.bind(1, session.seq);
    keepOpen_.bind(2, stored(bytes.clientToProxy));
    keepOpen_.bind(3, stored(bytes.proxyToUpstream));
    keepOpen_.bind(4, stored(bytes.upstreamToProxy));
    keepOpen_.bind(5, stored(bytes.proxyToClient));
    keepOpen_.bind(6, session.facets.verdict);
    keepOpen_.bind(7, session.facets.protocol);
    keepOpen_.bind(8, session.facets.rule);
    keepOpen_.run();
}

void AuditDayFile::removeOpen(const RecordedBeginning& session)
{
    removeOpen_.bind(1, session.seq);
    removeOpen_.run();
}

ByteCounts AuditDayFile::lastFigures(const RecordedBeginning& session)
{
    ByteCounts figures;
    openFigures_.bind(1, session.seq);
    if (openFigures_.step()) {
        figures.clientToProxy = static_cast<std::uint64_t>(openFigures_.integer(0));
        figures.proxyToUpstream = static_cast<std::uint64_t>(openFigures_.integer(1));
        figures.upstreamToProxy = static_cast<std::uint64_t>(openFigures_.integer(2));
        figures.proxyToClient = static_cast<std::uint64_t>(openFigures_.integer(3));
    }
    openFigures_.reset();
    return figures;
}

std::vector<OpenSessionRow> AuditDayFile::openSessions()
{
    std::vector<OpenSessionRow> sessions;
    Statement open = database_.prepare(
        "SELECT o.session, s.session_id, o.verdict, o.protocol, o.rule FROM open_session o "
        "JOIN session s ON s.seq = o.session ORDER BY o.session");
    while (open.step()) {
        OpenSessionRow& row = sessions.emplace_back();
        const auto id = open.blob(1);
        std::ranges::copy(id.first(std::min(row.id.size(), id.size())), row.id.begin());
        row.begun = {open.integer(0), {open.integer(2), open.integer(3), open.integer(4)}};
    }
    return sessions;
}

void AuditDayFile::keepPosition(const JournalId& journal, std::uint64_t position)
{
    keepPosition_.bindBorrowed(1, journal);
    keepPosition_.bind(2, stored(position));
    keepPosition_.run();
}

void AuditDayFile::removePosition(const JournalId& journal)
{
    Statement remove = database_.prepare("DELETE FROM journal WHERE id = ?1");
    remove.bindBorrowed(1, journal);
    remove.run();
}

std::map<JournalId, std::uint64_t> AuditDayFile::positions()
{
    std::map<JournalId, std::uint64_t> positions;
    Statement rows = database_.prepare("SELECT id, position FROM journal");
    while (rows.step()) {
        JournalId id{};
        const auto stored = rows.blob(0);
        std::ranges::copy(stored.first(std::min(id.size(), stored.size())), id.begin());
        positions.emplace(id, static_cast<std::uint64_t>(rows.integer(1)));
    }
    return positions;
}

void AuditDayFile::addName(ChainedRow& row, Dictionary::Kind kind, std::string_view name)
{
    if (name.empty())
        row.addNull();
    else
        row.add(dictionary_.number(kind, name));
}

// 0: what has an empty name stands for "none".
template <class Value>
std::int64_t AuditDayFile::word(Value value, std::string_view (*name)(Value), WordNumbers& numbers)
{
    std::int64_t& number = numbers[static_cast<std::size_t>(value)];
    if (number == 0 && !name(value).empty())
        number = dictionary_.number(Dictionary::Kind::Word, name(value));
    return number;
}

void AuditDayFile::addReached(ChainedRow& row, const AuditEvent& event)
{
    const ReachedBy& reached = event.reached;
    if (event.destination)
        row.addBlob(shortest(*event.destination));
    else
        row.addNull();
    if (reached.egressAddress)
        row.addBlob(shortest(*reached.egressAddress));
    else
        row.addNull();
    row.addKnownNumber(reached.egressPort);
    text_.clear();
    for (const policy::AddressBytes& answer : reached.answers)
        text_.append(text_.empty() ? "" : ";").append(policy::addressText(answer));
    addName(row, Dictionary::Kind::Word, text_);
    row.addKnown(stored(reached.resolveTime));
    row.addKnownNumber(reached.tries);
    row.addKnown(stored(reached.connectTime));
}

void AuditDayFile::addSilence(ChainedRow& row, const AuditEvent& event)
{
    const Silence& silence = event.silence;
    const auto since = [&](const std::optional<AuditTime>& last) -> std::optional<std::int64_t> {
        return last ? std::optional((event.time - *last).count()) : std::nullopt;
    };
    const bool known =
        silence.lastFromClient || silence.lastFromUpstream || silence.longest.count() != 0;
    row.addKnown(since(silence.lastFromClient));
    row.addKnown(since(silence.lastFromUpstream));
    row.addKnown(known ? std::optional<std::int64_t>(silence.longest.count()) : std::nullopt);
    row.addKnown(stored(event.firstByteTime));
    for (const auto& figures : {&event.tcpClient, &event.tcpUpstream}) {
        if (*figures) {
            row.add((*figures)->rttMicroseconds);
            row.add((*figures)->retransmits);
        } else {
            row.addNull();
            row.addNull();
        }
    }
}

std::int64_t AuditDayFile::ruleNumber(const AuditEvent& event)
{
    const bool named = event.verdict != policy::Answer::Undecided || event.kind == EventKind::Alert;
    return named && !event.ruleId.empty() ? dictionary_.rule(event.ruleId, event.ruleName) : 0;
}

// An allowed session that is looked into has a sum of its own.
std::int64_t AuditDayFile::summedVerdict(const AuditEvent& event)
{
    if (event.verdict != policy::Answer::Allow || event.inspection != policy::Action::Observe)
        return word(event.verdict, verdictName, verdicts_);
    if (inspect_ == 0)
        inspect_ = dictionary_.number(Dictionary::Kind::Word, outcomeName(SessionOutcome::Inspect));
    return inspect_;
}

void AuditDayFile::addVerdict(ChainedRow& row, const AuditEvent& event)
{
    const bool decided = event.verdict != policy::Answer::Undecided;
    row.addKnownNumber(word(event.verdict, verdictName, verdicts_));
    if (decided)
        row.addKnownNumber(word(event.stage, policy::stageName, stages_));
    else
        row.addNull();
    // The row that an alert names asked for the look inside; it decided nothing.
    if (decided || event.kind == EventKind::Alert)
        row.addKnownNumber(word(event.layer, policy::layerName, layers_));
    else
        row.addNull();
    row.addKnownNumber(ruleNumber(event));
    row.addKnown(event.policyVersion);
    text_.clear();
    for (const std::string_view id : event.would)
        if (!id.empty())
            text_.append(text_.empty() ? "" : ";").append(id);
    addName(row, Dictionary::Kind::Word, text_);
    if (event.inspection)
        row.addKnownNumber(word(*event.inspection, policy::actionName, actions_));
    else
        row.addNull();
    addName(row, Dictionary::Kind::Word, event.inspectionProfile);
}

void AuditDayFile::addEnd(ChainedRow& row, const AuditEvent& event)
{
    row.addKnownNumber(word(event.closeBy, closeByName, closers_));
    row.addKnownNumber(word(event.closeReason, closeReasonName, reasons_));
    addName(row, Dictionary::Kind::Word, event.closeTimer);
    row.addKnown(stored(event.closeTimerLimit));
    addName(row, Dictionary::Kind::Word, event.error);
}

} // namespace sallyport::db
