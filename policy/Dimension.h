// Dimension: the columns of a policy's rows, each about one fact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sallyport::policy {

/// In the order in which explanations name them. Validity is a row's `starts` and `expires`.
enum class Dimension : std::uint8_t {
    Validity,
    Time,
    Listener,
    Client,
    User,
    Group,
    Protocol,
    Host,
    Port,
    Method,
    Path,
    Query,
    Origin,
    Subprotocol,
    Address,
    Sni,
    Alpn,
    Names,
};
inline constexpr std::size_t DimensionCount = 18;

/// The key of its condition in a document: "client", "host", …; "validity" for Validity.
[[nodiscard]] std::string_view dimensionName(Dimension);

} // namespace sallyport::policy
