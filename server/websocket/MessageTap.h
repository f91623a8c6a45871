// MessageTap: the messages of one WebSocket, read as they pass: counts them, holds them against a
// profile, and says how far the bytes may go on.
//
// Both directions; bytes in, offsets out: knows no sockets. Counts its offsets from the end of the
// opening handshake. Without a profile it counts and lets everything pass.
#pragma once

#include "policy/inspection/CompiledProfile.h"
#include "policy/inspection/DeflateFollower.h"
#include "policy/inspection/Extensions.h"
#include "policy/inspection/MessageCounts.h"
#include "policy/inspection/MessageReader.h"
#include "policy/inspection/ProfileRun.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::websocket {

using policy::inspection::Direction;

/// What the sessions of one thread share.
struct TapTools {
    policy::inspection::InflateBudget& inflateBudget;
    policy::inspection::ScanScratch& scratch;
    const policy::inspection::DigestKey& digestKey;
    std::span<char> room; ///< to unmask and inflate into
};

class MessageTap final : policy::inspection::MessageListener, policy::inspection::FindingListener {
public:
    class Owner {
    public:
        /// A check of the profile has found something; what it asks for beside a cut is the owner's
        /// to do.
        virtual void onFinding(const policy::inspection::Finding& finding) = 0;

    protected:
        ~Owner() = default;
    };

    /// `profile` may be null; it, the tools and the owner outlive the tap.
    MessageTap(std::string_view subprotocol, const policy::inspection::Extensions& extensions,
               const policy::inspection::CompiledProfile* profile, const TapTools& tools,
               Owner& owner);

    enum class Then : std::uint8_t { GoOn, Cut };
    struct Look {
        std::uint64_t upTo; ///< offset up to which bytes may go on
        Then then = Then::GoOn;
    };
    using Time = policy::inspection::ProfileRun::Time;
    [[nodiscard]] Look read(Direction direction, std::span<const char> bytes, Time now);

    /// That direction is not read any more, nor was it from its beginning; `why` is static text.
    void giveUp(Direction direction, std::string_view why);

    /// A Close frame with 1008 for the receiver in this direction (RFC 6455 §7.4.1), if the profile
    /// wants one sent and what may go on ends where a frame does; else empty. After a cut.
    [[nodiscard]] std::span<const char> lastWords(Direction direction);

    /// Whether a check wants the session cut.
    [[nodiscard]] bool cut() const { return cut_; }
    using Counts = policy::inspection::PerDirection<policy::inspection::MessageCounts>;
    [[nodiscard]] const Counts& counts() const { return counts_; }
    struct Close {
        Direction from = Direction::ClientToUpstream;
        std::uint16_t code = 0;
        std::string reason;
    };
    /// The first one that was sent.
    [[nodiscard]] const std::optional<Close>& close() const { return close_; }
    /// Why not all of it could be looked at, the first reason; empty: it could.
    [[nodiscard]] std::string_view notInspectable() const { return notInspectable_; }

private:
    struct Way {
        policy::inspection::MessageReader reader;
        std::uint64_t read = 0;    ///< bytes of the stream
        std::uint64_t passed = 0;  ///< of them may go on
        std::uint64_t lastEnd = 0; ///< of a message or control frame, or the beginning
        std::uint64_t openSince = 0;
        enum class Held : std::uint8_t { Nothing, Message, TooLong } held = Held::Nothing;
        bool readable = true;
    };

    void onMessageBegin(Direction, const policy::inspection::Message&) override;
    void onContent(Direction, const policy::inspection::Message&,
                   std::span<const char> content) override;
    void onMessageEnd(Direction, const policy::inspection::Message&) override;
    void onControl(Direction, const policy::inspection::ControlFrame&) override;
    void onFault(Direction, policy::inspection::FrameFault) override;
    void onContentLoss(Direction, policy::inspection::ContentLoss) override;
    void onFinding(const policy::inspection::Finding& finding) override;

    [[nodiscard]] Way& way(Direction direction)
    {
        return ways_[static_cast<std::size_t>(direction)];
    }
    void giveUpLong(Way& way) const;
    [[nodiscard]] std::uint64_t mayGo(const Way& way) const;
    [[nodiscard]] std::uint64_t holdBytes() const;
    void noteWhy(std::string_view why);

    const policy::inspection::CompiledProfile* profile_;
    std::span<char> room_; ///< of the tools
    Owner& owner_;
    std::array<Way, 2> ways_;
    Counts counts_;
    std::unique_ptr<policy::inspection::ProfileRun> run_; ///< no room taken without a profile
    std::optional<Close> close_;
    std::string_view notInspectable_; ///< static text
    bool cut_ = false;
    std::array<char, 8> words_{};
};

} // namespace sallyport::websocket
