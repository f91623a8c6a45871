#include "db/AuditEvent.h"

namespace sallyport::db {

std::string_view eventKindName(EventKind kind)
{
    switch (kind) {
    case EventKind::Open:
        return "open";
    case EventKind::Update:
        return "update";
    case EventKind::Close:
        return "close";
    case EventKind::Decision:
        return "decision";
    case EventKind::Alert:
        return "alert";
    case EventKind::Admin:
        return "admin";
    case EventKind::Checkpoint:
        return "checkpoint";
    }
    return "";
}

std::string_view formName(Form form)
{
    switch (form) {
    case Form::None:
        return "";
    case Form::Connect:
        return "connect";
    case Form::Upgrade:
        return "upgrade";
    case Form::Absolute:
        return "absolute";
    case Form::Origin:
        return "origin";
    }
    return "";
}

std::string_view closeByName(CloseBy by)
{
    switch (by) {
    case CloseBy::None:
        return "";
    case CloseBy::Client:
        return "client";
    case CloseBy::Upstream:
        return "upstream";
    case CloseBy::Proxy:
        return "proxy";
    case CloseBy::Policy:
        return "policy";
    case CloseBy::Admin:
        return "admin";
    }
    return "";
}

std::string_view closeReasonName(CloseReason reason)
{
    switch (reason) {
    case CloseReason::None:
        return "";
    case CloseReason::Done:
        return "done";
    case CloseReason::ClientReset:
        return "client-reset";
    case CloseReason::UpstreamReset:
        return "upstream-reset";
    case CloseReason::ClientEnded:
        return "client-ended";
    case CloseReason::UpstreamEnded:
        return "upstream-ended";
    case CloseReason::IdleTimeout:
        return "idle-timeout";
    case CloseReason::DurationLimit:
        return "duration-limit";
    case CloseReason::ByteLimit:
        return "byte-limit";
    case CloseReason::HeadTimeout:
        return "head-timeout";
    case CloseReason::BodyTimeout:
        return "body-timeout";
    case CloseReason::ResponseTimeout:
        return "response-timeout";
    case CloseReason::ConnectRefused:
        return "connect-refused";
    case CloseReason::ConnectTimeout:
        return "connect-timeout";
    case CloseReason::ConnectFailed:
        return "connect-failed";
    case CloseReason::DnsFailure:
        return "dns-failure";
    case CloseReason::BadRequest:
        return "bad-request";
    case CloseReason::BadResponse:
        return "bad-response";
    case CloseReason::LoopDetected:
        return "loop-detected";
    case CloseReason::TooManyConnections:
        return "too-many-connections";
    case CloseReason::NotSupported:
        return "not-supported";
    case CloseReason::Denied:
        return "denied";
    case CloseReason::PolicyRevoked:
        return "policy-revoked";
    case CloseReason::Cut:
        return "cut";
    case CloseReason::Terminated:
        return "terminated";
    case CloseReason::Drained:
        return "drained";
    case CloseReason::ProcessLost:
        return "process-lost";
    case CloseReason::Internal:
        return "internal";
    }
    return "";
}

std::string toText(const SessionId& id)
{
    static constexpr char Digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += Digits[id[i] >> 4];
        text += Digits[id[i] & 15];
    }
    return text;
}

} // namespace sallyport::db
