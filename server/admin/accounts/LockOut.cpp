#include "admin/accounts/LockOut.h"

#include "db/ContentHash.h"
#include "policy/Network.h"

#include <algorithm>
#include <vector>

namespace sallyport::admin::accounts {
namespace {

// Whoever has one IPv6 address has the other 2^64 of its network as well.
std::string placeOf(std::string_view address)
{
    auto bytes = policy::parseAddress(address);
    if (!bytes)
        return std::string(address);
    if (!policy::isIpv4(*bytes))
        std::fill(bytes->begin() + 8, bytes->end(), std::uint8_t{0});
    return policy::addressText(*bytes);
}

// Of one size, however long the name is.
std::string keyOf(std::string_view name, const std::string& place)
{
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return db::contentHash(place + '\n' + lower);
}

LockOut::Seconds waitAfter(unsigned failures, unsigned freeTries)
{
    if (failures < freeTries)
        return LockOut::Seconds::zero();
    constexpr unsigned MostDoublings = 16;
    const auto doublings = std::min(failures - freeTries, MostDoublings);
    return std::min(LockOut::FirstWait * (1 << doublings), LockOut::LongestWait);
}

} // namespace

LockOut::Seconds LockOut::waitFor(const Entries& entries, const std::string& key, Time now)
{
    const auto found = entries.find(key);
    if (found == entries.end() || found->second.until <= now)
        return Seconds::zero();
    return std::chrono::ceil<Seconds>(found->second.until - now);
}

LockOut::Seconds LockOut::wait(std::string_view name, std::string_view address, Time now) const
{
    const auto place = placeOf(address);
    const auto key = keyOf(name, place);
    const std::scoped_lock lock(mutex_);
    return std::max(waitFor(byName_, key, now), waitFor(byAddress_, place, now));
}

LockOut::Seconds LockOut::begin(std::string_view name, std::string_view address, Time now)
{
    const auto place = placeOf(address);
    const auto key = keyOf(name, place);
    const std::scoped_lock lock(mutex_);
    const auto wait = std::max(waitFor(byName_, key, now), waitFor(byAddress_, place, now));
    if (wait > Seconds::zero())
        return wait;
    count(byName_, key, FreePerName, now);
    count(byAddress_, place, FreePerAddress, now);
    return Seconds::zero();
}

void LockOut::count(Entries& entries, const std::string& key, unsigned freeTries, Time now)
{
    if (!entries.contains(key))
        makeRoom(entries, now);
    auto& entry = entries[key];
    if (now - entry.last > ForgottenAfter)
        entry.failures = 0;
    ++entry.failures;
    entry.last = now;
    entry.until = now + waitAfter(entry.failures, freeTries);
}

// The oldest go: a flood of invented names pushes out its own.
void LockOut::makeRoom(Entries& entries, Time now)
{
    if (entries.size() < MostRemembered)
        return;
    std::erase_if(entries,
                  [now](const auto& entry) { return now - entry.second.last > ForgottenAfter; });
    if (entries.size() < MostRemembered)
        return;
    std::vector<Time> times;
    for (const auto& [key, entry] : entries)
        times.push_back(entry.last);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 4);
    std::ranges::nth_element(times, middle);
    std::erase_if(entries,
                  [limit = *middle](const auto& entry) { return entry.second.last <= limit; });
}

void LockOut::takeBack(Entries& entries, const std::string& key)
{
    const auto found = entries.find(key);
    if (found == entries.end())
        return;
    if (found->second.failures > 0)
        --found->second.failures;
    found->second.until = found->second.last;
    if (found->second.failures == 0)
        entries.erase(found);
}

void LockOut::passed(std::string_view name, std::string_view address)
{
    const auto place = placeOf(address);
    const auto key = keyOf(name, place);
    const std::scoped_lock lock(mutex_);
    takeBack(byName_, key);
    takeBack(byAddress_, place);
}

void LockOut::forget(std::string_view name, std::string_view address)
{
    const auto key = keyOf(name, placeOf(address));
    const std::scoped_lock lock(mutex_);
    byName_.erase(key);
}

} // namespace sallyport::admin::accounts
