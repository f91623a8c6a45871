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

Insight& Session::insight()
{
    if (!insight_)
        insight_ = std::make_unique<Insight>();
    return *insight_;
}

void Session::sawOpening(const Opening& opening)
{
    using enum policy::NameDifference;
    opening_ = std::make_unique<policy::FactSheet::Opening>();
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
    auto record = event(audit::EventKind::Alert);
    record.policy = by.policy;
    record.layer = policy::Layer::Inspection;
    record.rule = by.rule;
    record.verdict = policy::Answer::Allow;
    record.stage = verdict_.stage;
    record.inspection = policy::Action::Observe;
    record.inspectionProfile = by.profile->profile().name;
    auto seen = std::make_shared<audit::FoundByCheck>();
    seen->check = finding.check->name;
    seen->direction = finding.direction;
    seen->message = finding.message;
    seen->offset = finding.offset;
    seen->kind = finding.kind;
    if (finding.digest != decltype(finding.digest){})
        seen->digest = finding.digest;
    record.found = std::move(seen);
    worker_.audit().put(std::move(record));
}

void Session::watched(const websocket::MessageTap& tap)
{
    if (!insight_ || !insight_->webSocket)
        return;
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

void Session::putContents(audit::AuditEvent& event)
{
    if (!opening_ && !insight_)
        return;
    auto contents = std::make_shared<audit::TunnelContents>();
    if (opening_) {
        contents->content = opening_->content;
        contents->differences = opening_->differences;
    }
    if (insight_) {
        contents->banner = std::move(insight_->banner);
        if (insight_->tls) {
            contents->sight = audit::Sight::Sniffed;
            auto& tls = contents->tls.emplace(seenTls(std::move(*insight_->tls)));
            tls.sni = std::move(opening_->sni);
            tls.alpnOffered = std::move(opening_->alpn);
        }
        if (insight_->webSocket)
            putWebSocket(*contents);
        if (insight_->inspection)
            contents->inspection = std::move(*insight_->inspection);
    }
    event.contents = std::move(contents);
}

void Session::putWebSocket(audit::TunnelContents& contents)
{
    WebSocketInsight& seen = *insight_->webSocket;
    auto& webSocket = contents.webSocket.emplace();
    if (opening_) {
        webSocket.path = std::move(opening_->path);
        webSocket.origin = std::move(opening_->origin);
        webSocket.subprotocolsOffered = std::move(opening_->subprotocolsOffered);
    } else if (details_) {
        webSocket.path = std::move(details_->path);
        webSocket.origin = std::move(details_->origin);
        webSocket.subprotocolsOffered = std::move(details_->subprotocolsOffered);
    }
    if (subprotocol_)
        webSocket.subprotocol = std::move(*subprotocol_);
    webSocket.status = seen.status;
    webSocket.extensions = std::move(seen.extensions);
    webSocket.notInspectable = std::move(seen.notInspectable);
    if (seen.counts) {
        contents.sight = audit::Sight::Plain;
        webSocket.counts = *seen.counts;
    }
    if (seen.close) {
        webSocket.closeCode = seen.close->code;
        webSocket.closeReason = std::move(seen.close->reason);
        webSocket.closeFrom = seen.close->from;
    }
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
    if (asked_ && (!recorded_ || revoked() || reason == audit::CloseReason::Cut))
        putVerdict(record);
    if (record.closeReason == audit::CloseReason::Cut && insight_ && insight_->cutBy) {
        record.stage = policy::Stage::RunningSession;
        record.layer = policy::Layer::Inspection;
        record.rule = insight_->cutBy->rule;
        record.policy = insight_->cutBy->policy;
        record.inspectionProfile = insight_->cutBy->profile->profile().name;
    }
    putContents(record);
    countEnd(std::chrono::floor<std::chrono::seconds>(record.time));
    policy_->addBytes(verdict_, bytes.clientToProxy + bytes.proxyToClient);
    worker_.audit().put(std::move(record));
}

} // namespace sallyport::proxy
