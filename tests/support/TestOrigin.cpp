#include "support/TestOrigin.h"

#include "support/SocketAddress.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace sallyport::test {
namespace {

int boundDescriptor(const std::string& address, std::uint16_t port, int backlog)
{
    const SocketAddress local(address, port);
    const int descriptor = socket(local.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (descriptor < 0 || bind(descriptor, local.raw(), local.length()) != 0 ||
        listen(descriptor, backlog) != 0) {
        const std::string why = std::strerror(errno);
        if (descriptor >= 0)
            ::close(descriptor);
        throw Unexpected("cannot listen on " + address + ": " + why);
    }
    return descriptor;
}

/// With port 0, one that no origin of this program has had: tests that share a proxy find their
/// records by it.
int listeningDescriptor(const std::string& address, std::uint16_t port, int backlog)
{
    static std::mutex mutex;
    static std::set<std::uint16_t> given;
    if (port != 0)
        return boundDescriptor(address, port, backlog);
    const std::lock_guard lock(mutex);
    std::vector<int> repeated; // kept open, so that the kernel does not offer them again
    int descriptor = boundDescriptor(address, 0, backlog);
    while (!given.insert(SocketAddress::localOf(descriptor).port()).second) {
        repeated.push_back(descriptor);
        descriptor = boundDescriptor(address, 0, backlog);
    }
    for (const int other : repeated)
        ::close(other);
    return descriptor;
}

std::string joined(std::string_view host, std::uint16_t port)
{
    const bool isIpv6 = host.find(':') != std::string_view::npos;
    return (isIpv6 ? "[" + std::string(host) + "]" : std::string(host)) + ":" +
           std::to_string(port);
}

} // namespace

TestOrigin::TestOrigin(std::string address, std::uint16_t port)
    : address_(std::move(address)), descriptor_(listeningDescriptor(address_, port, 256)),
      port_(SocketAddress::localOf(descriptor_).port())
{}

TestOrigin::TestOrigin(TestOrigin&& other) noexcept
    : address_(std::move(other.address_)), descriptor_(std::exchange(other.descriptor_, -1)),
      port_(other.port_)
{}

TestOrigin::~TestOrigin()
{
    stopListening();
}

std::string TestOrigin::authority() const
{
    return joined(address_, port_);
}

std::string TestOrigin::named(std::string_view name) const
{
    return joined(name, port_);
}

RawConnection TestOrigin::accept()
{
    pollfd entry{descriptor_, POLLIN, 0};
    if (poll(&entry, 1, static_cast<int>(Patience.count())) != 1)
        throw Unexpected("nobody connected to the origin");
    const int descriptor = accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0)
        throw Unexpected(std::string("accept: ") + std::strerror(errno));
    return RawConnection(descriptor);
}

bool TestOrigin::hasConnection() const
{
    pollfd entry{descriptor_, POLLIN, 0};
    return poll(&entry, 1, 0) == 1;
}

void TestOrigin::stopListening()
{
    if (descriptor_ >= 0)
        ::close(std::exchange(descriptor_, -1));
}

struct ServingOrigin::Running {
    Running(std::function<void(RawConnection&)> serveOne, std::string address)
        : serve(std::move(serveOne)), origin(std::move(address)), wake(eventfd(0, EFD_CLOEXEC)),
          acceptor([this] { acceptAll(); })
    {}

    ~Running()
    {
        eventfd_write(wake, 1);
        acceptor.join();
        Threads rest;
        {
            const std::lock_guard lock(mutex);
            for (const int descriptor : open)
                shutdown(descriptor, SHUT_RDWR);
            rest.swap(threads);
        }
        rest.clear();
        ::close(wake);
    }

    void acceptAll()
    {
        for (;;) {
            std::array<pollfd, 2> entries{{{wake, POLLIN, 0}, {origin.descriptor(), POLLIN, 0}}};
            poll(entries.data(), entries.size(), -1);
            if (entries[0].revents != 0)
                return;
            RawConnection connection = origin.accept();
            ++accepted;
            Threads over; // joined when the lock is given back
            const std::lock_guard lock(mutex);
            over.swap(ended);
            open.push_back(connection.descriptor());
            threads.emplace_back(
                [this, held = std::move(connection)]() mutable { serveOne(held); });
        }
    }

    void serveOne(RawConnection& connection)
    {
        try {
            serve(connection);
        } catch (const std::exception&) {
            // The peer went away; the test sees that on its own side.
        }
        const std::lock_guard lock(mutex);
        std::erase(open, connection.descriptor());
        connection.close();
        const auto own = std::ranges::find_if(
            threads, [](const auto& each) { return each.get_id() == std::this_thread::get_id(); });
        if (own != threads.end())
            ended.splice(ended.end(), threads, own);
    }

    using Threads = std::list<std::jthread>;

    std::function<void(RawConnection&)> serve;
    TestOrigin origin;
    int wake;
    std::atomic<std::size_t> accepted = 0;
    std::mutex mutex;
    std::vector<int> open;
    Threads threads; // each moves itself to `ended`
    Threads ended;
    std::thread acceptor;
};

ServingOrigin::ServingOrigin(std::function<void(RawConnection&)> serve, std::string address)
    : running_(std::make_unique<Running>(std::move(serve), std::move(address)))
{}

ServingOrigin::~ServingOrigin() = default;

ServingOrigin ServingOrigin::echo(std::string address)
{
    const auto serve = [](RawConnection& connection) {
        for (std::string bytes = connection.receiveSome(); !bytes.empty();
             bytes = connection.receiveSome())
            connection.send(bytes);
        connection.halfClose();
    };
    return ServingOrigin(serve, std::move(address));
}

ServingOrigin ServingOrigin::answering(std::string response)
{
    return ServingOrigin([answer = std::move(response)](RawConnection& connection) {
        for (;;) {
            (void)connection.receiveHead();
            connection.send(answer);
        }
    });
}

std::uint16_t ServingOrigin::port() const
{
    return running_->origin.port();
}

std::string ServingOrigin::authority() const
{
    return running_->origin.authority();
}

std::string ServingOrigin::named(std::string_view name) const
{
    return running_->origin.named(name);
}

std::size_t ServingOrigin::connections() const
{
    return running_->accepted;
}

FullBacklog::FullBacklog(const std::string& address, std::uint16_t port)
    : address_(address), listener_(listeningDescriptor(address, port, 0)),
      port_(SocketAddress::localOf(listener_).port())
{
    // A queue of length 0 still holds one connection; the others make sure of it.
    const SocketAddress target(address, port_);
    for (int i = 0; i < 3; ++i) {
        const int filler = socket(target.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(filler, target.raw(), target.length());
        fillers_.push_back(filler);
        pollfd entry{filler, POLLOUT, 0};
        if (i == 0 && poll(&entry, 1, static_cast<int>(Patience.count())) != 1)
            throw Unexpected("the first connection did not fill the queue");
    }
}

FullBacklog::~FullBacklog()
{
    for (const int filler : fillers_)
        ::close(filler);
    ::close(listener_);
}

std::string FullBacklog::authority() const
{
    return joined(address_, port_);
}

std::uint16_t deadPort()
{
    return TestOrigin().port();
}

bool hasIpv6Loopback()
{
    try {
        const TestOrigin probe("::1");
        return true;
    } catch (const Unexpected&) {
        return false;
    }
}

} // namespace sallyport::test
