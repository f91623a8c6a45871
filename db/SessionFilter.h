// SessionFilter: what is asked of the sessions of the audit log. Values only.
//
// A session is taken as it stands now: its verdict and rule are the last ones that the policy gave
// for it, its reason that of its end.
#pragma once

#include "db/AuditEvent.h"
#include "policy/Network.h"
#include "policy/PortRange.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

struct AuditPeriod {
    using Time = AuditTime;
    std::optional<Time> since; ///< included
    std::optional<Time> until; ///< not included

    /// Whether a time from `first` to `last`, both included, may be in it.
    [[nodiscard]] bool meets(Time first, Time last) const
    {
        return (!since || last >= *since) && (!until || first < *until);
    }
};

enum class SessionState : std::uint8_t {
    Any,
    Open,    ///< has not ended
    Ended,   ///< was let in, and has ended
    Refused, ///< a decision event: never was a session
};

/// A session in one word. Deny: the policy refused or ended it; Error: not so, but it failed;
/// Inspect: allowed and looked into; Allow: anything else.
enum class SessionOutcome : std::uint8_t { Allow, Deny, Inspect, Error };
inline constexpr std::array AllSessionOutcomes{SessionOutcome::Allow, SessionOutcome::Deny,
                                               SessionOutcome::Inspect, SessionOutcome::Error};
[[nodiscard]] std::string_view outcomeName(SessionOutcome); ///< "allow", "deny", …
/// Whether a session that ended for this has failed.
[[nodiscard]] bool isFailure(CloseReason);
[[nodiscard]] bool isFailure(std::string_view closeReason);
/// `verdict` and `inspection` as in a record.
[[nodiscard]] SessionOutcome outcomeOf(std::string_view verdict, std::string_view inspection,
                                       std::string_view closeReason);

/// Values that a session may have. In hosts, users and rules "*" stands for any text.
struct SessionValues {
    /// As in the record, or ".example.com": that name and all below it.
    std::vector<std::string> hosts;
    std::vector<policy::Network> clients;
    std::vector<std::string> users; ///< "": nobody signed in
    std::vector<std::string> rules; ///< ids or names; "default": the default rows
    std::vector<std::string> verdicts;
    std::vector<SessionOutcome> outcomes;
    std::vector<std::string> reasons;
    std::vector<std::string> protocols;
    std::vector<policy::PortRange> ports;
    std::vector<std::uint32_t> policyVersions; ///< that decided
};

/// Both included; what is not known is in no bounds.
struct FigureBounds {
    std::optional<std::uint64_t> least;
    std::optional<std::uint64_t> most;

    [[nodiscard]] bool isAsked() const { return least || most; }
    [[nodiscard]] bool hold(const std::optional<std::uint64_t>& figure) const
    {
        return !isAsked() ||
               (figure && (!least || *figure >= *least) && (!most || *figure <= *most));
    }
};

/// Of a list, one must hold; an empty list asks nothing.
struct SessionFilter : SessionValues {
    AuditPeriod period;   ///< of its first event
    std::string hostText; ///< somewhere in the host; case does not matter
    SessionState state = SessionState::Any;
    FigureBounds bytesUp; ///< from the client
    FigureBounds bytesDown;
    FigureBounds bytes; ///< both together
    FigureBounds durationMicroseconds;
    SessionValues without; ///< whose session is left out if it has any of these
};

/// Whether `pattern`, in which "*" stands for any text, is all of `text`; case does not matter.
[[nodiscard]] bool matchesPattern(std::string_view pattern, std::string_view text);
[[nodiscard]] inline bool isPattern(std::string_view text)
{
    return text.find('*') != std::string_view::npos;
}

} // namespace sallyport::db
