// AdminSite: the admin server of a running process: its listener, its API, and what both are told
// of the process.
#pragma once

#include "admin/AdminApi.h"
#include "admin/site/AdminServer.h"
#include "app/AuditLog.h"
#include "app/ServerFacts.h"
#include "app/SettingView.h"
#include "net/IpAddress.h"
#include "proxy/Worker.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::app {

class AdminSite {
public:
    /// Binds where the settings say. Throws as AdminServer does.
    explicit AdminSite(const Settings& settings);
    AdminSite(const AdminSite&) = delete;
    AdminSite& operator=(const AdminSite&) = delete;
    ~AdminSite(); ///< stops

    [[nodiscard]] net::Endpoint address() const;

    /// What it looks at; all outlive it.
    struct Process {
        const ServerFacts& facts;
        SettingSources sources;
        std::vector<proxy::Worker*> workers;
        const AuditLog& auditLog;
        /// Returns when the workers decide by that version, which is the newest, or will not soon.
        std::function<void(std::uint32_t version)> takeUpPolicy;
    };
    /// Opens the stores of the data directory. Throws db::DatabaseError.
    void open(Process process);
    /// Answers from now on.
    void start();
    /// The link by which the first administrator is made; empty: there is one.
    [[nodiscard]] std::string setupLink();
    /// Before the workers end. May be called twice.
    void stop();

private:
    [[nodiscard]] admin::AdminApiParts apiParts();
    [[nodiscard]] admin::pac::PacParts pacParts();
    [[nodiscard]] admin::live::ProxyView view();
    [[nodiscard]] std::string pacFor(std::string_view hostHeader) const;
    [[nodiscard]] std::string pacUrl() const;
    /// Of an address that stands for all of this machine's, the machine's name is what they use.
    [[nodiscard]] std::string asClientsSayIt(const net::Endpoint& endpoint) const;

    const admin::site::SiteCertificate certificate_;
    admin::site::AdminServer server_;
    std::unique_ptr<Process> process_; ///< from open() on
    std::unique_ptr<SettingView> settings_;
    std::unique_ptr<admin::AdminApi> api_;
};

} // namespace sallyport::app
