// SearchBench: how long searching, summing and exporting take on a large audit log.
//
// bench-audit-search FOLDER [SESSIONS]: makes a log of CONNECT sessions (an open and a close record
// each; one of 20 a refusal; 10,000 hosts, 1,000 clients, 200 users, 20 rules) in FOLDER, five
// sealed files and one being written, unless there is one already; then measures each kind of
// question twice. SESSIONS: 5,000,000, about 10 million records, if nothing is given.
#include "db/AuditExport.h"
#include "db/AuditFigures.h"
#include "db/AuditFolder.h"
#include "db/AuditReader.h"
#include "db/AuditSealing.h"
#include "db/AuditSearch.h"
#include "db/AuditStore.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace sallyport;

namespace {

constexpr std::size_t DefaultSessions = 5'000'000;
constexpr std::size_t Files = 6;

class Sessions {
public:
    Sessions()
    {
        for (int i = 0; i < 10'000; ++i)
            hosts_.push_back("host-" + std::to_string(i) + ".service-" + std::to_string(i % 100) +
                             ".example.com");
        for (int i = 0; i < 200; ++i)
            users_.push_back("user-" + std::to_string(i));
        for (int i = 0; i < 20; ++i)
            rules_.push_back("11111111-2222-4333-8444-5555555555" + std::to_string(10 + i));
    }

    db::AuditEvent begin()
    {
        const std::size_t client = skewed(1000);
        db::AuditEvent event;
        event.kind = pick(20) == 0 ? db::EventKind::Decision : db::EventKind::Open;
        event.session = nextId();
        event.time = now;
        event.listener = "0.0.0.0:3128";
        event.clientAddress = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1};
        event.clientAddress[14] = static_cast<std::uint8_t>(client >> 8);
        event.clientAddress[15] = static_cast<std::uint8_t>(client);
        event.clientPort = static_cast<std::uint16_t>(20'000 + pick(40'000));
        event.user = users_[skewed(users_.size())];
        event.method = "CONNECT";
        event.protocol = policy::Protocol::Connect;
        event.form = db::Form::Connect;
        event.host = hosts_[skewed(hosts_.size())];
        event.port = 443;
        event.stage = policy::Stage::Request;
        event.ruleId = rules_[pick(rules_.size())];
        event.ruleName = event.ruleId.substr(30);
        event.policyVersion = 7;
        event.verdict = policy::Answer::Allow;
        event.status = 200;
        if (event.kind == db::EventKind::Decision) {
            event.verdict = policy::Answer::Deny;
            event.status = 403;
            event.closeBy = db::CloseBy::Policy;
            event.closeReason = db::CloseReason::Denied;
        }
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
        event.closeBy = db::CloseBy::Client;
        event.closeReason = pick(100) == 0 ? db::CloseReason::IdleTimeout : db::CloseReason::Done;
        return event;
    }

    db::AuditTime now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 1}};

private:
    std::size_t pick(std::size_t below) { return random_() % below; }
    // Few have most of it.
    std::size_t skewed(std::size_t below)
    {
        const double share = static_cast<double>(random_() >> 11) * 0x1.0p-53;
        return static_cast<std::size_t>(share * share * share * static_cast<double>(below));
    }
    db::SessionId nextId()
    {
        db::SessionId id{};
        const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count() / 1000);
        for (std::size_t i = 0; i < 6; ++i)
            id[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
        for (std::size_t i = 6; i < id.size(); ++i)
            id[i] = static_cast<std::uint8_t>(random_());
        return id;
    }

    std::mt19937_64 random_{1};
    std::vector<std::string> hosts_;
    std::vector<std::string> users_;
    std::vector<std::string> rules_;
};

double seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// A day in each file, 400 sessions in a transaction.
void make(const std::filesystem::path& data, std::size_t sessions)
{
    constexpr std::size_t Batch = 400;
    std::filesystem::create_directories(data);
    const double began = seconds();
    {
        db::AuditStoreOptions options;
        options.node = "bench";
        options.fileBytes = ~0ULL;
        options.key = std::make_shared<const db::AuditKey>(db::AuditKey::openOrCreate(data));
        db::AuditStore store(data / "audit", std::move(options));
        Sessions traffic;
        std::deque<db::SessionId> open;
        std::vector<db::AuditEvent> events;
        const auto step = std::chrono::microseconds(std::chrono::days(Files)) * Batch / sessions;
        for (std::size_t done = 0; done < sessions; done += Batch, traffic.now += step) {
            events.clear();
            for (std::size_t i = 0; i < Batch; ++i) {
                events.push_back(traffic.begin());
                if (events.back().kind == db::EventKind::Open)
                    open.push_back(events.back().session);
            }
            for (; open.size() > 2 * Batch; open.pop_front())
                events.push_back(traffic.close(open.front()));
            db::JournalRecords list;
            list.events = events;
            static_cast<void>(store.write({&list, 1}, traffic.now));
        }
        std::printf("%llu records written in %.1f s\n",
                    static_cast<unsigned long long>(store.lastSeq()), seconds() - began);
    }
    auto files = db::AuditFolder(data / "audit").files();
    files.pop_back();
    const double sealing = seconds();
    for (const db::AuditFile& file : files)
        static_cast<void>(db::sealAuditFile(file.path, file.lastTime, {}));
    std::printf("%zu files sealed in %.1f s\n", files.size(), seconds() - sealing);
}

template <class Work>
void measure(const char* name, Work work)
{
    double took[2];
    std::string what;
    for (double& each : took) {
        const double began = seconds();
        what = work();
        each = (seconds() - began) * 1000;
    }
    std::printf("%-52s %9.2f ms %9.2f ms   %s\n", name, took[0], took[1], what.c_str());
    std::fflush(stdout);
}

struct Question {
    const char* name;
    void (*set)(db::SessionFilter&);
};

constexpr db::AuditTime Day2{std::chrono::sys_days{std::chrono::year{2026} / 11 / 2}};

constexpr Question Questions[] = {
    {"all", [](db::SessionFilter&) {}},
    {"on a day, all",
     [](db::SessionFilter& f) {
         f.period = {Day2, Day2 + std::chrono::days(1)};
     }},
    {"frequent host", [](db::SessionFilter& f) { f.hosts = {"host-0.service-0.example.com"}; }},
    {"rare host", [](db::SessionFilter& f) { f.hosts = {"host-9999.service-99.example.com"}; }},
    {"host that nobody asked for", [](db::SessionFilter& f) { f.hosts = {"none.example.com"}; }},
    {"all below a domain (100 hosts)",
     [](db::SessionFilter& f) { f.hosts = {".service-42.example.com"}; }},
    {"text in host, 1 host", [](db::SessionFilter& f) { f.hostText = "host-7777."; }},
    {"text in no host", [](db::SessionFilter& f) { f.hostText = "nowhere"; }},
    {"client", [](db::SessionFilter& f) { f.clients = {*policy::parseNetwork("10.1.3.200")}; }},
    {"client network of 16",
     [](db::SessionFilter& f) { f.clients = {*policy::parseNetwork("10.1.3.192/28")}; }},
    {"user", [](db::SessionFilter& f) { f.users = {"user-150"}; }},
    {"denied", [](db::SessionFilter& f) { f.verdicts = {"deny"}; }},
    {"reason idle-timeout", [](db::SessionFilter& f) { f.reasons = {"idle-timeout"}; }},
    {"open", [](db::SessionFilter& f) { f.state = db::SessionState::Open; }},
    {"frequent host, rare client",
     [](db::SessionFilter& f) {
         f.hosts = {"host-0.service-0.example.com"};
         f.clients = {*policy::parseNetwork("10.1.3.230")};
     }},
};

void measureSearches(const std::filesystem::path& folder)
{
    constexpr std::size_t Page = 200;
    std::printf("\nPages of %zu: the first by a new process' search, then by the same one\n", Page);
    for (const Question& question : Questions) {
        db::SessionFilter filter;
        question.set(filter);
        db::AuditSearch search(folder);
        measure(question.name, [&] {
            return std::to_string(
                       search.page(filter, "", Page, [](const db::FoundSession&) {}).sessions) +
                   " sessions";
        });
    }
    std::printf("\nThe 50th to 60th page, on average\n");
    for (const std::size_t which : {0, 1, 2, 5, 11}) {
        db::SessionFilter filter;
        Questions[which].set(filter);
        db::AuditSearch search(folder);
        std::string cursor;
        double began = 0;
        int pages = 0;
        for (int i = 0; i < 60; ++i) {
            if (i == 50)
                began = seconds();
            const auto page = search.page(filter, cursor, Page, [](const db::FoundSession&) {});
            pages += i >= 50 ? 1 : 0;
            cursor = page.nextCursor;
            if (cursor.empty())
                break;
        }
        if (pages > 0)
            std::printf("%-52s %9.2f ms\n", Questions[which].name,
                        (seconds() - began) * 1000 / pages);
    }
}

void measureFigures(const std::filesystem::path& folder)
{
    using db::Facet;
    struct FiguresQuestion {
        const char* name;
        std::vector<Facet> facets;
        std::size_t buckets;
        void (*set)(db::SessionFilter&);
    };
    const FiguresQuestion questions[] = {
        {"histogram, all", {}, 120, Questions[0].set},
        {"facets of the roll-up, all",
         {Facet::Verdict, Facet::Reason, Facet::Rule, Facet::Protocol},
         0,
         Questions[0].set},
        {"both, a day",
         {Facet::Verdict, Facet::Reason, Facet::Rule, Facet::Protocol},
         120,
         Questions[1].set},
        {"facets host, user, client, all (budget 150 ms)",
         {Facet::Host, Facet::User, Facet::Client},
         0,
         Questions[0].set},
        {"facets host, user, client, 4 hours (about 140,000)",
         {Facet::Host, Facet::User, Facet::Client},
         0,
         [](db::SessionFilter& f) {
             f.period = {Day2, Day2 + std::chrono::hours(4)};
         }},
        {"histogram and all facets, rare host",
         {Facet::Verdict, Facet::Reason, Facet::Rule, Facet::Host, Facet::User, Facet::Client},
         120,
         Questions[3].set},
        {"histogram and all facets, client",
         {Facet::Verdict, Facet::Reason, Facet::Rule, Facet::Host, Facet::User, Facet::Client},
         120,
         Questions[8].set},
    };
    std::printf("\nFigures\n");
    for (const auto& question : questions) {
        db::FiguresWanted wanted;
        wanted.facets = question.facets;
        wanted.buckets = question.buckets;
        question.set(wanted.filter);
        db::AuditFigures figures(folder);
        measure(question.name, [&] {
            char text[64];
            std::snprintf(text, sizeof text, "of %.1f %%", 100 * figures.figures(wanted).fraction);
            return std::string(text);
        });
    }
    db::AuditFigures figures(folder);
    measure("what is in each file",
            [&] { return std::to_string(figures.files().size()) + " files"; });
}

void measureExport(const std::filesystem::path& folder)
{
    constexpr std::uint64_t Records = 500'000;
    const db::AuditReader reader(folder);
    std::printf("\nReading %llu records\n", static_cast<unsigned long long>(Records));
    const auto read = [&](bool lines) {
        const double began = seconds();
        std::uint64_t records = 0;
        std::string text;
        reader.forEachAfter(0, [&](const db::AuditRecord& record) {
            if (lines) {
                text.clear();
                db::appendJsonLine(text, record);
            }
            return ++records < Records ? db::AuditReader::Next::Continue
                                       : db::AuditReader::Next::Stop;
        });
        std::printf("%-52s %9.0f records/s\n", lines ? "as JSON lines" : "as records",
                    static_cast<double>(records) / (seconds() - began));
    };
    read(false);
    read(true);
    measure("a period of a second", [&] {
        std::size_t records = 0;
        reader.forEach(
            {Day2 + std::chrono::hours(5), Day2 + std::chrono::hours(5) + std::chrono::seconds(1)},
            [&](const db::AuditRecord&) { ++records; });
        return std::to_string(records) + " records";
    });
}

} // namespace

int main(int count, char** arguments)
{
    if (count < 2) {
        std::fputs("usage: bench-audit-search FOLDER [SESSIONS]\n", stderr);
        return 2;
    }
    const std::filesystem::path data = arguments[1];
    if (!std::filesystem::exists(data / "audit"))
        make(data, count > 2 ? std::strtoull(arguments[2], nullptr, 10) : DefaultSessions);
    measureSearches(data / "audit");
    measureFigures(data / "audit");
    measureExport(data / "audit");
    return 0;
}
