#include "support/Duplex.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace sallyport::test {
namespace {

constexpr std::size_t MaxSegmentBytes = 64 * 1024;

class Duplex {
public:
    Duplex(RawConnection& connection, std::string_view outgoing, std::string_view expected,
           Segments segments, Dice dice)
        : connection_(connection), outgoing_(outgoing), expected_(expected), segments_(segments),
          dice_(dice)
    {}

    void run()
    {
        compare(connection_.takeReceived());
        endIfAllIsSent();
        while (!sentEnd_ || !peerEnded_) {
            const bool sent = trySend();
            const bool received = tryReceive();
            if (!sent && !received)
                await();
        }
        if (compared_ != expected_.size())
            throw Unexpected("the peer ended" + place());
    }

private:
    [[nodiscard]] std::size_t segmentBytes()
    {
        return segments_ == Segments::SingleBytes ? 1 : 1 + dice_.ofAnySize(MaxSegmentBytes - 1);
    }

    bool trySend()
    {
        if (sentEnd_)
            return false;
        const std::string_view segment = outgoing_.substr(0, segmentBytes());
        const ssize_t count =
            ::send(connection_.descriptor(), segment.data(), segment.size(), MSG_NOSIGNAL);
        if (count < 0)
            return failed("send");
        outgoing_.remove_prefix(static_cast<std::size_t>(count));
        endIfAllIsSent();
        return true;
    }

    void endIfAllIsSent()
    {
        if (!outgoing_.empty())
            return;
        connection_.halfClose();
        sentEnd_ = true;
    }

    bool tryReceive()
    {
        if (peerEnded_)
            return false;
        const ssize_t count = recv(connection_.descriptor(), buffer_.data(), segmentBytes(), 0);
        if (count < 0)
            return failed("recv");
        peerEnded_ = count == 0;
        compare({buffer_.data(), static_cast<std::size_t>(count)});
        return true;
    }

    void compare(std::string_view got)
    {
        const std::string_view wanted = expected_.substr(compared_, got.size());
        if (wanted.size() == got.size() &&
            std::memcmp(wanted.data(), got.data(), got.size()) == 0) {
            compared_ += got.size();
            return;
        }
        const auto differs = std::ranges::mismatch(wanted, got);
        compared_ += static_cast<std::size_t>(differs.in1 - wanted.begin());
        throw Unexpected((differs.in1 == wanted.end() ? "more came" : "a byte differs") + place());
    }

    /// False when it would have had to wait.
    bool failed(const std::string& call) const
    {
        if (errno == EAGAIN || errno == EINTR)
            return false;
        throw Unexpected(call + ": " + std::strerror(errno) + place());
    }

    void await()
    {
        pollfd entry{connection_.descriptor(), 0, 0};
        if (!peerEnded_)
            entry.events |= POLLIN;
        if (!sentEnd_)
            entry.events |= POLLOUT;
        // For machines that are busy with other tests: with nothing moving at all.
        if (poll(&entry, 1, static_cast<int>(3 * Patience.count())) == 0)
            throw Unexpected("nothing moves any more" + place());
    }

    [[nodiscard]] std::string place() const
    {
        return " behind " + std::to_string(compared_) + " right bytes of " +
               std::to_string(expected_.size()) + "; " + std::to_string(outgoing_.size()) +
               " are left to send";
    }

    RawConnection& connection_;
    std::string_view outgoing_; ///< what is left
    std::string_view expected_;
    Segments segments_;
    Dice dice_;
    std::size_t compared_ = 0;
    bool sentEnd_ = false;
    bool peerEnded_ = false;
    std::array<char, MaxSegmentBytes> buffer_;
};

} // namespace

void exchangeAtOnce(RawConnection& connection, std::string_view outgoing, std::string_view expected,
                    Segments segments, Dice dice)
{
    Duplex(connection, outgoing, expected, segments, dice).run();
}

} // namespace sallyport::test
