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
    try {
        const Poco::Net::SocketAddress endpoint(wanted.address, wanted.port);
        Poco::Net::ServerSocket socket;
        if (endpoint.family() == Poco::Net::SocketAddress::IPv6)
            socket.bind6(endpoint, ReuseAddress, false, true);
        else
            socket.bind(endpoint, ReuseAddress);
        socket.listen(1); // only this fails where another socket listens with the same option
        return {Possible, "The proxy can listen there."};
    } catch (const Poco::Exception& problem) {
        return {Impossible, "The proxy cannot listen there: " + problem.displayText() + '.'};
    }
}

} // namespace sallyport::admin::accounts
