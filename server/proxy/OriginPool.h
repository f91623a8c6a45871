// OriginPool: unused connections to origins, kept for the next request that may go to the same
// address.
//
// One per worker. An origin that closes, or speaks without being asked, loses its place at once.
#pragma once

#include "net/TcpStream.h"

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::proxy {

class OriginPool {
public:
    explicit OriginPool(net::EventLoop& loop) : loop_(loop) {}
    OriginPool(const OriginPool&) = delete;
    OriginPool& operator=(const OriginPool&) = delete;

    /// The address of the connection that take() would give, or null.
    [[nodiscard]] const net::IpAddress* peek(std::string_view origin);
    struct Kept {
        net::TcpStream stream;
        net::Endpoint egress; ///< our end of it
    };
    /// The most recently used connection; peek() must have named one.
    [[nodiscard]] Kept take(std::string_view origin);
    /// `origin` is "host:port" as normalised for rules. Closes the stream instead when there are
    /// enough.
    void put(std::string_view origin, Kept kept, std::size_t limit, net::Duration idleLimit);
    void clear();

private:
    static constexpr std::size_t MaxTotal = 1024;

    struct Idle;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };
    using Stack = std::list<Idle>;
    using Stacks = std::unordered_map<std::string, Stack, Hash, std::equal_to<>>;

    struct Idle final : net::ReadWaiter, net::Timer {
        Idle(OriginPool& owner, Kept unused)
            : pool(owner), stream(std::move(unused.stream)), egress(unused.egress)
        {}
        void onReadable() override { pool.drop(*this); }
        void onReadAborted() override { pool.drop(*this); }
        void onTimer() override { pool.drop(*this); }

        OriginPool& pool;
        net::TcpStream stream;
        net::Endpoint egress;
        Stacks::value_type* entry = nullptr; ///< stays where it is when the table grows
        Stack::iterator self;
    };

    void drop(Idle& idle);
    void erase(Stacks::value_type& entry, Stack::iterator idle);

    net::EventLoop& loop_;
    Stacks stacks_;
    std::size_t total_ = 0;
};

} // namespace sallyport::proxy
