#include "proxy/SessionIds.h"

namespace sallyport::proxy {

SessionIds::SessionIds()
{
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(),
                       device(), device(), device(), device()};
    random_.seed(seed);
}

audit::SessionId SessionIds::next(std::chrono::sys_time<std::chrono::microseconds> now)
{
    const auto milliseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    audit::SessionId id;
    for (unsigned i = 0; i < 6; ++i)
        id[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
    std::uint64_t high = random_();
    std::uint64_t low = random_();
    for (unsigned i = 6; i < 8; ++i, high >>= 8)
        id[i] = static_cast<std::uint8_t>(high);
    for (unsigned i = 8; i < 16; ++i, low >>= 8)
        id[i] = static_cast<std::uint8_t>(low);
    id[6] = static_cast<std::uint8_t>((id[6] & 0x0f) | 0x70);
    id[8] = static_cast<std::uint8_t>((id[8] & 0x3f) | 0x80);
    return id;
}

} // namespace sallyport::proxy
