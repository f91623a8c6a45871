// FactSheet: facts that own their texts: for explain, saved cases and replay, where no session
// stands behind them.
#pragma once

#include "policy/Facts.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

struct FactSheet {
    std::string listener;
    AddressBytes client{}; ///< all zero: nobody in particular
    std::string user;
    std::vector<std::string> groups;
    WallTime at{};

    Protocol protocol = Protocol::Connect;
    std::string method;
    std::string host;
    std::uint16_t port = 0;
    std::string path;
    std::string query;
    std::string origin;
    std::vector<std::string> subprotocolsOffered;

    std::optional<AddressBytes> destination;

    struct Opening {
        Protocol content = Protocol::Unknown;
        std::string sni;
        std::vector<std::string> alpn;
        std::string path;
        std::string query;
        std::string origin;
        std::vector<std::string> subprotocolsOffered;
        NameDifferences differences;

        friend bool operator==(const Opening&, const Opening&) = default;
    };
    std::optional<Opening> firstBytes;
    std::optional<std::string> subprotocol;

    /// Makes a tunnel begin with this; what it would begin with otherwise is forgotten. A request
    /// in the clear asks for "/".
    Opening& beginWith(Protocol content);
    /// What the opening handshake of a WebSocket says, in the request or as a tunnel's first bytes.
    struct Handshake {
        std::string& origin;
        std::vector<std::string>& subprotocolsOffered;
    };
    [[nodiscard]] std::optional<Handshake> handshake();

    /// Borrows from this sheet.
    [[nodiscard]] Facts facts() const;

    friend bool operator==(const FactSheet&, const FactSheet&) = default;
};

/// What a client would ask for to reach `url`: http as absolute-form GET, ws as a plain Upgrade,
/// https and wss as a CONNECT tunnel whose first bytes are TLS with the host as SNI; "host:port" is
/// a CONNECT whose content is not known. Names are put into their one spelling, the port's default
/// follows the scheme. Throws PolicyError with a complaint that says what is wrong.
[[nodiscard]] FactSheet factSheetFor(std::string_view url);
/// Lets the request that a tunnel begins with ask for "/path?query". Throws PolicyError likewise.
void takeTarget(FactSheet::Opening& opening, std::string_view target);

} // namespace sallyport::policy
