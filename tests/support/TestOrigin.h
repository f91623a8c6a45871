// TestOrigin: a listening socket that a test accepts from by hand and answers with literal bytes.
// ServingOrigin: one that serves each connection on a thread, for echo and bulk.
// FullBacklog: one whose queue is full, so that a SYN to it is never answered.
#pragma once

#include "support/RawConnection.h"

#include <functional>
#include <memory>
#include <vector>

namespace sallyport::test {

class TestOrigin {
public:
    /// Port 0: the kernel chooses.
    explicit TestOrigin(std::string address = "127.0.0.1", std::uint16_t port = 0);
    TestOrigin(TestOrigin&&) noexcept;
    ~TestOrigin();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// "127.0.0.1:8080", "[::1]:8080".
    [[nodiscard]] std::string authority() const;
    /// "origin.test:8080"
    [[nodiscard]] std::string named(std::string_view name) const;
    /// The next connection; throws Unexpected if none comes.
    [[nodiscard]] RawConnection accept();
    [[nodiscard]] bool hasConnection() const;
    void stopListening();
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    std::string address_;
    int descriptor_ = -1;
    std::uint16_t port_ = 0;
};

class ServingOrigin {
public:
    /// Runs `serve` on a thread of its own for each connection; what it throws ends the connection.
    explicit ServingOrigin(std::function<void(RawConnection&)> serve,
                           std::string address = "127.0.0.1");
    ~ServingOrigin();

    [[nodiscard]] static ServingOrigin echo(std::string address = "127.0.0.1");
    /// Answers every request head with these bytes, on the same connection.
    [[nodiscard]] static ServingOrigin answering(std::string response);

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::string named(std::string_view name) const;
    [[nodiscard]] std::size_t connections() const;

private:
    struct Running;
    std::unique_ptr<Running> running_;
};

class FullBacklog {
public:
    explicit FullBacklog(const std::string& address = "127.0.0.1", std::uint16_t port = 0);
    ~FullBacklog();
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string authority() const;

private:
    std::string address_;
    int listener_ = -1;
    std::vector<int> fillers_;
    std::uint16_t port_ = 0;
};

/// A port of loopback on which nobody listens.
[[nodiscard]] std::uint16_t deadPort();
[[nodiscard]] bool hasIpv6Loopback();

} // namespace sallyport::test
