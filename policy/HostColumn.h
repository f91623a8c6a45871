// HostColumn: a dimension whose values are host patterns: names, suffixes, lists, regular
// expressions.
//
// Names and suffixes are an open-addressing table: a look-up hashes the host once from its end and
// probes at each dot, so that the longest entry that is a suffix of the host answers; each entry
// holds what its shorter suffixes say as well. Lists and expressions are asked apart from it.
#pragma once

#include "policy/Columns.h"
#include "policy/DestinationLists.h"
#include "policy/RegexGroups.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

enum class HostKind : std::uint8_t {
    Name,
    Literal, ///< an IP address in its canonical text: matched as a whole, it has no suffixes
};

/// A host in its one spelling, so that "[0:0::1]" cannot get around a rule on "::1".
class HostKey {
public:
    explicit HostKey(std::string_view host);
    HostKey(const HostKey&) = delete;
    HostKey& operator=(const HostKey&) = delete;

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] HostKind kind() const { return kind_; }
    [[nodiscard]] const AddressBytes& address() const { return address_; } ///< of a literal

private:
    std::string_view text_;
    HostKind kind_ = HostKind::Name;
    AddressBytes address_{};
    AddressRoom room_;
};

/// Throws PolicyError, which says how to import it, for a list that is not there.
[[nodiscard]] ListNumber requireList(const DestinationLists& lists, const std::string& name);

class HostColumn {
public:
    /// Patterns are spelled as parseHostPattern() gives them. `lists` must outlive the column.
    /// Throws PolicyError for a list that is not there and for a regular expression that is none.
    HostColumn(std::span<const RowCondition<std::string>> rows, const DestinationLists& lists,
               const ValueRowsMaker& maker);

    /// Calls `use` with each ValueRows that concerns the host; all of them together say which rows
    /// want it and which shut it out.
    template <class Use>
    void find(const HostKey& host, Use use) const
    {
        if (const auto rows = named(host); !rows.concernsNone())
            use(rows);
        if (!lists_.empty()) {
            const auto holding = host.kind() == HostKind::Name ? known_.withHost(host.text())
                                                               : known_.withAddress(host.address());
            for (const auto& [list, rows] : lists_)
                if (holding.test(list))
                    use(rows);
        }
        expressions_.forEachMatch(host.text(), use);
    }

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t entry = 0; // counted from 1; 0 in a free slot
    };
    struct Entry {
        std::string name;
        ValueRows exact;
        ValueRows below;
    };
    struct Patterns;

    HostColumn(const Patterns& patterns, const DestinationLists& lists,
               const ValueRowsMaker& maker);
    [[nodiscard]] ValueRows named(const HostKey& host) const;
    void insert(Entry entry);
    [[nodiscard]] const Entry* probe(std::uint32_t hash, std::string_view name) const;

    const DestinationLists& known_;
    std::vector<Slot> slots_; // a power of two of them, at most half full; none without names
    std::vector<Entry> entries_;
    std::vector<std::pair<ListNumber, ValueRows>> lists_;
    RegexGroups expressions_;
};

} // namespace sallyport::policy
