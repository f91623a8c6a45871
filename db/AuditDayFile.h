// AuditDayFile: one file of the audit log, opened for writing: makes rows of records and links
// them.
//
// Everything that adds is to be called within a transaction of database(), which finish()
// completes. Does not know when files begin and end, nor which sessions are open: see AuditStore.
#pragma once

#include "db/AuditContentsStore.h"
#include "db/AuditEvent.h"
#include "db/AuditHead.h"
#include "db/AuditKey.h"
#include "db/AuditRollup.h"
#include "db/ChainedRow.h"
#include "db/Database.h"
#include "db/Dictionary.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

using JournalId = std::array<std::uint8_t, 16>;

/// The session's row, and what its end will be summed under.
struct RecordedBeginning {
    std::int64_t seq = 0;
    RollupFacets facets;
};

struct OpenSessionRow {
    SessionId id{};
    RecordedBeginning begun;
};

class AuditDayFile {
public:
    /// Opens `path`, or makes it; then begin() is due. Throws DatabaseError, as all that follows.
    AuditDayFile(const std::filesystem::path& path, std::string node, Durability durability);
    AuditDayFile(const AuditDayFile&) = delete;
    AuditDayFile& operator=(const AuditDayFile&) = delete;

    [[nodiscard]] Database& database() { return database_; }
    [[nodiscard]] const std::filesystem::path& path() const { return database_.file(); }

    /// Of a new file: its records follow `before`.
    void begin(const ChainPlace& before);
    /// Takes the session's row over from the file before, with the figures last known. To be called
    /// before the first record is added, by ascending seq.
    [[nodiscard]] RecordedBeginning carry(AuditDayFile& from, const RecordedBeginning& session);

    // Each adds one record.
    [[nodiscard]] RecordedBeginning addSession(const AuditEvent& event);
    /// Of an Update, Close or Alert event. What the session is summed under may change.
    void addEvent(const AuditEvent& event, RecordedBeginning& session);
    void addAct(const AdminAct& act);
    Checkpoint addCheckpoint(const AuditKey& key, AuditTime now);

    void keepOpen(const RecordedBeginning& session, const ByteCounts& bytes);
    void removeOpen(const RecordedBeginning& session);
    [[nodiscard]] ByteCounts lastFigures(const RecordedBeginning& session);
    [[nodiscard]] std::vector<OpenSessionRow> openSessions();

    void keepPosition(const JournalId& journal, std::uint64_t position);
    void removePosition(const JournalId& journal);
    [[nodiscard]] std::map<JournalId, std::uint64_t> positions();

    /// Completes the transaction: what is left to do is to commit it.
    void finish();
    /// Reads the state again, when a transaction was rolled back.
    void reload();

    [[nodiscard]] ChainPlace end() const;
    [[nodiscard]] bool hasRecords() const { return lastSeq_ >= firstSeq_; }
    [[nodiscard]] bool endsWithCheckpoint() const { return checkpointSeq_ == lastSeq_; }
    /// Without the write-ahead log; as of the last finish().
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

private:
    /// Numbers of an enumeration's names in the dictionary, by its values.
    using WordNumbers = std::array<std::int64_t, 64>;

    void finishRecord(ChainedRow& row, AuditTime time);
    [[nodiscard]] std::int64_t translatedText(AuditDayFile& from, std::int64_t number);
    [[nodiscard]] std::int64_t translatedRule(AuditDayFile& from, std::int64_t number);

    void addName(ChainedRow& row, Dictionary::Kind kind, std::string_view name);
    template <class Value>
    [[nodiscard]] std::int64_t word(Value value, std::string_view (*name)(Value),
                                    WordNumbers& numbers);
    void addReached(ChainedRow& row, const AuditEvent& event);
    void addSilence(ChainedRow& row, const AuditEvent& event);
    void addVerdict(ChainedRow& row, const AuditEvent& event);
    void addEnd(ChainedRow& row, const AuditEvent& event);
    /// 0: a default row, or the event does not say who decided.
    [[nodiscard]] std::int64_t ruleNumber(const AuditEvent& event);
    /// What rollup sums the event's session under: "allow", "deny", "inspect"; 0: none.
    [[nodiscard]] std::int64_t summedVerdict(const AuditEvent& event);

    std::string nodeName_;
    Database database_;
    ChainedRecord record_; // the next one
    Dictionary dictionary_;
    AuditContentsStore contents_;
    AuditRollup rollup_;
    ChainedRow session_;
    ChainedRow event_;
    ChainedRow admin_;
    ChainedRow checkpoint_;
    ChainedRow carried_;
    Statement updateState_;
    Statement keepOpen_;
    Statement removeOpen_;
    Statement openFigures_;
    Statement keepPosition_;
    Statement pageCount_;
    // Of the file that this one is carried over from, in another's carry().
    Statement findSession_;
    Statement findText_;
    Statement findRule_;

    AuditChain chain_;
    std::int64_t firstSeq_ = 1;
    std::int64_t lastSeq_ = 0;
    std::int64_t checkpointSeq_ = -1;
    std::optional<AuditTime> firstTime_;
    AuditTime lastTime_{};
    std::chrono::microseconds disorder_{};
    std::uint64_t pageBytes_ = 0;
    std::uint64_t bytes_ = 0;

    WordNumbers kinds_{}, protocols_{}, forms_{}, verdicts_{}, stages_{}, layers_{}, closers_{},
        reasons_{}, actions_{};
    std::int64_t inspect_ = 0; // dict; 0: not asked for yet
    std::unordered_map<std::int64_t, std::int64_t> translatedTexts_;
    std::unordered_map<std::int64_t, std::int64_t> translatedRules_;
    std::string text_; // of the row under way
};

} // namespace sallyport::db
