// PolicyStore: the policy's versions in policy.db, each one JSON document, with the draft of the
// next one and the hits of their rows.
//
// A version never changes once written; publishing adds one. Knows that a policy is a document that
// refers to lists, and nothing of what its rules mean. One thread at a time; several processes at
// once. What differs between two versions is not kept: PolicyDifference works it out.
#pragma once

#include "db/Database.h"
#include "db/ListBinding.h"
#include "db/RowHits.h"
#include "policy/PolicyDocument.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::db {

class PolicyStore {
public:
    static constexpr std::string_view FileName = "policy.db";
    using Time = std::chrono::sys_time<std::chrono::microseconds>;

    /// How a version came to be.
    enum class Kind : std::uint8_t {
        Import,    ///< a document from outside
        Publish,   ///< the draft
        Rollback,  ///< an earlier version again, with the content that its lists had
        Republish, ///< the version in force with the newest content of its lists
    };

    /// A version without its document.
    struct VersionEntry {
        std::uint32_t number = 0;
        std::uint32_t parent = 0; ///< the version its document was made from; 0: none
        Kind kind = Kind::Import;
        Time created;
        std::string who;
        std::string note;
        std::string testOverride; ///< why failing tests did not stop it; empty: not overridden
        std::string documentHash; ///< SHA-256, hexadecimal
    };
    struct Version : VersionEntry {
        policy::PolicyDocument document;
        std::vector<ListBinding> lists; ///< by name
    };

    struct Draft {
        std::uint32_t baseVersion = 0; ///< in force when the draft was begun
        std::string who;
        Time changed;
        policy::PolicyDocument document;
    };

    /// Somebody who changed the draft. `account` is the id of the person in the admin API, empty
    /// for who works by commands.
    struct Author {
        std::string who;
        std::string account;

        friend bool operator==(const Author&, const Author&) = default;
    };
    /// Enough of a draft to tell whether it is still the same.
    struct DraftStamp {
        std::uint32_t baseVersion = 0;
        Time changed;

        friend bool operator==(const DraftStamp&, const DraftStamp&) = default;
    };
    /// A version in force that is to be rolled back unless it is confirmed.
    struct Confirmation {
        std::uint32_t version = 0;
        std::uint32_t backTo = 0; ///< in force before it
        Time deadline;
        std::string who; ///< published it

        friend bool operator==(const Confirmation&, const Confirmation&) = default;
    };

    /// Whether a draft may replace a version that it was not begun from.
    enum class BaseCheck : std::uint8_t { Require, Overrule };

    /// What is about to count.
    enum class Change : std::uint8_t { Version, DraftSaved, DraftDiscarded, Confirmed };
    using BeforeCommit = std::function<void(const PolicyStore&, Change)>;

    /// Opens or makes `file`. Throws DatabaseError.
    explicit PolicyStore(const std::filesystem::path& file);
    /// Takes an open connection for writing.
    explicit PolicyStore(Database database);

    /// Done as the last step of each change by this object, while it can still fail: what it throws
    /// is thrown on, and nothing has changed then. Sees the new version or draft, and a draft that
    /// is being discarded.
    void beforeCommit(BeforeCommit step) { beforeCommit_ = std::move(step); }

    /// Writes PolicyDocument::initial() as version 1 if there is no version yet.
    void ensureInitial();

    /// The version in force. These two throw DatabaseError if there is no such version or it is not
    /// what was once written (Corrupt, naming the version), PolicyError if this program cannot read
    /// the document.
    [[nodiscard]] Version current() const;
    [[nodiscard]] Version version(std::uint32_t number) const;
    /// The newest, which is in force, first.
    [[nodiscard]] std::vector<VersionEntry> versions() const;
    /// The number of the version in force, 0 if there is none: cheap enough to be asked several
    /// times a second.
    [[nodiscard]] std::uint32_t changeStamp() const;

    // Each adds a version, in force from now on, and returns its number. All or nothing. A document
    // that equals the one in force makes a version, too.

    /// Throws PolicyError if the document refers to a list that there is not. `testOverride` is the
    /// reason why failing tests did not stop it, otherwise empty.
    std::uint32_t publish(const policy::PolicyDocument& document, std::string_view who,
                          std::string_view note, std::string_view testOverride = {});
    std::uint32_t republish(std::string_view who, std::string_view note,
                            std::string_view testOverride = {});
    /// With the newest content of this list alone; the others keep what they had, and a draft of
    /// the version in force becomes one of the new version. 0: the version in
    /// force does not refer to it or has that content already, and nothing has changed.
    std::uint32_t republishList(std::string_view list, std::string_view who, std::string_view note);
    std::uint32_t rollBack(std::uint32_t number, std::string_view who, std::string_view note);
    /// `draft` is what draft() gave and the caller has checked; it is the draft no longer
    /// afterwards. Throws DatabaseError (Refused) if it was changed since, or if another version
    /// than its base is in force. With `confirmBy` the version awaits a confirmation until then.
    std::uint32_t publishDraft(const Draft& draft, BaseCheck check, std::string_view who,
                               std::string_view note, std::string_view testOverride = {},
                               std::optional<Time> confirmBy = std::nullopt);

    /// What awaits to be confirmed; any further version ends that. Rolling back when the time has
    /// come is the caller's.
    [[nodiscard]] std::optional<Confirmation> confirmation() const;
    /// Throws DatabaseError (Refused) if this version does not await it.
    void confirm(std::uint32_t number);

    [[nodiscard]] std::optional<Draft> draft() const;
    /// Begins a draft on the version in force, or replaces the document of the one there is, whose
    /// base stays.
    void saveDraft(const policy::PolicyDocument& document, std::string_view who);
    /// Changes the draft, or begins one on the version in force, in one step: what others change
    /// meanwhile stays. What `edit` throws is thrown on; nothing has changed then.
    void editDraft(const std::function<void(policy::PolicyDocument&)>& edit, const Author& by);
    /// The same for one who has looked at the draft of `seen` before (nothing: there was none).
    /// Throws DatabaseError (Outdated) if it is another one by now.
    void changeDraft(const policy::PolicyDocument& document, const Author& by,
                     const std::optional<DraftStamp>& seen);
    /// Cheap enough to be asked with each request.
    [[nodiscard]] std::optional<DraftStamp> draftStamp() const;
    /// Everybody who saved the draft there is.
    [[nodiscard]] std::vector<Author> draftAuthors() const;
    void discardDraft();
    /// Only the one that was looked at. Throws DatabaseError (Outdated) if it is another one by
    /// now.
    void discardDraft(const std::optional<DraftStamp>& seen);

    /// Adds to what is counted so far, on the day of each `lastHit`, or today's where it is zero.
    /// All or nothing.
    void addHits(std::span<const RowHits> hits);
    /// Every row that was ever hit, sorted by `row`.
    [[nodiscard]] std::vector<RowHits> hits() const;
    /// The same with what was counted from that day on; `lastHit` is that of all times.
    [[nodiscard]] std::vector<RowHits> hitsSince(std::chrono::sys_days day) const;
    /// Hits of a row on a day.
    struct DayHits {
        std::string row;
        std::chrono::sys_days day;
        std::uint64_t hits = 0;
        std::uint64_t wouldHits = 0;
    };
    /// From that day on, sorted by row and day; days without any are missing.
    [[nodiscard]] std::vector<DayHits> hitsByDay(std::chrono::sys_days day) const;
    /// As hitsSince(), without what was counted before a row's last reset.
    [[nodiscard]] std::vector<RowHits> hitsShownSince(std::chrono::sys_days day) const;
    /// Counts these rows from now on, as hitsShownSince() gives them. `step` is the last one: what
    /// it throws is thrown on, and nothing has changed then.
    void resetHits(std::span<const std::string> rows, Time now, const std::function<void()>& step);
    /// When rows were reset last, by name; those that never were are missing.
    [[nodiscard]] std::map<std::string, Time> hitResets() const;

private:
    struct NewVersion;

    [[nodiscard]] std::vector<ListBinding> listBindingsFor(const policy::PolicyDocument& document);
    [[nodiscard]] std::vector<ListBinding> listsOf(std::uint32_t version) const;
    std::uint32_t insert(const NewVersion& version);
    void storeDraft(std::string_view document, const Author& by);
    void awaitConfirmation(const Confirmation& awaited);
    void commit(Transaction& transaction, Change change) const;
    void discardDraft(Transaction& transaction);

    Database database_;
    mutable Statement newest_;
    BeforeCommit beforeCommit_;
};

/// "import", "publish", "rollback", "republish".
[[nodiscard]] std::string_view versionKindName(PolicyStore::Kind);

} // namespace sallyport::db
