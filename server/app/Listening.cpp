#include "app/Listening.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace sallyport::app {

Listening::Listening(std::vector<proxy::Worker*> workers, std::optional<net::Endpoint> admin)
    : workers_(std::move(workers)), admin_(std::move(admin))
{}

void Listening::change(std::span<const net::Endpoint> wanted)
{
    std::vector<proxy::Worker::ListenerChange> changes(workers_.size());
    std::vector<Place> places;
    for (const auto& endpoint : wanted) {
        const auto same = std::ranges::find(places_, endpoint, &Place::wanted);
        if (same != places_.end()) {
            places.push_back(*same);
            continue;
        }
        // The first worker finds out which port a 0 stands for; the others share it.
        auto bound = endpoint;
        for (std::size_t i = 0; i < workers_.size(); ++i) {
            auto listener = workers_[i]->bind(bound);
            bound = listener->local();
            changes[i].opened.push_back(std::move(listener));
        }
        places.push_back({endpoint, bound});
    }
    std::vector<net::Endpoint> closed;
    for (const auto& place : places_)
        if (std::ranges::find(places, place.bound, &Place::bound) == places.end())
            closed.push_back(place.bound);
    places_ = std::move(places);

    auto own = endpoints();
    if (admin_)
        own.push_back(*admin_);
    const auto shared = std::make_shared<const net::OwnEndpoints>(own);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        changes[i].closed = closed;
        changes[i].own = shared;
        workers_[i]->changeListeners(std::move(changes[i]));
    }
}

std::vector<net::Endpoint> Listening::endpoints() const
{
    std::vector<net::Endpoint> all;
    for (const auto& place : places_)
        all.push_back(place.bound);
    return all;
}

} // namespace sallyport::app
