#include "proxy/LocalPages.h"

#include "policy/PacFile.h"
#include "proxy/Worker.h"

#include <chrono>
#include <string>

namespace sallyport::proxy {

namespace {

void writeAnswer(Exchange& exchange, std::string_view statusLine, std::string_view type,
                 std::string_view body)
{
    auto& out = exchange.outgoing;
    out.clear();
    out.append("HTTP/1.1 ").append(statusLine).append("\r\nContent-Length: ");
    out.append(std::to_string(body.size()));
    if (!type.empty())
        out.append("\r\nContent-Type: ").append(type);
    out.append("\r\nCache-Control: no-store\r\nConnection: ");
    out.append(exchange.canPersist() ? "keep-alive" : "close").append("\r\n\r\n");
    if (exchange.head.method() != "HEAD")
        out.append(body);
}

/// The proxy's address as the asking client knows it.
std::string proxyAddress(const Exchange& exchange)
{
    const auto own = exchange.client.channel().local();
    const auto& host = exchange.head.hostField();
    if (!host || host->host.empty())
        return own.toString();
    std::string text;
    http::writeAuthority(*host, host->port.value_or(own.port), 0, text);
    return text;
}

void writeOwnTrace(Exchange& exchange)
{
    // The request as it arrived, without what must not be shown (RFC 9110 §9.3.8).
    const auto& head = exchange.head;
    std::string echo;
    echo.append(head.method()).append(" ").append(head.target());
    echo.append(head.minorVersion() == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    for (const http::Field field : head.fields()) {
        if (field.known == http::KnownField::ProxyAuthorization || field.name.size() == 0)
            continue;
        if (field.known == http::KnownField::Authorization ||
            field.known == http::KnownField::Cookie)
            continue;
        echo.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    echo.append("\r\n");
    writeAnswer(exchange, "200 OK", "message/http", echo);
}

} // namespace

bool writeLocalPage(Exchange& exchange)
{
    const auto& head = exchange.head;
    if (head.method() != "GET" && head.method() != "HEAD")
        return false;
    const auto path = head.path();
    if (path == "/proxy.pac" || path == "/wpad.dat") {
        const auto& published = exchange.worker.policy()->policy()->document().pac;
        auto settings = published ? *published : exchange.options.pac;
        if (settings.proxy.empty())
            settings.proxy = proxyAddress(exchange);
        writeAnswer(exchange, "200 OK", "application/x-ns-proxy-autoconfig",
                    policy::writePac(settings));
        if (head.method() == "GET")
            exchange.worker.pacFetches().note(exchange.client.peer().address.bytes(),
                                              std::chrono::system_clock::now());
        return true;
    }
    if (path == "/healthz") {
        const bool draining = exchange.worker.draining();
        writeAnswer(exchange, draining ? "503 Service Unavailable" : "200 OK", "application/json",
                    draining ? "{\"status\":\"draining\"}\n" : "{\"status\":\"ok\"}\n");
        return true;
    }
    return false;
}

void writeOwnOptions(Exchange& exchange)
{
    writeAnswer(exchange,
                "200 OK\r\nAllow: CONNECT, GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH, TRACE", {},
                {});
}

net::Task<After> serveAsLastRecipient(Exchange& exchange)
{
    Session& session = *exchange.session;
    const auto& verdict = session.decide(policy::Stage::Request);
    if (verdict.answer == policy::Answer::Deny)
        co_return co_await exchange.refuse(denied(verdict, session.host(), nullptr));
    if (session.method() == "OPTIONS")
        writeOwnOptions(exchange);
    else
        writeOwnTrace(exchange);
    session.opened(200);
    const auto after = co_await exchange.send(exchange.outgoing, exchange.afterOwnAnswer());
    session.closed(audit::CloseBy::Proxy, audit::CloseReason::Done);
    co_return after;
}

} // namespace sallyport::proxy
