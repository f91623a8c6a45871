// SessionBoard: the live sessions as somebody saw them last, with how fast they move.
//
// Asks the proxy only when somebody asks here, and at most once a second for all who do. Any
// thread.
#pragma once

#include "admin/live/ProxyView.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace sallyport::admin::live {

/// Bytes a second.
struct Rates {
    std::uint64_t up = 0;
    std::uint64_t down = 0;

    friend bool operator==(const Rates&, const Rates&) = default;
};

struct SessionsSeen {
    struct Row {
        LiveSession session;
        std::optional<Rates> rates; ///< missing: it was seen for the first time
    };
    std::vector<Row> rows; ///< by id
    std::chrono::system_clock::time_point at;
};

class SessionBoard {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds KeptFor{950};
    /// Older ones say nothing of how fast something moves now.
    static constexpr std::chrono::seconds ComparedFor{30};

    explicit SessionBoard(const ProxyView& proxy) : proxy_(proxy) {}
    SessionBoard(const SessionBoard&) = delete;
    SessionBoard& operator=(const SessionBoard&) = delete;

    // Both throw ApiError (Busy) when the proxy does not answer in time.

    [[nodiscard]] std::shared_ptr<const SessionsSeen> look() { return look(Clock::now()); }
    [[nodiscard]] std::shared_ptr<const SessionsSeen> look(Clock::time_point now);
    /// Not an older one, for those who act on what they see.
    [[nodiscard]] std::shared_ptr<const SessionsSeen> lookAnew();
    /// What was seen is no longer so.
    void forget();

private:
    [[nodiscard]] std::shared_ptr<const SessionsSeen> takeAt(Clock::time_point now);

    const ProxyView& proxy_;
    std::mutex mutex_;
    std::shared_ptr<const SessionsSeen> seen_;
    Clock::time_point seenAt_;
    enum class Age : std::uint8_t { Valid, Outdated } age_ = Age::Outdated;
};

} // namespace sallyport::admin::live
