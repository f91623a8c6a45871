// Rule: one row of a policy layer, as a person wrote it.
#pragma once

#include "policy/Facts.h"
#include "policy/Network.h"
#include "policy/PortRange.h"
#include "policy/Schedule.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// In the order in which they are asked.
enum class Layer : std::uint8_t { Guard, Emergency, Access, Inspection, Limits };
inline constexpr std::size_t LayerCount = 5;
inline constexpr std::array<Layer, LayerCount> AllLayers{
    Layer::Guard, Layer::Emergency, Layer::Access, Layer::Inspection, Layer::Limits};

/// Guard and access allow or deny, emergency only denies; inspection is blind or observes; limits
/// sets limits.
enum class Action : std::uint8_t { Allow, Deny, Blind, Observe, Limit };

/// What a matching row does: count, or only be recorded as one that would have counted.
enum class Mode : std::uint8_t { Enforce, Report };

/// "guard", "emergency", "access", "inspection", "limits".
[[nodiscard]] std::string_view layerName(Layer);
/// "allow", "deny", "blind", "observe", "limit".
[[nodiscard]] std::string_view actionName(Action);
/// "enforce", "report".
[[nodiscard]] std::string_view modeName(Mode);

/// What a row of the limits layer sets for a session; what is not set is left to the settings of
/// the proxy.
struct SessionLimits {
    std::optional<std::chrono::milliseconds> idle;     ///< silence of a tunnel in both directions
    std::optional<std::chrono::milliseconds> duration; ///< of the whole session
    std::optional<std::uint64_t> bytes;                ///< of a tunnel, both directions together
    std::optional<std::uint64_t> bytesPerSecond;       ///< of a tunnel, each direction

    friend bool operator==(const SessionLimits&, const SessionLimits&) = default;
};

/// Values of each condition. As `Rule::when`: OR within a column, AND across them, an empty column
/// matches everything. As `Rule::except`: the row fails if any column holds a value that matches
/// its fact; an empty one shuts out nothing.
struct Conditions {
    std::vector<std::string> listener; ///< names as in the log: "127.0.0.1:3128"
    std::vector<Network> client;
    std::vector<std::string> user;  ///< compared without regard to ASCII case
    std::vector<std::string> group; ///< likewise
    /// As parseHostPattern() spells them: "a.example", "*.a.example", "192.0.2.7", "list:NAME",
    /// "regex:EXPRESSION" (RE2, found anywhere in the name).
    std::vector<std::string> host;
    std::vector<PortRange> port;
    std::vector<Protocol> protocol;
    std::vector<std::string> method;
    std::vector<std::string> path;         ///< prefixes, normalised (PathPrefix.h)
    std::vector<std::string> query;        ///< "name" or "name=value" of a parameter, as written
    std::vector<Network> address;          ///< of the destination
    std::vector<std::string> addressLists; ///< names of lists, beside `address`; the same column
    std::vector<std::string> sni;          ///< as `host`
    std::vector<std::string> alpn;         ///< protocols a ClientHello offers: "h2"
    std::vector<std::string> names;        ///< as nameDifferenceName() calls what differs
    std::vector<std::string> subprotocol;  ///< of a WebSocket, as agreed on
    std::vector<std::string> origin;       ///< as `host`: the host in a handshake's Origin
    std::vector<Schedule> time;

    friend bool operator==(const Conditions&, const Conditions&) = default;
};

struct Rule {
    std::string id; ///< UUID text, lower case
    std::string name;
    Layer layer = Layer::Access;
    Action action = Action::Deny;
    Mode mode = Mode::Enforce;
    bool enabled = true;
    std::optional<WallTime> starts;  ///< counts from then on
    std::optional<WallTime> expires; ///< counts up to but not including then
    std::string section, owner, ticket, comment;
    Conditions when;
    Conditions except;    ///< "not" in the document
    std::string profile;  ///< of the inspection layer; may be empty
    SessionLimits limits; ///< of the limits layer
    /// Of guard, emergency and access: lines for whom it denies, in the organisation's own words.
    std::string blockText;

    friend bool operator==(const Rule&, const Rule&) = default;
};

} // namespace sallyport::policy
