// SampleRecords: records as the log gives them back, for the tests of formats and sinks.
#pragma once

#include "db/AuditRecord.h"

namespace sallyport::test {

/// The open event of a tunnel: seq 41.
inline db::AuditRecord sampleOpenRecord()
{
    db::AuditRecord record;
    record.seq = 41;
    record.event = "open";
    record.sessionId = "01935a10-2030-7001-8002-030405060001";
    record.time = "2026-11-23T09:00:00.000001Z";
    record.node = "node-1";
    record.listener = "127.0.0.1:3128";
    record.clientIp = "10.1.2.3";
    record.clientPort = 50'123;
    record.user = "ann";
    record.method = "CONNECT";
    record.protocol = "connect";
    record.form = "connect";
    record.host = "www.example.com";
    record.port = 443;
    record.userAgent = "curl/8.5.0";
    record.destinationIp = "93.184.216.34";
    record.reached.dnsAnswers = "93.184.216.34;2001:db8::1";
    record.reached.dnsMicroseconds = 1500;
    record.reached.connectMicroseconds = 20'250;
    record.reached.tries = 1;
    record.reached.egressIp = "192.0.2.10";
    record.reached.egressPort = 40'001;
    record.verdict = "allow";
    record.stage = "resolved-address";
    record.ruleId = "11111111-2222-4333-8444-555555555555";
    record.ruleName = "Staff, web";
    record.ruleLayer = "access";
    record.policyVersion = 7;
    record.ruleWould = "aaaa;bbbb";
    record.status = 200;
    return record;
}

/// Its close event, 2.5 s later: seq 42.
inline db::AuditRecord sampleCloseRecord()
{
    db::AuditRecord record = sampleOpenRecord();
    record.seq = 42;
    record.event = "close";
    record.time = "2026-11-23T09:00:02.500001Z";
    record.counts = {.clientToProxy = 1000,
                     .proxyToUpstream = 1001,
                     .upstreamToProxy = 5'000'000'001,
                     .proxyToClient = 5'000'000'000,
                     .durationMicroseconds = 2'500'000};
    record.end = db::RecordEnd{
        .by = "client", .reason = "done", .timer = {}, .timerMilliseconds = {}, .error = {}};
    record.firstByteMicroseconds = 30'000;
    record.tcpClient = db::TcpFigures{.rttMicroseconds = 150, .retransmits = 0};
    record.tcpUpstream = db::TcpFigures{.rttMicroseconds = 20'100, .retransmits = 3};
    record.silence = db::RecordSilence{.lastFromClient = "2026-11-23T09:00:01.000001Z",
                                       .lastFromUpstream = "2026-11-23T09:00:02.000001Z",
                                       .longestMicroseconds = 750'000,
                                       .first = "client"};
    return record;
}

/// A refusal by the policy: seq 43.
inline db::AuditRecord sampleDecisionRecord()
{
    db::AuditRecord record = sampleOpenRecord();
    record.seq = 43;
    record.event = "decision";
    record.destinationIp = {};
    record.reached = {};
    record.verdict = "deny";
    record.stage = "request";
    record.status = 403;
    record.end = db::RecordEnd{.by = "policy",
                               .reason = "denied",
                               .timer = {},
                               .timerMilliseconds = {},
                               .error = "http_request_denied"};
    return record;
}

/// The end of GET http://www.example.com:8080/a?b=1.
inline db::AuditRecord sampleExchangeRecord()
{
    db::AuditRecord record = sampleCloseRecord();
    record.method = "GET";
    record.protocol = "http";
    record.form = "absolute";
    record.port = 8080;
    record.path = "/a";
    record.query = "b=1";
    return record;
}

inline db::AuditRecord sampleAdminRecord(const db::AdminAct& act)
{
    db::AuditRecord record;
    record.seq = 44;
    record.event = "admin";
    record.time = "2026-11-23T09:00:03.000001Z";
    record.node = "node-1";
    record.admin = &act;
    return record;
}

inline db::AuditRecord sampleCheckpointRecord(const db::Checkpoint& checkpoint)
{
    db::AuditRecord record;
    record.seq = 45;
    record.event = "checkpoint";
    record.time = "2026-11-23T09:00:04.000001Z";
    record.node = "node-1";
    record.checkpoint = &checkpoint;
    return record;
}

/// TLS in the tunnel, seen as it went by.
inline db::TunnelContents sampleTlsContents()
{
    db::TunnelContents contents;
    contents.sight = db::Sight::Sniffed;
    contents.content = policy::Protocol::Tls;
    auto& tls = contents.tls.emplace();
    tls.sni = "www.example.com";
    tls.alpnOffered = {"h2", "http/1.1"};
    tls.version = "1.2";
    tls.cipher = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    tls.alpn = "h2";
    tls.ja3 = "cd08e31494f9531f560d64c695473da9";
    tls.ja4 = "t13d1516h2_8daaf6152771_02713d6af862";
    auto& certificate = tls.certificate.emplace();
    certificate.subject = "CN=www.example.com";
    certificate.issuer = "CN=Example CA";
    certificate.sha256.fill(0xab);
    certificate.notAfter = std::chrono::sys_days{std::chrono::year{2027} / 1 / 31};
    certificate.names = {"www.example.com"};
    return contents;
}

} // namespace sallyport::test
