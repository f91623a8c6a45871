#include "proxy/Session.h"

#include "http/Authority.h"
#include "policy/PathPrefix.h"
#include "proxy/RecordedQuery.h"
#include "proxy/SessionRecord.h"
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

/// As AuditEvent says.
constexpr std::size_t MaxUserAgentBytes = 256;

} // namespace

Session::Session(Worker& worker, std::string_view listener, const net::Endpoint& client)
    : worker_(worker), listener_(listener), client_(client), begun_(wallClock()),
      id_(worker.ids().next(begun_)), policy_(worker.policy())
{
    worker.sessions().add(*this);
    worker.walks().add(*this);
    ++worker.counters().requests;
}

Session::~Session()
{
    carriedBy(nullptr); // it may be half destroyed itself
    worker_.sessions().forget();
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

void Session::carriedBy(Carrier* carrier)
{
    auto& carried = worker_.counters().carried;
    if (carrier && !carrier_)
        ++carried;
    else if (!carrier && carrier_)
        --carried;
    carrier_ = carrier;
}

void Session::describe(Request request)
{
    form_ = request.form;
    protocol_ = request.protocol;
    method_ = request.method;
    port_ = request.port;
    Untold& first = untold();
    first.path = request.path;
    first.userAgent = request.userAgent.substr(0, MaxUserAgentBytes);
    if (worker_.options().recordQuery == RecordQuery::Always)
        first.query = withoutSecrets(request.query.substr(request.query.starts_with('?') ? 1 : 0));
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

Session::Untold& Session::untold()
{
    if (!untold_)
        untold_ = std::make_unique<Untold>();
    return *untold_;
}

Insight& Session::insight()
{
    inside_ = Inside::Untold; // whoever asks for it adds to it
    if (!insight_)
        insight_ = std::make_unique<Insight>();
    return *insight_;
}

void Session::sawOpening(const Opening& opening)
{
    using enum policy::NameDifference;
    opening_ = std::make_unique<policy::FactSheet::Opening>();
    inside_ = Inside::Untold;
    auto& seen = *opening_;
    seen.content = opening.content;
    const bool hasName = net::IpAddress::parse(host_) == std::nullopt;
    std::string inner;
    switch (opening.content) {
    case policy::Protocol::Tls:
        insight().tls = insightOf(opening.hello);
        http::normalizeHost(opening.hello.sni, seen.sni);
        seen.alpn = opening.hello.alpn;
        if (hasName && seen.sni.empty())
            seen.differences.add(SniMissing);
        else if (hasName && seen.sni != host_)
            seen.differences.add(SniDiffers);
        return;
    case policy::Protocol::WebSocket:
        insight().webSocket = std::make_unique<WebSocketInsight>();
        http::normalizeHost(opening.origin, seen.origin);
        seen.subprotocolsOffered = opening.subprotocols;
        [[fallthrough]];
    case policy::Protocol::TunnelledHttp:
        policy::normalizePath(opening.path, seen.path);
        seen.query = opening.query;
        http::normalizeHost(opening.host, inner);
        if (!inner.empty() && inner != host_)
            seen.differences.add(HostDiffers);
        return;
    case policy::Protocol::Ssh:
        sawBanner(opening.banner);
        return;
    case policy::Protocol::Http:
    case policy::Protocol::Connect:
    case policy::Protocol::Unknown:
        return;
    }
}

void Session::sawBanner(std::string banner)
{
    if (!banner.empty())
        insight().banner = std::move(banner);
}

void Session::sawFlight(const tls::ServerFlight& flight)
{
    if (!opening_ || !insight_ || !insight_->tls)
        return;
    inside_ = Inside::Untold;
    const std::string_view name = opening_->sni.empty() ? std::string_view(host_) : opening_->sni;
    if (!addFlight(*insight_->tls, flight, name))
        opening_->differences.add(policy::NameDifference::CertificateDiffers);
}

void Session::sawHandshakeAnswer(int status, std::string_view subprotocol,
                                 std::string_view extensions)
{
    subprotocol_ = std::make_unique<std::string>(subprotocol);
    if (!insight().webSocket)
        insight().webSocket = std::make_unique<WebSocketInsight>();
    insight_->webSocket->status = static_cast<std::uint16_t>(status);
    insight_->webSocket->extensions = extensions;
}

std::string_view Session::subprotocol() const
{
    return subprotocol_ ? std::string_view(*subprotocol_) : std::string_view();
}

std::string_view Session::extensions() const
{
    return insight_ && insight_->webSocket ? std::string_view(insight_->webSocket->extensions)
                                           : std::string_view();
}

audit::InspectionResult& Session::inspectionResult()
{
    auto& result = insight().inspection;
    if (!result)
        result = std::make_unique<audit::InspectionResult>();
    return *result;
}

void Session::found(const policy::inspection::Finding& finding, const Inspection& by)
{
    using policy::inspection::CheckAction;
    using namespace std::chrono;
    worker_.findings().count(by.profile->profile().name, finding.check->name,
                             floor<seconds>(system_clock::now()));
    audit::InspectionResult& result = inspectionResult();
    const std::string& name = finding.check->name;
    switch (finding.check->action) {
    case CheckAction::Note:
        if (finding.first)
            result.notes.push_back(name);
        return;
    case CheckAction::Alert:
        ++result.alerts;
        alert(finding, by);
        return;
    case CheckAction::Slow:
        if (result.slowedBy.empty())
            result.slowedBy = name;
        return;
    case CheckAction::Cut:
        if (result.cutBy.empty()) {
            result.cutBy = name;
            insight().cutBy = std::make_unique<const Inspection>(by);
        }
        return;
    }
}

void Session::alert(const policy::inspection::Finding& finding, const Inspection& by)
{
    if (stage_ != Stage::Open)
        return;
    SessionRecord record(*this, audit::EventKind::Alert);
    record.addCounters(totals());
    record.addFinding(finding, by);
    put(record);
}

void Session::watched(const websocket::MessageTap& tap)
{
    if (!insight_ || !insight_->webSocket)
        return;
    inside_ = Inside::Untold;
    WebSocketInsight& into = *insight_->webSocket;
    into.counts = std::make_unique<const websocket::MessageTap::Counts>(tap.counts());
    into.close = tap.close();
    into.notInspectable = tap.notInspectable();
}

Inspection Session::inspection() const
{
    const auto& answer = verdict_.of(policy::Layer::Inspection);
    if (answer.answer == policy::Answer::Undecided)
        return {};
    const auto& policy = policy_->policy();
    const auto& defaults = policy->document().defaults;
    const auto action = answer.rule ? answer.rule->action : defaults.inspection;
    const auto& name = answer.rule ? answer.rule->profile : defaults.inspectionProfile;
    return {.action = action,
            .rule = answer.rule,
            .profile = action == policy::Action::Observe ? policy->profile(name) : nullptr,
            .policy = policy};
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
    if (details_) {
        facts.path = details_->path;
        facts.query = details_->query;
        facts.origin = details_->origin;
        facts.subprotocolsOffered = details_->subprotocolsOffered;
    }
    if (opening_)
        facts.firstBytes = policy::FirstBytes{.content = opening_->content,
                                              .sni = opening_->sni,
                                              .alpn = opening_->alpn,
                                              .path = opening_->path,
                                              .query = opening_->query,
                                              .origin = opening_->origin,
                                              .subprotocolsOffered = opening_->subprotocolsOffered,
                                              .differences = opening_->differences};
    if (subprotocol_)
        facts.subprotocol = *subprotocol_;
    return facts;
}

policy::Verdict Session::ask(policy::Stage stage, const policy::Facts& facts) const
{
    auto& counters = worker_.counters();
    if (counters.decisionsAsked++ % WorkerCounters::DecisionsPerMeasure != 0)
        return policy_->policy()->decide(facts, stage);
    const auto begun = net::Clock::now();
    const auto verdict = policy_->policy()->decide(facts, stage);
    counters.decisions.add(net::Clock::now() - begun);
    return verdict;
}

const policy::Verdict& Session::decide(policy::Stage stage)
{
    const auto asked = facts();
    asked_ = true;
    recorded_ = false;
    policy_ = worker_.policy();
    verdict_ = ask(stage, asked);
    if (stage_ == Stage::Open && verdict_.isSettled())
        countOnce(asked.now, outcome());
    return verdict_;
}

const policy::Verdict& Session::decide(policy::Stage stage, const net::IpAddress& destination)
{
    destination_ = destination;
    return decide(stage);
}

const policy::Verdict& Session::reconsider(policy::Stage stage)
{
    auto verdict = policy_->policy()->decide(facts(), stage);
    if (verdict.answer == policy::Answer::Undecided)
        return verdict_; // it was settled before; what waits now can only be a report
    const bool same = verdict.answer == verdict_.answer &&
                      std::ranges::equal(verdict.would.kept(), verdict_.would.kept());
    if (!same) {
        verdict_ = verdict;
        recorded_ = false;
    }
    return verdict_;
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

policy::Verdict Session::reviewedBy(const policy::Policy& policy) const
{
    const auto stage = allKnown_ ? policy::Stage::RunningSession : verdict_.stage;
    auto verdict = policy.decide(facts(), stage);
    if (allKnown_ && verdict.answer == policy::Answer::Undecided)
        verdict.answer = policy::Answer::Deny;
    return verdict;
}

bool Session::wouldBeForbiddenBy(const policy::Policy& policy) const
{
    return reviewedBy(policy).answer == policy::Answer::Deny;
}

std::optional<net::TimePoint> Session::review()
{
    if (!carrier_ || ended() || stage_ == Stage::Over)
        return std::nullopt;
    const auto& newest = worker_.policy();
    const auto verdict = reviewedBy(*newest->policy());
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

policy::Protocol Session::content() const
{
    return opening_ ? opening_->content : protocol_;
}

Outcome Session::outcome() const
{
    if (!asked_)
        return Outcome::Unread;
    if (verdict_.answer == policy::Answer::Deny)
        return Outcome::Deny;
    return inspection().action == policy::Action::Observe ? Outcome::Inspect : Outcome::Allow;
}

void Session::countOnce(policy::WallTime now, Outcome outcome)
{
    if (std::exchange(counted_, true))
        return;
    worker_.counters().countOutcome(content(), outcome);
    if (asked_)
        policy_->count(verdict_, now);
}

void Session::countEnd(policy::WallTime now, Outcome outcome)
{
    countOnce(now, outcome);
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

SessionSummary Session::summary() const
{
    SessionSummary summary{.id = id_,
                           .begun = begun_,
                           .listener = listener_,
                           .client = client_,
                           .host = host_,
                           .port = port_,
                           .protocol = content(),
                           .form = form_,
                           .look = outcome() == Outcome::Inspect ? SessionSummary::Look::Inside
                                                                 : SessionSummary::Look::Blind,
                           .ruleId = {},
                           .ruleName = {},
                           .layer = verdict_.layer,
                           .policyVersion = policy_->policy()->version(),
                           .destination = destination_,
                           .bytes = totals()};
    if (const auto* rule = verdict_.rule()) {
        summary.ruleId = rule->id;
        summary.ruleName = rule->name;
    }
    return summary;
}

void Session::put(const SessionRecord& record)
{
    worker_.audit().put(record.event());
}

audit::ByteCounts Session::totals() const
{
    audit::ByteCounts all = bytes;
    if (!carrier_)
        return all;
    const auto more = carrier_->carried();
    all.clientToProxy += more.clientToProxy;
    all.proxyToUpstream += more.proxyToUpstream;
    all.upstreamToProxy += more.upstreamToProxy;
    all.proxyToClient += more.proxyToClient;
    return all;
}

void Session::upstreamSpoke()
{
    if (firstByte_ == NoByte)
        firstByte_ = age();
}

void Session::opened(int status)
{
    if (stage_ != Stage::Fresh)
        return;
    stage_ = Stage::Open;
    status_ = static_cast<std::uint16_t>(status);
    SessionRecord record(*this, audit::EventKind::Open);
    record.addFacts();
    recorded_ = true;
    if (verdict_.isSettled())
        countOnce(record.second(), outcome());
    put(record);
    untold_.reset();
}

void Session::refused(const Failure& failure)
{
    if (stage_ == Stage::Open) {
        answered(failure.status);
        closed({.by = failure.by, .reason = failure.closeReason, .expired = failure.expired});
        return;
    }
    if (stage_ == Stage::Over)
        return;
    stage_ = Stage::Over;
    status_ = static_cast<std::uint16_t>(failure.status);
    SessionRecord record(*this, audit::EventKind::Decision);
    record.addFacts();
    recorded_ = true;
    record.addFailure(failure);
    const auto became = outcome();
    countEnd(record.second(), became != Outcome::Deny && isUpstreamFailure(failure.closeReason)
                                  ? Outcome::Error
                                  : became);
    worker_.counters().countEnd(failure.closeReason);
    put(record);
    untold_.reset();
}

Session::Progress Session::recordProgress()
{
    if (stage_ != Stage::Open)
        return Progress::None;
    const auto moved = totals();
    const auto all =
        moved.clientToProxy + moved.proxyToUpstream + moved.upstreamToProxy + moved.proxyToClient;
    if (all == toldBytes_)
        return Progress::None;
    toldBytes_ = all;
    if (carrier_)
        carrier_->reportInside();
    SessionRecord record(*this, audit::EventKind::Update);
    record.addCounters(moved);
    if (asked_ && !std::exchange(recorded_, true))
        record.addVerdict();
    if (std::exchange(inside_, Inside::Told) == Inside::Untold)
        record.addContents();
    put(record);
    return Progress::Recorded;
}

void Session::closed(const SessionEnd& end)
{
    if (stage_ != Stage::Open)
        return;
    stage_ = Stage::Over;
    const auto moved = totals();
    SessionRecord record(*this, audit::EventKind::Close);
    record.addCounters(moved);
    record.addEnd(end);
    if (asked_ && (!recorded_ || revoked() || end.reason == audit::CloseReason::Cut))
        record.addVerdict();
    record.addCut();
    record.addContents();
    countEnd(record.second(), outcome());
    auto& counters = worker_.counters();
    counters.countEnd(record.event().closeReason);
    counters.bytesFromClients += bytes.clientToProxy;
    counters.bytesFromUpstreams += bytes.upstreamToProxy;
    policy_->addBytes(verdict_, moved.clientToProxy + moved.proxyToClient);
    put(record);
}

} // namespace sallyport::proxy
