// SessionRecord: one event of the audit log about a session, put together from what the session
// knows.
//
// A kind of event is told some of it (AuditEvent.h); the session says what. Owns what the event
// points to beside the session, and lives for as long as it takes to hand the event over.
#pragma once

#include "audit/AuditEvent.h"
#include "policy/Policy.h"
#include "proxy/Session.h"

#include <chrono>
#include <optional>

namespace sallyport::proxy {

class SessionRecord {
public:
    /// The time is now, by the clock on the wall. The session outlives it.
    SessionRecord(const Session& session, audit::EventKind kind);
    SessionRecord(const SessionRecord&) = delete;
    SessionRecord& operator=(const SessionRecord&) = delete;

    /// Who wants what from whom, how the upstream was reached, and the verdict.
    void addFacts();
    void addVerdict();
    /// And how long it lasts, and who was silent.
    void addCounters(const audit::ByteCounts& moved);
    /// All that was seen inside so far.
    void addContents();
    void addFailure(const Failure& failure);
    /// Whoever ended the session before knows better than `end` why.
    void addEnd(const SessionEnd& end);
    /// If a check has cut the session: in the name of what.
    void addCut();
    void addFinding(const policy::inspection::Finding& finding, const Inspection& by);

    [[nodiscard]] const audit::AuditEvent& event() const { return event_; }
    /// Of the event's time.
    [[nodiscard]] policy::WallTime second() const
    {
        return std::chrono::floor<std::chrono::seconds>(event_.time);
    }

private:
    void addReached();
    void addExpired(const ExpiredLimit& expired);
    void addWebSocket();

    const Session& session_;
    audit::AuditEvent event_;
    std::optional<audit::TunnelContents> contents_;
    std::optional<audit::FoundByCheck> found_;
};

} // namespace sallyport::proxy
