#include "proxy/Session.h"

#include "http/Authority.h"
#include "proxy/Worker.h"

#include <utility>

namespace sallyport::proxy {

namespace {

std::chrono::sys_time<std::chrono::microseconds> wallClock()
{
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
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

void Session::describe(const Request& request)
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
}

policy::Facts Session::facts() const
{
    policy::Facts facts;
    facts.listener = listener_;
    facts.client = client_.address.bytes();
    facts.protocol = protocol_;
    facts.method = method_;
    facts.host = host_;
    facts.port = port_;
    if (destination_)
        facts.destination = destination_->bytes();
    return facts;
}

const policy::Verdict& Session::decide(policy::Stage stage)
{
    asked_ = true;
    verdict_ = policy_->decide(facts(), stage);
    return verdict_;
}

const policy::Verdict& Session::decide(policy::Stage stage, const net::IpAddress& destination)
{
    destination_ = destination;
    return decide(stage);
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
    worker_.audit().put(std::move(record));
}

} // namespace sallyport::proxy
