// SampleEvents: audit events with every field filled in, for the tests of the store and of the
// queue before it.
#pragma once

#include "db/AuditEvent.h"

#include <cstdint>

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

/// A policy of version 7 whose one access rule is called "Staff, web".
inline std::shared_ptr<const policy::Policy> samplePolicy()
{
    return policy::Policy::compile(policy::PolicyDocument::parse(R"({"format": 1, "access": [
        {"id": "11111111-2222-4333-8444-555555555555", "name": "Staff, web", "action": "allow"}]})"),
                                   7);
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

} // namespace sallyport::test
