// ExportResource: /audit/exports: files made of the audit log as jobs, kept for some days in
// DATA-DIR/exports, and fetched from there.
//
// Each export and each download is an act in the admin trail.
#pragma once

#include "admin/api/Jobs.h"
#include "admin/api/Trail.h"
#include "admin/audit/Privacy.h"
#include "db/AuditExportStore.h"
#include "db/SessionFilter.h"

#include <chrono>
#include <filesystem>
#include <mutex>

namespace sallyport::admin::audit {

class ExportResource {
public:
    static constexpr std::chrono::days KeptFor{7};
    static constexpr std::size_t MostKept = 200;

    ExportResource(std::filesystem::path dataDirectory, Privacy& privacy, api::Jobs& jobs,
                   const api::Trail& trail);

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer list();
    [[nodiscard]] api::Answer create(api::Call& call);
    [[nodiscard]] api::Answer show(const api::Call& call);
    [[nodiscard]] api::Answer download(const api::Call& call);
    [[nodiscard]] api::Answer remove(const api::Call& call);
    [[nodiscard]] Poco::JSON::Object write(db::AuditExportEntry entry,
                                           const db::SessionFilter& filter,
                                           api::Jobs::Progress& progress);
    void keep(const db::AuditExportEntry& entry);
    void dropExpired();
    [[nodiscard]] db::AuditExportEntry require(const api::Call& call);
    [[nodiscard]] std::filesystem::path fileOf(const db::AuditExportEntry& entry) const;

    const std::filesystem::path dataDirectory_;
    Privacy& privacy_;
    api::Jobs& jobs_;
    const api::Trail& trail_;
    std::mutex mutex_;
    db::AuditExportStore store_;
};

} // namespace sallyport::admin::audit
