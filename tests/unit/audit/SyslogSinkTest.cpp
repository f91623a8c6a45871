// Against a real rsyslogd, started by the test on ports and with a configuration of its own.
#include "audit/sink/SinkSet.h"
#include "audit/sink/SyslogTransport.h"
#include "support/Program.h"
#include "support/TemporaryFolder.h"
#include "unit/audit/FakeLog.h"
#include "unit/audit/OutgoingRecords.h"

#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iomanip>
#include <set>
#include <sstream>
#include <thread>

namespace sallyport::audit::sink {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* Rsyslogd = "/usr/sbin/rsyslogd";
constexpr const char* TlsDriver = "/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so";

bool isInstalled(const char* file)
{
    return std::filesystem::exists(file);
}

bool becomesTrue(const std::function<bool()>& condition, std::chrono::seconds limit = 20s)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(10ms);
    }
    return true;
}

// rsyslog cannot tell which port it was given, so one is chosen that was free a moment ago.
std::uint16_t freePort()
{
    return Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0)).address().port();
}

// A certificate for localhost and its key, made by the openssl program.
void makeCertificate(const test::TemporaryFolder& folder)
{
    test::ChildProcess openssl({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                                "-keyout", folder.file("key.pem"), "-out", folder.file("cert.pem"),
                                "-days", "2", "-subj", "/CN=localhost", "-addext",
                                "subjectAltName=DNS:localhost,IP:127.0.0.1"});
    ASSERT_EQ(openssl.waitFor(20s), 0);
}

class RealSyslog : public testing::Test {
protected:
    void SetUp() override
    {
        if (!isInstalled(Rsyslogd))
            GTEST_SKIP() << "rsyslogd is not installed: apt-get install rsyslog";
        std::signal(SIGPIPE, SIG_IGN); // as the server does
        folder_ = std::make_unique<test::TemporaryFolder>();
    }

    void start(const std::string& module, const std::string& input)
    {
        port_ = freePort();
        folder_->write(
            "rsyslog.conf",
            "global(workDirectory=\"" + folder_->path() +
                "\" maxMessageSize=\"64k\" parser.escapeControlCharactersOnReceive="
                "\"off\"" +
                tlsFiles_ + ")\n" + module +
                "\n"
                "template(name=\"t\" type=\"string\" string=\"%pri%|%timereported:::"
                "date-rfc3339%|%hostname%|%app-name%|%msgid%|%structured-data%|%msg%\\n\")\n"
                "ruleset(name=\"r\") { action(type=\"omfile\" file=\"" +
                folder_->file("out") + "\" template=\"t\" asyncWriting=\"off\") }\n" +
                "input(type=\"" + input + "\" address=\"127.0.0.1\" port=\"" +
                std::to_string(port_) + "\" ruleset=\"r\")\n");
        run();
    }

    void run()
    {
        rsyslogd_ = std::make_unique<test::ChildProcess>(std::vector<std::string>{
            Rsyslogd, "-n", "-f", folder_->file("rsyslog.conf"), "-i", folder_->file("pid")});
        ASSERT_TRUE(becomesTrue([&] { return isListening(); })) << "rsyslogd does not listen";
    }

    void kill()
    {
        rsyslogd_->signal(SIGKILL);
        static_cast<void>(rsyslogd_->waitFor(5s));
    }

    [[nodiscard]] SinkSpec spec(const std::string& scheme, const std::string& options = "") const
    {
        return parseSinkSpec("s=" + scheme + "://localhost:" + std::to_string(port_) +
                             "?from=begin" + options);
    }

    [[nodiscard]] std::vector<std::string> received() const
    {
        std::vector<std::string> all;
        std::ifstream stream(folder_->file("out"));
        for (std::string line; std::getline(stream, line);)
            all.push_back(line);
        return all;
    }

    // Of records that came whole.
    [[nodiscard]] std::set<std::uint64_t> receivedNumbers() const
    {
        std::set<std::uint64_t> all;
        for (const std::string& line : received())
            if (const auto place = line.find("|{\"seq\":"); place != std::string::npos)
                all.insert(std::stoul(line.substr(place + 8)));
        return all;
    }

    void useTls()
    {
        makeCertificate(*folder_);
        tlsFiles_ = " defaultNetstreamDriverCAFile=\"" + folder_->file("cert.pem") +
                    "\" defaultNetstreamDriverCertFile=\"" + folder_->file("cert.pem") +
                    "\" defaultNetstreamDriverKeyFile=\"" + folder_->file("key.pem") + "\"";
    }

    [[nodiscard]] const test::TemporaryFolder& folder() const { return *folder_; }

private:
    [[nodiscard]] bool isListening() const
    {
        // In hexadecimal, as the system lists sockets: TCP by their state, UDP by being there.
        std::ostringstream place;
        place << "0100007F:" << std::hex << std::uppercase << std::setw(4) << std::setfill('0')
              << port_;
        for (const auto* list : {"/proc/net/tcp", "/proc/net/udp"}) {
            std::ifstream stream(list);
            for (std::string line; std::getline(stream, line);)
                if (line.contains(": " + place.str() + " 00000000:0000"))
                    return true;
        }
        return false;
    }

    std::unique_ptr<test::TemporaryFolder> folder_;
    std::unique_ptr<test::ChildProcess> rsyslogd_;
    std::string tlsFiles_;
    std::uint16_t port_ = 0;
};

Wait soon()
{
    return {{}, std::chrono::steady_clock::now() + 10s};
}

constexpr auto FirstLine =
    "110|2026-11-23T09:00:00.000001+00:00|node-1|sallyport|open|[sallyport@32473 seq=\"1\" "
    "session=\"01935a10-2030-7001-8002-030405060001\"]|{\"seq\":1,\"event\":\"open\",";

TEST_F(RealSyslog, TakesDatagrams)
{
    start("module(load=\"imudp\")", "imudp");
    SyslogDatagrams transport(spec("syslog+udp"));
    // As many as fit into the receiver's buffer, however long it takes to read them.
    EXPECT_EQ(transport.send(records(1, 20), soon()), 0U);
    ASSERT_TRUE(becomesTrue([&] { return received().size() == 20; })) << received().size();
    std::string first = received().front();
    first.replace(first.find("|2026-11-23T09:00:00.000001Z|"), 29,
                  "|2026-11-23T09:00:00.000001+00:00|");
    EXPECT_THAT(first, StartsWith(FirstLine));
}

TEST_F(RealSyslog, TakesCountedMessagesOverTcp)
{
    start("module(load=\"imptcp\")", "imptcp");
    SyslogStream transport(spec("syslog+tcp"));
    EXPECT_EQ(transport.send(records(1, 500), soon()), 0U);
    EXPECT_EQ(transport.send(records(501, 700), soon()), 0U);
    ASSERT_TRUE(becomesTrue([&] { return received().size() == 700; })) << received().size();
    EXPECT_TRUE(becomesTrue([&] { return transport.isSettled(); }));
    EXPECT_EQ(receivedNumbers().size(), 700U);
}

TEST_F(RealSyslog, KeepsLineBreaksAndOtherFormatsInsideOneMessage)
{
    start("module(load=\"imptcp\")", "imptcp");
    SyslogStream transport(spec("syslog+tcp", "&format=leef"));
    auto record = test::sampleOpenRecord();
    record.userAgent = "a\nb";
    const std::vector all{outgoingOf(record, format::requireFormat("leef").append)};
    EXPECT_EQ(transport.send(all, soon()), 0U);
    ASSERT_TRUE(becomesTrue([&] { return received().size() == 1; }));
    EXPECT_THAT(received().front(), HasSubstr("|LEEF:2.0|Sallyport|Sallyport|"));
    EXPECT_THAT(received().front(), HasSubstr("\tuserAgent=a b\t"));
}

TEST_F(RealSyslog, TakesTlsFromThoseWhoTrustIt)
{
    if (!isInstalled(TlsDriver))
        GTEST_SKIP() << "rsyslog cannot do TLS: apt-get install rsyslog-gnutls";
    useTls();
    start("module(load=\"imtcp\" streamDriver.name=\"gtls\" streamDriver.mode=\"1\" "
          "streamDriver.authMode=\"anon\")",
          "imtcp");
    const std::string trust = "&ca=" + folder().file("cert.pem");
    SyslogStream transport(spec("syslog+tls", trust));
    EXPECT_EQ(transport.send(records(1, 500), soon()), 0U);
    ASSERT_TRUE(becomesTrue([&] { return receivedNumbers().size() == 500; })) << received().size();
    EXPECT_TRUE(becomesTrue([&] { return transport.isSettled(); }));

    const auto failureOf = [](const SinkSpec& distrusted) {
        try {
            static_cast<void>(SyslogStream(distrusted).send(records(501, 501), soon()));
            return std::string();
        } catch (const SinkError& error) {
            return std::string(error.what());
        }
    };
    EXPECT_THAT(failureOf(spec("syslog+tls")), HasSubstr("is not accepted: self"));
    EXPECT_THAT(failureOf(spec("syslog+tls", trust + "&name=other.example")),
                HasSubstr("is not accepted: hostname mismatch"));
    EXPECT_EQ(receivedNumbers().size(), 500U);
}

TEST_F(RealSyslog, MissesNothingWhenItIsKilled)
{
    start("module(load=\"imptcp\")", "imptcp");
    test::FakeLog log;
    log.grow(3000);
    SinkSet sinks({spec("syslog+tcp")}, folder().file("sinks"), test::opener(log));
    sinks.start(3000);
    ASSERT_TRUE(becomesTrue([&] { return receivedNumbers().size() > 100; }));
    kill();
    log.grow(6000);
    sinks.onCommitted(6000);
    ASSERT_TRUE(becomesTrue([&] { return sinks.status().front().failures > 0; }));
    EXPECT_NE(sinks.status().front().lastError, "");
    run();
    ASSERT_TRUE(becomesTrue([&] { return receivedNumbers().size() == 6000; }, 60s))
        << receivedNumbers().size();
    ASSERT_TRUE(becomesTrue([&] { return sinks.status().front().lagRecords == 0; }));
    EXPECT_EQ(sinks.status().front().lastError, "");
    sinks.stop();
}

TEST(SyslogSink, SaysThatNobodyListens)
{
    const auto spec = parseSinkSpec("s=syslog+tcp://127.0.0.1:" + std::to_string(freePort()));
    try {
        static_cast<void>(SyslogStream(spec).send(records(1, 1), soon()));
        FAIL() << "nobody listens";
    } catch (const SinkError& error) {
        EXPECT_THAT(error.what(), HasSubstr("Connection refused"));
    }
}

TEST(SyslogSink, LeavesOutWhatFitsIntoNoDatagram)
{
    Poco::Net::DatagramSocket receiver(Poco::Net::SocketAddress("127.0.0.1", 0));
    SyslogDatagrams transport(
        parseSinkSpec("s=syslog+udp://127.0.0.1:" + std::to_string(receiver.address().port())));
    auto all = records(1, 3);
    all[1].line.assign(70'000, 'x');
    EXPECT_EQ(transport.send(all, soon()), 1U);
}

} // namespace
} // namespace sallyport::audit::sink
