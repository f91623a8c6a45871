// DnsServer: a name server on loopback that answers what the test says, and counts what it is
// asked.
//
// UDP only, one question a query (RFC 1035 §4). Names nobody configured do not exist (NXDOMAIN).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sallyport::test {

struct DnsAnswer {
    enum class Kind : std::uint8_t { Addresses, NoSuchName, ServerFailure, Silence };

    Kind kind = Kind::Addresses;
    std::vector<std::string> addresses{}; ///< IPv4 ones answer A, IPv6 ones AAAA
    std::chrono::seconds ttl{60};
    std::chrono::milliseconds delay{0};
};

class DnsServer {
public:
    DnsServer();
    ~DnsServer();
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    /// "127.0.0.1:53053"
    [[nodiscard]] std::string endpoint() const;
    void answer(const std::string& name, DnsAnswer answer);
    void answer(const std::string& name, std::vector<std::string> addresses);
    /// Everything asked so far, as "A name.test", "AAAA name.test", "PTR …", in order.
    [[nodiscard]] std::vector<std::string> questions() const;
    [[nodiscard]] std::size_t timesAsked(const std::string& question) const;

private:
    struct Held;
    void serve();
    void receiveOne(std::vector<Held>& held);

    int descriptor_ = -1;
    int wake_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::map<std::string, DnsAnswer> answers_;
    std::vector<std::string> questions_;
    std::thread thread_;
};

} // namespace sallyport::test
