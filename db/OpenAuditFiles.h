// OpenAuditFiles: the files of the audit log as those who read see them, a bounded number open.
//
// Files that somebody may want to seal are not kept open: sealing needs them for itself for a
// moment.
#pragma once

#include "db/AuditEventLinks.h"
#include "db/AuditFolder.h"
#include "db/AuditNames.h"
#include "db/AuditReader.h"
#include "db/AuditRows.h"
#include "db/Database.h"
#include "db/HostNames.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

struct AuditMemory;

/// Both included; empty when last < first.
struct SeqRange {
    std::int64_t first = 0;
    std::int64_t last = -1;

    [[nodiscard]] bool isEmpty() const { return last < first; }
};

class OpenAuditFile {
public:
    /// `hosts` must outlive it. Throws DatabaseError.
    OpenAuditFile(const AuditFile& file, HostNames& hosts);

    [[nodiscard]] const AuditFile& about() const { return about_; }
    /// What is known of it by now.
    void learn(const AuditFile& file) { about_ = file; }
    [[nodiscard]] bool isSealed() const { return about_.sealed.has_value(); }
    [[nodiscard]] SeqRange seqs() const;
    /// Holds all records of the period, and few others.
    [[nodiscard]] SeqRange seqsOf(const AuditPeriod& period);
    /// Of the newest record by now.
    [[nodiscard]] std::uint64_t lastSeq();

    [[nodiscard]] const Database& database() const { return database_; }
    [[nodiscard]] AuditNames& names() { return names_; }
    [[nodiscard]] AuditRows& rows() { return rows_; }
    /// Others, for those who need two records at once.
    [[nodiscard]] AuditRows& otherRows() { return otherRows_; }
    /// Of a file that is not sealed.
    [[nodiscard]] AuditEventLinks& links() { return links_; }

    /// The statement of this text, which must live on, as literals do: prepared once, and reset.
    [[nodiscard]] Statement& prepared(std::string_view text);
    [[nodiscard]] bool hasSession(std::int64_t seq);
    [[nodiscard]] std::shared_ptr<const HostNames::OfFile> hosts()
    {
        return hosts_.of(database_, seqs().first);
    }
    /// The number of such a name; missing: no record has it.
    [[nodiscard]] std::optional<std::int64_t> numberOf(std::string_view kind,
                                                       std::string_view text);

private:
    struct Place {
        std::int64_t seq = 0;
        std::int64_t time = 0;
    };
    /// The first record from this seq on; missing: there is none.
    [[nodiscard]] std::optional<Place> from(std::int64_t seq);

    AuditFile about_;
    HostNames& hosts_;
    Database database_;
    AuditNames names_;
    AuditRows rows_;
    AuditRows otherRows_;
    AuditEventLinks links_;
    std::unordered_map<const char*, Statement> prepared_;
};

class OpenAuditFiles {
public:
    static constexpr std::size_t MostOpen = 8;

    /// Without `memory` it has its own.
    explicit OpenAuditFiles(std::filesystem::path folder, std::shared_ptr<AuditMemory> memory = {});
    ~OpenAuditFiles();
    OpenAuditFiles(const OpenAuditFiles&) = delete;
    OpenAuditFiles& operator=(const OpenAuditFiles&) = delete;

    /// Looks again at the folder. Oldest first; valid until the next call.
    [[nodiscard]] const std::vector<AuditFile>& list();
    /// Null: the file was deleted meanwhile. Shared, because others that are opened may push it out
    /// while it is read. Throws DatabaseError.
    [[nodiscard]] std::shared_ptr<OpenAuditFile> open(const AuditFile& file);
    /// 0: there is no record. Costs little when there is no new file.
    [[nodiscard]] std::uint64_t lastSeq();

    [[nodiscard]] AuditMemory& memory() { return *memory_; }
    [[nodiscard]] const std::vector<UnreadableAuditFile>& unreadable() const
    {
        return folder_.unreadable();
    }

private:
    AuditFolder folder_;
    std::shared_ptr<AuditMemory> memory_;
    std::vector<AuditFile> files_;
    std::vector<std::filesystem::path> paths_;         // when lastSeq() looked last
    std::vector<std::shared_ptr<OpenAuditFile>> open_; // used last: at the end
};

} // namespace sallyport::db
