// SampleEvents: audit events with every field filled in, for the tests of the store and of the
// queue before it.
#pragma once

#include "db/AuditEvent.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::test {

/// A session id that differs for each `number`; its last two bytes are the number.
inline db::SessionId sampleSession(std::uint16_t number)
{
    return {0x01,
            0x93,
            0x5a,
            0x10,
            0x20,
            0x30,
            0x70,
            0x01,
            0x80,
            0x02,
            0x03,
            0x04,
            0x05,
            0x06,
            static_cast<std::uint8_t>(number >> 8),
            static_cast<std::uint8_t>(number)};
}

/// 2026-11-23T09:00:00.000001Z and `seconds`.
inline std::chrono::sys_time<std::chrono::microseconds> sampleTime(int seconds)
{
    return std::chrono::sys_time<std::chrono::microseconds>{
        std::chrono::microseconds{1'795'424'400'000'001} + std::chrono::seconds(seconds)};
}

/// The time of a text like that.
inline db::AuditTime timeOf(std::string_view text)
{
    const auto number = [&](std::size_t at, std::size_t length) {
        return std::stoi(std::string(text.substr(at, length)));
    };
    using namespace std::chrono;
    return sys_days{year(number(0, 4)) / number(5, 2) / number(8, 2)} + hours(number(11, 2)) +
           minutes(number(14, 2)) + seconds(number(17, 2)) + microseconds(number(20, 6));
}

/// As the rule "Staff, web" of the policy's version 7 decides.
inline void decideBySampleRule(db::AuditEvent& event)
{
    event.ruleId = "11111111-2222-4333-8444-555555555555";
    event.ruleName = "Staff, web";
    event.policyVersion = 7;
}

inline db::AuditEvent sampleOpen(std::uint16_t number)
{
    db::AuditEvent event;
    event.kind = db::EventKind::Open;
    event.session = sampleSession(number);
    event.time = sampleTime(0);
    event.listener = "127.0.0.1:3128";
    event.clientAddress = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3};
    event.clientPort = 50'123;
    event.method = "CONNECT";
    event.protocol = policy::Protocol::Connect;
    event.form = db::Form::Connect;
    event.host = "www.example.com";
    event.port = 443;
    event.destination = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    event.verdict = policy::Answer::Allow;
    event.stage = policy::Stage::ResolvedAddress;
    event.layer = policy::Layer::Access;
    event.status = 200;
    return event;
}

inline db::AuditEvent sampleClose(std::uint16_t number)
{
    db::AuditEvent event;
    event.kind = db::EventKind::Close;
    event.session = sampleSession(number);
    event.time = sampleTime(1);
    event.status = 200;
    event.bytes = {.clientToProxy = 1000,
                   .proxyToUpstream = 1000,
                   .upstreamToProxy = 5'000'000'000,
                   .proxyToClient = 5'000'000'000};
    event.duration = std::chrono::microseconds(1'000'050);
    event.closeBy = db::CloseBy::Client;
    event.closeReason = db::CloseReason::Done;
    return event;
}

/// With every field filled in: of a WebSocket in the clear inside a tunnel, and of TLS beside it.
inline db::TunnelContents sampleContents()
{
    using policy::inspection::Direction;
    db::TunnelContents contents;
    contents.sight = db::Sight::Sniffed;
    contents.content = policy::Protocol::TunnelledHttp;
    contents.banner = "SSH-2.0-OpenSSH_9.2";
    contents.differences.add(policy::NameDifference::SniDiffers);
    contents.differences.add(policy::NameDifference::CertificateDiffers);

    auto& tls = contents.tls.emplace();
    tls.sni = "inner.example.com";
    tls.alpnOffered = {"h2", "http/1.1", "a;b\\c"};
    tls.version = "1.2";
    tls.cipher = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    tls.alpn = "h2";
    tls.resumed = false;
    tls.ja3 = "cd08e31494f9531f560d64c695473da9";
    tls.ja4 = "t13d1516h2_8daaf6152771_02713d6af862";
    tls.echOffered = true;
    auto& certificate = tls.certificate.emplace();
    certificate.subject = "CN=inner.example.com,O=\"Example, Inc.\"";
    certificate.issuer = "CN=Example CA";
    certificate.sha256.fill(0xab);
    certificate.notAfter = std::chrono::sys_days{std::chrono::year{2027} / 1 / 31};
    certificate.names = {"inner.example.com", "*.example.com"};

    auto& webSocket = contents.webSocket.emplace();
    webSocket.path = "/chat";
    webSocket.origin = "app.example.com";
    webSocket.subprotocolsOffered = {"mqtt", "chat"};
    webSocket.subprotocol = "chat";
    webSocket.extensions = "permessage-deflate; client_max_window_bits=15";
    webSocket.status = 101;
    auto& counts = webSocket.counts.emplace();
    counts[Direction::ClientToUpstream] = {.text = 1,
                                           .binary = 2,
                                           .pings = 3,
                                           .pongs = 4,
                                           .frames = 5,
                                           .payloadBytes = 6,
                                           .contentBytes = 7,
                                           .maxContentBytes = 8};
    counts[Direction::UpstreamToClient] = {.text = 11,
                                           .binary = 12,
                                           .pings = 13,
                                           .pongs = 14,
                                           .frames = 15,
                                           .payloadBytes = 16,
                                           .contentBytes = 17,
                                           .maxContentBytes = 5'000'000'000};
    webSocket.closeCode = 1001;
    webSocket.closeReason = "going away";
    webSocket.closeFrom = Direction::UpstreamToClient;
    webSocket.notInspectable = "memory-budget";

    auto& inspection = contents.inspection.emplace();
    inspection.notes = {"large", "odd; or even"};
    inspection.alerts = 9;
    inspection.slowedBy = "flood";
    inspection.cutBy = "cards";
    inspection.injected = true;
    auto& digests = inspection.digests.emplace();
    digests[Direction::ClientToUpstream].received.fill(0x01);
    digests[Direction::ClientToUpstream].sent.fill(0x02);
    digests[Direction::UpstreamToClient].received.fill(0x03);
    digests[Direction::UpstreamToClient].sent.fill(0x04);
    return contents;
}

inline const db::FoundByCheck& sampleFinding()
{
    static const db::FoundByCheck found = [] {
        db::FoundByCheck each;
        each.check = "cards";
        each.direction = policy::inspection::Direction::UpstreamToClient;
        each.message = 12;
        each.offset = 5'000'000'000;
        each.kind = "card-number";
        each.digest.emplace().fill(0xcd);
        return each;
    }();
    return found;
}

/// Without figures, as a check finds it between two updates.
inline db::AuditEvent sampleAlert(std::uint16_t number)
{
    db::AuditEvent event;
    event.kind = db::EventKind::Alert;
    event.session = sampleSession(number);
    event.time = sampleTime(1);
    event.layer = policy::Layer::Inspection;
    event.found = &sampleFinding();
    return event;
}

inline db::AuditEvent sampleDecision(std::uint16_t number)
{
    db::AuditEvent event = sampleOpen(number);
    event.kind = db::EventKind::Decision;
    event.destination.reset();
    event.verdict = policy::Answer::Deny;
    event.stage = policy::Stage::Request;
    event.status = 403;
    event.closeBy = db::CloseBy::Policy;
    event.closeReason = db::CloseReason::Denied;
    event.error = "http_request_denied";
    return event;
}

inline db::AuditEvent sampleUpdate(std::uint16_t number)
{
    db::AuditEvent event = sampleClose(number);
    event.kind = db::EventKind::Update;
    event.closeBy = db::CloseBy::None;
    event.closeReason = db::CloseReason::None;
    return event;
}

/// With every field filled in that an open event has.
inline db::AuditEvent sampleFullOpen(std::uint16_t number)
{
    static const std::array<policy::AddressBytes, 2> answers{
        policy::AddressBytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7},
        policy::AddressBytes{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    db::AuditEvent event = sampleOpen(number);
    decideBySampleRule(event);
    event.user = "alice";
    event.userAgent = "curl/7.88.1";
    event.path = "/chat";
    event.query = "room=1";
    event.reached.answers = answers;
    event.reached.resolveTime = std::chrono::microseconds(1200);
    event.reached.connectTime = std::chrono::microseconds(23'400);
    event.reached.tries = 2;
    event.reached.egressAddress = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 51, 100, 9};
    event.reached.egressPort = 40'001;
    event.would[0] = "11111111-2222-4333-8444-666666666666";
    event.inspection = policy::Action::Observe;
    event.inspectionProfile = "chat";
    return event;
}

/// With every field filled in that a close event has, contents included.
inline db::AuditEvent sampleFullClose(std::uint16_t number)
{
    static const db::TunnelContents contents = sampleContents();
    db::AuditEvent event = sampleClose(number);
    event.bytes.proxyToUpstream = 900;
    event.bytes.proxyToClient = 4'999'999'999;
    event.silence.lastFromClient = event.time - std::chrono::milliseconds(250);
    event.silence.lastFromUpstream = event.time - std::chrono::milliseconds(125);
    event.silence.longest = std::chrono::milliseconds(500);
    event.firstByteTime = std::chrono::microseconds(31'000);
    event.tcpClient = db::TcpFigures{.rttMicroseconds = 1500, .retransmits = 1};
    event.tcpUpstream = db::TcpFigures{.rttMicroseconds = 25'000, .retransmits = 2};
    event.closeTimer = "tunnel-idle";
    event.closeTimerLimit = std::chrono::seconds(300);
    event.error = "connection_timeout";
    event.contents = &contents;
    return event;
}

/// An act of an administrator, at sampleTime(2).
inline db::AdminAct sampleAct()
{
    db::AdminAct act;
    act.time = sampleTime(2);
    act.who = "admin";
    act.source = "192.0.2.1";
    act.action = "policy.publish";
    act.object = "version 8";
    act.before = R"({"version":7})";
    act.after = R"({"version":8})";
    act.note = "CHG-1234";
    return act;
}

} // namespace sallyport::test
