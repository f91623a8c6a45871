// proxyView: the running proxy as the admin server's pages see it: asks the workers by their loops
// and waits for their answers.
#pragma once

#include "admin/live/ProxyView.h"
#include "admin/pac/PacParts.h"
#include "admin/policy/ImpactResource.h"
#include "app/AuditLog.h"
#include "proxy/Worker.h"

#include <memory>
#include <optional>
#include <vector>

namespace sallyport::app {

/// What knows the workers: sessions, terminate, workers, timeBounds. `workers` outlive every call.
[[nodiscard]] admin::live::ProxyView proxyView(std::vector<proxy::Worker*> workers);

/// What publishing a policy would end of what the workers carry. Nothing: one did not answer in
/// time.
[[nodiscard]] std::optional<admin::OpenSessionsAsked>
openSessionsUnder(const std::vector<proxy::Worker*>& workers,
                  const std::shared_ptr<const policy::Policy>& policy);

/// Who has fetched the PAC file from the workers since they began, the latest first. Nothing: one
/// did not answer in time.
[[nodiscard]] std::optional<std::vector<admin::pac::PacFetch>>
pacFetches(const std::vector<proxy::Worker*>& workers);

/// How the log stands; any thread.
[[nodiscard]] admin::live::AuditFigures auditFigures(const AuditLog& log);

} // namespace sallyport::app
