// AuditSearch: finds sessions in the audit log, newest first, page by page, in both directions.
//
// A session is found by how it stands now (SessionFilter.h). What is rare is found by the indexes
// of sealed files, other things by the blocks of the sessions (SessionBlock.h). Used by one thread
// at a time.
#pragma once

#include "db/AuditFolder.h"
#include "db/AuditReader.h"
#include "db/AuditRecord.h"
#include "db/SessionFilter.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

struct AuditMemory;

struct FoundSession {
    const AuditRecord& begin; ///< its open or decision event
    /// The last event with figures: its close, or while it is open its last update; null: none.
    const AuditRecord* last = nullptr;
    // As they stand now.
    std::string_view verdict;
    std::string_view ruleId;
    std::string_view ruleName;
    std::string_view ruleLayer;
    std::string_view reason; ///< empty while it is open
    std::optional<std::uint32_t> policyVersion;
    SessionOutcome outcome = SessionOutcome::Allow;
    SessionState state = SessionState::Open; ///< Open, Ended or Refused

    [[nodiscard]] bool isOpen() const { return !begin.end && !(last && last->end); }
};

struct SearchPage {
    std::size_t sessions = 0; ///< that were given
    /// Where the next page with older ones begins; empty: there is no other. Set also when the
    /// search was stopped before the page was full.
    std::string nextCursor = {};
    /// Where the page with those that are newer begins, also with those that come later.
    std::string newerCursor = {};
    /// In which they were given: the other one after a newerCursor.
    enum class Order : std::uint8_t { NewestFirst, OldestFirst } order = Order::NewestFirst;
    enum class Ending : std::uint8_t { Full, Exhausted, Stopped } ending = Ending::Exhausted;
    /// Share of the records of the period, newest first, that were gone through up to here.
    double fraction = 1;
};

/// A cursor that is not of this search; the text says so to a person.
class BadCursor : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class AuditSearch {
public:
    static constexpr std::size_t MostOnPage = 500;

    /// Views are valid while it runs.
    using Use = std::function<void(const FoundSession&)>;
    /// Asked every few hundred rows; true: give what there is.
    using Stop = std::function<bool()>;

    /// Throws DatabaseError when there is no such folder. Without `memory` it has its own.
    explicit AuditSearch(const std::filesystem::path& folder,
                         std::shared_ptr<AuditMemory> memory = {});
    ~AuditSearch();
    AuditSearch(AuditSearch&&) noexcept;
    AuditSearch& operator=(AuditSearch&&) noexcept;

    /// Gives at most `limit` (and MostOnPage) sessions, newest first, from `cursor` on; an empty
    /// one is the newest end. Going from nextCursor to nextCursor gives each session once that was
    /// there at the beginning, whatever is added meanwhile. From a newerCursor on it gives those
    /// that follow it, oldest first. Throws BadCursor for a cursor of another filter, and
    /// DatabaseError.
    [[nodiscard]] SearchPage page(const SessionFilter& filter, std::string_view cursor,
                                  std::size_t limit, const Use& use, const Stop& stop = {});

    /// Gives all sessions, newest first.
    SearchPage forEach(const SessionFilter& filter, const Use& use, const Stop& stop = {});

    /// Gives the session whose open or decision event has this seq; false: there is none.
    [[nodiscard]] bool give(std::int64_t seq, const Use& use);

    /// Files that cannot be read, as AuditReader::unreadable().
    [[nodiscard]] const std::vector<UnreadableAuditFile>& unreadable() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace sallyport::db
