#include "app/SessionStory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::app {
namespace {

using testing::HasSubstr;
using testing::Not;

db::AuditRecord tunnel(std::string_view event)
{
    db::AuditRecord record;
    record.event = event;
    record.sessionId = "01935a10-2030-7001-8002-030405060001";
    record.time = "2026-11-23T09:00:00.000001Z";
    record.node = "node-1";
    record.clientIp = "10.1.2.3";
    record.clientPort = 50123;
    record.method = "CONNECT";
    record.protocol = "connect";
    record.host = "www.example.com";
    record.port = 443;
    record.userAgent = "curl/8\x1b[1m";
    record.destinationIp = "2001:db8::1";
    record.reached = {.dnsAnswers = "192.0.2.1;2001:db8::1",
                      .dnsMicroseconds = 3'004,
                      .connectMicroseconds = 12'000,
                      .tries = 2,
                      .egressIp = "2001:db8::9",
                      .egressPort = 40'000};
    record.verdict = "allow";
    record.ruleLayer = "access";
    return record;
}

TEST(SessionStory, TellsHowTheUpstreamWasReached)
{
    SessionStory story;
    story.add(tunnel("open"));
    EXPECT_THAT(story.text(), HasSubstr(R"(
Asked for             CONNECT www.example.com:443  (connect)
User agent            curl/8\x1b[1m
Resolved to           192.0.2.1, 2001:db8::1, in 3.004 ms
Connected to          2001:db8::1, in 12.000 ms, 2 tries
  from                [2001:db8::9]:40000
Proxy                 node-1
)"));
}

TEST(SessionStory, TellsThatNothingWasReached)
{
    db::AuditRecord record = tunnel("decision");
    record.destinationIp = "";
    record.reached = {.dnsAnswers = "192.0.2.1",
                      .dnsMicroseconds = {},
                      .connectMicroseconds = 5'000'000,
                      .tries = 1,
                      .egressIp = "",
                      .egressPort = 0};
    record.path = "/a";
    record.query = "b=c";
    SessionStory story;
    story.add(record);
    EXPECT_THAT(story.text(), HasSubstr("443/a?b=c  (connect)\n"));
    EXPECT_THAT(story.text(), HasSubstr("Resolved to           192.0.2.1\n"
                                        "Connected to          nothing, in 5000.000 ms\n"
                                        "Proxy"));
}

TEST(SessionStory, TellsWhoWasSilentAndWhichTimerEndedIt)
{
    SessionStory story;
    story.add(tunnel("open"));
    db::AuditRecord update = tunnel("update");
    update.counts = {.clientToProxy = 1,
                     .proxyToUpstream = 1,
                     .upstreamToProxy = 2,
                     .proxyToClient = 2,
                     .durationMicroseconds = 300'000'000};
    story.add(update);
    story.add(update);
    EXPECT_THAT(story.text(), HasSubstr("Last update           2026-11-23T09:00:00.000001Z\n"
                                        "Duration              5 min 0.000 s\n"
                                        "Updates               2\n"));
    db::AuditRecord close = update;
    close.event = "close";
    close.silence = {.lastFromClient = "2026-11-23T09:00:00.000002Z",
                     .lastFromUpstream = "",
                     .longestMicroseconds = 300'000'000,
                     .first = "upstream"};
    close.firstByteMicroseconds = 45'006;
    close.tcpClient = {.rttMicroseconds = 1'234, .retransmits = 3};
    close.end = {.by = "proxy",
                 .reason = "idle-timeout",
                 .timer = "tunnel-idle",
                 .timerMilliseconds = 300'000,
                 .error = ""};
    story.add(close);
    EXPECT_THAT(story.text(), HasSubstr(R"(
First answer after    45.006 ms
Updates               2
Ended by              proxy: idle-timeout, timer tunnel-idle of 5 min 0.000 s

Bytes
  to the upstream     1 received, 1 sent: equal
  to the client       2 received, 2 sent: equal

Silence
  Longest             5 min 0.000 s
  Last byte of client 2026-11-23T09:00:00.000002Z
    of upstream       none came
  First to be silent  upstream

TCP
  to the client       round trip 1.234 ms, 3 segments sent again
)"));
    EXPECT_THAT(story.text(), Not(HasSubstr("\x1b")));
}

} // namespace
} // namespace sallyport::app
