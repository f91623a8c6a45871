// ProfileRun: one session's messages held against a profile.
//
// Listens to both directions and tells what it finds; acts on nothing. Allocates while a message
// that is scanned is open, and when it finds something.
#pragma once

#include "policy/inspection/CompiledProfile.h"
#include "policy/inspection/InspectionProfile.h"
#include "policy/inspection/Message.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace sallyport::policy::inspection {

/// What a check has found. Views are valid during the call.
struct Finding {
    const Check* check = nullptr; ///< of the profile
    Direction direction = Direction::ClientToUpstream;
    std::uint64_t message = 0; ///< its number; 0: none in particular
    std::uint64_t offset = 0;  ///< in the message's content: behind the match
    std::string_view kind;     ///< the pattern's name, the fault's, …; never what was sent
    /// HMAC-SHA-256 of a match, under the installation's key; all zero where there is none.
    std::array<std::uint8_t, 32> digest{};
    bool first = true; ///< of this check in this session
};

class FindingListener {
public:
    virtual void onFinding(const Finding&) = 0;

protected:
    ~FindingListener() = default;
};

class ProfileRun final : public MessageListener {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// All of these outlive it; `scratch` belongs to the calling thread.
    ProfileRun(const CompiledProfile& profile, const DigestKey& key, ScanScratch& scratch,
               FindingListener& listener);
    ~ProfileRun();
    ProfileRun(const ProfileRun&) = delete;
    ProfileRun& operator=(const ProfileRun&) = delete;

    /// Looks at what the handshake agreed on; may find something.
    void begin(std::string_view subprotocol, const std::vector<std::string>& extensions);
    /// What time it is for what is told from here on.
    void setTime(Time now) { now_ = now; }

    void onMessageBegin(Direction, const Message&) override;
    void onContent(Direction, const Message&, std::span<const char> content) override;
    void onMessageEnd(Direction, const Message&) override;
    void onControl(Direction, const ControlFrame&) override;
    void onFault(Direction, FrameFault) override;
    void onContentLoss(Direction, ContentLoss) override;

private:
    Time now_;
    // The helper who owns this file completes it.
};

} // namespace sallyport::policy::inspection
