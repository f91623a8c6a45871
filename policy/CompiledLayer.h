// CompiledLayer: the rows of one layer in their order, compiled by dimension, and the walk over
// them for given facts.
//
// Knows rows only: what the layer's default row says is Policy's business. A new dimension is an
// enumerator, a column and its line in choose().
#pragma once

#include "policy/Columns.h"
#include "policy/HostColumn.h"
#include "policy/Rule.h"
#include "policy/Verdict.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// An address as a number; its order is the order of addresses.
struct AddressKey {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend auto operator<=>(const AddressKey&, const AddressKey&) = default;
};

/// Facts in the keys of the columns, made once for all layers.
struct FactKeys {
    AddressKey client;
    std::string_view host;
    HostKind hostKind = HostKind::Name;
    std::uint16_t port = 0;
    std::string_view method;
    Protocol protocol = Protocol::Connect;
    std::optional<AddressKey> destination;
    Stage stage = Stage::Accept;
};

[[nodiscard]] AddressKey keyOf(const AddressBytes& address);

/// The answers that are still possible, as a set.
enum class Outcomes : std::uint8_t { None = 0, Allow = 1, Deny = 2, Either = 3 };

[[nodiscard]] constexpr Outcomes operator|(Outcomes one, Outcomes other)
{
    return static_cast<Outcomes>(static_cast<unsigned>(one) | static_cast<unsigned>(other));
}

/// How far a walk came.
struct Walk {
    Outcomes outcomes = Outcomes::None; ///< of the rows that could match, and of `sure`
    const Rule* sure =
        nullptr; ///< the row that surely matches; null when the default row was reached
};

class CompiledLayer {
public:
    /// Rows that are not enabled are left out. Points into `rules`, which must stay where they are.
    explicit CompiledLayer(const std::vector<Rule>& rules);

    CompiledLayer(const CompiledLayer&) = delete;
    CompiledLayer& operator=(const CompiledLayer&) = delete;

    [[nodiscard]] Walk walk(const FactKeys& facts) const;

private:
    enum Dimension : std::uint8_t { Client, Host, Port, Method, OfProtocol, Destination };
    static constexpr std::size_t Dimensions = 6;
    using PerDimension = std::array<KeptRows, Dimensions>;

    // For each dimension the rows it leaves in play, and those of them that wait for its fact.
    struct Choice {
        PerDimension inPlay;
        PerDimension waiting;
    };

    [[nodiscard]] Choice choose(const FactKeys& facts) const;

    std::vector<const Rule*> rules_;
    RowSetPool pool_;
    RangeColumn<AddressKey> client_;
    HostColumn host_;
    RangeColumn<std::uint32_t> port_;
    ValueColumn<std::string> method_;
    ValueColumn<Protocol> protocol_;
    RangeColumn<AddressKey> destination_;
    PerDimension conditioned_{}; // rows with a condition on the dimension
    KeptRows every_;
    KeptRows none_;
    KeptRows allowing_;
};

} // namespace sallyport::policy
