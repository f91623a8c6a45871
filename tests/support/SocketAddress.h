// SocketAddress: a textual IPv4 or IPv6 address with a port, as the socket calls want it.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

namespace sallyport::test {

class SocketAddress {
public:
    SocketAddress(const std::string& address, std::uint16_t port);
    [[nodiscard]] static SocketAddress localOf(int descriptor);
    [[nodiscard]] static SocketAddress peerOf(int descriptor);

    [[nodiscard]] const sockaddr* raw() const;
    [[nodiscard]] socklen_t length() const;
    [[nodiscard]] int family() const { return storage_.ss_family; }
    [[nodiscard]] std::uint16_t port() const;

private:
    SocketAddress() = default;
    sockaddr_storage storage_{};
};

} // namespace sallyport::test
