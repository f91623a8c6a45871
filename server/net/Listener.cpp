#include "net/Listener.h"

#include "net/SocketAddress.h"
#include "net/SocketOptions.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/SocketAddress.h>

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace sallyport::net {

namespace {

constexpr int Backlog = 65'535; // the kernel caps it at net.core.somaxconn
constexpr int AcceptsPerTurn = 64;
constexpr auto PauseWithoutDescriptors = std::chrono::milliseconds(50);

} // namespace

Listener::Listener(EventLoop& loop, const Endpoint& endpoint, std::chrono::seconds keepAlive,
                   Acceptor& acceptor)
    : loop_(loop), acceptor_(acceptor)
{
    sockaddr_storage storage{};
    const auto size = toSockaddr(endpoint, storage);
    const Poco::Net::SocketAddress address(reinterpret_cast<const sockaddr*>(&storage), size);
    try {
        if (endpoint.address.isV4())
            socket_.bind(address, true, true);
        else
            socket_.bind6(address, true, true, false);
        socket_.listen(Backlog);
    } catch (const Poco::Exception& problem) {
        const int code = problem.code() != 0 ? problem.code() : EADDRINUSE;
        throw std::system_error(code, std::generic_category(),
                                "cannot listen on " + endpoint.toString());
    }
    const int descriptor = socket_.impl()->sockfd();
    socket_.setBlocking(false);
    setTunnelOptions(descriptor, keepAlive);
    local_ = localEndpoint(descriptor);
}

Listener::~Listener()
{
    close();
}

void Listener::start()
{
    open_ = loop_.addLevel(socket_.impl()->sockfd(), *this, {.readable = true});
    if (!open_)
        throw std::system_error(errno, std::generic_category(),
                                "cannot watch " + local_.toString());
}

void Listener::close()
{
    stop();
    if (!open_)
        return;
    open_ = false;
    loop_.remove(socket_.impl()->sockfd());
    socket_.close();
}

void Listener::acceptTheLast()
{
    for (int turn = 0; open_ && turn < Backlog / AcceptsPerTurn; ++turn)
        if (acceptSome() == Accepted::All)
            break;
    close();
}

void Listener::onEvent(Readiness)
{
    acceptSome();
}

Listener::Accepted Listener::acceptSome()
{
    for (int accepted = 0; open_ && accepted < AcceptsPerTurn; ++accepted) {
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        const int descriptor =
            ::accept4(socket_.impl()->sockfd(), reinterpret_cast<sockaddr*>(&storage), &size,
                      SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                loop_.changeLevel(socket_.impl()->sockfd(), *this, {});
                loop_.start(*this, loop_.now() + PauseWithoutDescriptors);
            }
            if (errno == ECONNABORTED || errno == EINTR)
                continue;
            return Accepted::All;
        }
        auto channel =
            std::make_unique<Channel>(loop_, descriptor, fromSockaddr(storage), Side::Client);
        if (!channel->watch())
            continue;
        channel->assumeWritable();
        acceptor_.onAccepted(*this, TcpStream(std::move(channel)));
    }
    return Accepted::Some;
}

void Listener::onTimer()
{
    if (open_)
        loop_.changeLevel(socket_.impl()->sockfd(), *this, {.readable = true});
}

} // namespace sallyport::net
