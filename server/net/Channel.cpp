#include "net/Channel.h"

#include "net/SocketAddress.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <system_error>

namespace sallyport::net {

namespace {

using Outcome = Channel::Transferred::Outcome;

/// A read that did not fill what was offered has drained the socket, and the next byte makes a new
/// edge; but an end that came with those bytes makes none.
bool drained(std::size_t got, std::size_t asked, bool hungUp)
{
    return got < asked && !hungUp;
}

} // namespace

Channel::Channel(EventLoop& loop, int descriptor, const Endpoint& peer, Side side)
    : loop_(loop), socket_(new Poco::Net::StreamSocketImpl(descriptor)), peer_(peer), side_(side)
{}

Channel::~Channel() = default;

bool Channel::watch()
{
    return loop_.add(descriptor(), *this);
}

int Channel::descriptor() const
{
    return socket_.impl()->sockfd();
}

Endpoint Channel::local() const
{
    return localEndpoint(descriptor());
}

std::optional<TcpFigures> Channel::tcpFigures() const
{
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(descriptor(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return std::nullopt;
    return TcpFigures{.rttMicroseconds = info.tcpi_rtt, .retransmits = info.tcpi_total_retrans};
}

Channel::Transferred Channel::failure(int error)
{
    if (error == EAGAIN || error == EINTR)
        return {.outcome = Outcome::WouldBlock};
    const bool reset = error == ECONNRESET || error == EPIPE;
    return {.outcome = reset ? Outcome::Reset : Outcome::Failed, .error = error};
}

Channel::Transferred Channel::receive(std::span<char> into)
{
    const auto count = ::recv(descriptor(), into.data(), into.size(), 0);
    if (count > 0) {
        const auto bytes = static_cast<std::size_t>(count);
        readable_ = !drained(bytes, into.size(), hungUp_);
        return {.outcome = Outcome::Some, .bytes = bytes};
    }
    if (count == 0)
        return {.outcome = Outcome::End};
    const auto result = failure(errno);
    if (result.outcome == Outcome::WouldBlock)
        readable_ = false;
    return result;
}

Channel::Transferred Channel::send(std::span<const char> head, std::span<const char> body)
{
    ssize_t count = 0;
    const std::size_t wanted = head.size() + body.size();
    if (body.empty()) {
        count = ::send(descriptor(), head.data(), head.size(), MSG_NOSIGNAL);
    } else {
        iovec parts[2] = {{const_cast<char*>(head.data()), head.size()},
                          {const_cast<char*>(body.data()), body.size()}};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = 2;
        count = ::sendmsg(descriptor(), &message, MSG_NOSIGNAL);
    }
    if (count < 0) {
        const auto result = failure(errno);
        if (result.outcome == Outcome::WouldBlock)
            writable_ = false;
        return result;
    }
    if (static_cast<std::size_t>(count) < wanted)
        writable_ = false;
    return {.outcome = Outcome::Some, .bytes = static_cast<std::size_t>(count)};
}

Channel::Transferred Channel::spliceTo(int pipe, std::size_t limit)
{
    const auto count =
        ::splice(descriptor(), nullptr, pipe, nullptr, limit, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
    if (count > 0)
        return {.outcome = Outcome::Some, .bytes = static_cast<std::size_t>(count)};
    if (count == 0)
        return {.outcome = Outcome::End};
    const auto result = failure(errno);
    if (result.outcome == Outcome::WouldBlock)
        readable_ = false;
    return result;
}

Channel::Transferred Channel::spliceFrom(int pipe, std::size_t limit)
{
    const auto count =
        ::splice(pipe, nullptr, descriptor(), nullptr, limit, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
    if (count >= 0)
        return {.outcome = Outcome::Some, .bytes = static_cast<std::size_t>(count)};
    const auto result = failure(errno);
    if (result.outcome == Outcome::WouldBlock)
        writable_ = false;
    return result;
}

void Channel::shutdownWrite()
{
    ::shutdown(descriptor(), SHUT_WR);
}

void Channel::closeDescriptor()
{
    socket_.close();
}

void Channel::resetOnClose()
{
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

int Channel::connectError()
{
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(descriptor(), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return errno;
    return error;
}

void Channel::onEvent(Readiness ready)
{
    hungUp_ = hungUp_ || ready.hungUp || ready.failed;
    failed_ = failed_ || ready.failed;
    readable_ = readable_ || ready.readable || ready.hungUp || ready.failed;
    writable_ = writable_ || ready.writable || ready.failed;
    // The reader may give the channel back: its slots are empty then, and it stays allocated until
    // the turn is over.
    if (readable_ && reader_)
        reader_->onReadable();
    if (writable_ && writer_)
        writer_->onWritable();
}

void Channel::abortRead()
{
    if (readAborted_)
        return;
    readAborted_ = true;
    if (reader_)
        reader_->onReadAborted();
}

void Channel::abort()
{
    abortRead();
    if (writeAborted_)
        return;
    writeAborted_ = true;
    if (writer_)
        writer_->onWriteAborted();
}

Error errorFrom(int errorNumber, Side side, std::string_view doing)
{
    Error::Kind kind = Error::Kind::Failed;
    switch (errorNumber) {
    case ECONNREFUSED:
        kind = Error::Kind::Refused;
        break;
    case ECONNRESET:
    case EPIPE:
    case ECONNABORTED:
        kind = Error::Kind::Reset;
        break;
    case ETIMEDOUT:
        kind = Error::Kind::TimedOut;
        break;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EACCES:
    case EPERM:
    case EAFNOSUPPORT:
        kind = Error::Kind::Unreachable;
        break;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
    case EADDRINUSE:
    case EAGAIN:
        kind = Error::Kind::NoResources;
        break;
    default:
        break;
    }
    std::string detail(doing);
    detail += ": ";
    detail += std::generic_category().message(errorNumber);
    return {.kind = kind, .side = side, .detail = std::move(detail)};
}

} // namespace sallyport::net
