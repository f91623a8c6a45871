#include "proxy/Session.h"

#include "http/Authority.h"
#include "policy/PathPrefix.h"
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

} // namespace

Session::Session(Worker& worker, std::string_view listener, const net::Endpoint& client)
    : worker_(worker), listener_(listener), client_(client), begun_(wallClock()),
      id_(worker.ids().next(begun_)), policy_(worker.policy())
{
    worker.sessions().add(*this);
}

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
        policy::normalizePath(request.path, details().path);
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
        facts.firstBytes = policy::FirstBytes{.content = seen->content,
                                              .sni = seen->sni,
                                              .alpn = seen->alpn,
                                              .path = seen->path,
                                              .query = seen->query,
                                              .origin = seen->origin,
                                              .subprotocolsOffered = seen->subprotocolsOffered,
                                              .differences = seen->differences};
    if (details_->subprotocol)
        facts.subprotocol = *details_->subprotocol;
    return facts;
}

const policy::Verdict& Session::decide(policy::Stage stage)
{
    const auto asked = facts();
    asked_ = true;
    recorded_ = false;
    policy_ = worker_.policy();
    verdict_ = policy_->policy()->decide(asked, stage);
    if (stage_ == Stage::Open && verdict_.isSettled())
        countOnce(asked.now);
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
    return layer.rule ? layer.rule->limits : policy_->policy()->document().defaults.limits;
}

std::chrono::microseconds Session::age() const
{
    // The clock on the wall may have been set back.
    return std::max(wallClock() - begun_, std::chrono::microseconds::zero());
}

std::optional<net::TimePoint> Session::review()
{
    if (!carrier_ || ended() || stage_ == Stage::Over)
        return std::nullopt;
    const auto& newest = worker_.policy();
    const auto stage = allKnown_ ? policy::Stage::RunningSession : verdict_.stage;
    auto verdict = newest->policy()->decide(facts(), stage);
    if (allKnown_ && verdict.answer == policy::Answer::Undecided)
        verdict.answer = policy::Answer::Deny;
    if (verdict.answer != policy::Answer::Deny) {
        // The older policy can go, however long the session stays.
        const policy::SessionLimits before = limits();
        policy_ = newest;
        verdict_ = verdict;
        ban_.reset();
        if (limits() != before)
            carrier_->onLimitsChanged();
        return std::nullopt;
    }
    if (!ban_)
        ban_ = std::make_unique<Ban>(worker_.loop().now(), newest, verdict);
    ban_->policy = newest;
    ban_->verdict = verdict;
    return ban_->since;
}

void Session::end(audit::CloseBy by, audit::CloseReason reason)
{
    if (!carrier_ || ended() || stage_ == Stage::Over)
        return;
    endedBy_ = by;
    endReason_ = reason;
    carrier_->stopCarrying();
}

void Session::countOnce(policy::WallTime now)
{
    if (asked_ && !std::exchange(counted_, true))
        policy_->count(verdict_, now);
}

void Session::countEnd(policy::WallTime now)
{
    countOnce(now);
    if (!revoked())
        return;
    const auto& denial = ban_->verdict.of(ban_->verdict.layer);
    if (denial.answer == policy::Answer::Deny)
        ban_->policy->countHit(denial.row, now);
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
    event.policy = (revoked() ? ban_->policy : policy_)->policy();
    if (!asked_)
        return;
    const auto& said = verdict();
    event.verdict = said.answer;
    event.stage = said.stage;
    event.layer = said.layer;
    event.rule = said.rule();
    std::ranges::transform(said.would.kept(), event.would.begin(),
                           [&event](policy::RowNumber row) { return event.policy->ruleAt(row); });
    const auto& inspection = said.of(policy::Layer::Inspection);
    if (inspection.answer == policy::Answer::Undecided)
        return;
    const auto& defaults = event.policy->document().defaults;
    event.inspection = inspection.rule ? inspection.rule->action : defaults.inspection;
    event.inspectionProfile =
        inspection.rule ? inspection.rule->profile : defaults.inspectionProfile;
}

void Session::opened(int status)
{
    if (stage_ != Stage::Fresh)
        return;
    stage_ = Stage::Open;
    status_ = static_cast<std::uint16_t>(status);
    auto record = event(audit::EventKind::Open);
    putFacts(record);
    if (verdict_.isSettled())
        countOnce(std::chrono::floor<std::chrono::seconds>(record.time));
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
    countEnd(std::chrono::floor<std::chrono::seconds>(record.time));
    worker_.audit().put(std::move(record));
}

void Session::closed(audit::CloseBy by, audit::CloseReason reason, std::string_view timer)
{
    if (stage_ != Stage::Open)
        return;
    stage_ = Stage::Over;
    auto record = event(audit::EventKind::Close);
    record.bytes = bytes;
    record.duration = std::max(record.time - begun_, std::chrono::microseconds::zero());
    record.closeBy = ended() ? endedBy_ : by;
    record.closeReason = ended() ? endReason_ : reason;
    record.closeTimer = ended() ? std::string_view() : timer;
    if (asked_ && (!recorded_ || revoked()))
        putVerdict(record);
    countEnd(std::chrono::floor<std::chrono::seconds>(record.time));
    policy_->addBytes(verdict_, bytes.clientToProxy + bytes.proxyToClient);
    worker_.audit().put(std::move(record));
}

} // namespace sallyport::proxy
