// DeflateFollower: the contents of compressed messages in one direction (RFC 7692 §7.2.2), as they
// come.
//
// Memory (about 7 KiB and the window) is taken from a budget shared by the sessions of one thread,
// with the first compressed message; without context takeover it is given back at the end of each.
// A sender that reaches farther back than its window may be found out or not.
#pragma once

#include "policy/inspection/Extensions.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace sallyport::policy::inspection {

/// Bytes that may be used for inflating. Not thread-safe.
class InflateBudget {
public:
    explicit InflateBudget(std::size_t bytes) : free_(bytes) {}
    InflateBudget(const InflateBudget&) = delete;
    InflateBudget& operator=(const InflateBudget&) = delete;

    [[nodiscard]] bool take(std::size_t bytes)
    {
        if (bytes > free_)
            return false;
        free_ -= bytes;
        return true;
    }
    void giveBack(std::size_t bytes) { free_ += bytes; }
    [[nodiscard]] std::size_t freeBytes() const { return free_; }

private:
    std::size_t free_;
};

class DeflateFollower {
public:
    /// A few bytes can be made to inflate to gigabytes, and whoever follows them lets all others
    /// wait. In one direction of a session content is followed up to AllowedBytes and this many
    /// times the bytes that were sent; text and JSON come to 5 to 20.
    static constexpr std::uint64_t AllowedBytes = std::uint64_t{16} << 20U;
    static constexpr std::uint64_t AllowedRatio = 50;

    class Listener {
    public:
        virtual void onInflated(std::span<const char> content) = 0;

    protected:
        ~Listener() = default;
    };
    enum class Outcome : std::uint8_t { Good, NoMemory, Malformed, TooCompressed };

    DeflateFollower(const DeflateTerms& terms, InflateBudget& budget);
    ~DeflateFollower();
    DeflateFollower(const DeflateFollower&) = delete;
    DeflateFollower& operator=(const DeflateFollower&) = delete;

    /// Unmasked payload of a compressed message; `room` is where content is put for the listener.
    /// Not called again after another outcome than Good.
    [[nodiscard]] Outcome read(std::span<const char> payload, std::span<char> room,
                               Listener& listener);
    /// Malformed when the message ends inside a block, or says anything behind a final one.
    [[nodiscard]] Outcome endMessage(std::span<char> room, Listener& listener);

private:
    class Inflater;
    /// Of the whole direction.
    struct Volume {
        std::uint64_t sent = 0;
        std::uint64_t inflated = 0;
    };

    [[nodiscard]] Outcome start();

    DeflateTerms terms_;
    InflateBudget& budget_;
    Volume volume_;
    std::unique_ptr<Inflater> inflater_;
};

} // namespace sallyport::policy::inspection
