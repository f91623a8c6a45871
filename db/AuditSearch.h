// AuditSearch: finds sessions in the audit log, newest first, page by page.
//
// A session is found by how it stands now: its verdict and rule are the last ones that the policy
// gave for it, its reason that of its end. In sealed files it goes by their indexes, in others it
// reads backwards. Used by one thread at a time.
#pragma once

#include "db/AuditFolder.h"
#include "db/AuditReader.h"
#include "db/AuditRecord.h"
#include "policy/Network.h"

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

enum class SessionState : std::uint8_t {
    Any,
    Open,    ///< has not ended
    Ended,   ///< was let in, and has ended
    Refused, ///< a decision event: never was a session
};

/// What is asked of a session. Of a list, one must hold; an empty list asks nothing.
struct SessionFilter {
    AuditPeriod period; ///< of its first event
    /// As in the record, or ".example.com": that name and all below it.
    std::vector<std::string> hosts;
    std::string hostText; ///< somewhere in the host; case does not matter
    std::vector<policy::Network> clients;
    std::vector<std::string> users;
    std::vector<std::string> rules; ///< ids or names; "default": the default rows
    std::vector<std::string> verdicts;
    std::vector<std::string> reasons;
    std::vector<std::string> protocols;
    SessionState state = SessionState::Any;
};

struct FoundSession {
    const AuditRecord& begin; ///< its open or decision event
    /// The last event with figures: its close, or while it is open its last update; null: none.
    const AuditRecord* last = nullptr;
    // As they stand now.
    std::string_view verdict;
    std::string_view ruleId;
    std::string_view ruleName;

    [[nodiscard]] bool isOpen() const { return !begin.end && !(last && last->end); }
};

struct SearchPage {
    std::size_t sessions = 0; ///< that were given
    /// Where the next page begins; empty: there is no other. Set also when the search was stopped
    /// before the page was full.
    std::string nextCursor;
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

    /// Throws DatabaseError when there is no such folder.
    explicit AuditSearch(const std::filesystem::path& folder);
    ~AuditSearch();
    AuditSearch(AuditSearch&&) noexcept;
    AuditSearch& operator=(AuditSearch&&) noexcept;

    /// Gives at most `limit` (and MostOnPage) sessions, newest first, from `cursor` on; an empty
    /// one is the newest end. Going from cursor to cursor gives each session once that was there at
    /// the beginning, whatever is added meanwhile. Throws BadCursor for a cursor of another filter,
    /// and DatabaseError.
    [[nodiscard]] SearchPage page(const SessionFilter& filter, std::string_view cursor,
                                  std::size_t limit, const Use& use, const Stop& stop = {});

    /// Gives all sessions, newest first.
    SearchPage forEach(const SessionFilter& filter, const Use& use, const Stop& stop = {});

    /// Files that cannot be read, as AuditReader::unreadable().
    [[nodiscard]] const std::vector<UnreadableAuditFile>& unreadable() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace sallyport::db
