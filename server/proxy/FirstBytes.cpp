#include "proxy/FirstBytes.h"

#include <algorithm>
#include <cstring>

namespace sallyport::proxy {

FirstBytes::FirstBytes(net::Channel& client, net::BufferPool& buffers, const Limits& limits,
                       Owner& owner)
    : client_(client), inbox_(buffers), limits_(limits), owner_(owner)
{}

void FirstBytes::start(std::string_view early)
{
    client_.setReader(this);
    if (!early.empty()) {
        std::memcpy(inbox_.room().data(), early.data(), early.size());
        added(early.size());
    }
    if (!early.empty() || client_.mayRead() || client_.readAborted())
        client_.loop().again(client_);
}

void FirstBytes::added(std::size_t bytes)
{
    inbox_.added(bytes);
    lastRead_ = client_.loop().now();
    if (!running())
        client_.loop().start(*this, client_.loop().now() + limits_.time);
}

void FirstBytes::onReadable()
{
    if (client_.readAborted()) {
        finish(End::Aborted);
        return;
    }
    while (true) {
        if (!inbox_.empty() && readOpening(inbox_.bytes(), limits_.bytes, limits_.head, opening_) ==
                                   OpeningOutcome::Known) {
            finish(End::Known);
            return;
        }
        const auto room = inbox_.room();
        using Outcome = net::Channel::Transferred::Outcome;
        const auto got =
            client_.receive(room.first(std::min(room.size(), limits_.bytes - bytes().size())));
        switch (got.outcome) {
        case Outcome::Some:
            added(got.bytes);
            break;
        case Outcome::WouldBlock:
            inbox_.releaseIfEmpty();
            return;
        case Outcome::End:
            // More does not come: half an opening is none.
            opening_ = {};
            finish(End::Known);
            return;
        case Outcome::Reset:
        case Outcome::Failed:
            finish(End::Reset);
            return;
        }
    }
}

void FirstBytes::finish(End end)
{
    if (stage_ == Stage::Ended)
        return;
    leave();
    end_ = end;
    owner_.onFirstBytes(end);
}

void FirstBytes::leave()
{
    if (stage_ == Stage::Ended)
        return;
    stage_ = Stage::Ended;
    stop();
    client_.setReader(nullptr);
}

} // namespace sallyport::proxy
