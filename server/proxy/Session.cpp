#include "proxy/Session.h"

#include "http/Authority.h"
#include "proxy/Worker.h"

#include <algorithm>
#include <utility>

namespace sallyport::proxy {

namespace {

std::chrono::sys_time<std::chrono::microseconds> wallClock()
{
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

void putPath(std::string_view path, std::string& out)
{
    out.assign(path);
}

} // namespace

Session::Session(Worker& worker, std::string_view listener, const net::Endpoint& client)
    : worker_(worker), listener_(listener), client_(client), begun_(wallClock()),
      id_(worker.ids().next(begun_)), policy_(worker.policy())
{}

Session::~Session()
{
    if (stage_ == Stage::Open)
        closed(audit::CloseBy::Proxy,
               worker_.draining() ? audit::CloseReason::Drained : audit::CloseReason::Internal);
}

Session::Details& Session::details()
{
    if (!details_)
        details_ = std::make_unique<Details>();
    return *details_;
}

void Session::describe(Request request)
{
    form_ = request.form;
    protocol_ = request.protocol;
    method_ = request.method;
    port_ = request.port;
    path_ = request.path;
    if (request.host.empty())
        host_.clear();
    else
        http::normalizeHost(request.host, host_);
    if (!request.path.empty()) {
        putPath(request.path, details().path);
        details().query = request.query.substr(request.query.starts_with('?') ? 1 : 0);
    }
    if (!request.origin.empty())
        http::normalizeHost(request.origin, details().origin);
    if (!request.subprotocols.empty())
        details().subprotocolsOffered = std::move(request.subprotocols);
}

void Session::sawFirstBytes(policy::Protocol content, std::string_view sni,
                            std::vector<std::string> alpn)
{
    policy::FactSheet::Opening seen;
    seen.content = content;
    http::normalizeHost(sni, seen.sni);
    seen.alpn = std::move(alpn);
    details().firstBytes = std::move(seen);
}

void Session::choseSubprotocol(std::string_view subprotocol)
{
    details().subprotocol.emplace(subprotocol);
}

policy::Facts Session::facts() const
{
    policy::Facts facts;
    facts.listener = listener_;
    facts.client = client_.address.bytes();
    facts.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    facts.protocol = protocol_;
    facts.method = method_;
    facts.host = host_;
    facts.port = port_;
    if (destination_)
        facts.destination = destination_->bytes();
    if (!details_)
        return facts;
    facts.path = details_->path;
    facts.query = details_->query;
    facts.origin = details_->origin;
    facts.subprotocolsOffered = details_->subprotocolsOffered;
    if (const auto& seen = details_->firstBytes)
        facts.firstBytes =
            policy::FirstBytes{.content = seen->content, .sni = seen->sni, .alpn = seen->alpn};
    if (details_->subprotocol)
        facts.subprotocol = *details_->subprotocol;
    return facts;
}

const policy::Verdict& Session::decide(policy::Stage stage)
{
    asked_ = true;
    recorded_ = false;
    verdict_ = policy_->decide(facts(), stage);
    return verdict_;
}

const policy::Verdict& Session::decide(policy::Stage stage, const net::IpAddress& destination)
{
    destination_ = destination;
    return decide(stage);
}

bool Session::awaitsFirstBytes() const
{
    return protocol_ == policy::Protocol::Connect &&
           !(verdict_.answer == policy::Answer::Allow && verdict_.isSettled());
}

const policy::SessionLimits& Session::limits() const
{
    static const policy::SessionLimits none;
    const auto& layer = verdict_.of(policy::Layer::Limits);
    if (layer.answer == policy::Answer::Undecided)
        return none;
    return layer.rule ? layer.rule->limits : policy_->document().defaults.limits;
}

std::chrono::microseconds Session::age() const
{
    // The clock on the wall may have been set back.
    return std::max(wallClock() - begun_, std::chrono::microseconds::zero());
}

std::string Session::idText() const
{
    return audit::toText(id_);
}

audit::AuditEvent Session::event(audit::EventKind kind) const
{
    audit::AuditEvent event;
    event.kind = kind;
    event.session = id_;
    event.time = wallClock();
    event.status = status_;
    return event;
}

void Session::putFacts(audit::AuditEvent& event)
{
    event.listener = listener_;
    event.clientAddress = client_.address.bytes();
    event.clientPort = client_.port;
    event.method = method_;
    event.protocol = protocol_;
    event.form = form_;
    event.host = host_;
    event.port = port_;
    event.path = std::exchange(path_, {});
    if (destination_)
        event.destination = destination_->bytes();
    putVerdict(event);
    recorded_ = true;
}

void Session::putVerdict(audit::AuditEvent& event) const
{
    if (asked_) {
        event.verdict = verdict_.answer;
        event.stage = verdict_.stage;
        event.layer = verdict_.layer;
        event.rule = verdict_.rule();
    }
    event.policy = policy_;
}

void Session::opened(int status)
{
    if (stage_ != Stage::Fresh)
        return;
    stage_ = Stage::Open;
    status_ = static_cast<std::uint16_t>(status);
    auto record = event(audit::EventKind::Open);
    putFacts(record);
    worker_.audit().put(std::move(record));
}

void Session::refused(const Failure& failure)
{
    if (stage_ == Stage::Open) {
        answered(failure.status);
        closed(failure.by, failure.closeReason, failure.timer);
        return;
    }
    if (stage_ == Stage::Over)
        return;
    stage_ = Stage::Over;
    status_ = static_cast<std::uint16_t>(failure.status);
    auto record = event(audit::EventKind::Decision);
    putFacts(record);
    record.closeBy = failure.by;
    record.closeReason = failure.closeReason;
    record.closeTimer = failure.timer;
    record.error = failure.error;
    worker_.audit().put(std::move(record));
}

void Session::closed(audit::CloseBy by, audit::CloseReason reason, std::string_view timer)
{
    if (stage_ != Stage::Open)
        return;
    stage_ = Stage::Over;
    auto record = event(audit::EventKind::Close);
    record.bytes = bytes;
    record.duration = record.time - begun_;
    record.closeBy = by;
    record.closeReason = reason;
    record.closeTimer = timer;
    if (asked_ && !recorded_)
        putVerdict(record);
    worker_.audit().put(std::move(record));
}

} // namespace sallyport::proxy
