// RequestFacts: what the policy was told when a recorded session began, before its name was
// resolved. Pure.
#pragma once

#include "db/AuditRecord.h"
#include "policy/FactSheet.h"

#include <optional>

namespace sallyport::admin::audit {

/// Of an event of the session. Nothing: the request could not be read, or is of no kind that the
/// policy decides.
[[nodiscard]] std::optional<policy::FactSheet> requestFacts(const db::AuditRecord& record);

} // namespace sallyport::admin::audit
