#include "audit/EventCodec.h"

#include "unit/db/SampleEvents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::audit {
namespace {

using namespace std::chrono_literals;

std::vector<std::uint8_t> encoded(const AuditEvent& event)
{
    std::string out;
    encodeEvent(event, out);
    return {out.begin(), out.end()};
}

// Equal bytes mean equal events: every member is in them.
void expectKept(const AuditEvent& event)
{
    const auto bytes = encoded(event);
    EventDecoder decoder;
    const auto decoded = decoder.decode(bytes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(encoded(*decoded), bytes);
}

AuditEvent fullOpen()
{
    static const std::array<policy::AddressBytes, 2> answers{policy::AddressBytes{1, 2},
                                                             policy::AddressBytes{3, 4}};
    AuditEvent event = test::sampleOpen(1);
    event.user = "ann";
    event.userAgent = "curl/8.0";
    event.path = "/a";
    event.query = "b=1";
    event.reached = {.answers = answers,
                     .resolveTime = 1'500us,
                     .connectTime = 0us,
                     .tries = 2,
                     .egressAddress = policy::AddressBytes{9},
                     .egressPort = 65'535};
    event.ruleId = "id";
    event.ruleName = "name";
    event.would = {"one", "two"};
    event.inspection = policy::Action::Observe;
    event.inspectionProfile = "Chat";
    event.policyVersion = 7;
    return event;
}

AuditEvent fullClose()
{
    AuditEvent event = test::sampleClose(1);
    event.silence = {.lastFromClient = test::sampleTime(1),
                     .lastFromUpstream = std::nullopt,
                     .longest = 86'400s};
    event.firstByteTime = 3ms;
    event.tcpClient = TcpFigures{.rttMicroseconds = 100, .retransmits = 0};
    event.tcpUpstream = TcpFigures{.rttMicroseconds = 4'000'000'000, .retransmits = 3};
    event.closeTimer = "tunnel-idle";
    event.closeTimerLimit = 24h;
    event.error = "connection_timeout";
    return event;
}

TEST(EventCodec, KeepsEveryMemberOfABeginning)
{
    const AuditEvent event = fullOpen();
    expectKept(event);
    const auto bytes = encoded(event);
    EventDecoder decoder;
    const AuditEvent decoded = decoder.decode(bytes).value();
    EXPECT_EQ(decoded.kind, EventKind::Open);
    EXPECT_EQ(decoded.session, event.session);
    EXPECT_EQ(decoded.time, event.time);
    EXPECT_EQ(decoded.listener, event.listener);
    EXPECT_EQ(decoded.clientAddress, event.clientAddress);
    EXPECT_EQ(decoded.clientPort, event.clientPort);
    EXPECT_EQ(decoded.userAgent, "curl/8.0");
    EXPECT_EQ(decoded.query, "b=1");
    ASSERT_EQ(decoded.reached.answers.size(), 2u);
    EXPECT_EQ(decoded.reached.answers[1], (policy::AddressBytes{3, 4}));
    EXPECT_EQ(decoded.reached.resolveTime, 1'500us);
    EXPECT_EQ(decoded.reached.connectTime, 0us) << "measured, not missing";
    EXPECT_EQ(decoded.reached.egressPort, 65'535);
    EXPECT_EQ(decoded.would[1], "two");
    EXPECT_EQ(decoded.inspection, policy::Action::Observe);
    EXPECT_EQ(decoded.policyVersion, 7u);
}

TEST(EventCodec, KeepsEveryMemberOfAnEnd)
{
    const AuditEvent event = fullClose();
    expectKept(event);
    const auto bytes = encoded(event);
    EventDecoder decoder;
    const AuditEvent decoded = decoder.decode(bytes).value();
    EXPECT_EQ(decoded.bytes, event.bytes);
    EXPECT_EQ(decoded.duration, event.duration);
    EXPECT_EQ(decoded.silence.lastFromClient, event.silence.lastFromClient);
    EXPECT_EQ(decoded.silence.lastFromUpstream, std::nullopt);
    EXPECT_EQ(decoded.silence.longest, 86'400s);
    EXPECT_EQ(decoded.tcpUpstream->rttMicroseconds, 4'000'000'000u);
    EXPECT_EQ(decoded.closeTimerLimit, 24h);
}

TEST(EventCodec, KeepsWhatWasSeenInside)
{
    const TunnelContents contents = test::sampleContents();
    AuditEvent event = fullClose();
    event.contents = &contents;
    expectKept(event);
    const auto bytes = encoded(event);
    EventDecoder decoder;
    const AuditEvent decoded = decoder.decode(bytes).value();
    ASSERT_NE(decoded.contents, nullptr);
    EXPECT_EQ(decoded.contents->tls->alpnOffered, contents.tls->alpnOffered);
    EXPECT_EQ(decoded.contents->tls->certificate->names, contents.tls->certificate->names);
    EXPECT_EQ(decoded.contents->differences, contents.differences);
    EXPECT_EQ(decoded.contents->webSocket->counts, contents.webSocket->counts);
    EXPECT_EQ(decoded.contents->inspection->notes, contents.inspection->notes);
}

TEST(EventCodec, KeepsAnAlert)
{
    FoundByCheck found;
    found.check = "cards";
    found.message = 12;
    found.offset = 5'000'000'000;
    found.digest.emplace().fill(0xcd);
    AuditEvent event;
    event.kind = EventKind::Alert;
    event.found = &found;
    expectKept(event);
    const auto bytes = encoded(event);
    EventDecoder decoder;
    EXPECT_EQ(decoder.decode(bytes)->found->offset, 5'000'000'000u);
}

TEST(EventCodec, RefusesWhatIsCutAtEveryByte)
{
    const TunnelContents contents = test::sampleContents();
    AuditEvent event = fullClose();
    event.contents = &contents;
    const auto bytes = encoded(event);
    EventDecoder decoder;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decoder.decode(std::span(bytes).first(size))) << size;
}

} // namespace
} // namespace sallyport::audit
