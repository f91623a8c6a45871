// RecordBench: what recording costs and how far it lags, from put() on two workers to the day file.
//
//   bench-audit-record [SESSIONS_PER_SECOND [SECONDS [FOLDER]]]      20000 10, a new folder
//
// First in spool mode at that rate (open and close each), then in strict mode at 1,000 sessions a
// second, where each beginning waits for the disk. Says what was lost, the largest backlog, how
// long the last record took to be readable, CPU per session by thread, and the waits.
#include "audit/AuditQueue.h"
#include "audit/AuditWriter.h"
#include "audit/JournalSync.h"
#include "audit/OpenJournals.h"
#include "db/AdminSpool.h"
#include "db/AuditKey.h"
#include "db/AuditReader.h"
#include "db/AuditStore.h"
#include "support/TemporaryFolder.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace sallyport;
using namespace std::chrono;

constexpr std::size_t Workers = 2;

double cpuMicroseconds(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

db::AuditTime wallClock()
{
    return floor<microseconds>(system_clock::now());
}

struct Log {
    Log(const std::filesystem::path& data, audit::AuditMode mode)
        : spool(data), store(data / db::AuditFolderName,
                             db::AuditStoreOptions{.node = "bench",
                                                   .key = std::make_shared<const db::AuditKey>(
                                                       db::AuditKey::openOrCreate(data))}),
          queue(mode, audit::openJournals(data / db::AuditFolderName, mode, Workers, 32 << 20,
                                          store, spool, wallClock())
                          .journals),
          writer(queue, store, spool, {}),
          sync(queue, mode == audit::AuditMode::Strict ? 0ms : 20ms)
    {
        writer.start();
        sync.start();
    }
    void stop()
    {
        sync.stop();
        writer.stop();
    }

    db::AdminSpool spool;
    db::AuditStore store;
    audit::AuditQueue queue;
    audit::AuditWriter writer;
    audit::JournalSync sync;
};

/// Sessions of one worker: 10,000 hosts, 1,000 clients, two rules.
class Sessions {
public:
    explicit Sessions(std::uint64_t worker) : worker_(worker) {}

    db::AuditEvent begin()
    {
        ++number_;
        db::AuditEvent event;
        event.kind = db::EventKind::Open;
        event.session = id();
        event.time = wallClock();
        event.listener = "10.0.0.1:3128";
        event.clientAddress = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1};
        event.clientAddress[14] = static_cast<std::uint8_t>(number_ / 250 % 4);
        event.clientAddress[15] = static_cast<std::uint8_t>(number_ % 250);
        event.clientPort = static_cast<std::uint16_t>(number_);
        event.method = "CONNECT";
        event.protocol = policy::Protocol::Connect;
        event.form = db::Form::Connect;
        host_ = "host-" + std::to_string(number_ * 7919 % 10'000) + ".example.com";
        event.host = host_;
        event.port = 443;
        event.destination = policy::AddressBytes{0x20, 1, 0x0d, 0xb8};
        event.verdict = policy::Answer::Allow;
        event.stage = policy::Stage::ResolvedAddress;
        event.ruleId = number_ % 2 == 0 ? "11111111-2222-4333-8444-555555555555"
                                        : "11111111-2222-4333-8444-666666666666";
        event.ruleName = "Staff";
        event.policyVersion = 7;
        event.status = 200;
        return event;
    }
    db::AuditEvent end() const
    {
        db::AuditEvent event;
        event.kind = db::EventKind::Close;
        event.session = id();
        event.time = wallClock();
        event.status = 200;
        event.bytes = {1'000 + number_ % 777, 1'000 + number_ % 777, number_ % 100'000,
                       number_ % 100'000};
        event.duration = microseconds(1'500);
        event.closeBy = db::CloseBy::Client;
        event.closeReason = db::CloseReason::Done;
        return event;
    }

private:
    [[nodiscard]] db::SessionId id() const
    {
        db::SessionId id{0x01, 0x93};
        std::memcpy(id.data() + 2, &worker_, 2);
        std::memcpy(id.data() + 8, &number_, 8);
        return id;
    }

    std::uint64_t worker_;
    std::uint64_t number_ = 0;
    std::string host_;
};

/// Calls `each` so often a second, in steps of a millisecond.
template <class Each>
void paced(unsigned perSecond, unsigned forSeconds, Each each)
{
    const auto begin = steady_clock::now();
    std::uint64_t done = 0;
    for (std::uint64_t step = 1; step <= forSeconds * 1000ULL; ++step) {
        for (const std::uint64_t due = step * perSecond / 1000; done < due; ++done)
            each();
        std::this_thread::sleep_until(begin + milliseconds(step));
    }
}

void spool(const std::filesystem::path& data, unsigned perSecond, unsigned forSeconds)
{
    Log log(data, audit::AuditMode::Spool);
    const double before = cpuMicroseconds(CLOCK_PROCESS_CPUTIME_ID);
    std::array<double, Workers> inPut{};
    std::array<std::size_t, Workers> backlog{};
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < Workers; ++i)
        workers.emplace_back([&, i] {
            Sessions sessions(i);
            audit::AuditLane& lane = log.queue.lane(i);
            const double begun = cpuMicroseconds(CLOCK_THREAD_CPUTIME_ID);
            paced(perSecond / Workers, forSeconds, [&] {
                lane.put(sessions.begin());
                lane.put(sessions.end());
                backlog[i] = std::max(backlog[i], lane.backlog());
            });
            inPut[i] = cpuMicroseconds(CLOCK_THREAD_CPUTIME_ID) - begun;
        });
    for (auto& worker : workers)
        worker.join();
    const auto last = steady_clock::now();
    const std::uint64_t sessions = std::uint64_t{perSecond} / Workers * Workers * forSeconds;
    db::AuditReader reader(data / db::AuditFolderName);
    while (reader.lastSeq() < 2 * sessions && steady_clock::now() - last < 60s)
        std::this_thread::sleep_for(1ms);
    const auto readable = steady_clock::now() - last;
    const double all = cpuMicroseconds(CLOCK_PROCESS_CPUTIME_ID) - before;
    log.stop();
    const auto status = log.writer.status();
    const auto count = static_cast<double>(sessions);
    std::printf(
        "spool, %u sessions/s for %u s: %llu events in the store, %llu lost; largest backlog "
        "%.1f MB a worker; last record readable after %lld ms\n"
        "  CPU a session: %.2f us in the workers (making the event included), %.2f us behind "
        "them\n",
        perSecond, forSeconds, static_cast<unsigned long long>(status.written),
        static_cast<unsigned long long>(status.lost),
        static_cast<double>(std::ranges::max(backlog)) / 1e6,
        static_cast<long long>(duration_cast<milliseconds>(readable).count()),
        (inPut[0] + inPut[1]) / count, (all - inPut[0] - inPut[1]) / count);
}

void strict(const std::filesystem::path& data, unsigned forSeconds)
{
    Log log(data, audit::AuditMode::Strict);
    Sessions sessions(0);
    audit::AuditLane& lane = log.queue.lane(0);
    struct Waiting {
        std::uint64_t target;
        steady_clock::time_point since;
    };
    std::vector<Waiting> waiting;
    std::vector<double> waits;
    const auto begin = steady_clock::now();
    const std::uint64_t all = 1000ULL * forSeconds;
    for (std::uint64_t done = 0; waits.size() < all;) {
        const auto now = steady_clock::now();
        if (done < all && now >= begin + microseconds(1000 * done)) {
            lane.put(sessions.begin());
            waiting.push_back({lane.accepted(), now});
            lane.put(sessions.end());
            ++done;
        }
        const auto durable = lane.durable();
        std::erase_if(waiting, [&](const Waiting& one) {
            if (one.target > durable)
                return false;
            waits.push_back(duration<double, std::milli>(now - one.since).count());
            return true;
        });
        std::this_thread::sleep_for(20us);
    }
    log.stop();
    std::ranges::sort(waits);
    const auto at = [&](double part) {
        return waits[static_cast<std::size_t>(part * static_cast<double>(waits.size() - 1))];
    };
    std::printf(
        "strict, 1000 sessions/s for %u s: a beginning waits %.2f ms (p50), %.2f (p99), %.2f "
        "(p99.9), %.2f (longest)\n",
        forSeconds, at(0.5), at(0.99), at(0.999), at(1));
}

} // namespace

int main(int count, char** arguments)
{
    const unsigned perSecond = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 20'000;
    const unsigned forSeconds = count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 10;
    const sallyport::test::TemporaryFolder temporary;
    const std::filesystem::path data = count > 3 ? arguments[3] : temporary.path();
    for (const char* name : {"spool", "strict"})
        std::filesystem::create_directories(data / name);
    spool(data / "spool", perSecond, forSeconds);
    strict(data / "strict", forSeconds);
}
