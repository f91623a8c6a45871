#include "admin/accounts/ListenTest.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

namespace sallyport::admin::accounts {

ListenFinding testListen(const ProxyListener& wanted, const ProxyListener& now)
{
    using enum ListenFinding::Outcome;
    if (wanted == now)
        return {Possible, "The proxy listens there already."};
    constexpr bool ReuseAddress = true;
    // To share a port would succeed beside another program's listener; beside ours it has to.
    const bool sharesPort = wanted.port == now.port;
    constexpr bool OnlyIpv6 = true;
    try {
        const Poco::Net::SocketAddress endpoint(wanted.address, wanted.port);
        Poco::Net::ServerSocket socket;
        if (endpoint.family() == Poco::Net::SocketAddress::IPv6)
            socket.bind6(endpoint, ReuseAddress, sharesPort, !OnlyIpv6);
        else
            socket.bind(endpoint, ReuseAddress, sharesPort);
        socket.listen(1);
        return {Possible, "The proxy can listen there."};
    } catch (const Poco::Exception& problem) {
        return {Impossible, "The proxy cannot listen there: " + problem.displayText() + '.'};
    }
}

} // namespace sallyport::admin::accounts
