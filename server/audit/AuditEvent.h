// The audit event under the name the data plane uses: workers know the audit room, not the store
// behind it.
#pragma once

#include "db/AuditEvent.h"

namespace sallyport::audit {

using db::AuditEvent;
using db::AuditTime;
using db::ByteCounts;
using db::CloseBy;
using db::CloseReason;
using db::EventKind;
using db::Form;
using db::FoundByCheck;
using db::InspectionResult;
using db::ReachedBy;
using db::SeenCertificate;
using db::SeenTls;
using db::SeenWebSocket;
using db::SessionId;
using db::Sight;
using db::Silence;
using db::StreamDigests;
using db::TcpFigures;
using db::toText;
using db::TunnelContents;

} // namespace sallyport::audit
