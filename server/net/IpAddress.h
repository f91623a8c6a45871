// IpAddress, Endpoint: an address as 16 bytes (IPv4 as ::ffff:a.b.c.d), with or without a port.
// Values; no heap.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace sallyport::net {

class IpAddress {
public:
    using Bytes = std::array<std::uint8_t, 16>;

    constexpr IpAddress() = default; ///< ::
    explicit constexpr IpAddress(const Bytes& bytes) : bytes_(bytes) {}
    [[nodiscard]] static IpAddress v4(std::uint32_t hostOrder);

    /// Strict textual forms only: "a.b.c.d" without leading zeros, and RFC 4291 IPv6 without
    /// brackets or zone.
    [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] const Bytes& bytes() const { return bytes_; }
    [[nodiscard]] bool isV4() const; ///< also when it was written as an IPv4-mapped IPv6 address
    [[nodiscard]] bool isUnspecified() const; ///< :: or 0.0.0.0
    [[nodiscard]] bool isLoopback() const;
    [[nodiscard]] std::string toString() const; ///< dotted for IPv4, RFC 5952 for IPv6

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    Bytes bytes_{};
};

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;

    /// "127.0.0.1:80", "[::1]:80".
    [[nodiscard]] std::string toString() const;
    /// Takes the forms toString() gives; a port of 0 is allowed.
    [[nodiscard]] static std::optional<Endpoint> parse(std::string_view text);

    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

} // namespace sallyport::net
