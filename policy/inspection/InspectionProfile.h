// InspectionProfile: what to look for in a WebSocket and what to do about it, as a person wrote it
// ("profiles" of the policy document).
#pragma once

#include "policy/inspection/Direction.h"
#include "policy/inspection/Frame.h"
#include "policy/inspection/Message.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sallyport::policy::inspection {

/// Note: a field in the session's record. Alert: an event of its own. Slow: no more than so many
/// bytes a second, from then on, by reading slower. Cut: the session ends.
enum class CheckAction : std::uint8_t { Note, Alert, Slow, Cut };
/// "note", "alert", "slow", "cut".
[[nodiscard]] std::string_view checkActionName(CheckAction);
inline constexpr std::array AllCheckActions{CheckAction::Note, CheckAction::Alert,
                                            CheckAction::Slow, CheckAction::Cut};

// As profiles write them.
/// "client-to-upstream", "upstream-to-client".
[[nodiscard]] std::string_view checkDirectionName(Direction);
inline constexpr std::array AllMessageKinds{MessageKind::Text, MessageKind::Binary};
/// "text", "binary".
[[nodiscard]] std::string_view messageKindName(MessageKind);

// What a check looks for. Bytes of messages are those after inflation where they are known.
struct LargeMessage {
    std::uint64_t bytes = 0; ///< more than that; told as soon as they came, not at its end
    friend bool operator==(const LargeMessage&, const LargeMessage&) = default;
};
/// More in one direction than that, in one second or in total. Seconds are counted one after the
/// other, each from the first message behind the last one.
struct ManyMessages {
    std::uint64_t messages = 0;
    enum class Per : std::uint8_t { Second, Session } per = Per::Session;
    friend bool operator==(const ManyMessages&, const ManyMessages&) = default;
};
struct ManyBytes {
    std::uint64_t bytes = 0; ///< of messages
    ManyMessages::Per per = ManyMessages::Per::Session;
    friend bool operator==(const ManyBytes&, const ManyBytes&) = default;
};
struct UnwantedKind {
    MessageKind kind = MessageKind::Binary;
    friend bool operator==(const UnwantedKind&, const UnwantedKind&) = default;
};
/// The subprotocol agreed on is none of these; "" among them stands for none.
struct OtherSubprotocol {
    std::vector<std::string> allowed;
    friend bool operator==(const OtherSubprotocol&, const OtherSubprotocol&) = default;
};
/// An extension was agreed on that is none of these.
struct OtherExtension {
    std::vector<std::string> allowed; ///< lower case
    friend bool operator==(const OtherExtension&, const OtherExtension&) = default;
};
/// Frames that break RFC 6455.
struct BrokenFrames {
    std::vector<FrameFault> faults; ///< empty: any
    friend bool operator==(const BrokenFrames&, const BrokenFrames&) = default;
};
/// What is sent cannot be read: frames after a fault, an unknown extension, no memory.
struct NotInspectable {
    friend bool operator==(const NotInspectable&, const NotInspectable&) = default;
};
struct Patterns {
    std::vector<std::string> patterns; ///< built-in ones (BuiltInPatterns.h), "regex:EXPRESSION"
    bool inText = true;
    bool inBinary = false;
    friend bool operator==(const Patterns&, const Patterns&) = default;
};
/// Small messages at a regular distance, as something sends that calls home.
struct Beacon {
    std::uint32_t messages = 10;           ///< in a row
    std::uint64_t bytes = 256;             ///< at most, each
    std::uint32_t jitterPercent = 10;      ///< of the mean distance
    std::chrono::milliseconds least{1000}; ///< mean distance
    friend bool operator==(const Beacon&, const Beacon&) = default;
};
using Condition =
    std::variant<LargeMessage, ManyMessages, ManyBytes, UnwantedKind, OtherSubprotocol,
                 OtherExtension, BrokenFrames, NotInspectable, Patterns, Beacon>;

struct Check {
    std::string name;
    Condition condition;
    std::optional<Direction> direction; ///< missing: both
    CheckAction action = CheckAction::Note;
    std::uint64_t slowBytesPerSecond = 0; ///< of Slow

    friend bool operator==(const Check&, const Check&) = default;
};

struct InspectionProfile {
    std::string name;
    std::vector<Check> checks;
    /// A message up to this size is sent on only after all of it was looked at, byte for byte the
    /// same; 0: nothing is held. A longer one is sent on as soon as it is known to be longer.
    std::uint64_t holdBytes = 0;
    bool digests = false;    ///< SHA-256 of what was received and of what was sent, each direction
    bool closeFrame = false; ///< a cut puts a Close with 1008 on the wire, where a frame may begin

    friend bool operator==(const InspectionProfile&, const InspectionProfile&) = default;
};

} // namespace sallyport::policy::inspection
