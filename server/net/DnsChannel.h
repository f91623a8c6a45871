// DnsChannel: one c-ares channel on the loop: asks the name servers of one fixed order for both
// address families.
//
// The order never changes, because c-ares takes another one only while nothing is being asked:
// whoever wants another order makes another channel and lets this one finish. Knows no cache, no
// waiters and no hosts file.
#pragma once

#include "net/EventLoop.h"
#include "net/IpAddress.h"
#include "net/Result.h"

#include <string>
#include <unordered_map>
#include <vector>

struct ares_channeldata;
struct ares_addrinfo;

namespace sallyport::net {

struct DnsAnswer {
    Result<std::vector<IpAddress>> addresses; ///< in the server's order, each once
    std::chrono::seconds ttl{0};              ///< the shortest of the records; only of addresses
    enum class FirstServer : std::uint8_t { Answered, Silent } firstServer = FirstServer::Answered;
};

class DnsChannel {
public:
    class Asker {
    public:
        /// Called once for each ask(), maybe from inside it, never after the channel is gone. The
        /// channel is in the middle of something: it may neither be asked nor destroyed here.
        virtual void onAnswer(DnsAnswer answer) = 0;

    protected:
        ~Asker() = default;
    };

    /// Without servers those of `resolvConf` are asked. Throws std::runtime_error when c-ares
    /// cannot start.
    DnsChannel(EventLoop& loop, const std::string& resolvConf,
               const std::vector<Endpoint>& servers);
    ~DnsChannel();
    DnsChannel(const DnsChannel&) = delete;
    DnsChannel& operator=(const DnsChannel&) = delete;

    /// In the order in which they are asked.
    [[nodiscard]] const std::vector<Endpoint>& servers() const { return servers_; }
    [[nodiscard]] bool idle() const { return unanswered_ == 0; }

    /// The search list of `resolvConf` serves names without a dot only.
    void ask(const std::string& host, Asker& asker);

private:
    class Socket;
    class Timeout;
    struct Question;

    static void onSocketState(void* self, int descriptor, int readable, int writable);
    static void onResult(void* question, int status, int timeouts, ares_addrinfo* result);
    void process(int readable, int writable);
    void armTimeout();

    EventLoop& loop_;
    ares_channeldata* channel_ = nullptr;
    std::vector<Endpoint> servers_;
    std::unordered_map<int, std::unique_ptr<Socket>> sockets_;
    std::unique_ptr<Timeout> timeout_;
    std::size_t unanswered_ = 0;
};

} // namespace sallyport::net
