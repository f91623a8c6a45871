#include "net/DnsCache.h"

#include <utility>

namespace sallyport::net {

const DnsCache::Answer* DnsCache::find(std::string_view name, TimePoint now) const
{
    const auto found = byName_.find(name);
    if (found == byName_.end() || found->second->expires <= now)
        return nullptr;
    return &found->second->answer;
}

void DnsCache::put(std::string name, Answer answer, TimePoint now, TimePoint expires)
{
    if (const auto known = byName_.find(name); known != byName_.end()) {
        const auto entry = known->second;
        byName_.erase(known);
        entries_.erase(entry);
    }
    if (expires <= now || maxNames_ == 0)
        return;
    if (entries_.size() >= maxNames_) {
        byName_.erase(entries_.front().name);
        entries_.pop_front();
    }
    entries_.push_back({std::move(name), std::move(answer), expires});
    byName_.emplace(entries_.back().name, std::prev(entries_.end()));
}

} // namespace sallyport::net
