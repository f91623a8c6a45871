// ProxyProcess: the real `sallyport serve` on a temporary data directory, on ports the kernel
// chose.
//
// Everything it may talk to is on loopback: its names come from a hosts file and a DnsServer of the
// test. What it wrote to its log is shown when it fails to start, to stop, or to stay clean under a
// sanitizer.
#pragma once

#include "support/AuditRecord.h"
#include "support/DnsServer.h"
#include "support/Program.h"
#include "support/RawConnection.h"
#include "support/TemporaryFolder.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sallyport::test {

/// Clients on loopback may reach anything, loopback included. `rules` are access rows, asked before
/// that; each is followed by a comma.
[[nodiscard]] std::string loopbackPolicy(const std::string& rules = {},
                                         const std::string& guardRows = {});

struct ProxySettings {
    /// Option and value, without the dashes: {"tunnel-idle", "500ms"}. One given here or in the
    /// file replaces the harness's own choice.
    std::vector<std::pair<std::string, std::string>> options{};
    std::string policy = loopbackPolicy(); ///< empty: what the first start writes
    std::uint32_t descriptorLimit = 0;
    std::string configFile{}; ///< written to a file and passed by --config unless empty
};

class ProxyProcess {
public:
    explicit ProxyProcess(ProxySettings settings = {});
    /// Stops it; anything but a clean end fails the running test.
    ~ProxyProcess();
    ProxyProcess(const ProxyProcess&) = delete;
    ProxyProcess& operator=(const ProxyProcess&) = delete;

    /// Again, after stop() or kill9(), on the same data directory; the ports change.
    void start();
    /// SIGTERM, and the end awaited: exit code 0 and no sanitizer report, or the test fails.
    void stop();
    void kill9();
    void signal(int number) const { process_->signal(number); }
    /// The exit code once it has ended by itself or by a signal sent.
    [[nodiscard]] int awaitExit();

    [[nodiscard]] std::uint16_t port() const { return ports_.at(0); }
    [[nodiscard]] const std::vector<std::uint16_t>& ports() const { return ports_; }
    [[nodiscard]] std::uint16_t adminPort() const { return adminPort_; }
    [[nodiscard]] pid_t pid() const { return process_->pid(); }
    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
    [[nodiscard]] std::string dataDir() const { return folder_.file("data"); }
    [[nodiscard]] std::string configPath() const { return folder_.file("sallyport.conf"); }
    [[nodiscard]] DnsServer& dns() { return dns_; }

    [[nodiscard]] RawClient client() const { return RawClient(port()); }
    /// A client's end of a new tunnel; throws Unexpected unless it is answered 200.
    [[nodiscard]] RawClient tunnelTo(const std::string& authority) const;
    /// Sends these bytes on a new connection and reads one answer.
    [[nodiscard]] Response ask(const std::string& bytes, std::string_view method = "GET") const;

    [[nodiscard]] ProgramResult importPolicy(const std::string& json) const;
    /// Runs a sub-command on this data directory.
    [[nodiscard]] ProgramResult run(std::vector<std::string> arguments) const;

    // Of sessions, unless the wanted "event" is one of another kind.
    [[nodiscard]] std::vector<AuditRecord> records() const;
    [[nodiscard]] std::vector<AuditRecord> records(const Wanted&) const;
    /// The first record that says this, awaited; throws Unexpected with the whole log if none
    /// comes.
    [[nodiscard]] AuditRecord awaitRecord(const Wanted&) const;
    /// As awaitRecord, for the record that ends a session: `close`, or `decision` for a refusal.
    [[nodiscard]] AuditRecord awaitEnding(const Wanted&) const;

    [[nodiscard]] std::string log() const;
    /// Waits until the log holds this text; throws Unexpected if it does not come.
    void awaitLog(std::string_view text) const;
    [[nodiscard]] std::size_t residentKilobytes() const;
    [[nodiscard]] std::size_t openDescriptors() const;

private:
    void readLog(int descriptor);
    void awaitReady(std::size_t from);
    void joinLog();
    void judgeExit(int code);

    ProxySettings settings_;
    TemporaryFolder folder_;
    DnsServer dns_;
    std::unique_ptr<ChildProcess> process_;
    std::vector<std::uint16_t> ports_;
    std::uint16_t adminPort_ = 0;

    mutable std::mutex mutex_;
    mutable std::condition_variable logGrew_;
    std::string log_;
    bool logEnded_ = false;
    std::thread logReader_;
};

} // namespace sallyport::test
