// ProfileRun: one session's messages held against a profile.
//
// Listens to both directions and tells what it finds; acts on nothing. Allocates while a message
// that is scanned is open, and when it finds something.
#pragma once

#include "policy/inspection/CompiledProfile.h"
#include "policy/inspection/InspectionProfile.h"
#include "policy/inspection/MatchDigest.h"
#include "policy/inspection/Message.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy::inspection {

/// What a check has found. Views are valid during the call.
struct Finding {
    const Check* check = nullptr; ///< of the profile
    Direction direction = Direction::ClientToUpstream;
    std::uint64_t message = 0; ///< its number; 0: none in particular
    std::uint64_t offset = 0;  ///< in the message's content: behind the match
    std::string_view kind;     ///< the pattern's name, the fault's, …; never what was sent
    /// HMAC-SHA-256 of a match, under the installation's key; all zero where there is none. Of a
    /// built-in pattern's match without separators, of an expression's from its leftmost beginning
    /// within PatternSet::MaxMatchBytes.
    MatchDigest digest{};
    bool first = true; ///< of this check in this session
};

class FindingListener {
public:
    /// Must not end the run.
    virtual void onFinding(const Finding&) = 0;

protected:
    ~FindingListener() = default;
};

class ProfileRun final : public MessageListener {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// A check that finds more in a session is not heard of again.
    static constexpr std::uint8_t MaxFindingsPerCheck = 100;

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
    /// What is sent there cannot be read, for another reason; static text.
    void onUnreadable(Direction direction, std::string_view why);

private:
    // A count, of the session or of the second that began with `since`.
    struct Tally {
        Time since;
        std::uint64_t sum = 0;
    };
    // Small messages one after the other.
    struct Rhythm {
        Time first;
        Time last;
        Time::duration shortest{}; // distance
        Time::duration longest{};
        std::uint32_t messages = 0;
    };
    class Scan;
    enum class Contents : std::uint8_t { Read, Lost };

    [[nodiscard]] bool mayTell(std::size_t check, Direction direction) const;
    [[nodiscard]] Finding newFinding(std::size_t check, Direction direction, std::uint64_t message,
                                     std::string_view kind);
    void tell(std::size_t check, Direction direction, std::uint64_t message, std::string_view kind);
    [[nodiscard]] bool passes(Tally& tally, std::uint64_t amount, std::uint64_t limit,
                              ManyMessages::Per per) const;
    void growTo(std::uint64_t bytes, Direction direction, const Message& message);
    [[nodiscard]] bool beats(Rhythm& rhythm, const Beacon& beacon) const;

    Time now_;
    const CompiledProfile& profile_;
    const DigestKey& key_;
    ScanScratch& scratch_;
    FindingListener& listener_;
    std::vector<std::uint8_t> told_;                // of each check
    std::vector<PerDirection<Tally>> messageRates_; // of each check for ManyMessages
    std::vector<PerDirection<Tally>> byteRates_;    // of each check for ManyBytes
    std::vector<PerDirection<Rhythm>> rhythms_;     // of each check for Beacon
    PerDirection<std::uint64_t> messageBytes_;      // of the open message
    PerDirection<std::unique_ptr<Scan>> scans_;     // of the open message, if it is scanned
    PerDirection<Contents> contents_;
};

} // namespace sallyport::policy::inspection
