#include "net/SocketOptions.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace sallyport::net {

namespace {

void set(int descriptor, int level, int option, int value)
{
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

} // namespace

void setTunnelOptions(int descriptor, std::chrono::seconds keepAlive)
{
    set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    if (keepAlive <= std::chrono::seconds::zero())
        return;
    const int idle = static_cast<int>(std::min<std::int64_t>(keepAlive.count(), 32'767));
    set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, idle);
    set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, idle / 4));
}

} // namespace sallyport::net
