// The audit log: one opening and one closing record per session, whatever happens to the process,
// and no secret in it.
#include "support/Exchange.h"
#include "support/SharedProxy.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace sallyport::test {
namespace {

using testing::AnyOf;
using testing::Each;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* CoreFields[] = {"seq",
                                      "event",
                                      "session_id",
                                      "time",
                                      "node",
                                      "listener",
                                      "client_ip",
                                      "client_port",
                                      "user",
                                      "method",
                                      "protocol",
                                      "form",
                                      "host",
                                      "port",
                                      "path",
                                      "destination_ip",
                                      "verdict",
                                      "stage",
                                      "rule_id",
                                      "rule_name",
                                      "rule_layer",
                                      "policy_version",
                                      "rule_would",
                                      "inspection",
                                      "inspection_profile",
                                      "status"};

constexpr const char* ClosingFields[] = {"bytes_client_to_proxy",
                                         "bytes_proxy_to_upstream",
                                         "bytes_upstream_to_proxy",
                                         "bytes_proxy_to_client",
                                         "duration_ms",
                                         "close_by",
                                         "close_reason",
                                         "close_timer"};

std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class Audit : public SharedProxy<Audit> {
public:
    static ProxySettings settings() { return {.options = {{"node-name", "node-a.test"}}}; }
};

TEST_F(Audit, HasOneOpeningAndOneClosingRecordForATunnel)
{
    TestOrigin origin;
    {
        RawClient client = proxy().tunnelTo(origin.named("origin.test"));
        RawConnection upstream = origin.accept();
        const AuditRecord open =
            proxy().awaitRecord({{"event", "open"}, {"port", std::to_string(origin.port())}});
        EXPECT_EQ(open["client_port"], std::to_string(client.localPort()));
    }
    const AuditRecord close =
        proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    const auto all = proxy().records({{"session_id", close["session_id"]}});
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(all[0]["event"], "open");
    EXPECT_EQ(all[1]["event"], "close");
    EXPECT_GT(all[1].number("seq"), all[0].number("seq"));
    for (const AuditRecord& record : all) {
        for (const char* field : CoreFields)
            EXPECT_TRUE(record.has(field)) << field << " in " << record.line();
    }
    for (const char* field : ClosingFields)
        EXPECT_TRUE(close.has(field)) << field << " in " << close.line();
    EXPECT_EQ(close["node"], "node-a.test");
    EXPECT_EQ(close["host"], "origin.test");
    EXPECT_EQ(close["user"], "");
    EXPECT_NE(close["listener"], "");
    // RFC 9562 §5.7, RFC 3339 §5.6
    EXPECT_THAT(
        close["session_id"],
        MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    EXPECT_THAT(close["time"], MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
                                            "\\.[0-9]{6}Z"));
    EXPECT_GE(close["time"], all[0]["time"]);
    EXPECT_GE(close.number("duration_ms"), 0);
}

TEST_F(Audit, HasAnOpeningRecordBeforeTheClientIsToldYes)
{
    TestOrigin origin;
    RawClient client = proxy().tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    (void)proxy().awaitRecord({{"event", "open"}, {"port", std::to_string(origin.port())}});
    EXPECT_THAT(proxy().records({{"event", "close"}, {"port", std::to_string(origin.port())}}),
                SizeIs(0));
}

TEST_F(Audit, HasOneDecisionForARefusal)
{
    const Response answer =
        proxy().ask("CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n");
    EXPECT_EQ(answer.status, 403) << answer.head;
    const AuditRecord record = proxy().awaitRecord({{"session_id", answer.session()}});
    EXPECT_EQ(record["event"], "decision");
    for (const char* field : CoreFields)
        EXPECT_TRUE(record.has(field)) << field << " in " << record.line();
    EXPECT_THAT(proxy().records({{"session_id", answer.session()}}), SizeIs(1));
}

TEST_F(Audit, HasASessionForEachRequestOfAConnection)
{
    TestOrigin origin;
    Exchange first = exchange(proxy(), origin, getRequest("{origin}", "/1"), okResponse("a"));
    first.client.send(getRequest(origin.authority(), "/2"));
    (void)first.upstream.receiveHead();
    first.upstream.send(okResponse("b"));
    (void)first.client.receiveResponse();
    const std::string port = std::to_string(origin.port());
    const AuditRecord one =
        proxy().awaitRecord({{"event", "close"}, {"port", port}, {"path", "/1"}});
    const AuditRecord two =
        proxy().awaitRecord({{"event", "close"}, {"port", port}, {"path", "/2"}});
    EXPECT_NE(one["session_id"], two["session_id"]);
    EXPECT_EQ(one["client_port"], two["client_port"]);
    EXPECT_THAT(proxy().records({{"event", "open"}, {"port", port}}), SizeIs(2));
}

TEST_F(Audit, KeepsThePathWithoutItsQuery)
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin, getRequest("{origin}", "/path?query=hidden"), okResponse(""));
    const AuditRecord close =
        proxy().awaitRecord({{"event", "close"}, {"port", std::to_string(origin.port())}});
    EXPECT_EQ(close["path"], "/path");
    EXPECT_THAT(close.line(), Not(HasSubstr("hidden")));
}

TEST_F(Audit, FiltersWhatItExports)
{
    TestOrigin origin;
    {
        const RawClient client = proxy().tunnelTo(origin.authority());
        const RawConnection upstream = origin.accept();
    }
    const std::string port = std::to_string(origin.port());
    (void)proxy().awaitRecord({{"event", "close"}, {"port", port}});
    const ProgramResult one = proxy().run({"audit", "export", "--format", "jsonl", "--filter",
                                           "port=" + port, "--filter", "event=close"});
    EXPECT_EQ(one.exitCode, 0) << one.errors;
    EXPECT_EQ(std::ranges::count(one.output, '\n'), 1) << one.output;
    const ProgramResult unknown =
        proxy().run({"audit", "export", "--format", "jsonl", "--filter", "prot=1"});
    EXPECT_NE(unknown.exitCode, 0);
    EXPECT_THAT(unknown.errors, HasSubstr("prot"));
}

TEST_F(Audit, ExportsCommaSeparatedValues) // RFC 4180
{
    TestOrigin origin;
    const Exchange done =
        exchange(proxy(), origin, "-CMD http://{origin}/a,b\"c HTTP/1.1\r\nHost: x.test\r\n\r\n",
                 okResponse(""));
    const std::string port = std::to_string(origin.port());
    (void)proxy().awaitRecord({{"event", "close"}, {"port", port}});
    const ProgramResult exported = proxy().run({"audit", "export", "--format", "csv", "--filter",
                                                "port=" + port, "--filter", "event=close"});
    ASSERT_EQ(exported.exitCode, 0) << exported.errors;
    std::istringstream lines(exported.output);
    std::string header;
    std::string row;
    std::getline(lines, header);
    std::getline(lines, row);
    EXPECT_THAT(header, StartsWith("seq,event,session_id,time,"));
    for (const char* field : ClosingFields)
        EXPECT_THAT(header, HasSubstr(field));
    EXPECT_THAT(row, HasSubstr("'-CMD")) << "a spreadsheet would run it";
    EXPECT_THAT(row, HasSubstr(",close,"));
}

TEST(AuditSequence, HasNoGapsAndEndsWithTheProcess)
{
    ProxyProcess proxy;
    ServingOrigin origin = ServingOrigin::answering(okResponse("fine"));
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(proxy.ask(getRequest(origin.authority())).status, 200);
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(proxy.ask("CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: x\r\n\r\n").status, 403);
    proxy.stop();
    const auto records = proxy.records();
    ASSERT_EQ(records.size(), 110u);
    std::set<std::string> open;
    std::set<std::string> seen;
    double expected = records.front().number("seq");
    for (const AuditRecord& record : records) {
        EXPECT_EQ(record.number("seq"), expected) << record.line();
        ++expected;
        const std::string session = record["session_id"];
        if (record["event"] == "open") {
            EXPECT_TRUE(seen.insert(session).second) << record.line();
            open.insert(session);
        } else if (record["event"] == "close") {
            EXPECT_EQ(open.erase(session), 1u) << record.line();
        } else {
            EXPECT_TRUE(seen.insert(session).second) << record.line();
        }
    }
    EXPECT_THAT(open, SizeIs(0));
}

TEST(AuditAfterACrash, ClosesWhatWasOpenAsLost)
{
    ProxyProcess proxy;
    TestOrigin origin;
    const std::string port = std::to_string(origin.port());
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    const AuditRecord open = proxy.awaitRecord({{"event", "open"}, {"port", port}});
    proxy.kill9();
    EXPECT_THAT(proxy.records({{"event", "close"}}), SizeIs(0));
    proxy.start();
    const AuditRecord close = proxy.awaitRecord({{"event", "close"}, {"port", port}});
    EXPECT_EQ(close["session_id"], open["session_id"]);
    EXPECT_TRUE(says(close, {{"close_reason", "process-lost"}, {"close_by", "proxy"}}))
        << close.line();

    RawClient next = proxy.tunnelTo(origin.authority());
    const auto records = proxy.records();
    std::set<std::string> numbers;
    for (const AuditRecord& record : records)
        EXPECT_TRUE(numbers.insert(record["seq"]).second) << record.line();
    proxy.stop();
    EXPECT_THAT(proxy.records({{"close_reason", "process-lost"}}), SizeIs(1));
}

TEST(AuditStrict, HasTheRecordOnDiskBeforeTheClientIsToldYes)
{
    TestOrigin origin;
    for (int round = 0; round < 5; ++round) {
        ProxyProcess proxy({.options = {{"audit-mode", "strict"}}});
        {
            RawClient client = proxy.tunnelTo(origin.authority());
            proxy.kill9();
        }
        proxy.start(); // takes over what lies in the journal
        EXPECT_THAT(proxy.records({{"event", "open"}, {"form", "connect"}}), SizeIs(1));
        EXPECT_THAT(proxy.records({{"event", "close"}, {"close_reason", "process-lost"}}),
                    SizeIs(1));
    }
}

TEST(AuditStrict, CarriesWhatTheOtherModesCarry)
{
    ProxyProcess proxy({.options = {{"audit-mode", "strict"}}});
    TestOrigin origin;
    const Exchange done = exchange(proxy, origin, getRequest("{origin}"), okResponse("fine"));
    EXPECT_EQ(done.response.body, "fine");
    RawClient client = proxy.tunnelTo(origin.authority());
    RawConnection upstream = origin.accept();
    client.send("up");
    EXPECT_EQ(upstream.receiveExactly(2), "up");
}

TEST(AuditSecrets, AreNowhereInFilesOrLog)
{
    ProxyProcess proxy({.options = {{"log-level", "debug"}}});
    TestOrigin origin;
    const std::string secrets = "Proxy-Authorization: Basic cHJveHktc2VjcmV0\r\n"
                                "Authorization: Bearer origin-secret\r\n"
                                "Cookie: session=cookie-secret\r\n";
    const Exchange done =
        exchange(proxy, origin, getRequest("{origin}", "/page?token=query-secret", secrets),
                 okResponse("payload-secret", "Set-Cookie: session=set-cookie-secret\r\n"));
    EXPECT_EQ(done.response.status, 200);
    RawClient tunnel = proxy.client();
    tunnel.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: x\r\n" + secrets +
                "\r\npayload-secret");
    EXPECT_EQ(tunnel.receiveResponse("CONNECT").status, 200);
    RawConnection upstream = origin.accept();
    EXPECT_EQ(upstream.receiveExactly(14), "payload-secret");
    EXPECT_EQ(proxy.ask(getRequest("192.0.2.1", "/?token=query-secret", secrets)).status, 403);
    EXPECT_EQ(proxy.ask("GET http://x.test/ HTTP/1.1\r\n" + secrets + "\r\n").status, 400);
    (void)proxy.awaitRecord({{"form", "connect"}, {"port", std::to_string(origin.port())}});
    tunnel.close();
    upstream.close();
    proxy.stop();

    std::vector<std::string> texts{proxy.log()};
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(proxy.dataDir())) {
        if (entry.is_regular_file()) {
            texts.push_back(contentOf(entry.path()));
            ++files;
        }
    }
    EXPECT_GE(files, 2u);
    for (const char* secret :
         {"cHJveHktc2VjcmV0", "origin-secret", "cookie-secret", "query-secret", "payload-secret"})
        EXPECT_THAT(texts, Each(Not(HasSubstr(secret))));
}

TEST(AuditFiles, AreForTheirOwnerOnly)
{
    const ProxyProcess proxy;
    for (const auto& entry : std::filesystem::directory_iterator(proxy.dataDir())) {
        if (!entry.path().string().ends_with(".db"))
            continue;
        const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
        EXPECT_EQ(entry.status().permissions() & others, std::filesystem::perms::none)
            << entry.path();
    }
}

} // namespace
} // namespace sallyport::test
