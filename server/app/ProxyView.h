// proxyView: the running proxy as the admin server's pages see it: asks the workers by their loops
// and waits for their answers.
#pragma once

#include "admin/live/ProxyView.h"
#include "app/AuditLog.h"
#include "proxy/Worker.h"

#include <vector>

namespace sallyport::app {

/// What knows the workers: sessions, terminate, workers, timeBounds. `workers` outlive every call.
[[nodiscard]] admin::live::ProxyView proxyView(std::vector<proxy::Worker*> workers);

/// How the log stands; any thread.
[[nodiscard]] admin::live::AuditFigures auditFigures(const AuditLog& log);

} // namespace sallyport::app
