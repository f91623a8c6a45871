#include "db/AuditStore.h"

#include "db/Database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace sallyport::db {
namespace {

constexpr std::chrono::seconds LookEvery{1};

const std::filesystem::path& madeFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw DatabaseError(DatabaseError::Kind::CannotOpen,
                            folder.string() + ": the folder cannot be made (" +
                                std::generic_category().message(errno) + ")");
    return folder;
}

// Or a new file's name might not survive a loss of power.
void syncFolder(const std::filesystem::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

std::string hex(std::span<const std::uint8_t> bytes)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += Digits[byte >> 4];
        text += Digits[byte & 15];
    }
    return text;
}

std::string placeJson(const ChainPlace& place)
{
    return "{\"last_seq\":" + std::to_string(place.seq) + ",\"last_link\":\"" + hex(place.link) +
           "\"}";
}

AdminAct ownAct(std::string_view action, const std::filesystem::path& file)
{
    AdminAct act;
    act.who = "sallyport";
    act.source = "audit store";
    act.action = action;
    act.object = file.filename().string();
    return act;
}

// Whether the file's first transaction was never committed: what a crash in the middle of a
// rotation leaves behind.
bool isStillborn(const std::filesystem::path& path)
{
    const Database database = Database::openReadOnly(path);
    if (database.integer("SELECT count(*) FROM sqlite_master") == 0)
        return true;
    for (const std::string_view table :
         {"state", "session", "session_event", "admin", "checkpoint"})
        if (database.integer("SELECT count(*) FROM (SELECT 1 FROM " + std::string(table) +
                             " LIMIT 1)") != 0)
            return false;
    return true;
}

bool isDamage(DatabaseError::Kind kind)
{
    return kind == DatabaseError::Kind::Corrupt || kind == DatabaseError::Kind::NotADatabase;
}

} // namespace

AuditStore::AuditStore(const std::filesystem::path& folder, AuditStoreOptions options)
    : folder_(folder), options_(std::move(options)),
      writerLock_(madeFolder(folder) / LockName, "writing the audit log"), head_(folder)
{
    openNewest();
    continueFromHead();
}

AuditStore::~AuditStore()
{
    try {
        sync();
    } catch (const DatabaseError&) {
        // What was committed is in the file; the next start finds it.
    }
}

void AuditStore::openNewest()
{
    auto paths = auditFilePaths(folder_);
    for (; !paths.empty(); paths.pop_back()) {
        const std::filesystem::path& path = paths.back();
        const AuditFileName name = *AuditFileName::parse(path.filename().native());
        try {
            const auto found = readAuditFile(path);
            if (!found && isStillborn(path)) {
                removeAuditFile(path);
                continue;
            }
            newestName_ = std::max(newestName_, name);
            if (!found)
                throw DatabaseError(DatabaseError::Kind::Corrupt,
                                    path.string() + ": its state is missing");
            end_ = {found->lastSeq, found->lastLink};
            if (found->sealed)
                return;
            file_ = std::make_unique<AuditDayFile>(path, options_.node, options_.durability);
            identity_ = identityOf(path);
            loadMemory();
            return;
        } catch (const DatabaseError& error) {
            if (!isDamage(error.kind()))
                throw;
            newestName_ = std::max(newestName_, name);
            file_.reset();
            putAside(path, error.what());
        }
    }
}

void AuditStore::putAside(const std::filesystem::path& file, const std::string& why)
{
    for (const std::string_view suffix : {"", "-wal", "-shm"}) {
        std::filesystem::path from = file;
        std::filesystem::path to = file;
        from += suffix;
        to += ".damaged";
        to += suffix;
        std::error_code missing;
        std::filesystem::rename(from, to, missing);
    }
    AdminAct act = ownAct("audit.file-damaged", file);
    act.note = why;
    pendingActs_.push_back(std::move(act));
    broken_ = Broken::Damaged;
}

void AuditStore::continueFromHead()
{
    const auto head = readAuditHead(folder_);
    if (!head || head->seq <= end_.seq)
        return;
    // Records that were on the disk are not there any more. Their numbers are not given again:
    // they may be known elsewhere.
    AdminAct act = ownAct("audit.records-lost", file_ ? file_->path() : folder_);
    act.before = placeJson(*head);
    act.after = placeJson(end_);
    pendingActs_.push_back(std::move(act));
    end_ = *head;
    broken_ = Broken::Damaged;
}

std::uint64_t AuditStore::position(const JournalId& journal) const
{
    const auto found = positions_.find(journal);
    return found == positions_.end() ? 0 : found->second;
}

std::size_t AuditStore::write(std::span<const JournalRecords> lists, AuditTime now)
{
    std::size_t leftOut = 0;
    inFile(now, [&](AuditDayFile& file) {
        leftOut = 0;
        for (const JournalRecords& list : lists) {
            for (const AuditEvent& event : list.events)
                leftOut += writeEvent(file, event) == Outcome::UnknownSession ? 1 : 0;
            for (const AdminAct& act : list.acts)
                file.addAct(act);
            if (list.journal != JournalId{}) {
                file.keepPosition(list.journal, list.position);
                positions_[list.journal] = list.position;
            }
        }
        keepStillOpen(file);
    });
    return leftOut;
}

void AuditStore::keepJournals(std::span<const JournalId> journals)
{
    if (!file_)
        return;
    if (memory_ == Memory::Stale)
        loadMemory();
    auto kept = positions_;
    std::erase_if(kept, [&](const auto& each) {
        return std::ranges::find(journals, each.first) == journals.end();
    });
    Transaction transaction(file_->database());
    for (const auto& [journal, position] : positions_)
        if (!kept.contains(journal))
            file_->removePosition(journal);
    transaction.commit();
    positions_ = std::move(kept);
}

std::size_t AuditStore::closeLostSessions(AuditTime now)
{
    if (memory_ == Memory::Stale)
        loadMemory();
    const std::size_t count = open_.size();
    if (count == 0)
        return 0;
    std::size_t closed = 0;
    inFile(now, [&](AuditDayFile& file) {
        AuditEvent lost;
        lost.kind = EventKind::Close;
        lost.time = now;
        lost.closeBy = CloseBy::Proxy;
        lost.closeReason = CloseReason::ProcessLost;
        std::vector<RecordedBeginning> sessions;
        for (const auto& [id, session] : open_)
            sessions.push_back(session.begun);
        std::ranges::sort(sessions, {}, &RecordedBeginning::seq);
        for (RecordedBeginning& session : sessions) {
            lost.bytes = file.lastFigures(session);
            file.addEvent(lost, session);
            file.removeOpen(session);
        }
        closed = sessions.size();
        open_.clear();
    });
    return closed;
}

Checkpoint AuditStore::checkpoint(AuditTime now)
{
    Checkpoint checkpoint;
    inFile(now, [&](AuditDayFile& file) { checkpoint = file.addCheckpoint(*options_.key, now); });
    sync();
    return checkpoint;
}

void AuditStore::sync()
{
    if (!file_ || broken_ != Broken::No)
        return;
    file_->database().syncLog();
    head_.write(end_);
}

void AuditStore::checkpointWal()
{
    sync();
    if (file_)
        file_->database().execute("PRAGMA wal_checkpoint(PASSIVE)");
}

std::filesystem::path AuditStore::file() const
{
    return file_ ? file_->path() : std::filesystem::path();
}

void AuditStore::inFile(AuditTime now, const Work& work)
{
    if (memory_ == Memory::Stale)
        loadMemory();
    lookForFile();
    if (mustStartFile(now)) {
        startFile(now, work);
        return;
    }
    try {
        Transaction transaction(file_->database());
        memory_ = Memory::Stale;
        work(*file_);
        file_->finish();
        transaction.commit();
        committed(*file_);
    } catch (const DatabaseError& error) {
        nextLook_ = {};
        if (isDamage(error.kind()))
            noteBroken(Broken::Damaged);
        throw;
    }
}

bool AuditStore::mustStartFile(AuditTime now) const
{
    return !file_ || broken_ != Broken::No ||
           std::chrono::floor<std::chrono::days>(now) > newestName_.day ||
           file_->bytes() > options_.fileBytes;
}

void AuditStore::startFile(AuditTime now, const Work& work)
{
    if (file_ && broken_ == Broken::No)
        endFile(now);
    const auto today = std::chrono::floor<std::chrono::days>(now);
    AuditFileName name = newestName_.next(today);
    std::filesystem::path path = folder_ / name.text();
    // Of a file that was lost, or put there by somebody else: its name is not used again.
    while (std::filesystem::exists(path)) {
        name = name.next(today);
        path = folder_ / name.text();
    }
    std::unique_ptr<AuditDayFile> next;
    try {
        next = std::make_unique<AuditDayFile>(path, options_.node, options_.durability);
        Transaction transaction(next->database());
        memory_ = Memory::Stale;
        next->begin(end_);
        carryOpenSessions(*next);
        for (const auto& [journal, position] : positions_)
            next->keepPosition(journal, position);
        recordPendingActs(*next, now);
        work(*next);
        if (!next->hasRecords())
            static_cast<void>(next->addCheckpoint(*options_.key, now));
        next->finish();
        transaction.commit();
    } catch (...) {
        next.reset();
        std::error_code missing;
        for (const std::string_view suffix : {"", "-wal", "-shm"}) {
            std::filesystem::path left = path;
            std::filesystem::remove(left += suffix, missing);
        }
        throw;
    }
    file_ = std::move(next);
    identity_ = identityOf(path);
    newestName_ = name;
    broken_ = Broken::No;
    pendingActs_.clear();
    committed(*file_);
    syncFolder(folder_);
    sync();
}

void AuditStore::endFile(AuditTime now)
{
    if (!file_->endsWithCheckpoint()) {
        Transaction transaction(file_->database());
        memory_ = Memory::Stale;
        static_cast<void>(file_->addCheckpoint(*options_.key, now));
        file_->finish();
        transaction.commit();
        committed(*file_);
    }
    sync();
}

void AuditStore::carryOpenSessions(AuditDayFile& next)
{
    if (!file_)
        return;
    std::vector<std::pair<SessionId, RecordedBeginning>> sessions;
    for (const auto& [id, session] : open_)
        sessions.emplace_back(id, session.begun);
    std::ranges::sort(sessions, {}, [](const auto& each) { return each.second.seq; });
    for (const auto& [id, begun] : sessions) {
        try {
            open_.at(id) = {next.carry(*file_, begun), OpenSession::Kept::InTable};
        } catch (const DatabaseError& error) {
            // Of a damaged file: what can be read is carried.
            if (!isDamage(error.kind()))
                throw;
            open_.erase(id);
        }
    }
}

void AuditStore::recordPendingActs(AuditDayFile& file, AuditTime now)
{
    for (AdminAct& act : pendingActs_) {
        act.time = now;
        file.addAct(act);
    }
}

void AuditStore::committed(AuditDayFile& file)
{
    memory_ = Memory::True;
    end_ = file.end();
    if (options_.durability == Durability::Full)
        head_.write(end_);
}

void AuditStore::lookForFile()
{
    const auto now = std::chrono::steady_clock::now();
    if (!file_ || broken_ != Broken::No || now < nextLook_)
        return;
    nextLook_ = now + LookEvery;
    if (identityOf(file_->path()) != identity_)
        noteBroken(Broken::Lost);
}

void AuditStore::noteBroken(Broken how)
{
    if (broken_ != Broken::No)
        return;
    broken_ = how;
    AdminAct act =
        ownAct(how == Broken::Lost ? "audit.file-lost" : "audit.file-damaged", file_->path());
    act.after = placeJson(end_);
    pendingActs_.push_back(std::move(act));
}

std::optional<AuditStore::FileIdentity> AuditStore::identityOf(const std::filesystem::path& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return FileIdentity{status.st_dev, status.st_ino};
}

AuditStore::Outcome AuditStore::writeEvent(AuditDayFile& file, const AuditEvent& event)
{
    if (event.kind == EventKind::Open || event.kind == EventKind::Decision) {
        const RecordedBeginning begun = file.addSession(event);
        if (event.kind == EventKind::Open) {
            open_.insert_or_assign(event.session, OpenSession{begun, OpenSession::Kept::InMemory});
            openedNow_.push_back(event.session);
        }
        return Outcome::Written;
    }
    const auto found = open_.find(event.session);
    if (found == open_.end())
        return Outcome::UnknownSession;
    OpenSession& session = found->second;
    file.addEvent(event, session.begun);
    if (event.kind != EventKind::Close) {
        // An alert need not know the figures, and those kept must not be lost by it.
        if (event.kind == EventKind::Update || event.bytes != ByteCounts{}) {
            file.keepOpen(session.begun, event.bytes);
            session.kept = OpenSession::Kept::InTable;
        }
        return Outcome::Written;
    }
    // A session that opened and closed within one transaction never was in the table: most short
    // ones are not.
    if (session.kept == OpenSession::Kept::InTable)
        file.removeOpen(session.begun);
    open_.erase(found);
    return Outcome::Written;
}

void AuditStore::keepStillOpen(AuditDayFile& file)
{
    for (const SessionId& id : openedNow_) {
        const auto found = open_.find(id);
        if (found == open_.end() || found->second.kept == OpenSession::Kept::InTable)
            continue;
        file.keepOpen(found->second.begun, {});
        found->second.kept = OpenSession::Kept::InTable;
    }
    openedNow_.clear();
}

void AuditStore::loadMemory()
{
    openedNow_.clear();
    open_.clear();
    positions_.clear();
    if (file_) {
        file_->reload();
        for (const OpenSessionRow& row : file_->openSessions())
            open_.emplace(row.id, OpenSession{row.begun, OpenSession::Kept::InTable});
        positions_ = file_->positions();
    }
    memory_ = Memory::True;
}

} // namespace sallyport::db
