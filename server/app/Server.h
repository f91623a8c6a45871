// Server: the process put together: stores, audit writer, workers, admin server; reload, drain,
// stop.
//
// Runs on the main thread, which waits for signals and looks for a newly published policy.
#pragma once

#include "admin/AdminServer.h"
#include "app/Settings.h"
#include "audit/AuditWriter.h"
#include "db/AuditStore.h"
#include "db/FileLock.h"
#include "db/PolicyStore.h"
#include "net/OwnEndpoints.h"
#include "proxy/Worker.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sallyport::app {

/// Keeps SIGTERM, SIGINT and SIGHUP for Server::run(). Call it before any thread is started.
void blockHandledSignals();

class Server {
public:
    /// Opens the data directory and binds every listener. Throws when that fails; nothing runs
    /// then.
    Server(Settings settings, SettingSources sources);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Until SIGTERM or SIGINT and the drain after it.
    void run();

private:
    struct Thread {
        std::unique_ptr<proxy::Worker> worker;
        std::thread thread;
    };

    void openStores();
    void makeWorkers();
    void makeAdmin();
    void startThreads();
    void announce() const;
    void waitForSignals();
    void reload();
    void takeNewPolicy();
    void drain();
    [[nodiscard]] std::string pacFor(std::string_view hostHeader) const;

    Settings settings_;
    SettingSources sources_;
    std::unique_ptr<db::FileLock> lock_;
    std::unique_ptr<db::PolicyStore> policies_;
    std::uint32_t policyStamp_ = 0;
    std::shared_ptr<const policy::Policy> policy_;
    std::unique_ptr<db::AuditStore> auditStore_;
    std::unique_ptr<audit::AuditQueue> auditQueue_;
    std::unique_ptr<audit::AuditWriter> auditWriter_;
    net::OwnEndpoints ownEndpoints_;
    std::vector<net::Endpoint> proxyEndpoints_;
    std::atomic<std::size_t> running_ = 0; ///< workers whose threads have not ended
    std::vector<Thread> threads_;
    mutable std::mutex pacMutex_; ///< the admin server's threads read what a reload writes
    policy::PacSettings pac_;
    std::unique_ptr<admin::AdminServer> admin_;
};

} // namespace sallyport::app
