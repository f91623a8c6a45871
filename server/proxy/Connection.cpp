#include "proxy/Connection.h"

#include "proxy/Connect.h"
#include "proxy/Forward.h"
#include "proxy/LocalPages.h"
#include "proxy/Upgrade.h"
#include "proxy/Worker.h"
#include "websocket/OpeningHandshake.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace sallyport::proxy {

namespace {

/// How many authorities a connection remembers for handshakes in origin-form.
constexpr std::size_t MaxOrigins = 8;

/// After an answer that the client may not have expected, what it still sends is read and thrown
/// away, so that closing does not reset the connection before it has read the answer (RFC 9112
/// §9.6).
constexpr auto LingerLimit = std::chrono::seconds(2);
constexpr std::size_t LingerBytes = 256 * 1024;

} // namespace

Connection::Connection(Worker& worker, std::string_view listener, net::TcpStream client)
    : worker_(worker), listener_(listener), client_(std::move(client)), inbox_(worker.buffers())
{}

void Connection::start(List::iterator self)
{
    self_ = self;
    job_.start(run(), this);
}

void Connection::startRefusing(List::iterator self)
{
    self_ = self;
    turnedAway_ = true;
    job_.start(refuseForWantOfRoom(), this);
}

void Connection::onJobDone()
{
    client_.close();
    worker_.forgetConnection(self_);
}

void Connection::drain()
{
    if (waiting_)
        client_.abortRead();
}

net::Task<void> Connection::run()
{
    try {
        co_await serveAll();
    } catch (const std::exception& problem) {
        poco_error_f1(Poco::Logger::get("proxy"), "a connection ended by an internal error: %s",
                      std::string(problem.what()));
    }
}

net::Task<void> Connection::serveAll()
{
    auto after = After::NextRequest;
    while (after == After::NextRequest) {
        const Arrival arrival = co_await awaitRequest();
        if (arrival == Arrival::Gone)
            co_return;
        if (arrival == Arrival::Complete)
            after = co_await serve();
        else
            after = co_await refuseArrival(arrival);
        firstRequest_ = false;
        head_.reset();
    }
    if (after == After::Linger)
        co_await linger();
    else if (after == After::Reset)
        client_.reset();
}

net::Task<Connection::Arrival> Connection::awaitRequest()
{
    auto& loop = worker_.loop();
    const auto& timeouts = worker_.options().timeouts;
    auto deadline = loop.now() + (firstRequest_ ? timeouts.head : timeouts.keepAlive);
    bool begun = !inbox_.empty();
    if (begun)
        deadline = loop.now() + timeouts.head;
    else
        inbox_.release();
    while (true) {
        if (begun) {
            const auto outcome = head_.parse(inbox_.bytes(), worker_.options().head);
            if (outcome != http::ParseOutcome::NeedMore)
                co_return outcome == http::ParseOutcome::Complete ? Arrival::Complete
                                                                  : Arrival::Bad;
        } else {
            if (worker_.draining() && !firstRequest_)
                co_return Arrival::Gone;
            waiting_ = true;
            const auto ready = co_await client_.readable(deadline);
            waiting_ = false;
            if (!ready)
                co_return Arrival::Gone;
        }
        const auto got = co_await client_.read(inbox_.room(), deadline);
        if (!got) {
            const bool late = begun && got.error().kind == net::Error::Kind::TimedOut;
            co_return late ? Arrival::Late : Arrival::Gone;
        }
        if (*got == 0)
            co_return Arrival::Gone;
        inbox_.added(*got);
        if (!begun && !firstRequest_)
            deadline = loop.now() + timeouts.head;
        begun = true;
    }
}

void Connection::describe(Session& session) const
{
    const auto& authority = head_.authority();
    Session::Request request{
        .form = audit::Form::Absolute,
        .protocol = policy::Protocol::Http,
        .method = head_.method(),
        .host = authority.host,
        .port = head_.port(),
        .path = head_.path(),
        .query = head_.query(),
        .userAgent = head_.fields().find(http::KnownField::UserAgent).value_or(std::string_view())};
    switch (head_.form()) {
    case http::TargetForm::Authority:
        request.form = audit::Form::Connect;
        request.protocol = policy::Protocol::Connect;
        break;
    case http::TargetForm::Absolute:
        break;
    case http::TargetForm::Origin:
    case http::TargetForm::Asterisk:
        request.form = audit::Form::Origin;
        break;
    }
    if (request.form != audit::Form::Connect && websocket::isHandshake(head_)) {
        request.form = audit::Form::Upgrade;
        request.protocol = policy::Protocol::WebSocket;
        request.origin = websocket::originHost(head_);
        head_.fields().forEachElement(
            http::KnownField::SecWebSocketProtocol,
            [&request](std::string_view name) { request.subprotocols.emplace_back(name); });
    }
    session.describe(std::move(request));
}

net::Task<After> Connection::refuseArrival(Arrival arrival)
{
    Exchange exchange{.worker = worker_,
                      .options = worker_.options(),
                      .client = client_,
                      .inbox = inbox_,
                      .head = head_,
                      .answer = answer_,
                      .outgoing = outgoing_,
                      .session = std::make_unique<Session>(worker_, listener_, client_.peer()),
                      .accept = {}};
    exchange.session->describe({.method = head_.method(), .host = {}, .path = {}});
    if (arrival == Arrival::Late)
        co_return co_await exchange.refuse(headTimedOut(exchange.options.timeouts.head));
    co_return co_await exchange.refuse(badRequest(head_.fault()));
}

net::Task<After> Connection::serve()
{
    Exchange exchange{.worker = worker_,
                      .options = worker_.options(),
                      .client = client_,
                      .inbox = inbox_,
                      .head = head_,
                      .answer = answer_,
                      .outgoing = outgoing_,
                      .session = std::make_unique<Session>(worker_, listener_, client_.peer()),
                      .accept = {},
                      .clientPersists = head_.persistent(),
                      .clientMinorVersion = head_.minorVersion()};
    describe(*exchange.session);
    if (head_.bodyFraming().kind != http::BodyFraming::Kind::None)
        exchange.accept = head_.fields().find(http::KnownField::Accept).value_or("");

    auto after = After::Close;
    if (!worker_.audit().ready())
        after = co_await exchange.refuse(auditUnavailable());
    else
        switch (head_.form()) {
        case http::TargetForm::Authority:
            after = co_await serveConnect(exchange);
            break;
        case http::TargetForm::Absolute:
            after = co_await serveAbsoluteForm(exchange);
            break;
        case http::TargetForm::Origin:
            after = co_await serveOriginForm(exchange);
            break;
        case http::TargetForm::Asterisk:
            writeOwnOptions(exchange);
            after = co_await exchange.send(outgoing_, exchange.afterOwnAnswer());
            break;
        }
    if (after == After::NextRequest) {
        exchange.consumeHead();
        inbox_.releaseIfEmpty();
    }
    co_return after;
}

net::Task<After> Connection::serveAbsoluteForm(Exchange& exchange)
{
    switch (head_.scheme()) {
    case http::Scheme::Http:
    case http::Scheme::Ws:
        break;
    case http::Scheme::Https:
    case http::Scheme::Wss:
        co_return co_await exchange.refuse(
            notSupported("An https or wss address cannot be asked for in this form. Clients reach "
                         "it through the proxy with a "
                         "CONNECT request; set this proxy as the client's proxy for https."));
    case http::Scheme::None:
    case http::Scheme::Other:
        co_return co_await exchange.refuse(notSupported(
            "This proxy carries http, https, ws and wss; the address has another scheme."));
    }
    if (head_.maxForwards() == 0U)
        co_return co_await serveAsLastRecipient(exchange);
    rememberOrigin(exchange.session->origin());
    if (websocket::isHandshake(head_))
        co_return co_await serveUpgrade(exchange);
    co_return co_await serveForward(exchange);
}

net::Task<After> Connection::serveOriginForm(Exchange& exchange)
{
    // Java's HttpClient sends a handshake in origin-form on a connection that carried pages of the
    // same origin.
    if (websocket::isHandshake(head_) && knowsOrigin(exchange.session->origin()))
        co_return co_await serveUpgrade(exchange);
    if (!websocket::isHandshake(head_) && writeLocalPage(exchange)) {
        co_return co_await exchange.send(outgoing_, exchange.afterOwnAnswer());
    }
    co_return co_await exchange.refuse(
        badRequest("This is a forward proxy: a request must name the whole address "
                   "(http://host/path) or use CONNECT. The only "
                   "pages of the proxy itself are /proxy.pac, /wpad.dat and /healthz."));
}

void Connection::rememberOrigin(std::string origin)
{
    if (std::ranges::find(origins_, origin) != origins_.end())
        return;
    if (origins_.size() == MaxOrigins)
        origins_.erase(origins_.begin());
    origins_.push_back(std::move(origin));
}

bool Connection::knowsOrigin(const std::string& origin) const
{
    return std::ranges::find(origins_, origin) != origins_.end();
}

net::Task<void> Connection::linger()
{
    client_.shutdownWrite();
    const auto deadline = worker_.loop().now() + LingerLimit;
    inbox_.release();
    std::size_t total = 0;
    while (total < LingerBytes) {
        const auto ready = co_await client_.readable(deadline);
        if (!ready)
            co_return;
        const auto got = client_.channel().receive(worker_.loop().scratch());
        using Outcome = net::Channel::Transferred::Outcome;
        if (got.outcome != Outcome::Some && got.outcome != Outcome::WouldBlock)
            co_return;
        total += got.bytes;
    }
}

net::Task<void> Connection::refuseForWantOfRoom()
{
    Exchange exchange{.worker = worker_,
                      .options = worker_.options(),
                      .client = client_,
                      .inbox = inbox_,
                      .head = head_,
                      .answer = answer_,
                      .outgoing = outgoing_,
                      .session = std::make_unique<Session>(worker_, listener_, client_.peer()),
                      .accept = {}};
    co_await exchange.refuse(tooManyConnections());
    co_await linger();
}

} // namespace sallyport::proxy
