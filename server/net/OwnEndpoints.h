// OwnEndpoints: where this process listens itself, so that it is never asked to connect to itself.
//
// A listener on the unspecified address stands for every address of the machine, read when this is
// made.
#pragma once

#include "net/IpAddress.h"

#include <span>
#include <vector>

namespace sallyport::net {

class OwnEndpoints {
public:
    OwnEndpoints() = default;
    explicit OwnEndpoints(std::span<const Endpoint> listeners);

    [[nodiscard]] bool contains(const Endpoint& endpoint) const;

private:
    std::vector<Endpoint> listeners_;
    std::vector<IpAddress> interfaces_;
};

} // namespace sallyport::net
