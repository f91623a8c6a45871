#include "db/AuditVerifier.h"

#include "db/AuditFolder.h"
#include "db/AuditHead.h"
#include "db/Database.h"
#include "db/Migrations.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace sallyport::db {
namespace {

constexpr std::uint64_t ProgressStep = 1 << 17; // records: several times a second

// Unwinds from wherever in a file the first fault was found.
struct Found {
    AuditFinding finding;
};

[[noreturn]] void report(AuditFault what, std::uint64_t seq, const std::filesystem::path& file,
                         std::string sentence)
{
    throw Found{{what, seq, file, std::move(sentence)}};
}

std::string record(std::uint64_t seq)
{
    return "record " + std::to_string(seq);
}

std::string in(const std::filesystem::path& file)
{
    return " in " + file.filename().string();
}

std::string selectAll(ChainedTable table)
{
    const ChainedColumns& columns = chainedColumns(table);
    std::string sql = "SELECT ";
    for (const std::string_view column : columns.columns)
        sql.append(column).append(", ");
    sql.append(columns.storedLink == StoredLink::Yes ? "link" : "NULL")
        .append(" FROM ")
        .append(columns.table)
        .append(" NOT INDEXED ");
    // ?1 is the first seq of the file.
    switch (table) {
    case ChainedTable::Dict:
    case ChainedTable::Rule:
    case ChainedTable::Certificate:
        return sql + "WHERE ?1 NOT NULL ORDER BY id";
    case ChainedTable::Session:
        return sql + "WHERE seq >= ?1 ORDER BY seq";
    case ChainedTable::Carried:
        return sql + "WHERE seq < ?1 ORDER BY seq";
    default:
        return sql + "WHERE ?1 NOT NULL ORDER BY seq";
    }
}

// The rows of one table, in the order of the records they belong to.
class TableRows {
public:
    TableRows(const Database& database, ChainedTable table, std::int64_t firstSeq)
        : table_(table), columns_(static_cast<int>(chainedColumns(table).columns.size())),
          firstSeq_(firstSeq), rows_(database.prepare(selectAll(table)))
    {
        rows_.bind(1, firstSeq);
        next();
    }

    static constexpr std::int64_t AtEnd = std::numeric_limits<std::int64_t>::max();

    /// Of the record that the current row belongs to; AtEnd behind the last.
    [[nodiscard]] std::int64_t seq() const { return seq_; }
    [[nodiscard]] ChainedTable table() const { return table_; }
    [[nodiscard]] std::span<const std::uint8_t> link() const { return rows_.blob(columns_); }
    [[nodiscard]] std::int64_t integer(int column) const { return rows_.integer(column); }
    [[nodiscard]] const Statement& row() const { return rows_; }

    void addTo(ChainedRecord& record) const
    {
        record.beginRow(table_);
        for (int i = 0; i < columns_; ++i) {
            const auto column = static_cast<std::size_t>(i);
            switch (rows_.type(i)) {
            case Statement::Type::Null:
                break;
            case Statement::Type::Integer:
                record.add(table_, column, rows_.integer(i));
                break;
            case Statement::Type::Text:
                record.addText(table_, column, rows_.text(i));
                break;
            case Statement::Type::Blob:
                record.addBlob(table_, column, rows_.blob(i));
                break;
            case Statement::Type::Real:
                record.addOther(table_, column, rows_.text(i));
                break;
            }
        }
        record.endRow(table_);
    }

    void next()
    {
        if (!rows_.step()) {
            seq_ = AtEnd;
            return;
        }
        switch (table_) {
        case ChainedTable::Dict:
        case ChainedTable::Rule:
        case ChainedTable::Certificate:
            seq_ = rows_.integer(1);
            break;
        case ChainedTable::Carried:
            seq_ = firstSeq_;
            break;
        default:
            seq_ = rows_.integer(0);
        }
    }

private:
    const ChainedTable table_;
    const int columns_;
    const std::int64_t firstSeq_;
    Statement rows_;
    std::int64_t seq_ = AtEnd;
};

constexpr std::array MainTables{ChainedTable::Session, ChainedTable::SessionEvent,
                                ChainedTable::Admin, ChainedTable::Checkpoint};

bool isMain(ChainedTable table)
{
    return std::ranges::find(MainTables, table) != MainTables.end();
}

ChainLink linkOf(std::span<const std::uint8_t> blob)
{
    ChainLink link{};
    std::ranges::copy(blob.first(std::min(link.size(), blob.size())), link.begin());
    return link;
}

// A link that must be met at a certain place, because somebody else was told it.
struct KnownLink {
    std::uint64_t seq = 0; // of the record whose link it is
    ChainLink link{};
    std::string_view toldBy;
};

class Verifier {
public:
    explicit Verifier(const AuditProofs& proofs) : proofs_(proofs)
    {
        for (const AuditAnchor& anchor : proofs.anchors)
            if (anchor.seq > 0)
                known_.push_back({anchor.seq - 1, anchor.head, "an anchor"});
    }

    void mustMeet(const ChainPlace& place, std::string_view toldBy)
    {
        known_.push_back({place.seq, place.link, toldBy});
    }

    /// Where the chain has to begin; otherwise it begins where the first file says.
    void beginAt(const ChainPlace& place) { place_ = place; }

    void verify(std::span<const std::filesystem::path> files);
    void requireEnd(const std::filesystem::path& folder);

    AuditVerification result;

private:
    void verifyFile(const std::filesystem::path& path);
    void enterFile(const AuditFile& file);
    void verifyRecords(const Database& database, const AuditFile& file);
    [[nodiscard]] TableRows* mainRowOf(std::vector<TableRows>& tables, const AuditFile& file);
    void noteTime(AuditTime time);
    void verifyCheckpoint(const TableRows& row, const ChainLink& before,
                          const std::filesystem::path& file);
    void compareReach(const AuditFile& file);
    void meetKnown(const std::filesystem::path& file);
    [[nodiscard]] std::uint64_t nextSeq() const { return place_ ? place_->seq + 1 : 1; }

    const AuditProofs& proofs_;
    std::vector<KnownLink> known_; // by seq, those passed are behind nextKnown_
    std::size_t nextKnown_ = 0;
    std::optional<ChainPlace> place_; // after the last record proved
    std::filesystem::path lastFile_;
    bool lastWasCheckpoint_ = false;
    std::string node_;

    // Of the file under way.
    std::optional<AuditTime> firstTime_;
    AuditTime lastTime_{};
    std::chrono::microseconds disorder_{};
    ChainedRecord record_;
};

void Verifier::verify(std::span<const std::filesystem::path> files)
{
    std::ranges::sort(known_, {}, &KnownLink::seq);
    const auto began = std::chrono::steady_clock::now();
    try {
        for (const auto& path : files)
            verifyFile(path);
    } catch (Found& found) {
        result.firstFault = std::move(found.finding);
    }
    if (place_) {
        result.lastSeq = place_->seq;
        result.head = place_->link;
    }
    result.took = std::chrono::steady_clock::now() - began;
}

void Verifier::requireEnd(const std::filesystem::path& folder)
{
    if (result.firstFault || nextKnown_ == known_.size())
        return;
    const KnownLink& last = known_.back();
    if (last.seq < nextSeq())
        return;
    const std::filesystem::path& file = lastFile_.empty() ? folder : lastFile_;
    result.firstFault =
        AuditFinding{AuditFault::CutOff, nextSeq(), file,
                     "the log ends before " + record(nextSeq()) + ", but " +
                         std::string(last.toldBy) + " knows of " + record(last.seq)};
}

void Verifier::verifyFile(const std::filesystem::path& path)
{
    try {
        Database database = Database::openReadOnly(path);
        database.execute("BEGIN"); // all that follows sees the file at one moment
        const auto file = readAuditFile(database);
        if (!file)
            report(AuditFault::Unreadable, nextSeq(), path,
                   path.filename().string() + " does not say which records it has");
        enterFile(*file);
        Statement node = database.prepare("SELECT node FROM state");
        node_ = node.step() ? std::string(node.text(0)) : std::string();
        node.reset();
        verifyRecords(database, *file);
        compareReach(*file);
        lastFile_ = path;
        ++result.files;
    } catch (const DatabaseError& error) {
        std::error_code missing;
        // Retention was quicker: it deletes the oldest.
        if (result.records == 0 && error.kind() == DatabaseError::Kind::CannotOpen &&
            !std::filesystem::exists(path, missing)) {
            place_.reset();
            return;
        }
        report(AuditFault::Unreadable, nextSeq(), path,
               record(nextSeq()) + in(path) + " cannot be read: " + error.what());
    }
}

void Verifier::enterFile(const AuditFile& file)
{
    if (!place_) {
        place_ = ChainPlace{file.firstSeq - 1, file.firstLink};
        result.firstSeq = file.firstSeq;
        while (nextKnown_ < known_.size() && known_[nextKnown_].seq < place_->seq)
            ++nextKnown_; // from before the files there are
        meetKnown(file.path);
    }
    if (result.firstSeq == 0)
        result.firstSeq = file.firstSeq;
    firstTime_.reset();
    lastTime_ = {};
    disorder_ = {};
    if (file.firstSeq < nextSeq())
        report(AuditFault::Added, file.firstSeq, file.path,
               file.path.filename().string() + " begins with " + record(file.firstSeq) +
                   ", which the files before it have already");
    if (file.firstSeq > nextSeq()) {
        // A file ends with a checkpoint when another follows.
        const bool cut = !lastFile_.empty() && !lastWasCheckpoint_;
        report(cut ? AuditFault::CutOff : AuditFault::Missing, nextSeq(),
               cut ? lastFile_ : file.path,
               "records " + std::to_string(nextSeq()) + " to " + std::to_string(file.firstSeq - 1) +
                   " are missing before " + file.path.filename().string());
    }
    if (file.firstLink != place_->link)
        report(AuditFault::Changed, file.firstSeq, file.path,
               file.path.filename().string() +
                   " does not go on from the record before it: one of the two was replaced");
}

void Verifier::verifyRecords(const Database& database, const AuditFile& file)
{
    const auto firstSeq = static_cast<std::int64_t>(file.firstSeq);
    std::vector<TableRows> tables;
    tables.reserve(ChainedTables);
    for (std::size_t i = 0; i < ChainedTables; ++i)
        tables.emplace_back(database, static_cast<ChainedTable>(i), firstSeq);
    AuditChain chain(place_->link);
    while (TableRows* const main = mainRowOf(tables, file)) {
        const std::int64_t seq = main->seq();
        record_.begin(seq);
        for (TableRows& rows : tables)
            for (; rows.seq() == seq && &rows != main; rows.next()) {
                if (rows.table() == ChainedTable::Carried && !rows.link().empty())
                    report(AuditFault::Changed, nextSeq(), file.path,
                           "a session carried over into " + file.path.filename().string() +
                               " was changed");
                rows.addTo(record_);
            }
        main->addTo(record_);
        const ChainLink before = place_->link;
        const ChainLink& link = chain.append(record_);
        if (!std::ranges::equal(main->link(), std::span(link).first<StoredLinkBytes>()))
            report(AuditFault::Changed, nextSeq(), file.path,
                   record(nextSeq()) + in(file.path) +
                       ", or a name that it brought, is not as it was written");
        const bool ofSession =
            main->table() == ChainedTable::Session || main->table() == ChainedTable::SessionEvent;
        noteTime(auditTime(main->integer(ofSession ? 3 : 1)));
        lastWasCheckpoint_ = main->table() == ChainedTable::Checkpoint;
        place_ = ChainPlace{static_cast<std::uint64_t>(seq), link};
        if (lastWasCheckpoint_)
            verifyCheckpoint(*main, before, file.path);
        meetKnown(file.path);
        ++result.records;
        if (proofs_.onProgress && result.records % ProgressStep == 0)
            proofs_.onProgress(result.records);
        main->next();
    }
}

// The row that the next record is; null behind the file's last.
TableRows* Verifier::mainRowOf(std::vector<TableRows>& tables, const AuditFile& file)
{
    const auto seq = static_cast<std::int64_t>(nextSeq());
    TableRows* main = nullptr;
    std::int64_t smallestLater = TableRows::AtEnd;
    for (TableRows& rows : tables) {
        if (rows.seq() < seq)
            report(AuditFault::Added,
                   static_cast<std::uint64_t>(std::max<std::int64_t>(rows.seq(), 0)), file.path,
                   "a row was added to the table " +
                       std::string(chainedColumns(rows.table()).table) + in(file.path) + " under " +
                       record(static_cast<std::uint64_t>(rows.seq())));
        if (!isMain(rows.table()))
            continue;
        if (rows.seq() == seq && main)
            report(AuditFault::Added, nextSeq(), file.path,
                   record(nextSeq()) + in(file.path) + " is there twice");
        if (rows.seq() == seq)
            main = &rows;
        else
            smallestLater = std::min(smallestLater, rows.seq());
    }
    if (main && nextSeq() > file.lastSeq)
        report(AuditFault::Added, nextSeq(), file.path,
               record(nextSeq()) + in(file.path) + " was added behind the last");
    if (main)
        return main;
    if (smallestLater != TableRows::AtEnd)
        report(AuditFault::Missing, nextSeq(), file.path,
               record(nextSeq()) + in(file.path) + " is missing");
    if (nextSeq() <= file.lastSeq)
        report(AuditFault::CutOff, nextSeq(), file.path,
               record(nextSeq()) + in(file.path) + " and all up to " +
                   std::to_string(file.lastSeq) + " were cut off");
    for (const TableRows& rows : tables)
        if (rows.seq() != TableRows::AtEnd)
            report(AuditFault::Added, static_cast<std::uint64_t>(rows.seq()), file.path,
                   "a row of no record was added to the table " +
                       std::string(chainedColumns(rows.table()).table) + in(file.path));
    return nullptr;
}

void Verifier::noteTime(AuditTime time)
{
    if (!firstTime_) {
        firstTime_ = time;
        lastTime_ = time;
    }
    firstTime_ = std::min(*firstTime_, time);
    lastTime_ = std::max(lastTime_, time);
    disorder_ = std::max(disorder_, lastTime_ - time);
}

void Verifier::verifyCheckpoint(const TableRows& row, const ChainLink& before,
                                const std::filesystem::path& file)
{
    Checkpoint checkpoint;
    checkpoint.seq = place_->seq;
    checkpoint.time = auditTime(row.integer(1));
    checkpoint.head = linkOf(row.row().blob(2));
    const auto keyId = row.row().blob(3);
    const auto signature = row.row().blob(4);
    std::ranges::copy(signature.first(std::min(signature.size(), checkpoint.signature.size())),
                      checkpoint.signature.begin());
    ++result.checkpoints;
    if (checkpoint.head != before)
        report(AuditFault::BadSignature, place_->seq, file,
               "the checkpoint " + std::to_string(place_->seq) +
                   " was signed for other records than those before it");
    if (proofs_.keys.empty())
        return;
    const auto key = std::ranges::find_if(proofs_.keys, [&](const AuditPublicKey* each) {
        return std::ranges::equal(each->id(), keyId);
    });
    if (key == proofs_.keys.end() ||
        !(*key)->hasSigned(signedText(node_, checkpoint), checkpoint.signature))
        report(AuditFault::BadSignature, place_->seq, file,
               "the checkpoint " + std::to_string(place_->seq) +
                   (key == proofs_.keys.end() ? " was signed with another key"
                                              : " has a signature that is not of its key"));
    result.lastCheckpoint = place_->seq;
}

void Verifier::compareReach(const AuditFile& file)
{
    if (file.lastLink != place_->link || file.firstTime != firstTime_.value_or(AuditTime{}) ||
        file.lastTime != lastTime_ || file.disorder != disorder_)
        report(AuditFault::Changed, place_->seq, file.path,
               "what " + file.path.filename().string() +
                   " says of its own last record and times was changed");
}

void Verifier::meetKnown(const std::filesystem::path& file)
{
    for (; nextKnown_ < known_.size() && known_[nextKnown_].seq <= place_->seq; ++nextKnown_) {
        const KnownLink& known = known_[nextKnown_];
        if (known.seq == place_->seq && known.link != place_->link)
            report(AuditFault::Changed, place_->seq, file,
                   "the records up to " + std::to_string(place_->seq) + " are not those that " +
                       std::string(known.toldBy) + " knows");
    }
}

// What retention recorded of a file it deleted.
std::optional<ChainPlace> deletedUpTo(std::string_view json)
{
    try {
        Poco::JSON::Parser parser;
        const auto object = parser.parse(std::string(json)).extract<Poco::JSON::Object::Ptr>();
        const auto digits = object->getValue<std::string>("last_link");
        ChainPlace place;
        place.seq = object->getValue<Poco::UInt64>("last_seq");
        if (digits.size() != 2 * place.link.size())
            return std::nullopt;
        for (std::size_t i = 0; i < place.link.size(); ++i)
            std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, place.link[i], 16);
        return place;
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

bool isDeletionRecorded(std::span<const std::filesystem::path> files, const ChainPlace& place)
{
    for (const auto& path : files) {
        try {
            const Database database = Database::openReadOnly(path);
            Statement acts =
                database.prepare("SELECT after FROM admin WHERE action = 'audit.delete'");
            while (acts.step())
                if (deletedUpTo(acts.text(0)) == place)
                    return true;
        } catch (const DatabaseError&) {
            continue; // that it cannot be read is found when its turn has come
        }
    }
    return false;
}

// The first file that can be read at all.
std::optional<AuditFile> firstReadable(std::span<const std::filesystem::path> files)
{
    for (const auto& path : files) {
        try {
            return readAuditFile(path);
        } catch (const DatabaseError&) {
            if (std::filesystem::exists(path))
                return std::nullopt;
        }
    }
    return std::nullopt;
}

// A file that another process has just begun has no state yet.
void dropUnbegun(std::vector<std::filesystem::path>& files)
{
    try {
        if (!files.empty() && !readAuditFile(files.back()))
            files.pop_back();
    } catch (const DatabaseError&) {
        return; // found when its turn has come
    }
}

} // namespace

std::string_view auditFaultName(AuditFault fault)
{
    switch (fault) {
    case AuditFault::Changed:
        return "changed";
    case AuditFault::Missing:
        return "missing";
    case AuditFault::Added:
        return "added";
    case AuditFault::CutOff:
        return "cut-off";
    case AuditFault::BadSignature:
        return "bad-signature";
    case AuditFault::Unreadable:
        return "unreadable";
    }
    return "";
}

AuditVerification verifyAuditLog(const std::filesystem::path& folder, const AuditProofs& proofs)
{
    // Before the files are looked at: what is written meanwhile does no harm.
    const auto head = readAuditHead(folder);
    auto files = auditFilePaths(folder);
    dropUnbegun(files);
    Verifier verifier(proofs);
    if (head && head->seq > 0)
        verifier.mustMeet(*head, "the file \"head\"");
    const auto first = firstReadable(files);
    if (first && first->firstSeq > 1) {
        const ChainPlace before{first->firstSeq - 1, first->firstLink};
        if (!isDeletionRecorded(files, before)) {
            verifier.result.firstFault =
                AuditFinding{AuditFault::Missing, 1, first->path,
                             "the log begins with " + record(first->firstSeq) + in(first->path) +
                                 ", and it is not recorded that what came before was deleted"};
            return verifier.result;
        }
        verifier.beginAt(before);
    } else if (first) {
        verifier.beginAt({});
    }
    verifier.verify(files);
    verifier.requireEnd(folder);
    return verifier.result;
}

AuditVerification verifyAuditFiles(std::span<const std::filesystem::path> files,
                                   const AuditProofs& proofs)
{
    Verifier verifier(proofs);
    verifier.verify(files);
    return verifier.result;
}

} // namespace sallyport::db
