#include "proxy/SessionRecord.h"

#include "proxy/PolicyInUse.h"

#include <algorithm>

namespace sallyport::proxy {

namespace {

std::optional<audit::TcpFigures> recorded(const std::optional<net::TcpFigures>& figures)
{
    if (!figures)
        return std::nullopt;
    return audit::TcpFigures{.rttMicroseconds = figures->rttMicroseconds,
                             .retransmits = figures->retransmits};
}

} // namespace

SessionRecord::SessionRecord(const Session& session, audit::EventKind kind) : session_(session)
{
    event_.kind = kind;
    event_.session = session.id_;
    event_.time =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    event_.status = session.status_;
}

void SessionRecord::addFacts()
{
    event_.listener = session_.listener_;
    event_.clientAddress = session_.client_.address.bytes();
    event_.clientPort = session_.client_.port;
    event_.method = session_.method_;
    event_.protocol = session_.protocol_;
    event_.form = session_.form_;
    event_.host = session_.host_;
    event_.port = session_.port_;
    if (session_.destination_)
        event_.destination = session_.destination_->bytes();
    if (session_.untold_) {
        event_.path = session_.untold_->path;
        event_.query = session_.untold_->query;
        event_.userAgent = session_.untold_->userAgent;
        addReached();
    }
    addVerdict();
}

void SessionRecord::addReached()
{
    const Reached& reached = session_.untold_->reached;
    event_.reached.answers = reached.answers;
    event_.reached.resolveTime = reached.resolveTime;
    event_.reached.connectTime = reached.connectTime;
    event_.reached.tries = reached.tries;
    if (!reached.egress)
        return;
    event_.reached.egressAddress = reached.egress->address.bytes();
    event_.reached.egressPort = reached.egress->port;
}

void SessionRecord::addVerdict()
{
    const auto& policy = (session_.revoked() ? session_.ban_->policy : session_.policy_)->policy();
    event_.policyVersion = policy->version();
    if (!session_.asked_)
        return;
    const auto& said = session_.verdict();
    event_.verdict = said.answer;
    event_.stage = said.stage;
    event_.layer = said.layer;
    if (const auto* rule = said.rule()) {
        event_.ruleId = rule->id;
        event_.ruleName = rule->name;
    }
    std::ranges::transform(
        said.would.kept(), event_.would.begin(),
        [&policy](policy::RowNumber row) -> std::string_view { return policy->ruleAt(row)->id; });
    const auto& inspection = said.of(policy::Layer::Inspection);
    if (inspection.answer == policy::Answer::Undecided)
        return;
    const auto& defaults = policy->document().defaults;
    event_.inspection = inspection.rule ? inspection.rule->action : defaults.inspection;
    event_.inspectionProfile =
        inspection.rule ? inspection.rule->profile : defaults.inspectionProfile;
}

void SessionRecord::addCounters(const audit::ByteCounts& moved)
{
    event_.bytes = moved;
    // The clock on the wall may have been set back.
    event_.duration = std::max(event_.time - session_.begun_, std::chrono::microseconds::zero());
    if (session_.firstByte_ != Session::NoByte)
        event_.firstByteTime = session_.firstByte_;
    if (session_.carrier_)
        event_.silence = session_.carrier_->silence(event_.time);
}

void SessionRecord::addFailure(const Failure& failure)
{
    event_.closeBy = failure.by;
    event_.closeReason = failure.closeReason;
    event_.error = failure.error;
    addExpired(failure.expired);
}

void SessionRecord::addEnd(const SessionEnd& end)
{
    const bool before = session_.ended();
    event_.closeBy = before ? session_.endedBy_ : end.by;
    event_.closeReason = before ? session_.endReason_ : end.reason;
    if (!before)
        addExpired(end.expired);
    event_.tcpClient = recorded(end.tcpClient);
    event_.tcpUpstream = recorded(end.tcpUpstream);
}

void SessionRecord::addExpired(const ExpiredLimit& expired)
{
    if (expired.setting.empty())
        return;
    event_.closeTimer = expired.setting;
    event_.closeTimerLimit = std::chrono::floor<std::chrono::milliseconds>(expired.limit);
}

void SessionRecord::addCut()
{
    if (event_.closeReason != audit::CloseReason::Cut || !session_.insight_ ||
        !session_.insight_->cutBy)
        return;
    const Inspection& cutBy = *session_.insight_->cutBy;
    event_.stage = policy::Stage::RunningSession;
    event_.layer = policy::Layer::Inspection;
    event_.ruleId = cutBy.rule ? std::string_view(cutBy.rule->id) : std::string_view();
    event_.ruleName = cutBy.rule ? std::string_view(cutBy.rule->name) : std::string_view();
    event_.policyVersion = cutBy.policy->version();
    event_.inspectionProfile = cutBy.profile->profile().name;
}

void SessionRecord::addContents()
{
    const auto& opening = session_.opening_;
    const auto& insight = session_.insight_;
    if (!opening && !insight)
        return;
    auto& contents = contents_.emplace();
    event_.contents = &contents;
    if (opening) {
        contents.content = opening->content;
        contents.differences = opening->differences;
    }
    if (!insight)
        return;
    contents.banner = insight->banner;
    if (insight->tls) {
        contents.sight = audit::Sight::Sniffed;
        auto& tls = contents.tls.emplace(seenTls(*insight->tls));
        tls.sni = opening->sni;
        tls.alpnOffered = opening->alpn;
    }
    if (insight->webSocket)
        addWebSocket();
    if (insight->inspection)
        contents.inspection = *insight->inspection;
}

void SessionRecord::addWebSocket()
{
    const WebSocketInsight& seen = *session_.insight_->webSocket;
    auto& webSocket = contents_->webSocket.emplace();
    if (session_.opening_) {
        webSocket.path = session_.opening_->path;
        webSocket.origin = session_.opening_->origin;
        webSocket.subprotocolsOffered = session_.opening_->subprotocolsOffered;
    } else if (session_.details_) {
        webSocket.path = session_.details_->path;
        webSocket.origin = session_.details_->origin;
        webSocket.subprotocolsOffered = session_.details_->subprotocolsOffered;
    }
    if (session_.subprotocol_)
        webSocket.subprotocol = *session_.subprotocol_;
    webSocket.status = seen.status;
    webSocket.extensions = seen.extensions;
    webSocket.notInspectable = seen.notInspectable;
    if (seen.counts) {
        contents_->sight = audit::Sight::Plain;
        webSocket.counts = *seen.counts;
    }
    if (seen.close) {
        webSocket.closeCode = seen.close->code;
        webSocket.closeReason = seen.close->reason;
        webSocket.closeFrom = seen.close->from;
    }
}

void SessionRecord::addFinding(const policy::inspection::Finding& finding, const Inspection& by)
{
    event_.policyVersion = by.policy->version();
    event_.layer = policy::Layer::Inspection;
    if (by.rule) {
        event_.ruleId = by.rule->id;
        event_.ruleName = by.rule->name;
    }
    event_.verdict = policy::Answer::Allow;
    event_.stage = session_.verdict_.stage;
    event_.inspection = policy::Action::Observe;
    event_.inspectionProfile = by.profile->profile().name;
    auto& seen = found_.emplace();
    seen.check = finding.check->name;
    seen.direction = finding.direction;
    seen.message = finding.message;
    seen.offset = finding.offset;
    seen.kind = finding.kind;
    if (finding.digest != decltype(finding.digest){})
        seen.digest = finding.digest;
    event_.found = &seen;
}

} // namespace sallyport::proxy
