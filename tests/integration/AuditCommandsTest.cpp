// The commands on the audit log, each beside a server that writes it: what they say, that looking
// and changing is recorded, and that the log proves itself.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace sallyport::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds Patience{20};
constexpr const char* RefusedRequest =
    "CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n";

std::string contentOf(const std::filesystem::path& path)
{
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

// What a command prints; fails the test if it is not done.
std::string printed(const ProxyProcess& proxy, const std::vector<std::string>& command)
{
    const ProgramResult result = proxy.run(command);
    EXPECT_EQ(result.exitCode, 0) << result.errors;
    return result.output;
}

// The session of a tunnel that moved a few bytes and has ended.
std::string tunnelled(const ProxyProcess& proxy, TestOrigin& origin)
{
    {
        RawClient client = proxy.tunnelTo(origin.named("origin.test"));
        RawConnection upstream = origin.accept();
        client.send("up");
        EXPECT_EQ(upstream.receiveExactly(2), "up");
    }
    return proxy.awaitRecord(
        {{"event", "close"}, {"port", std::to_string(origin.port())}})["session_id"];
}

class AuditCommands : public SharedProxy<AuditCommands> {
public:
    static ProxySettings settings() { return {}; }
};

TEST_F(AuditCommands, FindAndTellOfSessions)
{
    TestOrigin origin;
    const std::string session = tunnelled(proxy(), origin);
    const std::string refused = proxy().ask(RefusedRequest).session();
    (void)proxy().awaitRecord({{"session_id", refused}});

    const std::string all = printed(proxy(), {"audit", "search"});
    EXPECT_THAT(all, AllOf(StartsWith("BEGAN (UTC)"), HasSubstr(session), HasSubstr(refused)));
    EXPECT_THAT(printed(proxy(), {"audit", "search", "--verdict", "deny", "--json"}),
                AllOf(HasSubstr(refused), Not(HasSubstr(session))));
    EXPECT_THAT(printed(proxy(), {"audit", "search", "--host", ".test"}),
                AllOf(HasSubstr(session), Not(HasSubstr(refused))));
    EXPECT_THAT(printed(proxy(), {"audit", "show", session}),
                AllOf(StartsWith("Allowed by "), HasSubstr("CONNECT origin.test:"),
                      HasSubstr("2 received, 2 sent: equal")));
    EXPECT_THAT(printed(proxy(), {"audit", "tail", "--filter", "session_id=" + refused}),
                AllOf(HasSubstr("decision"), HasSubstr("192.0.2.1:443")));
    EXPECT_THAT(printed(proxy(), {"audit", "stats"}), HasSubstr("being written"));
    EXPECT_THAT(printed(proxy(), {"audit", "verify"}), StartsWith("whole: "));
    for (const char* format : {"jsonl", "csv", "ecs", "ocsf", "cef", "leef", "squid"})
        EXPECT_THAT(printed(proxy(), {"audit", "export", "--format", format}),
                    HasSubstr("origin.test"))
            << format;
}

TEST_F(AuditCommands, FollowTheLog)
{
    (void)proxy().awaitRecord({{"session_id", proxy().ask(RefusedRequest).session()}});
    ChildProcess tail({sallyportPath(), "audit", "tail", "--follow", "-n", "0", "--json",
                       "--filter", "event=decision", "--data-dir", proxy().dataDir()});
    // That it was begun is recorded before it looks where the log ends.
    (void)proxy().awaitRecord({{"event", "admin"}, {"admin_action", "audit.tail"}});
    std::string output;
    std::string session;
    const auto deadline = Clock::now() + Patience;
    while (Clock::now() < deadline && (session.empty() || !output.contains(session))) {
        session = proxy().ask(RefusedRequest).session();
        pollfd ready{.fd = tail.outputDescriptor(), .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, 1000) <= 0)
            continue;
        std::array<char, 65536> buffer{};
        const ssize_t size = ::read(tail.outputDescriptor(), buffer.data(), buffer.size());
        ASSERT_GT(size, 0);
        output.append(buffer.data(), static_cast<std::size_t>(size));
    }
    EXPECT_THAT(output, HasSubstr(session));
    tail.signal(SIGTERM);
    EXPECT_TRUE(tail.waitFor(Patience));
}

TEST_F(AuditCommands, AreRecordedWithWhatWasAsked)
{
    (void)proxy().awaitRecord({{"session_id", proxy().ask(RefusedRequest).session()}});
    (void)printed(proxy(), {"audit", "search", "--host", "recorded.example"});
    const AuditRecord search =
        proxy().awaitRecord({{"event", "admin"},
                             {"admin_action", "audit.search"},
                             {"admin_after", R"({"host":"recorded.example"})"}});
    EXPECT_THAT(search["admin_who"], HasSubstr("(uid " + std::to_string(::geteuid()) + ")"));
    EXPECT_EQ(search["admin_source"], "command line");
    EXPECT_THAT(
        proxy().records({{"event", "admin"}, {"admin_after", R"({"host":"recorded.example"})"}}),
        SizeIs(1));
}

TEST_F(AuditCommands, ExportTheSameInPiecesAsInOne)
{
    for (int i = 0; i < 20; ++i)
        (void)proxy().ask(RefusedRequest);
    const std::string file = proxy().folder().file("pieces.jsonl");
    std::size_t before = 0;
    for (int piece = 0; piece < 100; ++piece) {
        (void)printed(proxy(), {"audit", "export", "--limit", "7", "--output", file, "--resume"});
        const std::size_t size = contentOf(file).size();
        if (size == before)
            break;
        before = size;
        std::ofstream(file, std::ios::app) << "{\"seq\":99"; // as one that was interrupted
    }
    const std::string pieces = contentOf(file);
    const std::string whole = printed(proxy(), {"audit", "export"});
    ASSERT_GT(pieces.size(), 1000);
    EXPECT_EQ(whole.substr(0, pieces.size()), pieces);
}

TEST_F(AuditCommands, BackUpALogThatIsBeingWritten)
{
    std::atomic<bool> stop = false;
    std::thread traffic([&] {
        const auto deadline = Clock::now() + Patience;
        while (!stop && Clock::now() < deadline)
            (void)proxy().ask(RefusedRequest);
    });
    const std::string copy = proxy().folder().file("copy");
    for (int again = 0; again < 5; ++again) {
        (void)printed(proxy(), {"audit", "backup", copy});
        const ProgramResult verified = runSallyport({"audit", "verify", "--data-dir", copy});
        EXPECT_EQ(verified.exitCode, 0) << verified.output << verified.errors;
        EXPECT_THAT(verified.output, StartsWith("whole: "));
        EXPECT_THAT(printed(proxy(), {"audit", "verify"}), StartsWith("whole: "));
    }
    stop = true;
    traffic.join();
    EXPECT_THAT(runSallyport({"audit", "tail", "--data-dir", copy}).output,
                HasSubstr("192.0.2.1:443"));
}

TEST(AuditTrail, TellsOfChangesToThePolicyAlsoOfThoseWithoutAServer)
{
    ProxyProcess proxy; // it imports its policy before it starts
    const AuditRecord first =
        proxy.awaitRecord({{"event", "admin"}, {"admin_action", "policy.import"}});
    EXPECT_THAT(first["admin_after"], StartsWith("{\"version\":1,"));

    const ProgramResult imported = proxy.importPolicy(loopbackPolicy(
        R"({"name": "No longer", "action": "deny", "when": {"host": ["a.test"]}},)"));
    EXPECT_EQ(imported.exitCode, 0) << imported.errors;
    const AuditRecord second =
        proxy.awaitRecord({{"event", "admin"}, {"admin_before", "{\"version\":1}"}});
    EXPECT_THAT(second["admin_after"], HasSubstr("\"version\":2"));
    EXPECT_THAT(second["admin_after"], HasSubstr("_added\":"));

    proxy.stop();
    EXPECT_EQ(proxy.run({"policy", "rollback", "1", "--note", "NET-12"}).exitCode, 0);
    proxy.start();
    const AuditRecord third =
        proxy.awaitRecord({{"event", "admin"}, {"admin_action", "policy.rollback"}});
    EXPECT_EQ(third["admin_note"], "NET-12");
    for (const char* action : {"policy.import", "policy.rollback"})
        EXPECT_THAT(proxy.records({{"event", "admin"}, {"admin_action", action}}),
                    SizeIs(action == std::string("policy.import") ? 2 : 1));
    EXPECT_THAT(printed(proxy, {"audit", "verify"}), StartsWith("whole: "));
}

TEST(AuditTrail, IsThereOnceHoweverTheServerEnds)
{
    ProxyProcess proxy;
    for (int round = 0; round < 5; ++round) {
        for (int act = 0; act < 3; ++act)
            (void)printed(proxy, {"audit", "search", "--host",
                                  "r" + std::to_string(round) + "-" + std::to_string(act)});
        proxy.kill9();
        proxy.start();
    }
    (void)printed(proxy, {"audit", "search", "--host", "last"});
    (void)proxy.awaitRecord({{"event", "admin"}, {"admin_after", R"({"host":"last"})"}});
    for (int round = 0; round < 5; ++round)
        for (int act = 0; act < 3; ++act) {
            const std::string host = "r" + std::to_string(round) + "-" + std::to_string(act);
            EXPECT_THAT(proxy.records(
                            {{"event", "admin"}, {"admin_after", R"({"host":")" + host + R"("})"}}),
                        SizeIs(1))
                << host;
        }
    EXPECT_THAT(printed(proxy, {"audit", "verify"}), StartsWith("whole: "));
}

TEST(AuditProof, NamesARecordThatWasChanged)
{
    ProxyProcess proxy;
    TestOrigin origin;
    (void)tunnelled(proxy, origin);
    proxy.stop();
    EXPECT_EQ(proxy.run({"audit", "verify"}).exitCode, 0);
    std::size_t changed = 0;
    for (const auto& entry : std::filesystem::directory_iterator(proxy.dataDir() + "/audit")) {
        if (entry.path().extension() != ".db")
            continue;
        std::string bytes = contentOf(entry.path());
        for (std::size_t at = bytes.find("origin.test"); at != std::string::npos;
             at = bytes.find("origin.test", at + 1), ++changed)
            bytes[at] = 'O';
        std::ofstream(entry.path(), std::ios::binary | std::ios::trunc) << bytes;
    }
    ASSERT_GT(changed, 0);
    const ProgramResult result = proxy.run({"audit", "verify"});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_THAT(result.output, AllOf(StartsWith("not whole: "), HasSubstr("changed")));
    proxy.start(); // it is not the server's business to refuse to go on
    EXPECT_EQ(proxy.ask(RefusedRequest).status, 403);
}

} // namespace
} // namespace sallyport::test
