#include "net/ServerHealth.h"

#include <algorithm>
#include <utility>

namespace sallyport::net {

namespace {

constexpr auto Penalty = std::chrono::seconds(30);

} // namespace

ServerHealth::ServerHealth(const std::vector<Endpoint>& servers)
{
    for (const auto& endpoint : servers)
        servers_.push_back({.endpoint = endpoint});
}

std::vector<Endpoint> ServerHealth::order(TimePoint now) const
{
    std::vector<Server> silent;
    std::vector<Endpoint> endpoints;
    for (const auto& server : servers_)
        if (server.silentUntil > now)
            silent.push_back(server);
        else
            endpoints.push_back(server.endpoint);
    std::ranges::sort(silent, {}, [](const Server& server) {
        return std::pair(server.silentUntil, server.endpoint);
    });
    for (const auto& server : silent)
        endpoints.push_back(server.endpoint);
    return endpoints;
}

TimePoint ServerHealth::goodUntil(TimePoint now) const
{
    TimePoint until = Never;
    for (const auto& server : servers_)
        if (server.silentUntil > now)
            until = std::min(until, server.silentUntil);
    return until;
}

void ServerHealth::noteSilence(const Endpoint& server, TimePoint now)
{
    const auto found = std::ranges::find(servers_, server, &Server::endpoint);
    if (found != servers_.end())
        found->silentUntil = now + Penalty;
}

} // namespace sallyport::net
