#include "db/SessionFilter.h"

#include "policy/Ascii.h"

#include <algorithm>

namespace sallyport::db {

std::string_view outcomeName(SessionOutcome outcome)
{
    switch (outcome) {
    case SessionOutcome::Allow:
        return "allow";
    case SessionOutcome::Deny:
        return "deny";
    case SessionOutcome::Inspect:
        return "inspect";
    case SessionOutcome::Error:
        return "error";
    }
    return "";
}

// Resets are no failure: most tunnels are ended by one side or the other.
bool isFailure(CloseReason reason)
{
    switch (reason) {
    case CloseReason::UpstreamEnded:
    case CloseReason::HeadTimeout:
    case CloseReason::BodyTimeout:
    case CloseReason::ResponseTimeout:
    case CloseReason::ConnectRefused:
    case CloseReason::ConnectTimeout:
    case CloseReason::ConnectFailed:
    case CloseReason::DnsFailure:
    case CloseReason::BadRequest:
    case CloseReason::BadResponse:
    case CloseReason::LoopDetected:
    case CloseReason::TooManyConnections:
    case CloseReason::NotSupported:
    case CloseReason::Internal:
        return true;
    case CloseReason::None:
    case CloseReason::Done:
    case CloseReason::ClientReset:
    case CloseReason::UpstreamReset:
    case CloseReason::ClientEnded:
    case CloseReason::IdleTimeout:
    case CloseReason::DurationLimit:
    case CloseReason::ByteLimit:
    case CloseReason::Denied:
    case CloseReason::PolicyRevoked:
    case CloseReason::Cut:
    case CloseReason::Terminated:
    case CloseReason::Drained:
    case CloseReason::ProcessLost:
        return false;
    }
    return false;
}

bool isFailure(std::string_view closeReason)
{
    for (int value = 0; value <= static_cast<int>(CloseReason::Internal); ++value)
        if (const auto reason = static_cast<CloseReason>(value);
            closeReasonName(reason) == closeReason)
            return isFailure(reason);
    return false;
}

SessionOutcome outcomeOf(std::string_view verdict, std::string_view inspection,
                         std::string_view closeReason)
{
    if (verdict == "deny")
        return SessionOutcome::Deny;
    if (isFailure(closeReason))
        return SessionOutcome::Error;
    if (verdict == "allow" && inspection == policy::actionName(policy::Action::Observe))
        return SessionOutcome::Inspect;
    return SessionOutcome::Allow;
}

// Goes back to the last "*" when what follows it does not fit: that is enough, as an earlier one
// could only take what the last one can take, too.
bool matchesPattern(std::string_view pattern, std::string_view text)
{
    std::size_t at = 0;
    std::size_t in = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resumed = 0;
    while (in < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            resumed = in;
        } else if (at < pattern.size() &&
                   policy::toLower(pattern[at]) == policy::toLower(text[in])) {
            ++at;
            ++in;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            in = ++resumed;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*')
        ++at;
    return at == pattern.size();
}

} // namespace sallyport::db
