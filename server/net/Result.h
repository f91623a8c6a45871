// Result: what an operation on the data plane gives, or why it could not. What the network does
// daily is a value.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace sallyport::net {

enum class Side : std::uint8_t { Client, Upstream, Ourselves };

struct Error {
    enum class Kind : std::uint8_t {
        Ended,       ///< the peer closed before what was awaited had come
        Reset,       ///< RST, or a write to a closed connection
        TimedOut,    ///< the deadline given has passed
        Aborted,     ///< somebody called abort()
        Refused,     ///< connection refused
        Unreachable, ///< no route, host or network down
        NotFound,    ///< the name does not exist, or has no address
        DnsFailed,   ///< the resolver did not answer, or answered with a failure
        NoResources, ///< no descriptor, port or memory
        Failed,      ///< any other failure; `detail` says which
    };

    Kind kind = Kind::Failed;
    Side side = Side::Ourselves;
    std::string detail; ///< for the log; may be empty
};

template <class T>
using Result = std::expected<T, Error>;

/// "ended", "reset", "timed-out", …
[[nodiscard]] std::string_view kindName(Error::Kind);

} // namespace sallyport::net
