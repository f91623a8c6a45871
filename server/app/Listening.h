// Listening: where the workers of a process listen for clients, and how that is changed while they
// run. Who is connected stays.
//
// Of the main thread.
#pragma once

#include "net/OwnEndpoints.h"
#include "proxy/Worker.h"

#include <optional>
#include <span>
#include <vector>

namespace sallyport::app {

class Listening {
public:
    /// The workers, which outlive it; `admin` is where the admin server listens.
    Listening(std::vector<proxy::Worker*> workers, std::optional<net::Endpoint> admin);

    /// All of `wanted` and nothing else; port 0 takes a free one. Throws std::system_error for one
    /// that cannot be had, and then nothing has changed.
    void change(std::span<const net::Endpoint> wanted);

    /// In the order that was wanted, with the ports that a 0 became.
    [[nodiscard]] std::vector<net::Endpoint> endpoints() const;

private:
    struct Place {
        net::Endpoint wanted;
        net::Endpoint bound;
    };
    const std::vector<proxy::Worker*> workers_;
    const std::optional<net::Endpoint> admin_;
    std::vector<Place> places_;
};

} // namespace sallyport::app
