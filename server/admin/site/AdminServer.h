// AdminServer: the HTTPS server for people and machines that look after the proxy: API, web UI,
// live feed, metrics; carries no proxied traffic.
//
// Owns its listening socket and its threads. What it serves is handed in. A connection has a thread
// for its whole life, so connections that say nothing are cut, and none holds up the proxy.
#pragma once

#include "admin/site/ConnectionWatch.h"
#include "admin/site/SiteCertificate.h"
#include "admin/site/SiteParts.h"

#include <Poco/AutoPtr.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <memory>

namespace Poco {
class ThreadPool;
}
namespace Poco::Net {
class HTTPServer;
}

namespace sallyport::admin::site {

class AdminServer {
public:
    /// Binds, but does not answer yet. Throws Poco::Net::NetException, which names the address,
    /// when it is taken, and std::runtime_error for a certificate that cannot be used.
    AdminServer(const Poco::Net::SocketAddress& endpoint, const SiteCertificate& certificate);
    ~AdminServer();
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;

    /// Once.
    void start(SiteParts parts);
    /// Gives the port back, ends connections that wait, lets answers that are under way finish. May
    /// be called twice.
    void stop();

    /// With the port that was chosen, when 0 was asked for.
    [[nodiscard]] Poco::Net::SocketAddress address() const;

private:
    Poco::Net::SecureServerSocket socket_;
    const Poco::Net::SocketAddress address_;
    SiteParts parts_;
    Poco::AutoPtr<ConnectionWatch> watch_;
    std::unique_ptr<Poco::ThreadPool> threads_; ///< must outlive server_
    std::unique_ptr<Poco::Net::HTTPServer> server_;
};

} // namespace sallyport::admin::site
