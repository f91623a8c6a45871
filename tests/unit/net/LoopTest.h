// LoopTest: what the room's tests share: a loop that is driven up to an event or a deadline, and
// connected sockets.
//
// Knows nothing of what is tested on it.
#pragma once

#include "net/EventLoop.h"
#include "net/Job.h"
#include "net/TcpStream.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace sallyport::net {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A descriptor that is closed with its owner; the far end of what is tested.
class FarEnd {
public:
    explicit FarEnd(int descriptor) : descriptor_(descriptor) {}
    FarEnd(FarEnd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FarEnd& operator=(FarEnd&& other) noexcept
    {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~FarEnd() { close(); }

    [[nodiscard]] int descriptor() const { return descriptor_; }
    void close()
    {
        if (descriptor_ >= 0)
            ::close(std::exchange(descriptor_, -1));
    }
    void reset()
    {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }
    void shutdownWrite() { ::shutdown(descriptor_, SHUT_WR); }
    /// The bytes must fit into the socket's buffer.
    void send(std::string_view bytes)
    {
        ASSERT_EQ(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    enum class Came : std::uint8_t { Bytes, Nothing, End, Reset };
    /// Appends what is there to `into`, one read's worth.
    Came receive(std::string& into, std::size_t most = 64 * 1024)
    {
        const auto before = into.size();
        into.resize(before + most);
        const auto count = ::recv(descriptor_, into.data() + before, most, MSG_DONTWAIT);
        into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (count > 0)
            return Came::Bytes;
        if (count == 0)
            return Came::End;
        return errno == EAGAIN ? Came::Nothing : Came::Reset;
    }

private:
    int descriptor_;
};

/// A stream on the loop and the far end a test holds.
struct Connection {
    TcpStream near;
    FarEnd far;
};

class LoopTest : public testing::Test {
protected:
    static constexpr auto Patience = seconds(60);

    /// Turns the loop until `finished`; false when that did not come true in time. Looks every few
    /// milliseconds also when the loop has nothing to do, because what is waited for may happen on
    /// another thread.
    [[nodiscard]] bool until(const std::function<bool()>& finished, Duration patience = Patience)
    {
        struct Look final : Timer {
            explicit Look(EventLoop& on) : loop(on) {}
            void onTimer() override { loop.start(*this, Clock::now() + milliseconds(5)); }
            EventLoop& loop;
        } look(loop);
        look.onTimer();
        const auto deadline = Clock::now() + patience;
        bool done = false;
        loop.runUntil([&] { return (done = finished()) || Clock::now() > deadline; });
        return done;
    }

    /// Turns the loop for that long, where nothing must happen.
    void pass(Duration time)
    {
        const auto end = Clock::now() + time;
        EXPECT_TRUE(until([end] { return Clock::now() >= end; }));
    }

    /// A few turns, so that whatever was about to happen has happened.
    void settle()
    {
        for (int turns = 0; turns < 4; ++turns) {
            bool turned = false;
            loop.post([&turned] { turned = true; });
            loop.runUntil([&turned] { return turned; });
        }
    }

    // As the program does: splice(2) to a connection that was reset raises it.
    LoopTest() { std::signal(SIGPIPE, SIG_IGN); }

    [[nodiscard]] TimePoint in(Duration later) const { return Clock::now() + later; }

    [[nodiscard]] TcpStream adopt(int descriptor, Side side = Side::Client)
    {
        ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
        auto channel = std::make_unique<Channel>(loop, descriptor, Endpoint{}, side);
        if (!channel->watch())
            throw std::runtime_error("cannot watch");
        return TcpStream(std::move(channel));
    }

    /// Over TCP on loopback. `bufferBytes`: of every send and receive buffer on the way; 0 leaves
    /// them as they are.
    [[nodiscard]] Connection connected(Side side = Side::Client, int bufferBytes = 0)
    {
        FarEnd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        FarEnd far(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        limitBuffers(listener.descriptor(), bufferBytes);
        limitBuffers(far.descriptor(), bufferBytes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener.descriptor(), generic, size) != 0 ||
            ::listen(listener.descriptor(), 1) != 0 ||
            ::getsockname(listener.descriptor(), generic, &size) != 0 ||
            ::connect(far.descriptor(), generic, size) != 0)
            throw std::runtime_error("cannot connect on loopback");
        const int accepted = ::accept4(listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
        return {adopt(accepted, side), std::move(far)};
    }

    EventLoop loop;

private:
    static void limitBuffers(int descriptor, int bytes)
    {
        if (bytes == 0)
            return;
        ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
};

} // namespace sallyport::net
