#include "proxy/OriginPool.h"

#include <array>
#include <utility>

namespace sallyport::proxy {

namespace {

/// Whether nothing has happened on a connection that should be silent. An old readiness mark is
/// looked into.
bool silent(net::TcpStream& stream)
{
    auto& channel = stream.channel();
    if (channel.hungUp())
        return false;
    if (!channel.mayRead())
        return true;
    std::array<char, 1> byte;
    return channel.receive(byte).outcome == net::Channel::Transferred::Outcome::WouldBlock;
}

} // namespace

const net::IpAddress* OriginPool::peek(std::string_view origin)
{
    while (true) {
        const auto stack = stacks_.find(origin);
        if (stack == stacks_.end())
            return nullptr;
        Idle& idle = stack->second.front();
        if (silent(idle.stream))
            return &idle.stream.peer().address;
        drop(idle);
    }
}

OriginPool::Kept OriginPool::take(std::string_view origin)
{
    const auto stack = stacks_.find(origin);
    const auto idle = stack->second.begin();
    idle->stream.channel().setReader(nullptr);
    Kept kept{.stream = std::move(idle->stream), .egress = idle->egress};
    erase(*stack, idle);
    return kept;
}

void OriginPool::put(std::string_view origin, Kept kept, std::size_t limit, net::Duration idleLimit)
{
    if (limit == 0 || total_ >= MaxTotal || !silent(kept.stream))
        return;
    auto stack = stacks_.find(origin);
    if (stack == stacks_.end())
        stack = stacks_.emplace(origin, Stack()).first;
    if (stack->second.size() >= limit)
        return;
    stack->second.emplace_front(*this, std::move(kept));
    Idle& idle = stack->second.front();
    idle.entry = &*stack;
    idle.self = stack->second.begin();
    ++total_;
    idle.stream.channel().setReader(&idle);
    loop_.start(idle, loop_.now() + idleLimit);
}

void OriginPool::drop(Idle& idle)
{
    erase(*idle.entry, idle.self);
}

void OriginPool::erase(Stacks::value_type& entry, Stack::iterator idle)
{
    entry.second.erase(idle);
    --total_;
    if (entry.second.empty())
        stacks_.erase(stacks_.find(entry.first));
}

void OriginPool::clear()
{
    stacks_.clear();
    total_ = 0;
}

} // namespace sallyport::proxy
