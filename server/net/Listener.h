// Listener: a listening socket of one worker (SO_REUSEPORT) and its accept loop.
//
// When the process is out of descriptors it stops accepting for a moment instead of spinning;
// waiting clients stay in the kernel's queue.
#pragma once

#include "net/TcpStream.h"

#include <Poco/Net/ServerSocket.h>

namespace sallyport::net {

class Listener final : EventHandler, Timer {
public:
    class Acceptor {
    public:
        virtual void onAccepted(Listener& listener, TcpStream client) = 0;

    protected:
        ~Acceptor() = default;
    };

    /// Binds and listens; port 0 takes a free one. Throws std::system_error naming the endpoint.
    Listener(EventLoop& loop, const Endpoint& endpoint, std::chrono::seconds keepAlive,
             Acceptor& acceptor);
    ~Listener() override;

    void start();
    /// No more clients are accepted; those in the kernel's queue are reset.
    void close();
    /// As close(), but those in the kernel's queue come in first: who comes in the microseconds
    /// between is reset.
    void acceptTheLast();

    [[nodiscard]] const Endpoint& local() const { return local_; }

private:
    enum class Accepted : std::uint8_t { All, Some }; ///< of those in the queue

    void onEvent(Readiness) override;
    void onTimer() override;
    Accepted acceptSome();

    EventLoop& loop_;
    Poco::Net::ServerSocket socket_;
    Endpoint local_;
    Acceptor& acceptor_;
    bool open_ = false;
};

} // namespace sallyport::net
