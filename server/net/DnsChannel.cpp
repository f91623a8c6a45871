#include "net/DnsChannel.h"

#include "net/SocketAddress.h"

#include <ares.h>

#include <netinet/in.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace sallyport::net {

namespace {

// A first try of one second at each server in turn, then a second one of two: a second server has
// its chance, and a third one too, inside the few seconds that whoever asks is ready to wait.
constexpr int TryMilliseconds = 1000;
constexpr int Tries = 2;
constexpr std::uint16_t DnsPort = 53;

void initLibrary()
{
    static const int status = ::ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS)
        throw std::runtime_error(std::string("c-ares: ") + ::ares_strerror(status));
}

ares_addr_port_node nodeOf(const Endpoint& server)
{
    const auto& bytes = server.address.bytes();
    ares_addr_port_node node{};
    node.udp_port = node.tcp_port = server.port;
    if (server.address.isV4()) {
        node.family = AF_INET;
        std::memcpy(&node.addr.addr4, bytes.data() + 12, 4);
    } else {
        node.family = AF_INET6;
        std::memcpy(&node.addr.addr6, bytes.data(), bytes.size());
    }
    return node;
}

Endpoint endpointOf(const ares_addr_port_node& node)
{
    const auto port = node.udp_port == 0 ? DnsPort : static_cast<std::uint16_t>(node.udp_port);
    if (node.family == AF_INET)
        return {IpAddress::v4(ntohl(node.addr.addr4.s_addr)), port};
    IpAddress::Bytes bytes;
    std::memcpy(bytes.data(), &node.addr.addr6, bytes.size());
    return {IpAddress(bytes), port};
}

int giveServers(ares_channel channel, const std::vector<Endpoint>& servers)
{
    std::vector<ares_addr_port_node> nodes;
    for (const auto& server : servers)
        nodes.push_back(nodeOf(server));
    for (std::size_t i = 1; i < nodes.size(); ++i)
        nodes[i - 1].next = &nodes[i];
    return ::ares_set_servers_ports(channel, nodes.data());
}

std::vector<Endpoint> serversOf(ares_channel channel)
{
    std::vector<Endpoint> servers;
    ares_addr_port_node* nodes = nullptr;
    if (::ares_get_servers_ports(channel, &nodes) != ARES_SUCCESS)
        return servers;
    for (const auto* node = nodes; node != nullptr; node = node->next)
        servers.push_back(endpointOf(*node));
    ::ares_free_data(nodes);
    return servers;
}

Error errorOf(int status, const std::string& host)
{
    const auto error = [&host](Error::Kind kind, std::string_view words) {
        return Error{kind, Side::Upstream, host + ": " + std::string(words)};
    };
    switch (status) {
    case ARES_ENOTFOUND:
        return error(Error::Kind::NotFound, "no such name");
    case ARES_ENODATA:
        return error(Error::Kind::NotFound, "the name has no address");
    case ARES_EBADNAME:
        return error(Error::Kind::NotFound, "not a name that DNS can hold");
    case ARES_ETIMEOUT:
        return error(Error::Kind::TimedOut, "the name servers did not answer");
    case ARES_ESERVFAIL:
        return error(Error::Kind::DnsFailed, "the name server failed (SERVFAIL)");
    case ARES_EREFUSED:
        return error(Error::Kind::DnsFailed, "the name server refused to answer (REFUSED)");
    case ARES_EFORMERR:
        return error(Error::Kind::DnsFailed, "the name server did not understand (FORMERR)");
    case ARES_ECONNREFUSED:
        return error(Error::Kind::DnsFailed, "no name server could be reached");
    case ARES_EBADRESP:
        return error(Error::Kind::DnsFailed, "the name server's answer is malformed");
    case ARES_ENOMEM:
        return error(Error::Kind::NoResources, "no memory to ask for it");
    default:
        return error(Error::Kind::DnsFailed, ::ares_strerror(status));
    }
}

/// Takes the addresses and the shortest time any record on the way to them may be kept.
void readResult(const ares_addrinfo& result, DnsAnswer& answer)
{
    std::vector<IpAddress> addresses;
    int ttl = std::numeric_limits<int>::max();
    for (const auto* node = result.nodes; node != nullptr; node = node->ai_next) {
        sockaddr_storage storage{};
        std::memcpy(&storage, node->ai_addr,
                    std::min(sizeof storage, static_cast<std::size_t>(node->ai_addrlen)));
        const auto address = fromSockaddr(storage).address;
        if (std::ranges::find(addresses, address) == addresses.end())
            addresses.push_back(address);
        ttl = std::min(ttl, node->ai_ttl);
    }
    for (const auto* alias = result.cnames; alias != nullptr; alias = alias->next)
        ttl = std::min(ttl, alias->ttl);
    answer.addresses = std::move(addresses);
    answer.ttl = std::chrono::seconds(std::max(ttl, 0));
}

} // namespace

/// A socket of c-ares's own; watched level-triggered, because c-ares does not promise to drain it.
class DnsChannel::Socket final : public EventHandler {
public:
    Socket(DnsChannel& channel, int descriptor) : channel_(channel), descriptor_(descriptor) {}

    void onEvent(Readiness ready) override
    {
        const bool reads = ready.readable || ready.hungUp || ready.failed;
        channel_.process(reads ? descriptor_ : ARES_SOCKET_BAD,
                         ready.writable ? descriptor_ : ARES_SOCKET_BAD);
    }

private:
    DnsChannel& channel_;
    int descriptor_;
};

class DnsChannel::Timeout final : public Timer {
public:
    explicit Timeout(DnsChannel& channel) : channel_(channel) {}
    void onTimer() override { channel_.process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); }

private:
    DnsChannel& channel_;
};

/// What c-ares carries through a query for us.
struct DnsChannel::Question {
    DnsChannel& channel;
    Asker& asker;
    std::string host;
};

DnsChannel::DnsChannel(EventLoop& loop, const std::string& resolvConf,
                       const std::vector<Endpoint>& servers)
    : loop_(loop), timeout_(std::make_unique<Timeout>(*this))
{
    initLibrary();
    std::string path = resolvConf;
    std::string lookups = "b";
    ares_options options{};
    options.flags = ARES_FLAG_NOALIASES;
    options.timeout = TryMilliseconds;
    options.tries = Tries;
    options.lookups = lookups.data();
    options.resolvconf_path = path.data();
    options.sock_state_cb = &DnsChannel::onSocketState;
    options.sock_state_cb_data = this;
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                     ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB | ARES_OPT_NOROTATE;
    int status = ::ares_init_options(&channel_, &options, mask);
    if (status != ARES_SUCCESS)
        throw std::runtime_error(std::string("c-ares: ") + ::ares_strerror(status));
    if (!servers.empty())
        status = giveServers(channel_, servers);
    if (status != ARES_SUCCESS) {
        ::ares_destroy(channel_);
        throw std::runtime_error(std::string("c-ares: ") + ::ares_strerror(status));
    }
    servers_ = serversOf(channel_);
}

DnsChannel::~DnsChannel()
{
    ::ares_destroy(channel_);
}

void DnsChannel::ask(const std::string& host, Asker& asker)
{
    const bool single = host.find('.') == std::string::npos;
    const std::string name = single ? host : host + '.';
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_flags =
        ARES_AI_NOSORT; // sorting would connect a socket to each address to see its source
    ++unanswered_;
    auto question = std::make_unique<Question>(*this, asker, host);
    ::ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, &DnsChannel::onResult,
                       question.release());
    armTimeout();
}

void DnsChannel::onResult(void* argument, int status, int timeouts, ares_addrinfo* result)
{
    const std::unique_ptr<Question> question(static_cast<Question*>(argument));
    const std::unique_ptr<ares_addrinfo, decltype(&::ares_freeaddrinfo)> owned(
        result, &::ares_freeaddrinfo);
    if (status == ARES_EDESTRUCTION)
        return;
    --question->channel.unanswered_;
    DnsAnswer answer{.addresses = std::unexpected(errorOf(ARES_ENODATA, question->host))};
    if (timeouts > 0)
        answer.firstServer = DnsAnswer::FirstServer::Silent;
    if (status != ARES_SUCCESS)
        answer.addresses = std::unexpected(errorOf(status, question->host));
    else if (result != nullptr && result->nodes != nullptr)
        readResult(*result, answer);
    question->asker.onAnswer(std::move(answer));
}

void DnsChannel::onSocketState(void* self, int descriptor, int readable, int writable)
{
    auto& channel = *static_cast<DnsChannel*>(self);
    auto& loop = channel.loop_;
    const Readiness interest{.readable = readable != 0, .writable = writable != 0};
    const auto known = channel.sockets_.find(descriptor);
    if (!interest.readable && !interest.writable) {
        if (known == channel.sockets_.end())
            return;
        loop.remove(descriptor);
        loop.retire(std::move(known->second));
        channel.sockets_.erase(known);
    } else if (known != channel.sockets_.end()) {
        loop.changeLevel(descriptor, *known->second, interest);
    } else {
        auto socket = std::make_unique<Socket>(channel, descriptor);
        // When there is no room to watch it, its questions run into their time-out.
        if (loop.addLevel(descriptor, *socket, interest))
            channel.sockets_.emplace(descriptor, std::move(socket));
    }
}

void DnsChannel::process(int readable, int writable)
{
    ::ares_process_fd(channel_, readable, writable);
    armTimeout();
}

void DnsChannel::armTimeout()
{
    timeval wait{};
    if (::ares_timeout(channel_, nullptr, &wait) == nullptr)
        timeout_->stop();
    else
        loop_.start(*timeout_, Clock::now() + std::chrono::seconds(wait.tv_sec) +
                                   std::chrono::microseconds(wait.tv_usec));
}

} // namespace sallyport::net
