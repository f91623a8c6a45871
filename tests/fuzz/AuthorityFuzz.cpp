// An authority: its normal spelling is stable, and what is taken for a name no resolver takes for
// an address.
#include "Invariant.h"
#include "http/Authority.h"
#include "net/IpAddress.h"

#include <arpa/inet.h>

#include <string>

namespace sallyport::fuzz {

namespace {

void checkAddress(std::string_view input)
{
    if (const auto address = net::IpAddress::parse(input))
        mustHold(net::IpAddress::parse(address->toString()) == address,
                 "an address's text is that address");
    if (const auto endpoint = net::Endpoint::parse(input))
        mustHold(net::Endpoint::parse(endpoint->toString()) == endpoint,
                 "an endpoint's text is that endpoint");
}

void checkNormalHost(const http::Authority& authority)
{
    std::string normal;
    http::normalizeHost(authority.host, normal);
    mustHold(!normal.empty() && normal.find_first_of("[]% @/\r\n") == std::string::npos,
             "a normal host is plain text");
    std::string twice;
    http::normalizeHost(normal, twice);
    mustHold(twice == normal, "a normal host is normal");
    const bool isAddress = net::IpAddress::parse(normal).has_value();
    mustHold(isAddress == (authority.kind != http::HostKind::Name), "an address is no name");
    // What getaddrinfo() would read in its own way.
    in_addr legacy{};
    if (!isAddress)
        mustHold(inet_aton(normal.c_str(), &legacy) == 0,
                 "a name is no address in an old spelling");
}

} // namespace

} // namespace sallyport::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport;
    using namespace sallyport::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    checkAddress(input);
    const auto authority = http::parseAuthority(input);
    if (!authority)
        return 0;
    mustHold(!authority->port || *authority->port > 0, "a port is never 0");
    checkNormalHost(*authority);
    std::string written;
    http::writeAuthority(*authority, authority->port.value_or(80), authority->port ? 0 : 80,
                         written);
    mustHold(written == input, "an authority is written as it came");
    return 0;
}
