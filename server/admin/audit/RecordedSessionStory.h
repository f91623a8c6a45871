// RecordedSessionStory: all that is known of one session: its events, how it stands, and what the
// policy that decided says to it again.
#pragma once

#include "admin/audit/LogReaders.h"
#include "admin/audit/RecordFields.h"
#include "admin/audit/RecordedFacts.h"
#include "admin/audit/RecordedPolicies.h"
#include "admin/audit/WhySentence.h"
#include "policy/Explanation.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::audit {

/// The one session whose id begins so: at least 8 hexadecimal digits, with or without "-". Throws
/// ApiError: Validation, NotFound, or Conflict with "candidates".
[[nodiscard]] db::RecordedSession requireSession(const db::AuditReader& log, std::string_view id);

class RecordedSessionStory {
public:
    static constexpr std::size_t MostEvents = 200;

    /// Reads it. Throws ApiError (NotFound) if it is gone meanwhile.
    RecordedSessionStory(LogReaders& readers, RecordedPolicies& policies,
                         const db::RecordedSession& session, const Onlooker& onlooker);

    [[nodiscard]] const StandingSession& standing() const { return standing_; }
    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] const std::string& time() const { return time_; }
    [[nodiscard]] std::uint64_t firstSeq() const { return firstSeq_; }
    [[nodiscard]] std::uint64_t lastSeq() const { return lastSeq_; }
    [[nodiscard]] std::optional<std::uint32_t> policyVersion() const { return version_; }
    [[nodiscard]] const std::optional<policy::FactSheet>& facts() const { return facts_.sheet(); }
    [[nodiscard]] WhySentence why() const;

    void writeRow(JsonWriter& json) const { json.raw(row_); }
    void writeGroups(JsonWriter& json) const { json.raw(groups_); }
    void writeEvents(JsonWriter& json) const;
    [[nodiscard]] std::size_t eventsLeftOut() const { return eventsLeftOut_; }
    /// The schema AuditConsidered.
    void writeConsidered(JsonWriter& json) const;

private:
    void readEvents(LogReaders& readers, const db::RecordedSession& session,
                    const Onlooker& onlooker);
    void keepEvent(const db::AuditRecord& record, const Onlooker& onlooker);
    void askAgain(RecordedPolicies& policies);

    std::string id_;
    std::string time_;
    std::uint64_t firstSeq_ = 0;
    std::uint64_t lastSeq_ = 0;
    StandingSession standing_;
    std::optional<std::uint32_t> version_;
    RecordedFacts facts_;
    std::string row_;
    std::string groups_;
    std::vector<std::string> firstEvents_;
    std::vector<std::string> lastEvents_; ///< a ring once it is full
    std::size_t eventsLeftOut_ = 0;

    std::shared_ptr<const policy::Policy> policy_; ///< null: notAskedWhy_ says why
    std::optional<policy::Explanation> explanation_;
    std::string notAskedWhy_;
};

} // namespace sallyport::admin::audit
