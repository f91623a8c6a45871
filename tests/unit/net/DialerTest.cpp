// Dialer (RFC 8305 §5): which address wins, what is told when none does, and that no attempt is
// left behind.

#include "net/Dialer.h"

#include "DescriptorLimit.h"
#include "LoopTest.h"
#include "Samples.h"
#include "net/SocketAddress.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace sallyport::net {
namespace {

using Outcome = std::optional<Result<TcpStream>>;

Task<void> dial(Dialer& dialer, std::vector<IpAddress> addresses, std::uint16_t port,
                TimePoint deadline, Outcome& outcome, unsigned& tries)
{
    auto dialled = co_await dialer.dial(addresses, port, deadline);
    outcome = std::move(dialled.stream);
    tries = dialled.tries;
}

const auto First = address("127.81.0.1");
const auto Second = address("127.81.0.2");
const auto Third = address("127.81.0.3");

/// Listens on an address of loopback.
class Origin {
public:
    Origin(const IpAddress& at, std::uint16_t port, int backlog = 16)
        : listener_(::socket(at.isV4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const int reuse = 1; // the port may have been another origin's a moment ago
        ::setsockopt(listener_.descriptor(), SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
        sockaddr_storage storage{};
        const auto size = toSockaddr({at, port}, storage);
        if (::bind(listener_.descriptor(), reinterpret_cast<sockaddr*>(&storage), size) != 0 ||
            ::listen(listener_.descriptor(), backlog) != 0)
            throw std::runtime_error("cannot listen on " + at.toString());
        endpoint_ = localEndpoint(listener_.descriptor());
    }
    [[nodiscard]] std::uint16_t port() const { return endpoint_.port; }
    [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
    [[nodiscard]] FarEnd accept() const
    {
        return FarEnd(::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
    }

private:
    FarEnd listener_;
    Endpoint endpoint_;
};

/// Lets attempts to connect go unanswered: its queue is full and nobody accepts.
class SilentOrigin {
public:
    SilentOrigin(const IpAddress& at, std::uint16_t port) : origin_(at, port, 0)
    {
        sockaddr_storage storage{};
        const auto size = toSockaddr(origin_.endpoint(), storage);
        for (int i = 0; i < 3; ++i) {
            FarEnd filler(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            ::connect(filler.descriptor(), reinterpret_cast<sockaddr*>(&storage), size);
            fillers_.push_back(std::move(filler));
        }
    }

private:
    Origin origin_;
    std::vector<FarEnd> fillers_;
};

std::ptrdiff_t openDescriptors()
{
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return std::distance(begin(entries), end(entries));
}

class DialerOnLoop : public LoopTest {
protected:
    void start(std::vector<IpAddress> addresses, std::uint16_t port,
               Duration patience = seconds(20))
    {
        job.start(dial(dialer, std::move(addresses), port, in(patience), outcome, tries));
    }
    [[nodiscard]] bool finishes()
    {
        return until([&] { return job.done(); });
    }

    Dialer dialer{loop, DialOptions{.attemptDelay = milliseconds(60)}};
    Outcome outcome;
    unsigned tries = 0;
    Job job;
};

TEST_F(DialerOnLoop, ConnectsToTheAddressGiven)
{
    const Origin origin(First, 0);
    start({First}, origin.port());
    ASSERT_TRUE(finishes());
    ASSERT_TRUE(*outcome) << outcome->error().detail;
    EXPECT_EQ((*outcome)->peer(), origin.endpoint());
    EXPECT_EQ((*outcome)->channel().side(), Side::Upstream);
    auto far = origin.accept();
    EXPECT_EQ((*outcome)->channel().send(std::string_view("hello")).bytes, 5U);
    std::string came;
    EXPECT_TRUE(until([&] { return far.receive(came) == FarEnd::Came::Bytes; }));
    EXPECT_EQ(came, "hello");
}

TEST_F(DialerOnLoop, TellsThatItWasRefused)
{
    std::uint16_t closed = 0;
    {
        const Origin origin(First, 0);
        closed = origin.port();
    }
    start({First, Second}, closed);
    ASSERT_TRUE(finishes());
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().kind, Error::Kind::Refused);
    EXPECT_EQ(outcome->error().side, Side::Upstream);
    EXPECT_THAT(outcome->error().detail, testing::HasSubstr(Second.toString()));
}

TEST_F(DialerOnLoop, TriesTheNextAtOnceWhenOneRefuses)
{
    const Origin origin(Third, 0);
    Dialer unhurried(loop, DialOptions{.attemptDelay = std::chrono::hours(1)});
    job.start(
        dial(unhurried, {First, Second, Third}, origin.port(), in(seconds(20)), outcome, tries));
    ASSERT_TRUE(finishes());
    ASSERT_TRUE(*outcome) << outcome->error().detail;
    EXPECT_EQ((*outcome)->peer().address, Third);
    EXPECT_EQ(tries, 3U);
}

TEST_F(DialerOnLoop, TriesTheNextWhenOneIsSilentAndLeavesNoAttemptBehind)
{
    const Origin origin(Second, 0);
    const SilentOrigin silent(First, origin.port());
    const auto before = openDescriptors();
    start({First, Second}, origin.port());
    settle();
    EXPECT_FALSE(job.done());
    ASSERT_TRUE(finishes());
    ASSERT_TRUE(*outcome) << outcome->error().detail;
    EXPECT_EQ((*outcome)->peer().address, Second);
    settle();
    EXPECT_EQ(openDescriptors(), before + 1);
}

TEST_F(DialerOnLoop, AlternatesFamiliesBeginningWithTheFirst)
{
    const auto six = address("::1");
    std::unique_ptr<Origin> origin;
    try {
        origin = std::make_unique<Origin>(six, std::uint16_t{0});
    } catch (const std::runtime_error&) {
        GTEST_SKIP() << "no IPv6 on this machine";
    }
    const Origin last(Third, origin->port());
    const SilentOrigin silent(First, origin->port());
    start({First, Third, six}, origin->port());
    ASSERT_TRUE(finishes());
    ASSERT_TRUE(*outcome) << outcome->error().detail;
    EXPECT_EQ((*outcome)->peer().address, six);
}

TEST_F(DialerOnLoop, GivesUpAtTheDeadline)
{
    const Origin guard(Second, 0);
    const SilentOrigin silent(First, guard.port());
    const auto before = openDescriptors();
    const auto begun = Clock::now();
    start({First}, guard.port(), milliseconds(150));
    ASSERT_TRUE(finishes());
    EXPECT_GE(Clock::now() - begun, milliseconds(150));
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().kind, Error::Kind::TimedOut);
    EXPECT_EQ(outcome->error().side, Side::Upstream);
    settle();
    EXPECT_EQ(openDescriptors(), before);
}

TEST_F(DialerOnLoop, LeavesNothingBehindWhenItIsDestroyedOnTheWay)
{
    const Origin guard(Second, 0);
    const SilentOrigin silent(First, guard.port());
    const auto before = openDescriptors();
    auto doomed = std::make_unique<Job>();
    doomed->start(dial(dialer, {First}, guard.port(), in(milliseconds(20)), outcome, tries));
    settle();
    EXPECT_EQ(openDescriptors(), before + 1);
    doomed.reset();
    pass(milliseconds(40));
    EXPECT_EQ(openDescriptors(), before);
    EXPECT_FALSE(outcome.has_value());
}

TEST_F(DialerOnLoop, FailsWithoutAnAddress)
{
    start({}, 80);
    ASSERT_TRUE(finishes());
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().kind, Error::Kind::NotFound);
}

TEST_F(DialerOnLoop, TellsThatAnAddressCannotBeReached)
{
    start({address("255.255.255.255")}, 80);
    ASSERT_TRUE(finishes());
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().kind, Error::Kind::Unreachable);
}

TEST_F(DialerOnLoop, TellsThatThereIsNoDescriptorForIt)
{
    if (!test::DescriptorsMayRunOut)
        GTEST_SKIP() << "the sanitizer needs descriptors itself";
    const test::DescriptorLimit none;
    start({First}, 80);
    ASSERT_TRUE(finishes());
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().kind, Error::Kind::NoResources);
    EXPECT_EQ(outcome->error().side, Side::Ourselves);
}

} // namespace
} // namespace sallyport::net
