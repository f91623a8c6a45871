// AuditPages: all that the API has about the audit log, put together.
#pragma once

#include "admin/audit/AdminEventResource.h"
#include "admin/audit/ExportResource.h"
#include "admin/audit/FiguresResource.h"
#include "admin/audit/FindResource.h"
#include "admin/audit/IntegrityResource.h"
#include "admin/audit/SavedSearchResource.h"
#include "admin/audit/SessionDetailResource.h"
#include "admin/audit/SessionListResource.h"
#include "admin/audit/WhyResource.h"

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace sallyport::admin::audit {

struct AuditPagesSettings {
    std::filesystem::path dataDirectory;
    /// Asked for each call; missing: names are shown, details are not recorded.
    std::function<PrivacySettings()> privacy = {};
    /// What GET /find asks between the pages of the UI and the hosts of the log: rules, lists,
    /// people.
    std::vector<FindSource> find = {};
    WhyResource::Resolve resolve = {};
};

class AuditPages {
public:
    AuditPages(AuditPagesSettings settings, api::Jobs& jobs, const api::Trail& trail);

    void addTo(api::Router& router);
    /// For the health page and the overview.
    [[nodiscard]] const IntegrityState& integrity() const { return integrity_; }
    [[nodiscard]] Privacy& privacy() { return privacy_; }
    /// For others who ask the log.
    [[nodiscard]] LogReaders& readers() { return readers_; }

private:
    [[nodiscard]] std::vector<FindSource> findSources();
    [[nodiscard]] std::vector<FindItem> findHosts(std::string_view text, std::size_t most);

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
    SavedSearchResource searches_;
    ExportResource exports_;
    AdminEventResource events_;
    FindResource find_;
};

} // namespace sallyport::admin::audit
