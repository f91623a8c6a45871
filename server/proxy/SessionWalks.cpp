#include "proxy/SessionWalks.h"

#include <utility>

namespace sallyport::proxy {

namespace {

/// What a slice may take: about a tenth of a millisecond.
constexpr int SliceLooks = 256;
/// Ending a session closes two sockets and writes a record.
constexpr int LooksPerEnd = 16;

} // namespace

void SessionWalks::begin(Walk walk)
{
    walks_.push_back(std::move(walk));
    if (walks_.size() == 1)
        beginNext();
}

void SessionWalks::beginNext()
{
    ahead_.splice(ahead_.end(), met_);
    goOn();
}

void SessionWalks::goOn()
{
    int left = SliceLooks;
    while (left > 0 && !ahead_.empty()) {
        Session& session = ahead_.front();
        ahead_.pop_front();
        met_.push_back(session);
        left -= walks_.front().visit(session) == Cost::End ? LooksPerEnd : 1;
    }
    if (!ahead_.empty()) {
        loop_.post([this] { goOn(); });
        return;
    }
    const auto done = std::move(walks_.front().done);
    walks_.pop_front();
    done();
    if (!walks_.empty())
        loop_.post([this] { beginNext(); });
}

} // namespace sallyport::proxy
