#include "proxy/TunnelTap.h"

#include "http/RequestHead.h"
#include "http/ResponseHead.h"
#include "proxy/Session.h"
#include "proxy/Worker.h"
#include "websocket/OpeningHandshake.h"

#include <algorithm>
#include <utility>

namespace sallyport::proxy {

using policy::Protocol;

namespace {

constexpr std::uint64_t Everything = ~std::uint64_t{0};
constexpr std::size_t MaxBannerBytes = 255;
/// No client has reason to send any (RFC 6455 §4.1).
constexpr std::size_t MaxEarlyBytes = 64 * 1024;

net::Pump::Tap::Look passAll()
{
    return {.upTo = Everything};
}

/// A first line that people can read; empty if there is none.
std::string bannerIn(std::string_view stream)
{
    const auto line = stream.substr(0, std::min(stream.find_first_of("\r\n"), MaxBannerBytes));
    const bool readable = std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; });
    return readable ? std::string(line) : std::string();
}

} // namespace

TunnelTap::TunnelTap(Worker& worker, Session& session, const net::Relay& relay, Owner& owner)
    : worker_(worker), session_(session), relay_(relay), owner_(owner)
{}

TunnelTap::~TunnelTap() = default;

void TunnelTap::awaitOpening()
{
    stage_ = Stage::Opening;
    beginDigests();
}

void TunnelTap::awaitAnswer(Opening opening)
{
    beginDigests();
    beginAnswer(std::move(opening));
}

void TunnelTap::watchWebSocket()
{
    beginDigests();
    inspection_ = session_.inspection();
    if (inspection_.action != policy::Action::Observe) {
        stage_ = Stage::Done;
        return;
    }
    stage_ = Stage::Frames;
    websocket::MessageTap::Owner& owner = *this;
    messages_ = std::make_unique<websocket::MessageTap>(
        session_.subprotocol(), policy::inspection::parseExtensions(session_.extensions()),
        inspection_.profile, worker_.tapTools(), owner);
    if (messages_->cut())
        cutBy_ = CutBy::Check;
}

void TunnelTap::beginDigests()
{
    const auto inspection = session_.inspection();
    const bool fromTheStart =
        relay_.download().bytesWritten() == 0 && relay_.upload().bytesWritten() == 0;
    if (inspection.profile && inspection.profile->profile().digests && fromTheStart && !digester_)
        digester_ = std::make_unique<StreamDigester>();
}

void TunnelTap::beginAnswer(Opening opening)
{
    stop();
    beginning_.reset();
    switch (opening.content) {
    case Protocol::Tls:
        stage_ = serverSpoke_ ? Stage::Done : Stage::Answer;
        awaited_ = Answer::TlsFlight;
        return;
    case Protocol::WebSocket:
        stage_ = serverSpoke_ ? Stage::Done : Stage::Answer;
        awaited_ = Answer::Handshake;
        verdict_ = session_.verdict().isSettled() ? Verdict::Settled : Verdict::Pending;
        beginning().request = std::move(opening.head);
        return;
    default:
        stage_ = Stage::Done;
        return;
    }
}

TunnelTap::Beginning& TunnelTap::beginning()
{
    if (!beginning_)
        beginning_ = std::make_unique<Beginning>();
    return *beginning_;
}

TunnelTap::Direction TunnelTap::directionOf(const net::Pump& pump) const
{
    return &pump == &relay_.upload() ? Direction::ClientToUpstream : Direction::UpstreamToClient;
}

TunnelTap::Look TunnelTap::onBytes(const net::Pump& pump, std::span<const char> bytes)
{
    const auto direction = directionOf(pump);
    if (digester_)
        digester_->received(direction, bytes);
    auto look = lookAt(direction, pump.bytesRead(), bytes);
    if (look.then == Then::Leave && digester_)
        look = passAll();
    return look;
}

void TunnelTap::onSent(const net::Pump& pump, std::span<const char> bytes)
{
    if (digester_)
        digester_->sent(directionOf(pump), bytes);
}

TunnelTap::Look TunnelTap::lookAt(Direction direction, std::uint64_t read,
                                  std::span<const char> bytes)
{
    if (cutBy_ != CutBy::Nobody)
        return {.upTo = read - bytes.size(), .then = Then::Cut};
    switch (stage_) {
    case Stage::Opening:
        return lookAtOpening(direction, bytes);
    case Stage::Answer:
        return direction == Direction::ClientToUpstream ? keepEarly(bytes) : lookAtAnswer(bytes);
    case Stage::Frames:
        return lookAtFrames(direction, bytes);
    case Stage::Done:
        break;
    }
    return done();
}

TunnelTap::Look TunnelTap::done()
{
    stop();
    stage_ = Stage::Done;
    beginning_.reset();
    return {.upTo = Everything, .then = Then::Leave};
}

/// All that came so far of what is being read.
std::string_view TunnelTap::gathered(std::span<const char> bytes)
{
    const std::string_view piece(bytes.data(), bytes.size());
    if (!beginning_ || beginning_->pieces.empty())
        return piece;
    return beginning_->pieces += piece;
}

TunnelTap::Look TunnelTap::lookAtOpening(Direction direction, std::span<const char> bytes)
{
    if (direction == Direction::UpstreamToClient) {
        if (!std::exchange(serverSpoke_, true))
            session_.sawBanner(bannerIn({bytes.data(), bytes.size()}));
        // What comes from here on is no answer to an opening.
        return {.upTo = Everything, .then = Then::Leave};
    }
    const auto& options = worker_.options();
    const auto stream = gathered(bytes);
    Opening opening;
    if (readOpening(stream, options.firstBytes, options.head, opening) ==
        OpeningOutcome::NeedMore) {
        if (beginning().pieces.empty()) {
            beginning_->pieces = stream;
            worker_.loop().start(*this, worker_.loop().now() + options.firstBytesTime);
        }
        return passAll();
    }
    session_.sawOpening(opening);
    beginAnswer(std::move(opening));
    const auto answer = askAgain(policy::Stage::FirstBytes);
    if (answer.then != Then::GoOn)
        return answer;
    return stage_ == Stage::Done ? done() : keepEarly(bytes);
}

/// What is known now may be what a rule waits for, or what one in report mode asks for.
TunnelTap::Look TunnelTap::askAgain(policy::Stage stage)
{
    if (session_.reconsider(stage).answer == policy::Answer::Deny) {
        cutBy_ = CutBy::Verdict;
        return {.upTo = 0, .then = Then::Cut};
    }
    return passAll();
}

/// Frames that a client sends before it knows that they are some wait for the 101, so that they can
/// be looked at like all others.
TunnelTap::Look TunnelTap::keepEarly(std::span<const char> bytes)
{
    if (awaited_ != Answer::Handshake || !observes() || early_ == Early::Unread)
        return passAll();
    const std::uint64_t headBytes = beginning_->request.size();
    const std::uint64_t read = relay_.upload().bytesRead();
    if (read <= headBytes)
        return passAll();
    const auto behindHead = std::min<std::uint64_t>(bytes.size(), read - headBytes);
    const auto frames = bytes.last(behindHead);
    beginning_->early.append(frames.data(), frames.size());
    if (beginning_->early.size() <= MaxEarlyBytes)
        return {.upTo = headBytes};
    beginning_->early.clear();
    early_ = Early::Unread;
    return passAll();
}

bool TunnelTap::observes() const
{
    return session_.inspection().action == policy::Action::Observe;
}

/// Of the client, as far as it was kept; whether the session may go on.
bool TunnelTap::readEarly(std::string_view frames)
{
    if (early_ == Early::Unread) {
        framesFrom_[Direction::ClientToUpstream] = relay_.upload().bytesRead();
        messages_->giveUp(Direction::ClientToUpstream, "early-data");
    }
    const auto look = lookAtFrames(Direction::ClientToUpstream, frames);
    owner_.onMayGo(look.upTo);
    return look.then == Then::GoOn;
}

TunnelTap::Look TunnelTap::lookAtAnswer(std::span<const char> bytes)
{
    const auto stream = gathered(bytes);
    const auto look =
        awaited_ == Answer::TlsFlight ? lookAtFlight(stream) : lookAtHandshake(stream);
    if (stage_ == Stage::Answer && beginning().pieces.empty()) {
        beginning_->pieces = std::string_view(bytes.data(), bytes.size());
        // What is to be observed must not get away by a head that comes slowly.
        const bool needed = awaited_ == Answer::Handshake && observes();
        if (verdict_ == Verdict::Settled && !needed)
            worker_.loop().start(*this, worker_.loop().now() + worker_.options().firstBytesTime);
    }
    return look;
}

TunnelTap::Look TunnelTap::lookAtFlight(std::string_view stream)
{
    tls::ServerFlight flight;
    switch (tls::parseServerFlight(stream, flight)) {
    case tls::FlightOutcome::NeedMore:
        return passAll();
    case tls::FlightOutcome::NotTls:
        return done();
    case tls::FlightOutcome::Complete:
        break;
    }
    session_.sawFlight(flight);
    const auto answer = askAgain(policy::Stage::UpstreamAnswer);
    return answer.then == Then::Cut ? answer : done();
}

TunnelTap::Look TunnelTap::lookAtHandshake(std::string_view stream)
{
    http::ResponseHead answer;
    const auto outcome = answer.parse(stream, worker_.options().head);
    if (outcome == http::ParseOutcome::NeedMore)
        return verdict_ == Verdict::Pending ? Look{.upTo = 0} : passAll();

    http::RequestHead request;
    const bool switching =
        outcome == http::ParseOutcome::Complete &&
        request.parse(beginning_->request, worker_.options().head) ==
            http::ParseOutcome::Complete &&
        websocket::checkAnswer(answer, request) == websocket::HandshakeFault::None;
    if (switching)
        session_.sawHandshakeAnswer(
            answer.statusCode(),
            answer.fields().find(http::KnownField::SecWebSocketProtocol).value_or(""),
            websocket::extensionsOf(answer));
    else
        session_.sawHandshakeAnswer(
            outcome == http::ParseOutcome::Complete ? answer.statusCode() : 0, "", "");
    const auto verdict = verdict_ == Verdict::Pending
                             ? session_.decide(policy::Stage::UpstreamAnswer).answer
                             : session_.reconsider(policy::Stage::UpstreamAnswer).answer;
    if (verdict != policy::Answer::Allow) {
        cutBy_ = CutBy::Verdict;
        return {.upTo = 0, .then = Then::Cut};
    }
    if (!switching) {
        owner_.onMayGo(Everything);
        return done();
    }
    stop();
    const std::uint64_t headBytes = answer.headBytes();
    framesFrom_[Direction::ClientToUpstream] = beginning_->request.size();
    framesFrom_[Direction::UpstreamToClient] = headBytes;
    const auto beginning = std::move(beginning_); // what `stream` may point into
    watchWebSocket();
    if (stage_ == Stage::Done)
        return done();
    if (cutBy_ != CutBy::Nobody || !readEarly(beginning->early))
        return {.upTo = headBytes, .then = Then::Cut};
    return lookAtFrames(Direction::UpstreamToClient, stream.substr(headBytes));
}

TunnelTap::Look TunnelTap::lookAtFrames(Direction direction, std::span<const char> bytes)
{
    const auto seen = messages_->read(direction, bytes, worker_.loop().now());
    if (seen.then == websocket::MessageTap::Then::Cut)
        cutBy_ = CutBy::Check;
    return {.upTo = framesFrom_[direction] + seen.upTo,
            .then = cutBy_ == CutBy::Nobody ? Then::GoOn : Then::Cut};
}

std::span<const char> TunnelTap::lastWords(const net::Pump& pump)
{
    if (!messages_ || cutBy_ != CutBy::Check)
        return {};
    return messages_->lastWords(directionOf(pump));
}

void TunnelTap::onTimer()
{
    if (stage_ == Stage::Opening) {
        session_.sawOpening({});
        (void)session_.reconsider(policy::Stage::FirstBytes);
    }
    (void)done();
    owner_.onTapDone();
}

void TunnelTap::onFinding(const policy::inspection::Finding& finding)
{
    session_.found(finding, inspection_);
    if (finding.check->action == policy::inspection::CheckAction::Slow && finding.first)
        owner_.onSlow(finding.check->slowBytesPerSecond);
}

void TunnelTap::reportCounts()
{
    if (messages_)
        session_.watched(*messages_);
}

void TunnelTap::report()
{
    reportCounts();
    if (digester_)
        session_.inspectionResult().digests = digester_->finish();
}

} // namespace sallyport::proxy
