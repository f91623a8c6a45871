// AuditPages: all that the API has about the audit log, put together.
#pragma once

#include "admin/audit/FiguresResource.h"
#include "admin/audit/IntegrityResource.h"
#include "admin/audit/SessionDetailResource.h"
#include "admin/audit/SessionListResource.h"
#include "admin/audit/WhyResource.h"

#include <filesystem>
#include <functional>

namespace sallyport::admin::audit {

struct AuditPagesSettings {
    std::filesystem::path dataDirectory;
    /// Asked for each call; missing: names are shown, details are not recorded.
    std::function<PrivacySettings()> privacy = {};
};

class AuditPages {
public:
    /// The audit folder must be there already.
    AuditPages(AuditPagesSettings settings, api::Jobs& jobs, const api::Trail& trail);

    void addTo(api::Router& router);
    /// For the health page and the overview.
    [[nodiscard]] const IntegrityState& integrity() const { return integrity_; }
    /// For others who ask the log.
    [[nodiscard]] LogReaders& readers() { return readers_; }

private:
    AuditPagesSettings settings_;
    LogReaders readers_;
    Views views_;
    RecordedPolicies policies_;
    Privacy privacy_;
    IntegrityState integrity_;
    SessionListResource sessions_;
    SessionDetailResource detail_;
    FiguresResource figures_;
    WhyResource why_;
    IntegrityResource checks_;
};

} // namespace sallyport::admin::audit
