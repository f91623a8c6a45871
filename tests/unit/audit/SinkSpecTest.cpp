#include "audit/sink/SinkSpec.h"

#include "audit/sink/SyslogMessage.h"
#include "audit/sink/TokenFile.h"
#include "audit/sink/Wait.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

namespace sallyport::audit::sink {
namespace {

using testing::HasSubstr;

TEST(SinkSpec, NamesAFile)
{
    const SinkSpec spec = parseSinkSpec("file=file:/var/log/audit.jsonl?format=ecs&from=begin");
    EXPECT_EQ(spec.name, "file");
    EXPECT_EQ(spec.way, Way::File);
    EXPECT_EQ(spec.file, "/var/log/audit.jsonl");
    EXPECT_EQ(spec.format->name, "ecs");
    EXPECT_EQ(spec.from, From::Begin);
}

TEST(SinkSpec, NamesASyslogServer)
{
    const SinkSpec spec = parseSinkSpec(
        "siem=syslog+tls://siem.corp?format=cef&ca=/etc/ca.pem&name=logs.corp&facility=16");
    EXPECT_EQ(spec.way, Way::SyslogTls);
    EXPECT_EQ(spec.peer.host, "siem.corp");
    EXPECT_EQ(spec.peer.port, 6514);
    EXPECT_EQ(spec.peer.security, Security::Tls);
    EXPECT_EQ(spec.peer.authority, "/etc/ca.pem");
    EXPECT_EQ(spec.peer.name, "logs.corp");
    EXPECT_EQ(spec.facility, 16U);
    EXPECT_EQ(parseSinkSpec("a=syslog+udp://[::1]:1514").peer.host, "::1");
}

TEST(SinkSpec, NamesAnHttpReceiver)
{
    const SinkSpec splunk = parseSinkSpec("s=hec+https://host:8088?token-file=/etc/hec.token");
    EXPECT_EQ(splunk.path, "/services/collector/event");
    EXPECT_EQ(splunk.peer.port, 8088);
    EXPECT_EQ(splunk.tokenFile, "/etc/hec.token");
    const SinkSpec elastic = parseSinkSpec("e=elastic+http://127.0.0.1/sallyport");
    EXPECT_EQ(elastic.path, "/sallyport/_bulk");
    EXPECT_EQ(elastic.peer.port, 9200);
    EXPECT_EQ(elastic.format->name, "ecs");
}

struct RefusedCase {
    const char* name;
    std::string_view text;
    const char* reason;
};
class RefusedSink : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedSink, IsExplained)
{
    try {
        static_cast<void>(parseSinkSpec(GetParam().text));
        FAIL() << "accepted: " << GetParam().text;
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(error.what(), HasSubstr(GetParam().reason));
    }
}

INSTANTIATE_TEST_SUITE_P(
    SinkSpec, RefusedSink,
    testing::Values(
        RefusedCase{"NoName", "file:/var/log/x", "write NAME=URL"},
        RefusedCase{"OddName", "../x=file:/var/log/x", "letters, digits"},
        RefusedCase{"NoKind", "a=gopher://h", "there is no kind of sink \"gopher\""},
        RefusedCase{"NoHost", "a=http:///x", "names no host"},
        RefusedCase{"NoIndex", "a=elastic+http://h:9200", "must name the index"},
        RefusedCase{"NoFormat", "a=file:/x?format=xml", "there is no format \"xml\""},
        RefusedCase{"NoOption", "a=file:/x?colour=red", "there is no option \"colour\""},
        RefusedCase{"TlsOptionInTheClear", "a=syslog+tcp://h?ca=/x", "there is no option \"ca\""},
        RefusedCase{"Secret", "a=hec+https://user:pass@h", "no user or password"},
        RefusedCase{"RelativePath", "a=file:x", "begins with /"},
        RefusedCase{"HalfAPair", "a=https://h/?cert=/x", "need each other"},
        RefusedCase{"TextForElastic", "a=elastic+http://h/i?format=cef", "takes JSON only"},
        RefusedCase{"TableForSyslog", "a=syslog+udp://h?format=csv", "for files only"},
        RefusedCase{"Facility", "a=syslog+udp://h?facility=24", "from 0 to 23"},
        RefusedCase{"From", "a=file:/x?from=then", "neither begin nor now"}),
    [](const auto& info) { return info.param.name; });

Outgoing sampleOutgoing()
{
    Outgoing record;
    record.seq = 42;
    record.id = "node-1-42";
    record.node = "node-1";
    record.event = "close";
    record.session = "01935a10-2030-7001-8002-030405060001";
    record.time = "2026-11-23T09:00:02.500001Z";
    record.severity = 6;
    record.line = "{\"a\":1}";
    return record;
}

TEST(SyslogMessage, HasTheFieldsOfRfc5424)
{
    EXPECT_EQ(syslogMessage(sampleOutgoing(), 13),
              "<110>1 2026-11-23T09:00:02.500001Z node-1 sallyport " + std::to_string(getpid()) +
                  " close [sallyport@32473 seq=\"42\" "
                  "session=\"01935a10-2030-7001-8002-030405060001\"] {\"a\":1}");
}

TEST(SyslogMessage, LetsNoValueLeaveItsField)
{
    auto record = sampleOutgoing();
    record.node = "node one\n";
    record.session = "a\"b]c\\d";
    record.event = "";
    const std::string message = syslogMessage(record, 13);
    EXPECT_THAT(message, HasSubstr(" nodeone sallyport "));
    EXPECT_THAT(message, HasSubstr(" - [sallyport@32473 "));
    EXPECT_THAT(message, HasSubstr(R"(session="a\"b\]c\\d"])"));
}

TEST(SyslogMessage, IsCountedInBytes) // RFC 6587 §3.4.1
{
    std::string out;
    appendCounted(out, "<1>1 \u00e9");
    appendCounted(out, "x");
    EXPECT_EQ(out, "7 <1>1 \u00e91 x");
}

TEST(TokenFile, IsForItsOwnerAlone)
{
    const test::TemporaryFolder folder;
    const std::string file = folder.write("token", "secret-1\nmore\n");
    std::filesystem::permissions(file, std::filesystem::perms{0600});
    EXPECT_EQ(readToken(file), "secret-1");
    std::filesystem::permissions(file, std::filesystem::perms{0644});
    try {
        static_cast<void>(readToken(file));
        FAIL() << "others can read it";
    } catch (const SinkError& error) {
        EXPECT_THAT(error.what(), HasSubstr("chmod 600"));
        EXPECT_THAT(error.what(), testing::Not(HasSubstr("secret-1")));
    }
    EXPECT_THROW(static_cast<void>(readToken(folder.file("none"))), SinkError);
}

} // namespace
} // namespace sallyport::audit::sink
