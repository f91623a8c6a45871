// ConnectionWatch: cuts connections of the admin server that take too long to ask for something.
//
// POCO limits each read, so one byte now and then would keep a thread for ever. Here a connection
// has a time by which its next request must be whole. Safe for several threads at once.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServer.h>

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace sallyport::admin::site {

class ConnectionWatch final : public Poco::Net::TCPServerConnectionFilter {
public:
    /// `headLimit`: from the beginning of a connection, or the end of an answer, to the end of the
    /// next request's head.
    explicit ConnectionWatch(std::chrono::milliseconds headLimit);
    ~ConnectionWatch() override;
    ConnectionWatch(const ConnectionWatch&) = delete;
    ConnectionWatch& operator=(const ConnectionWatch&) = delete;

    /// Called by the server for each new connection; always true.
    bool accept(const Poco::Net::StreamSocket& socket) override;

    /// While this lives, a request is being answered: its connection may take as long as it takes.
    class Answering {
    public:
        Answering(ConnectionWatch& watch, const Poco::Net::StreamSocket& socket)
            : watch_(watch), socket_(socket)
        {
            watch_.setDeadline(socket_, std::chrono::steady_clock::time_point::max());
        }
        ~Answering() { watch_.setDeadline(socket_, watch_.next()); }
        Answering(const Answering&) = delete;
        Answering& operator=(const Answering&) = delete;

    private:
        ConnectionWatch& watch_;
        Poco::Net::StreamSocket socket_;
    };

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Watched {
        Poco::Net::StreamSocket socket;
        Time deadline;
    };

    [[nodiscard]] Time next() const { return std::chrono::steady_clock::now() + headLimit_; }
    void setDeadline(const Poco::Net::StreamSocket& socket, Time deadline);
    void run(const std::stop_token& stop);
    void cutLate();

    const std::chrono::milliseconds headLimit_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::list<Watched> connections_;
    std::jthread thread_; ///< last: it ends before the rest
};

} // namespace sallyport::admin::site
