#include "net/Dialer.h"

#include "net/SocketAddress.h"
#include "net/SocketOptions.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sallyport::net {

namespace {

/// Families alternate, beginning with that of the first address (RFC 8305 §4).
std::size_t interleave(std::span<const IpAddress> addresses,
                       std::array<IpAddress, MaxDialAttempts>& ordered)
{
    std::size_t taken = 0;
    std::array<std::size_t, 2> cursor{};
    const auto advance = [&](std::size_t wanted) {
        const bool v4 = (wanted == 0) == addresses.front().isV4();
        while (cursor[wanted] < addresses.size() && addresses[cursor[wanted]].isV4() != v4)
            ++cursor[wanted];
        return cursor[wanted] < addresses.size();
    };
    for (std::size_t turn = 0; taken < ordered.size(); turn ^= 1) {
        const bool here = advance(turn);
        if (!here && !advance(turn ^ 1))
            break;
        const std::size_t family = here ? turn : turn ^ 1;
        ordered[taken++] = addresses[cursor[family]++];
    }
    return taken;
}

} // namespace

DialAwaiter::DialAwaiter(EventLoop& loop, const DialOptions& options,
                         std::span<const IpAddress> addresses, std::uint16_t port,
                         TimePoint deadline)
    : loop_(loop), options_(options), port_(port), deadline_(deadline),
      lastError_{Error::Kind::NotFound, Side::Upstream, "no address to connect to"}
{
    if (!addresses.empty())
        count_ = interleave(addresses, addresses_);
}

DialAwaiter::~DialAwaiter() = default;

bool DialAwaiter::await_ready()
{
    startNext();
    return finished_;
}

bool DialAwaiter::anyUnderWay() const
{
    return std::any_of(attempts_.begin(), attempts_.end(),
                       [](const Attempt& attempt) { return static_cast<bool>(attempt.stream); });
}

void DialAwaiter::startNext()
{
    while (next_ < count_) {
        Attempt& attempt = attempts_[next_];
        const IpAddress& address = addresses_[next_];
        ++next_;
        const bool underWay = startAttempt(attempt, address);
        if (finished_)
            return;
        if (underWay)
            break;
    }
    if (anyUnderWay())
        armTimer();
    else
        finish(std::unexpected(std::move(lastError_)));
}

bool DialAwaiter::startAttempt(Attempt& attempt, const IpAddress& address)
{
    const Endpoint endpoint{address, port_};
    const int family = address.isV4() ? AF_INET : AF_INET6;
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        lastError_ = errorFrom(errno, Side::Ourselves, "socket");
        return false;
    }
    auto channel = std::make_unique<Channel>(loop_, descriptor, endpoint, Side::Upstream);
    setTunnelOptions(descriptor, options_.keepAlive);
    sockaddr_storage storage{};
    const auto size = toSockaddr(endpoint, storage);
    const int connected = ::connect(descriptor, reinterpret_cast<sockaddr*>(&storage), size);
    if (connected != 0 && errno != EINPROGRESS) {
        const Side side =
            errno == EADDRNOTAVAIL || errno == EAGAIN ? Side::Ourselves : Side::Upstream;
        lastError_ = errorFrom(errno, side, "connect to " + endpoint.toString());
        return false;
    }
    if (!channel->watch()) {
        lastError_ = errorFrom(ENOMEM, Side::Ourselves, "watch");
        return false;
    }
    attempt.dial = this;
    attempt.stream = TcpStream(std::move(channel));
    if (connected == 0) {
        finish(std::move(attempt.stream));
        return true;
    }
    attempt.stream.channel().setWriter(&attempt);
    return true;
}

void DialAwaiter::onAttemptReady(Attempt& attempt)
{
    Channel& channel = attempt.stream.channel();
    const int error = channel.failed() ? channel.connectError() : 0;
    if (error == 0) {
        channel.setWriter(nullptr);
        finish(std::move(attempt.stream));
        return;
    }
    lastError_ = errorFrom(error, Side::Upstream, "connect to " + channel.peer().toString());
    attempt.stream.close();
    startNext();
}

void DialAwaiter::armTimer()
{
    auto when = deadline_;
    if (next_ < count_)
        when = std::min(when, loop_.now() + options_.attemptDelay);
    loop_.start(*this, when);
}

void DialAwaiter::onTimer()
{
    if (loop_.now() < deadline_) {
        startNext();
        return;
    }
    finish(std::unexpected(
        Error{Error::Kind::TimedOut, Side::Upstream, "no answer to the connection attempt"}));
}

void DialAwaiter::finish(Result<TcpStream> result)
{
    stop();
    finished_ = true;
    result_ = std::move(result);
    for (auto& attempt : attempts_)
        attempt.stream.close();
    if (const auto waiter = std::exchange(waiter_, nullptr))
        waiter.resume();
}

} // namespace sallyport::net
