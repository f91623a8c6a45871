// RequestOrigin: whether a request comes from a page of this server, as browsers say it (Fetch
// Metadata, RFC 6454 Origin). Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace sallyport::admin::site {

enum class RequestOrigin : std::uint8_t {
    Own,     ///< from a page of this server
    Foreign, ///< from a page of another one
    Unsaid,  ///< neither field: a program that is no browser
};

/// The fields Origin, Sec-Fetch-Site and Host as sent; empty: missing.
[[nodiscard]] RequestOrigin requestOrigin(std::string_view origin, std::string_view fetchSite,
                                          std::string_view host);

} // namespace sallyport::admin::site
