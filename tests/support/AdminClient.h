// AdminClient: a client of the admin server, over HTTPS on loopback, as a browser or as a program.
//
// Takes any certificate: that the server shows the right one is tested where certificates are.
#pragma once

#include "support/Response.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::test {

class AdminClient {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    explicit AdminClient(std::uint16_t port) : port_(port) {}

    /// One exchange on a connection of its own. Sends the cookie and the CSRF token that were
    /// given, and an Origin with methods that change something. Throws Poco::Exception.
    [[nodiscard]] Response ask(const std::string& method, const std::string& path,
                               const std::string& body = {}, const Fields& fields = {}) const;
    [[nodiscard]] Response get(const std::string& path) const { return ask("GET", path); }

    void useToken(std::string token) { token_ = std::move(token); }
    void useCookie(std::string value, std::string csrf)
    {
        cookie_ = std::move(value);
        csrf_ = std::move(csrf);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    std::uint16_t port_;
    std::string token_;
    std::string cookie_;
    std::string csrf_;
};

} // namespace sallyport::test
