// The audit log when things go wrong: processes killed under load, a disk that is full, a file that
// is taken away or damaged, a database that somebody holds.
#include "support/BuildKind.h"
#include "support/Exchange.h"
#include "support/Program.h"
#include "support/ProxyProcess.h"
#include "support/TestOrigin.h"

#include <gmock/gmock.h>

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace sallyport::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// Clients that open tunnels and ask for pages, one after the other, until they are stopped. What
/// they send as User-Agent names each session.
class Load {
public:
    Load(std::uint16_t proxyPort, std::string origin, std::string name)
        : port_(proxyPort), origin_(std::move(origin)), name_(std::move(name))
    {
        for (int i = 0; i < Threads; ++i)
            threads_.emplace_back([this, i] { run(i); });
    }
    ~Load()
    {
        stopped_ = true;
        for (auto& thread : threads_)
            thread.join();
    }

    /// Names of sessions whose clients were told yes.
    [[nodiscard]] std::set<std::string> admitted() const
    {
        const std::lock_guard lock(mutex_);
        return admitted_;
    }

private:
    static constexpr int Threads = 4;

    void run(int thread)
    {
        for (int i = 0; !stopped_; ++i) {
            const std::string name = name_ + "-" + std::to_string(thread) + "-" + std::to_string(i);
            try {
                RawClient client(port_);
                const bool tunnel = i % 2 == 0;
                client.send((tunnel ? "CONNECT " + origin_ : "GET http://" + origin_ + "/") +
                            " HTTP/1.1\r\nHost: " + origin_ + "\r\nUser-Agent: " + name +
                            "\r\n\r\n");
                if (client.receiveHead().starts_with("HTTP/1.1 200")) {
                    const std::lock_guard lock(mutex_);
                    admitted_.insert(name);
                }
            } catch (const Unexpected&) {
                if (!stopped_)
                    std::this_thread::sleep_for(1ms); // the process is gone; the round ends soon
            }
        }
    }

    const std::uint16_t port_;
    const std::string origin_;
    const std::string name_;
    std::atomic<bool> stopped_ = false;
    mutable std::mutex mutex_;
    std::set<std::string> admitted_;
    std::vector<std::thread> threads_;
};

void expectWhole(const ProxyProcess& proxy)
{
    const ProgramResult verified = proxy.run({"audit", "verify"});
    EXPECT_EQ(verified.exitCode, 0) << verified.output << verified.errors;
    EXPECT_THAT(verified.output, HasSubstr("whole"));
}

/// Every session has one beginning and one end; everybody who was told yes is there.
void expectComplete(const std::vector<AuditRecord>& records, std::set<std::string> admitted)
{
    std::map<std::string, int> ends;
    for (const AuditRecord& record : records) {
        const std::string session = record["session_id"];
        if (record["event"] == "open" || record["event"] == "decision") {
            ASSERT_TRUE(ends.emplace(session, record["event"] == "open" ? 0 : 1).second)
                << record.line();
            admitted.erase(record["user_agent"]);
        } else if (record["event"] == "close") {
            ASSERT_TRUE(ends.contains(session)) << record.line();
            ASSERT_EQ(++ends[session], 1) << record.line();
        }
    }
    for (const auto& [session, count] : ends)
        EXPECT_EQ(count, 1) << session << " has no end";
    EXPECT_EQ(admitted.size(), 0u)
        << "told yes and not recorded, for example " << *admitted.begin();
}

int killRounds()
{
    // SALLYPORT_KILL_ROUNDS=200 tries it for long.
    if (const char* wanted = std::getenv("SALLYPORT_KILL_ROUNDS"))
        return std::atoi(wanted);
    return Sanitized ? 4 : 20;
}

class KilledUnderLoad : public testing::TestWithParam<const char*> {};

TEST_P(KilledUnderLoad, LeavesAWholeLogWithAnEndForEverySession)
{
    // Small files, so that some are killed while they change from one to the next.
    ProxyProcess proxy({.options = {{"audit-mode", GetParam()}, {"audit-file-size", "1MiB"}}});
    const ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    std::mt19937 random(std::random_device{}());
    std::set<std::string> admitted;
    for (int round = 0, rounds = killRounds(); round < rounds; ++round) {
        {
            const Load load(proxy.port(), origin.authority(), std::to_string(round));
            std::this_thread::sleep_for(std::chrono::milliseconds(5 + random() % 200));
            proxy.kill9();
            admitted.merge(load.admitted());
        }
        proxy.start();
    }
    proxy.stop();
    EXPECT_GT(admitted.size(), 0u);
    expectWhole(proxy);
    expectComplete(proxy.records(), admitted);
}

INSTANTIATE_TEST_SUITE_P(Modes, KilledUnderLoad, testing::Values("spool", "strict"),
                         [](const auto& info) { return std::string(info.param); });

std::filesystem::path newestFile(const ProxyProcess& proxy)
{
    std::filesystem::path newest;
    for (const auto& entry : std::filesystem::directory_iterator(proxy.dataDir() + "/audit"))
        if (entry.path().extension() == ".db" && entry.path() > newest)
            newest = entry.path();
    return newest;
}

std::string acts(const ProxyProcess& proxy)
{
    return proxy.run({"audit", "export", "--filter", "event=admin"}).output;
}

TEST(AuditFault, ADatabaseHeldByAnotherProcessDelaysRecordsAndLosesNone)
{
    ProxyProcess proxy;
    const ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    EXPECT_EQ(proxy.ask(getRequest(origin.authority())).status, 200);
    (void)proxy.awaitRecord({{"event", "close"}});
    {
        // As an administrator's shell would: a write transaction that is not ended.
        ChildProcess holder({"/usr/bin/python3", "-c",
                             "import sqlite3, sys, time\n"
                             "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                             "db.execute('BEGIN IMMEDIATE')\n"
                             "print('held', flush=True)\n"
                             "time.sleep(60)\n",
                             newestFile(proxy).string()});
        char first = 0;
        ASSERT_EQ(::read(holder.outputDescriptor(), &first, 1), 1) << "it holds the database now";
        for (int i = 0; i < 20; ++i)
            EXPECT_EQ(proxy.ask(getRequest(origin.authority())).status, 200);
        proxy.awaitLog("cannot be written");
    }
    proxy.awaitLog("can be written again");
    proxy.stop();
    EXPECT_EQ(proxy.records({{"event", "close"}}).size(), 21u);
    expectWhole(proxy);
}

TEST(AuditFault, AFileTakenAwayIsMissedAndWorkGoesOnInAnother)
{
    ProxyProcess proxy;
    TestOrigin origin;
    RawClient tunnel = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    (void)proxy.awaitRecord({{"event", "open"}});
    std::filesystem::remove(newestFile(proxy));
    std::this_thread::sleep_for(1200ms); // it looks once a second
    tunnel.close();
    upstream.close();
    const AuditRecord close = proxy.awaitRecord({{"event", "close"}});
    EXPECT_EQ(close["host"], "127.0.0.1") << "the session was carried over";
    proxy.stop();
    EXPECT_THAT(acts(proxy), HasSubstr("audit.file-lost"));
    const ProgramResult verified = proxy.run({"audit", "verify"});
    EXPECT_EQ(verified.exitCode, 1) << "records are missing: " << verified.output;
}

TEST(AuditFault, ADamagedFileIsSetAsideAtTheStart)
{
    ProxyProcess proxy;
    const ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    EXPECT_EQ(proxy.ask(getRequest(origin.authority())).status, 200);
    proxy.stop();
    std::filesystem::resize_file(newestFile(proxy), 5000);
    proxy.start();
    EXPECT_EQ(proxy.ask(getRequest(origin.authority())).status, 200);
    proxy.stop();
    EXPECT_THAT(acts(proxy), HasSubstr("audit.file-damaged"));
    const ProgramResult verified = proxy.run({"audit", "verify"});
    EXPECT_EQ(verified.exitCode, 1) << verified.output;
}

} // namespace
} // namespace sallyport::test
