#include "net/Relay.h"

#include "net/TokenBucket.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace sallyport::net {

/// Decides how much the pumps may read, and wakes the relay when that changes or time is up.
class Relay::Limiter final : Timer {
public:
    Limiter(Relay& relay, const RelayLimits& limits)
        : relay_(relay), until_(limits.until), bytes_(limits.bytes)
    {
        if (limits.bytesPerSecond != Pump::Unlimited) {
            const auto now = loop().now();
            upload_.emplace(limits.bytesPerSecond, now);
            download_.emplace(limits.bytesPerSecond, now);
            // What was moved before is not counted.
            (void)upload_->available(relay_.upload_.bytesRead(), now);
            (void)download_->available(relay_.download_.bytesRead(), now);
        }
        wakeAt(isSpent() ? loop().now() : until_);
    }

    [[nodiscard]] std::uint64_t grant(Pump& pump)
    {
        const std::uint64_t moved = relay_.upload_.bytesRead() + relay_.download_.bytesRead();
        if (moved >= bytes_) {
            if (isSpent())
                wakeAt(loop().now());
            return 0;
        }
        const std::uint64_t left = bytes_ - moved;
        auto& bucket = &pump == &relay_.upload_ ? upload_ : download_;
        if (!bucket)
            return left;
        const auto available = bucket->available(pump.bytesRead(), loop().now());
        if (available == 0)
            wakeAt(bucket->refilledAt());
        return std::min(left, available);
    }

private:
    [[nodiscard]] EventLoop& loop() const { return relay_.client().loop(); }

    /// Whether the budget is used up and all that may go on was delivered.
    [[nodiscard]] bool isSpent() const
    {
        const Pump& up = relay_.upload_;
        const Pump& down = relay_.download_;
        return up.bytesRead() + down.bytesRead() >= bytes_ && !up.owesBytes() && !down.owesBytes();
    }

    void wakeAt(TimePoint when)
    {
        if (running() && when >= due_)
            return;
        due_ = when;
        loop().start(*this, when);
    }

    void onTimer() override
    {
        if (isSpent()) {
            relay_.finish({RelayResult::Reason::BudgetSpent, Side::Ourselves});
        } else if (until_ <= loop().now()) {
            relay_.finish({RelayResult::Reason::TimeUp, Side::Ourselves});
        } else {
            wakeAt(until_);
            relay_.callPumps();
        }
    }

    Relay& relay_;
    TimePoint until_;
    TimePoint due_ = Never;
    std::uint64_t bytes_;
    std::optional<TokenBucket> upload_;
    std::optional<TokenBucket> download_;
};

Relay::Relay(TcpStream client, TcpStream upstream, Owner& owner)
    : client_(std::move(client)), upstream_(std::move(upstream)),
      upload_(client_.channel(), upstream_.channel(), Pump::Unlimited, Pump::AtEnd::PassOn, *this),
      download_(upstream_.channel(), client_.channel(), Pump::Unlimited, Pump::AtEnd::PassOn,
                *this),
      lastFromClient_(client_.channel().loop().now()), lastFromUpstream_(lastFromClient_),
      owner_(owner)
{}

Relay::~Relay() = default;

void Relay::setTap(Pump::Tap* tap)
{
    tap_ = tap;
    upload_.setTap(tap);
    download_.setTap(tap);
}

void Relay::limit(const RelayLimits& limits)
{
    idleLimit_ = limits.idle;
    startIdleTimer();
    const bool more = limits.until != Never || limits.bytes != Pump::Unlimited ||
                      limits.bytesPerSecond != Pump::Unlimited;
    limiter_ = more ? std::make_unique<Limiter>(*this, limits) : nullptr;
    callPumps();
}

void Relay::onRead(Pump& pump, std::size_t bytes)
{
    const auto now = client().loop().now();
    longestSilence_ = std::max(longestSilence_, now - std::max(lastFromClient_, lastFromUpstream_));
    if (&pump == &upload_) {
        lastFromClient_ = now;
        owner_.onRead(Side::Client, bytes);
        return;
    }
    lastFromUpstream_ = now;
    owner_.onRead(Side::Upstream, bytes);
    if (pump.bytesRead() == bytes)
        owner_.onUpstreamSpoke();
}

RelaySilence Relay::silence(TimePoint now) const
{
    const auto last = std::max(lastFromClient_, lastFromUpstream_);
    RelaySilence silence{.lastFromClient = {},
                         .lastFromUpstream = {},
                         .longest = std::max(longestSilence_, now - last)};
    if (upload_.bytesRead() > 0)
        silence.lastFromClient = lastFromClient_;
    if (download_.bytesRead() > 0)
        silence.lastFromUpstream = lastFromUpstream_;
    return silence;
}

void Relay::onTapLeft(Pump&)
{
    owner_.onTapLeft();
}

void Relay::start(Upload upload, std::span<const char> early)
{
    if (upload == Upload::Flows)
        upload_.attach();
    download_.precede(early);
    download_.attach();
    if (!early.empty())
        upstream_.channel().loop().again(upstream_.channel());
    callPumps();
}

void Relay::release(std::span<const char> early)
{
    upload_.precede(early);
    upload_.attach();
    if (!early.empty())
        client().loop().again(client());
    callPumps();
}

/// What has come already makes no new event; the pumps look in the next turn, when nobody is in the
/// middle of this.
void Relay::callPumps()
{
    for (auto* channel : {&client_.channel(), &upstream_.channel()})
        if (channel->mayRead() || channel->readAborted())
            channel->loop().again(*channel);
}

void Relay::end()
{
    finish({RelayResult::Reason::Ended, Side::Ourselves});
}

void Relay::reset(Side by)
{
    finish({RelayResult::Reason::Reset, by});
}

void Relay::cut()
{
    finish({RelayResult::Reason::Cut, Side::Ourselves});
}

std::uint64_t Relay::grant(Pump& pump)
{
    return limiter_ ? limiter_->grant(pump) : Pump::Unlimited;
}

void Relay::onPumpEnd(Pump& pump, Pump::End end)
{
    const bool isUpload = &pump == &upload_;
    const Side source = isUpload ? Side::Client : Side::Upstream;
    const Side sink = isUpload ? Side::Upstream : Side::Client;
    switch (end) {
    case Pump::End::Complete:
    case Pump::End::CutShort:
        if (firstToEnd_ == Side::Ourselves)
            firstToEnd_ = source;
        if (upload_.ended() && download_.ended())
            finish({RelayResult::Reason::Done, firstToEnd_});
        return;
    case Pump::End::SourceFailed:
        finish({RelayResult::Reason::Reset, source});
        return;
    case Pump::End::SinkFailed:
        finish({RelayResult::Reason::Reset, sink});
        return;
    case Pump::End::Aborted:
        finish({RelayResult::Reason::Ended, Side::Ourselves});
        return;
    case Pump::End::Cut:
        finish({RelayResult::Reason::Cut, Side::Ourselves});
        return;
    }
}

void Relay::startIdleTimer()
{
    auto& loop = client_.channel().loop();
    const auto lastActive = std::max(upload_.lastActive(), download_.lastActive());
    loop.start(*this, idleLimit_ > Duration::zero() ? lastActive + idleLimit_ : Never);
}

void Relay::onTimer()
{
    const auto lastActive = std::max(upload_.lastActive(), download_.lastActive());
    if (lastActive + idleLimit_ > client_.channel().loop().now())
        startIdleTimer();
    else
        finish({RelayResult::Reason::Idle, Side::Ourselves});
}

void Relay::finish(RelayResult result)
{
    stop();
    limiter_.reset();
    upload_.stop();
    download_.stop();
    result.client = client_.channel().tcpFigures();
    result.upstream = upstream_.channel().tcpFigures();
    if (result.reason == RelayResult::Reason::Cut) {
        closeCut(result);
    } else if (result.reason == RelayResult::Reason::Reset) {
        client_.reset();
        upstream_.reset();
    } else {
        client_.close();
        upstream_.close();
    }
    owner_.onRelayEnd(result);
}

void Relay::closeCut(RelayResult& result)
{
    const auto close = [&](Pump& pump, TcpStream& sink) {
        const auto words =
            tap_ && !pump.owesBytes() ? tap_->lastWords(pump) : std::span<const char>();
        const auto said = words.empty() ? 0 : sink.channel().send(words).bytes;
        if (said == 0) {
            sink.reset();
            return;
        }
        result.lastWords = RelayResult::LastWords::Said;
        sink.close();
    };
    close(upload_, upstream_);
    close(download_, client_);
}

} // namespace sallyport::net
