// Server: the process put together: stores, audit writer, workers, admin server; reload, drain,
// stop.
//
// Runs on the main thread, which waits for signals and looks for a newly published policy: now and
// then, and at once when the admin server has published it.
#pragma once

#include "app/AdminSite.h"
#include "app/AuditLog.h"
#include "app/Listening.h"
#include "app/PolicyUptake.h"
#include "app/PolicyWatch.h"
#include "app/RowHitLedger.h"
#include "app/ServerFacts.h"
#include "app/Settings.h"
#include "db/FileLock.h"
#include "proxy/Worker.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
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
    void openAdmin();
    [[nodiscard]] std::vector<proxy::Worker*> workers() const;
    void startThreads();
    void announce() const;
    [[nodiscard]] std::string proxiesText() const; ///< " proxy=HOST:PORT" for each
    void waitForSignals();
    void reload();
    void listenAt(const std::vector<net::Endpoint>& wanted);
    void takeNewPolicy();
    void awaitUptake(std::uint32_t version); ///< on a thread of the admin server
    void tendRowHits();
    void storeRowHits();
    void drain();

    Settings settings_;
    SettingSources sources_;
    std::unique_ptr<db::FileLock> lock_;
    std::unique_ptr<PolicyWatch> policies_;
    std::vector<std::shared_ptr<const policy::Policy>> replaced_; ///< until no worker has them
    RowHitLedger rowHits_;
    std::chrono::steady_clock::time_point nextCollection_;
    std::chrono::steady_clock::time_point nextStoring_;
    std::unique_ptr<PolicyUptake> uptake_; ///< outlives the workers, which tell it
    std::unique_ptr<AuditLog> auditLog_;
    std::atomic<std::size_t> running_ = 0; ///< workers whose threads have not ended
    std::vector<Thread> threads_;
    std::unique_ptr<Listening> listening_;
    ServerFacts facts_;
    std::unique_ptr<AdminSite> admin_; ///< none if it is off; ends before all that it looks at
};

} // namespace sallyport::app
