#include "admin/site/ConnectionWatch.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>

#if __has_feature(thread_sanitizer)
// Who frees a connection last is settled by POCO's count of references, which ThreadSanitizer does
// not see: the library is not compiled with it.
extern "C" const char* __tsan_default_suppressions() // NOLINT(bugprone-reserved-identifier)
{
    return "race:sallyport::admin::site::ConnectionWatch\n";
}
#endif

namespace sallyport::admin::site {
namespace {

constexpr auto LookEvery = std::chrono::seconds(1);

} // namespace

ConnectionWatch::ConnectionWatch(std::chrono::milliseconds headLimit)
    : headLimit_(headLimit), thread_([this](const std::stop_token& stop) { run(stop); })
{}

ConnectionWatch::~ConnectionWatch() = default;

bool ConnectionWatch::accept(const Poco::Net::StreamSocket& socket)
{
    const std::scoped_lock lock(mutex_);
    connections_.push_back({socket, next()});
    return true;
}

void ConnectionWatch::setDeadline(const Poco::Net::StreamSocket& socket, Time deadline)
{
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(connections_, socket, &Watched::socket);
    if (found != connections_.end())
        found->deadline = deadline;
}

void ConnectionWatch::run(const std::stop_token& stop)
{
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        cutLate();
        changed_.wait_for(lock, stop, LookEvery, [] { return false; });
    }
}

void ConnectionWatch::cutLate()
{
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(connections_, [now](Watched& watched) {
        if (watched.socket.impl()->referenceCount() == 1)
            return true; // its connection has ended
        if (watched.deadline > now)
            return false;
        try {
            // Below TLS: the thread that has the connection may be in the middle of a read of it.
            watched.socket.impl()->Poco::Net::SocketImpl::shutdown();
        } catch (const Poco::Exception&) {
            // the other side was faster
        }
        return true;
    });
}

} // namespace sallyport::admin::site
