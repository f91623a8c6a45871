// Rule: one row of a policy layer, as a person wrote it.
#pragma once

#include "policy/Facts.h"
#include "policy/Network.h"
#include "policy/PortRange.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

enum class Layer : std::uint8_t { Guard, Access };
enum class Action : std::uint8_t { Allow, Deny };

/// "guard", "access".
[[nodiscard]] std::string_view layerName(Layer);
/// "allow", "deny".
[[nodiscard]] std::string_view actionName(Action);

/// Values of each condition. As `Rule::when`: OR within a column, AND across them, an empty column
/// matches everything. As `Rule::except`: the row fails if any column holds a value that matches
/// its fact; an empty one shuts out nothing.
struct Conditions {
    std::vector<Network> client;
    std::vector<std::string>
        host; ///< as parseHostPattern() spells them: "a.example", "*.a.example", "192.0.2.7"
    std::vector<PortRange> port;
    std::vector<Protocol> protocol;
    std::vector<std::string> method;
    std::vector<Network> address; ///< of the destination

    friend bool operator==(const Conditions&, const Conditions&) = default;
};

struct Rule {
    std::string id; ///< UUID text, lower case
    std::string name;
    Layer layer = Layer::Access;
    Action action = Action::Deny;
    bool enabled = true;
    std::string section, owner, ticket, comment;
    Conditions when;
    Conditions except; ///< "not" in the document

    friend bool operator==(const Rule&, const Rule&) = default;
};

} // namespace sallyport::policy
