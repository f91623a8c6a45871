// DnsCache: answers of the name servers, good and bad, until their time is over.
//
// Holds a bounded number of names; the one that was put in longest ago makes room. Knows no
// protocol and no clock.
#pragma once

#include "net/EventLoop.h"
#include "net/IpAddress.h"
#include "net/Result.h"

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport::net {

class DnsCache {
public:
    using Answer = Result<std::vector<IpAddress>>;

    explicit DnsCache(std::size_t maxNames) : maxNames_(maxNames) {}

    /// Null when nothing is known now. Borrowed until the next put().
    [[nodiscard]] const Answer* find(std::string_view name, TimePoint now) const;
    /// Replaces what was known. An answer that expires at once is not kept.
    void put(std::string name, Answer answer, TimePoint now, TimePoint expires);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        std::string name;
        Answer answer;
        TimePoint expires;
    };

    std::size_t maxNames_;
    std::list<Entry> entries_; ///< oldest first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> byName_;
};

} // namespace sallyport::net
