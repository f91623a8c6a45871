// AdminServer: the HTTP server for people and machines that look after the proxy; carries no
// proxied traffic.
//
// Owns its listening socket and its threads. What its pages say comes from functions that the
// process hands in.
#pragma once

#include "admin/PacResource.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <memory>

namespace Poco {
class ThreadPool;
}
namespace Poco::Net {
class HTTPServer;
}

namespace sallyport::admin {

struct AdminSources {
    PacMaker makePac;
};

class AdminServer {
public:
    /// Binds, but does not answer yet. Throws Poco::Net::NetException, which names the address,
    /// when it is taken.
    AdminServer(const Poco::Net::SocketAddress& endpoint, AdminSources sources);
    ~AdminServer();
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;

    void start();
    /// Gives the port back, ends connections that wait, lets answers that are under way finish. May
    /// be called twice.
    void stop();

    /// With the port that was chosen, when 0 was asked for.
    [[nodiscard]] Poco::Net::SocketAddress address() const;

private:
    Poco::Net::ServerSocket socket_;
    const Poco::Net::SocketAddress address_;
    std::unique_ptr<Poco::ThreadPool> threads_; ///< must outlive server_
    std::unique_ptr<Poco::Net::HTTPServer> server_;
};

} // namespace sallyport::admin
