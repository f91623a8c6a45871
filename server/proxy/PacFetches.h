// PacFetches: which networks of clients have fetched the PAC file from a worker, and when last.
//
// Of one worker, on its thread.
#pragma once

#include "policy/Network.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sallyport::proxy {

class PacFetches {
public:
    using Time = std::chrono::system_clock::time_point;

    /// One more takes the place of the one that has not fetched it for longest.
    static constexpr std::size_t MostNetworks = 256;

    struct Entry {
        policy::Network network; ///< an IPv4 /24 or an IPv6 /64
        std::uint64_t count = 0;
        Time last;
    };

    void note(const policy::AddressBytes& client, Time now);
    /// In no order.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

private:
    std::vector<Entry> entries_;
};

} // namespace sallyport::proxy
