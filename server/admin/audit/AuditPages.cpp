#include "admin/audit/AuditPages.h"

#include "db/AuditFolder.h"

#include <utility>

namespace sallyport::admin::audit {
namespace {

AuditPagesSettings complete(AuditPagesSettings settings)
{
    if (!settings.privacy)
        settings.privacy = [] { return PrivacySettings{}; };
    return settings;
}

} // namespace

AuditPages::AuditPages(AuditPagesSettings settings, api::Jobs& jobs, const api::Trail& trail)
    : settings_(complete(std::move(settings))),
      readers_(settings_.dataDirectory / db::AuditFolderName), policies_(settings_.dataDirectory),
      privacy_(settings_.privacy, trail), integrity_(settings_.dataDirectory),
      sessions_(readers_, views_, privacy_), detail_(readers_, policies_, privacy_, integrity_),
      figures_(readers_, views_, privacy_, policies_), why_(readers_, policies_, privacy_),
      checks_(settings_.dataDirectory, integrity_, jobs, trail)
{}

void AuditPages::addTo(api::Router& router)
{
    privacy_.addTo(router);
    sessions_.addTo(router);
    detail_.addTo(router);
    figures_.addTo(router);
    why_.addTo(router);
    checks_.addTo(router);
}

} // namespace sallyport::admin::audit
