#include "support/RawConnection.h"

#include "support/SocketAddress.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <utility>

namespace sallyport::test {
namespace {

using Clock = std::chrono::steady_clock;

bool ready(int descriptor, short events, Clock::time_point deadline)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd entry{descriptor, events, 0};
        const int count = poll(&entry, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
        if (count > 0)
            return true;
        if (count == 0 && Clock::now() >= deadline)
            return false;
        if (count < 0 && errno != EINTR)
            throw Unexpected(std::string("poll: ") + std::strerror(errno));
    }
}

std::string excerpt(const std::string& bytes)
{
    constexpr std::size_t Shown = 400;
    return bytes.size() <= Shown
               ? bytes
               : bytes.substr(0, Shown) + "... (" + std::to_string(bytes.size()) + " bytes)";
}

} // namespace

std::ostream& operator<<(std::ostream& out, End end)
{
    return out << (end == End::Orderly ? "an orderly end" : "a reset");
}

RawConnection::RawConnection(int descriptor) : descriptor_(descriptor)
{
    fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
    const int on = 1;
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), received_(std::move(other.received_))
{}

RawConnection& RawConnection::operator=(RawConnection&& other) noexcept
{
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    received_ = std::move(other.received_);
    return *this;
}

RawConnection::~RawConnection()
{
    close();
}

void RawConnection::send(std::string_view bytes)
{
    const auto deadline = Clock::now() + Patience;
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (!ready(descriptor_, POLLOUT, deadline))
                throw Unexpected("the peer took no more; " + std::to_string(bytes.size()) +
                                 " bytes are left to send");
        } else if (errno != EINTR) {
            throw Unexpected(std::string("send: ") + std::strerror(errno));
        }
    }
}

void RawConnection::sendByteByByte(std::string_view bytes)
{
    for (std::size_t i = 0; i < bytes.size(); ++i)
        send(bytes.substr(i, 1));
}

std::size_t RawConnection::sendUntilBlocked(std::size_t limitBytes, std::chrono::milliseconds quiet)
{
    static const std::string block(64 * 1024, 'x');
    std::size_t total = 0;
    while (total < limitBytes) {
        const std::size_t wanted = std::min(block.size(), limitBytes - total);
        const ssize_t sent = ::send(descriptor_, block.data(), wanted, MSG_NOSIGNAL);
        if (sent > 0)
            total += static_cast<std::size_t>(sent);
        else if (errno != EAGAIN && errno != EINTR)
            throw Unexpected(std::string("send: ") + std::strerror(errno) + " after " +
                             std::to_string(total) + " bytes");
        else if (!ready(descriptor_, POLLOUT, Clock::now() + quiet))
            break;
    }
    return total;
}

RawConnection::Read RawConnection::readMore(Clock::time_point deadline)
{
    std::array<char, 64 * 1024> buffer;
    for (;;) {
        const ssize_t count = recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (count > 0) {
            received_.append(buffer.data(), static_cast<std::size_t>(count));
            return Read::Some;
        }
        if (count == 0)
            return Read::Ended;
        if (errno == ECONNRESET || errno == EPIPE)
            return Read::Reset;
        if (errno != EAGAIN && errno != EINTR)
            throw Unexpected(std::string("recv: ") + std::strerror(errno));
        if (!ready(descriptor_, POLLIN, deadline))
            return Read::Late;
    }
}

void RawConnection::requireMore(std::string_view awaited)
{
    const Read outcome = readMore(Clock::now() + Patience);
    if (outcome == Read::Some)
        return;
    const std::string how = outcome == Read::Ended   ? "the peer ended"
                            : outcome == Read::Reset ? "the peer reset"
                                                     : "nothing came";
    throw Unexpected(how + " while awaiting " + std::string(awaited) + "; received so far: \"" +
                     excerpt(received_) + "\"");
}

std::string RawConnection::take(std::size_t count)
{
    std::string taken = received_.substr(0, count);
    received_.erase(0, count);
    return taken;
}

std::string RawConnection::receiveExactly(std::size_t count)
{
    while (received_.size() < count)
        requireMore(std::to_string(count) + " bytes");
    return take(count);
}

std::string RawConnection::receiveUntil(std::string_view mark)
{
    for (;;) {
        const auto found = received_.find(mark);
        if (found != std::string::npos)
            return take(found + mark.size());
        requireMore("\"" + std::string(mark) + "\"");
    }
}

std::string RawConnection::receiveHead()
{
    return receiveUntil("\r\n\r\n");
}

Response RawConnection::receiveResponse(std::string_view method)
{
    Response response = Response::fromHead(receiveHead());
    switch (response.framing(method)) {
    case Response::Framing::None:
        break;
    case Response::Framing::Length:
        response.body = receiveExactly(response.contentLength());
        break;
    case Response::Framing::Chunked:
        for (;;) {
            const std::string line = receiveUntil("\r\n");
            const std::size_t size = std::stoull(line, nullptr, 16);
            if (size == 0)
                break;
            response.body += receiveExactly(size);
            if (receiveExactly(2) != "\r\n")
                throw Unexpected("a chunk does not end where its size says");
        }
        for (std::string line = receiveUntil("\r\n"); line != "\r\n"; line = receiveUntil("\r\n"))
            response.trailers += line;
        break;
    case Response::Framing::UntilClose:
        response.body = receiveToEnd();
        break;
    }
    return response;
}

std::string RawConnection::receiveSome()
{
    if (received_.empty()) {
        const Read outcome = readMore(Clock::now() + Patience);
        if (outcome == Read::Late || outcome == Read::Reset)
            throw Unexpected(outcome == Read::Late ? "nothing came" : "the peer reset");
    }
    return take(received_.size());
}

std::string RawConnection::receiveToEnd()
{
    Remainder rest = receiveRemainder();
    if (rest.end == End::Reset)
        throw Unexpected("the peer reset after \"" + excerpt(rest.bytes) + "\"");
    return std::move(rest.bytes);
}

Remainder RawConnection::receiveRemainder()
{
    for (;;) {
        switch (readMore(Clock::now() + Patience)) {
        case Read::Some:
            break;
        case Read::Ended:
            return {take(received_.size()), End::Orderly};
        case Read::Reset:
            return {take(received_.size()), End::Reset};
        case Read::Late:
            throw Unexpected("the peer did not end; received: \"" + excerpt(received_) + "\"");
        }
    }
}

End RawConnection::awaitEnd()
{
    for (;;) {
        switch (readMore(Clock::now() + Patience)) {
        case Read::Some:
            received_.clear();
            break;
        case Read::Ended:
            return End::Orderly;
        case Read::Reset:
            return End::Reset;
        case Read::Late:
            throw Unexpected("the peer did not end");
        }
    }
}

bool RawConnection::staysSilent(std::chrono::milliseconds time)
{
    return received_.empty() && readMore(Clock::now() + time) == Read::Late;
}

void RawConnection::halfClose()
{
    if (shutdown(descriptor_, SHUT_WR) != 0)
        throw Unexpected(std::string("shutdown: ") + std::strerror(errno));
}

void RawConnection::reset()
{
    const linger atOnce{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    close();
}

void RawConnection::close()
{
    if (descriptor_ >= 0)
        ::close(std::exchange(descriptor_, -1));
}

void RawConnection::narrowReceiveBuffer()
{
    const int bytes = 16 * 1024;
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

std::uint16_t RawConnection::localPort() const
{
    return SocketAddress::localOf(descriptor_).port();
}

std::uint16_t RawConnection::peerPort() const
{
    return SocketAddress::peerOf(descriptor_).port();
}

int connectedDescriptor(const std::string& address, std::uint16_t port)
{
    const SocketAddress target(address, port);
    const int descriptor = socket(target.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || connect(descriptor, target.raw(), target.length()) != 0) {
        const std::string why = std::strerror(errno);
        if (descriptor >= 0)
            ::close(descriptor);
        throw Unexpected("cannot connect to " + address + " port " + std::to_string(port) + ": " +
                         why);
    }
    return descriptor;
}

void awaitRefusal(std::uint16_t port, const std::string& address)
{
    const auto deadline = Clock::now() + Patience;
    while (Clock::now() < deadline) {
        try {
            const RawClient client(port, address);
        } catch (const Unexpected&) {
            return;
        }
    }
    throw Unexpected("the proxy still accepts");
}

RawClient::RawClient(std::uint16_t port, const std::string& address)
    : RawConnection(connectedDescriptor(address, port))
{}

} // namespace sallyport::test
