// StoreBench: how many events a second the audit log's store takes on one core, how many bytes a
// session is on disk once its file is sealed, how long sealing takes, and how many records a second
// verification proves.
//
// bench-audit-store FOLDER [SESSIONS]: writes a log of CONNECT sessions (one open and one close
// each; 10,000 hosts, 1,000 clients, 20 rules, no users) into FOLDER, which must be empty.
#include "db/AuditFolder.h"
#include "db/AuditSealing.h"
#include "db/AuditStore.h"
#include "db/AuditVerifier.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <random>
#include <string>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;

namespace {

double cpuSeconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double wallSeconds()
{
    using Clock = std::chrono::steady_clock;
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

struct Elapsed {
    double cpu = cpuSeconds();
    double wall = wallSeconds();
    void stop()
    {
        cpu = cpuSeconds() - cpu;
        wall = wallSeconds() - wall;
    }
};

class Traffic {
public:
    Traffic()
    {
        for (int i = 0; i < 10'000; ++i)
            hosts_.push_back("host-" + std::to_string(i) + ".service.example.com");
        for (int i = 0; i < 20; ++i) {
            rules_.push_back("11111111-2222-4333-8444-5555555555" + std::to_string(10 + i));
            ruleNames_.push_back("Rule " + std::to_string(i));
        }
        for (std::size_t i = 0; i < hosts_.size(); ++i) {
            auto& address = addresses_.emplace_back();
            address = {0,
                       0,
                       0,
                       0,
                       0,
                       0,
                       0,
                       0,
                       0,
                       0,
                       0xff,
                       0xff,
                       93,
                       184,
                       static_cast<std::uint8_t>(i >> 8),
                       static_cast<std::uint8_t>(i)};
        }
    }

    db::AuditEvent open()
    {
        const std::size_t host = pick(hosts_.size());
        const std::size_t client = pick(1000);
        const std::size_t rule = pick(rules_.size());
        db::AuditEvent event;
        event.kind = db::EventKind::Open;
        nextSession(event.session);
        event.time = now;
        event.listener = "0.0.0.0:3128";
        event.clientAddress = {0,
                               0,
                               0,
                               0,
                               0,
                               0,
                               0,
                               0,
                               0,
                               0,
                               0xff,
                               0xff,
                               10,
                               1,
                               static_cast<std::uint8_t>(client >> 8),
                               static_cast<std::uint8_t>(client)};
        event.clientPort = static_cast<std::uint16_t>(20'000 + pick(40'000));
        event.userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0";
        event.method = "CONNECT";
        event.protocol = policy::Protocol::Connect;
        event.form = db::Form::Connect;
        event.host = hosts_[host];
        event.port = 443;
        event.destination = addresses_[host];
        event.reached = {.answers = {&addresses_[host], 1},
                         .resolveTime = std::chrono::microseconds(200 + pick(5000)),
                         .connectTime = std::chrono::microseconds(1000 + pick(50'000)),
                         .tries = 1,
                         .egressAddress = event.clientAddress,
                         .egressPort = static_cast<std::uint16_t>(20'000 + pick(40'000))};
        event.verdict = policy::Answer::Allow;
        event.stage = policy::Stage::ResolvedAddress;
        event.ruleId = rules_[rule];
        event.ruleName = ruleNames_[rule];
        event.policyVersion = 7;
        event.inspection = policy::Action::Blind;
        event.status = 200;
        return event;
    }

    db::AuditEvent close(const db::SessionId& session)
    {
        db::AuditEvent event;
        event.kind = db::EventKind::Close;
        event.session = session;
        event.time = now;
        event.status = 200;
        event.bytes.clientToProxy = event.bytes.proxyToUpstream = 500 + pick(5000);
        event.bytes.upstreamToProxy = event.bytes.proxyToClient = 3000 + pick(500'000);
        event.duration = std::chrono::microseconds(100'000 + pick(3'000'000));
        event.silence = {.lastFromClient = now - std::chrono::microseconds(pick(60'000)),
                         .lastFromUpstream = now - std::chrono::microseconds(pick(60'000)),
                         .longest = std::chrono::microseconds(pick(60'000))};
        event.firstByteTime = std::chrono::microseconds(5000 + pick(50'000));
        event.tcpClient = db::TcpFigures{static_cast<std::uint32_t>(pick(3000)), 0};
        event.tcpUpstream = db::TcpFigures{static_cast<std::uint32_t>(pick(30'000)), 0};
        event.closeBy = db::CloseBy::Client;
        event.closeReason = db::CloseReason::Done;
        return event;
    }

    db::AuditTime now{std::chrono::microseconds(1'795'424'400'000'001)};

private:
    std::size_t pick(std::size_t below) { return random_() % below; }
    void nextSession(db::SessionId& id)
    {
        const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count() / 1000);
        for (std::size_t i = 0; i < 6; ++i)
            id[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
        for (std::size_t i = 6; i < id.size(); ++i)
            id[i] = static_cast<std::uint8_t>(random_());
    }

    std::mt19937_64 random_{1};
    std::vector<std::string> hosts_, rules_, ruleNames_;
    std::vector<policy::AddressBytes> addresses_;
};

} // namespace

int main(int count, char** arguments)
{
    if (count < 2) {
        std::fputs("usage: bench-audit-store FOLDER [SESSIONS]\n", stderr);
        return 2;
    }
    const std::filesystem::path data = arguments[1];
    const std::size_t sessions = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000;
    std::filesystem::create_directories(data);
    const auto key = std::make_shared<const db::AuditKey>(db::AuditKey::openOrCreate(data));
    Traffic traffic;
    Elapsed making{0, 0};
    Elapsed writing;
    {
        db::AuditStore store(data / "audit", {.node = "bench", .fileBytes = ~0ULL, .key = key});
        // 20 ms of 20,000 sessions a second in each transaction; each is open for 60 ms.
        constexpr std::size_t Batch = 400;
        std::deque<db::SessionId> open;
        std::vector<db::AuditEvent> events;
        for (std::size_t done = 0; done < sessions || !open.empty();) {
            Elapsed made;
            events.clear();
            traffic.now += 20ms;
            for (std::size_t i = 0; i < Batch && done < sessions; ++i, ++done) {
                events.push_back(traffic.open());
                open.push_back(events.back().session);
            }
            for (std::size_t i = 0;
                 i < Batch && (open.size() > 3 * Batch || done == sessions) && !open.empty(); ++i) {
                events.push_back(traffic.close(open.front()));
                open.pop_front();
            }
            made.stop();
            making.cpu += made.cpu;
            making.wall += made.wall;
            const db::JournalRecords records{.journal = {1}, .events = events, .acts = {}};
            store.write({&records, 1}, traffic.now);
        }
        store.checkpoint(traffic.now);
        store.checkpointWal();
    }
    writing.stop();
    const auto events = static_cast<double>(2 * sessions);
    std::printf("write: %.0f events/s of wall time, %.2f us of CPU an event\n",
                events / (writing.wall - making.wall), (writing.cpu - making.cpu) / events * 1e6);
    const auto file = db::AuditFolder(data / "audit").files().at(0);
    std::printf("before sealing: %.1f bytes a session\n",
                static_cast<double>(file.bytes) / static_cast<double>(sessions));

    Elapsed sealing;
    const auto sealed = db::sealAuditFile(file.path, traffic.now, {});
    sealing.stop();
    std::printf("seal: %.2f s, %.2f s of CPU%s\n", sealing.wall, sealing.cpu,
                sealed == db::Sealing::Done ? "" : " (not done)");
    std::printf("sealed: %.1f bytes a session\n",
                static_cast<double>(db::AuditFolder(data / "audit").files().at(0).bytes) /
                    static_cast<double>(sessions));

    Elapsed proving;
    const auto verification = db::verifyAuditLog(data / "audit", {{&key->publicKey()}, {}});
    proving.stop();
    std::printf("verify: %s, %.0f records/s, %.2f us of CPU a record\n",
                verification.whole() ? "whole" : verification.firstFault->sentence.c_str(),
                static_cast<double>(verification.records) / proving.wall,
                proving.cpu / static_cast<double>(verification.records) * 1e6);
    return verification.whole() ? 0 : 1;
}
