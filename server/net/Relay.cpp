#include "net/Relay.h"

#include <algorithm>
#include <utility>

namespace sallyport::net {

Relay::Relay(TcpStream client, TcpStream upstream, Duration idleLimit, Owner& owner)
    : client_(std::move(client)), upstream_(std::move(upstream)),
      upload_(client_.channel(), upstream_.channel(), Pump::Unlimited, Pump::AtEnd::PassOn, *this),
      download_(upstream_.channel(), client_.channel(), Pump::Unlimited, Pump::AtEnd::PassOn,
                *this),
      idleLimit_(idleLimit), owner_(owner)
{}

void Relay::start()
{
    auto& loop = client_.channel().loop();
    if (idleLimit_ > Duration::zero())
        loop.start(*this, loop.now() + idleLimit_);
    upload_.attach();
    download_.attach();
    // What has come already makes no new event; the pumps look in the next turn, when nobody is in
    // the middle of this.
    for (auto* channel : {&client_.channel(), &upstream_.channel()})
        if (channel->mayRead() || channel->readAborted())
            loop.again(*channel);
}

void Relay::end()
{
    finish({RelayResult::Reason::Ended, Side::Ourselves});
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
    }
}

void Relay::onTimer()
{
    auto& loop = client_.channel().loop();
    const auto due = std::max(upload_.lastActive(), download_.lastActive()) + idleLimit_;
    if (due > loop.now())
        loop.start(*this, due);
    else
        finish({RelayResult::Reason::Idle, Side::Ourselves});
}

void Relay::finish(RelayResult result)
{
    stop();
    upload_.stop();
    download_.stop();
    if (result.reason == RelayResult::Reason::Reset) {
        client_.reset();
        upstream_.reset();
    } else {
        client_.close();
        upstream_.close();
    }
    owner_.onRelayEnd(result);
}

} // namespace sallyport::net
