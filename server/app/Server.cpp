#include "app/Server.h"

#include "app/AlertKey.h"
#include "app/Logging.h"
#include "app/ProxyPieces.h"
#include "net/IpAddress.h"

#include <Poco/Logger.h>
#include <Poco/String.h>

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <utility>

namespace sallyport::app {

namespace {

/// How often a policy that another process published is looked for: it is in force well within a
/// second. This one's admin server says when it has published.
constexpr timespec PolicyPoll{.tv_sec = 0, .tv_nsec = 250'000'000};
/// How often the workers' hit counters are collected: the most that a sudden end loses of them.
constexpr auto RowHitInterval = std::chrono::seconds(5);
/// Asks the main thread to look now.
constexpr int LookForPolicy = SIGUSR1;
/// How long the admin server waits for a policy that it published: lists of millions of hosts take
/// seconds to compile.
constexpr auto UptakePatience = std::chrono::seconds(5);
/// How soon after the last tunnel's end the process goes on to end itself.
constexpr timespec DrainPoll{.tv_sec = 0, .tv_nsec = 20'000'000};

Poco::Logger& logger()
{
    return Poco::Logger::get("server");
}

sigset_t handledSignals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, LookForPolicy})
        sigaddset(&set, signal);
    return set;
}

/// The same snapshot with a reference count of its own, so that workers do not share a cache line.
std::shared_ptr<const policy::Policy> privately(const std::shared_ptr<const policy::Policy>& policy)
{
    return {policy.get(), [keep = policy](const policy::Policy*) {}};
}

std::string listedOrNone(const std::vector<std::string>& names)
{
    return names.empty() ? "none" : Poco::cat(std::string(", "), names.begin(), names.end());
}

} // namespace

Server::Server(Settings settings, SettingSources sources)
    : settings_(std::move(settings)), sources_(std::move(sources)), facts_(settings_)
{
    openStores();
    if (settings_.adminListen)
        admin_ = std::make_unique<AdminSite>(settings_);
    makeWorkers();
    openAdmin();
}

Server::~Server()
{
    for (auto& entry : threads_) {
        if (entry.thread.joinable()) {
            entry.worker->stop();
            entry.thread.join();
        }
    }
    auditLog_->stop(); // it wakes workers, which are destroyed next
}

void Server::openStores()
{
    const auto& directory = settings_.dataDirectory;
    if (std::filesystem::create_directories(directory))
        std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
    lock_ =
        std::make_unique<db::FileLock>(directory / "server.lock", "serving this data directory");
    policies_ = std::make_unique<PolicyWatch>(directory / db::PolicyStore::FileName);
    facts_.setPolicy(policies_->policy(), {});

    auditLog_ = std::make_unique<AuditLog>(settings_);
}

void Server::makeWorkers()
{
    const auto connections = connectionsPerWorker(settings_, raiseDescriptorLimit());
    const auto options = std::make_shared<const proxy::ProxyOptions>(proxyOptions(settings_));
    const auto alertKey = loadAlertKey(settings_.dataDirectory / AlertKeyFile);
    for (unsigned i = 0; i < settings_.workers; ++i) {
        proxy::WorkerParts parts{.options = options,
                                 .policy = privately(policies_->policy()),
                                 .resolver = resolverOptions(settings_),
                                 .dial = dialOptions(settings_),
                                 .keepAlive = keepAliveOf(settings_),
                                 .maxConnections = connections,
                                 .audit = &auditLog_->lane(i),
                                 .inflateBytes = settings_.inflateMemory / settings_.workers,
                                 .digestKey = alertKey};
        threads_.push_back({std::make_unique<proxy::Worker>(std::move(parts)), {}});
    }
    uptake_ = std::make_unique<PolicyUptake>(threads_.size(), policies_->policy()->version(),
                                             [] { ::kill(::getpid(), LookForPolicy); });
    listening_ = std::make_unique<Listening>(workers(), admin_ ? std::optional(admin_->address())
                                                               : std::nullopt);
    listenAt(settings_.listen);
}

void Server::listenAt(const std::vector<net::Endpoint>& wanted)
{
    listening_->change(wanted);
    facts_.setProxies(listening_->endpoints());
}

std::vector<proxy::Worker*> Server::workers() const
{
    std::vector<proxy::Worker*> all;
    for (const auto& entry : threads_)
        all.push_back(entry.worker.get());
    return all;
}

void Server::openAdmin()
{
    if (!admin_)
        return;
    admin_->open({.facts = facts_,
                  .sources = sources_,
                  .workers = workers(),
                  .auditLog = *auditLog_,
                  .takeUpPolicy = [this](std::uint32_t version) { awaitUptake(version); }});
}

void blockHandledSignals()
{
    const auto signals = handledSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void Server::run()
{
    startThreads();
    announce();
    waitForSignals();
    drain();
}

void Server::startThreads()
{
    auditLog_->start();
    for (auto& entry : threads_) {
        ++running_;
        entry.thread = std::thread([this, &worker = *entry.worker] {
            try {
                worker.run();
            } catch (const std::exception& problem) {
                poco_critical_f1(logger(), "a worker ended: %s", std::string(problem.what()));
                ::kill(::getpid(), SIGTERM);
            }
            --running_;
        });
    }
    facts_.setStage(ServerFacts::Stage::Serving);
    if (admin_)
        admin_->start();
}

std::string Server::proxiesText() const
{
    std::string text;
    for (const auto& endpoint : listening_->endpoints())
        text += " proxy=" + endpoint.toString();
    return text;
}

void Server::announce() const
{
    std::string text = "ready" + proxiesText();
    if (admin_)
        text += " admin=" + admin_->address().toString();
    poco_information(logger(), text);
    const auto link = admin_ ? admin_->setupLink() : std::string();
    if (!link.empty()) {
        poco_information(logger(), "nobody can sign in yet; within 30 minutes, make the first "
                                   "administrator at " +
                                       link);
    }
}

void Server::waitForSignals()
{
    const auto signals = handledSignals();
    while (true) {
        const int signal = sigtimedwait(&signals, nullptr, &PolicyPoll);
        if (signal == SIGTERM || signal == SIGINT)
            return;
        if (signal == SIGHUP)
            reload();
        takeNewPolicy();
        tendRowHits();
    }
}

void Server::takeNewPolicy()
{
    // Taking the tables of a million hosts apart takes some milliseconds: not on a worker.
    std::erase_if(replaced_, [](const auto& policy) { return policy.use_count() == 1; });
    const auto before = policies_->policy();
    const bool isAnother = policies_->look();
    facts_.setPolicy(policies_->policy(), policies_->complaint());
    if (!policies_->complaint().empty())
        uptake_->standsInTheWay();
    if (!isAnother)
        return;
    replaced_.push_back(before);
    const auto& policy = policies_->policy();
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        auto& worker = *threads_[i].worker;
        worker.setPolicy(privately(policy));
        worker.report(
            [this, i](const proxy::WorkerReport& now) { uptake_->decides(i, now.policyVersion); });
    }
    poco_information_f1(logger(), "policy version %u is in force", policy->version());
}

void Server::awaitUptake(std::uint32_t version)
{
    const auto outcome = uptake_->await(version, UptakePatience);
    if (outcome == PolicyUptake::Outcome::NotYet) {
        poco_warning_f1(logger(), "policy version %u is not in force yet", version);
    }
}

void Server::tendRowHits()
{
    const auto now = std::chrono::steady_clock::now();
    if (now >= nextCollection_) {
        nextCollection_ = now + RowHitInterval;
        for (auto& entry : threads_)
            entry.worker->collectCounts(
                [this](const proxy::HitCounts& counts) { rowHits_.add(counts); });
    }
    if (now >= nextStoring_)
        storeRowHits();
}

void Server::storeRowHits()
{
    const auto hits = rowHits_.take();
    if (hits.empty())
        return;
    try {
        policies_->addHits(hits);
    } catch (const std::exception& problem) {
        rowHits_.put(hits);
        nextStoring_ = std::chrono::steady_clock::now() + RowHitInterval;
        poco_warning_f1(logger(), "hit counters could not be stored, trying again: %s",
                        std::string(problem.what()));
    }
}

void Server::reload()
{
    auditLog_->reopen();
    ReloadedSettings reloaded;
    try {
        reloaded = reloadSettings(settings_, sources_);
        if (reloaded.settings.listen != settings_.listen) {
            listenAt(reloaded.settings.listen);
            poco_information(logger(), "clients connect at" + proxiesText());
        }
    } catch (const std::exception& problem) {
        poco_error_f1(logger(), "the settings stay as they were: %s", std::string(problem.what()));
        return;
    }
    settings_ = std::move(reloaded.settings);
    setLogLevel(settings_.logLevel);
    const auto options = std::make_shared<const proxy::ProxyOptions>(proxyOptions(settings_));
    for (auto& entry : threads_)
        entry.worker->setOptions(options);
    facts_.setSettings(settings_);
    if (!reloaded.needRestart.empty()) {
        poco_warning_f1(logger(), "these settings change only with a restart: %s",
                        listedOrNone(reloaded.needRestart));
    }
    poco_information_f1(logger(), "settings read again; changed: %s",
                        listedOrNone(reloaded.changed));
}

void Server::drain()
{
    poco_information(logger(), "stopping: no new clients; waiting for requests and tunnels");
    facts_.setStage(ServerFacts::Stage::Draining);
    uptake_->close();
    for (auto& entry : threads_)
        entry.worker->drain(settings_.drainTimeout);
    const auto signals = handledSignals();
    while (running_ > 0) {
        tendRowHits();
        const int signal = sigtimedwait(&signals, nullptr, &DrainPoll);
        if (signal != SIGTERM && signal != SIGINT)
            continue;
        poco_information(logger(), "stopping at once: a second signal");
        for (auto& entry : threads_)
            entry.worker->endNow();
    }
    if (admin_)
        admin_->stop();
    for (auto& entry : threads_) {
        entry.thread.join();
        rowHits_.add(entry.worker->takeCounts());
    }
    storeRowHits();
    auditLog_->stop();
    poco_information(logger(), "stopped");
}

} // namespace sallyport::app
