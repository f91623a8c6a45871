// HostColumn: the host dimension of a layer, from a name to the rows it leaves in play.
//
// An open-addressing table of names; a look-up hashes the host once from its end and probes at each
// dot, so that the longest entry that is a suffix of the host answers. Each entry holds what its
// shorter suffixes say as well.
#pragma once

#include "policy/Columns.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

enum class HostKind : std::uint8_t {
    Name,
    Literal, ///< an IP address in its canonical text: matched as a whole, it has no suffixes
};

class HostColumn {
public:
    /// Patterns are spelled as parseHostPattern() gives them.
    HostColumn(std::span<const RowCondition<std::string>> rows, RowSetPool& pool);

    [[nodiscard]] KeptRows find(std::string_view host, HostKind kind) const;

private:
    struct Entry {
        std::uint64_t hash = 0;
        std::string name; // empty in a free slot
        KeptRows exact = nullptr;
        KeptRows below = nullptr;
    };

    void insert(Entry entry);
    [[nodiscard]] const Entry* probe(std::uint64_t hash, std::string_view name) const;

    std::vector<Entry>
        slots_; // a power of two of them, at most half full; none if no row names a host
    KeptRows others_;
};

} // namespace sallyport::policy
