// DestinationLists: the named lists of hosts and networks that a policy refers to, compiled into
// one immutable table for all of them. Shared by all workers; safe to read from any thread.
//
// A host is found by one walk over its suffixes whatever the number of lists, an address by one
// search. Look-ups neither allocate nor lock.
#pragma once

#include "policy/Network.h"

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::policy {

/// Most lists that one policy can refer to.
inline constexpr std::size_t MaxLists = 256;
/// A list's place among those of one DestinationLists.
using ListNumber = std::uint16_t;
using ListSet = std::bitset<MaxLists>;

/// What a list says of itself.
struct ListIdentity {
    std::string name;
    std::uint64_t hosts = 0;    ///< entries
    std::uint64_t networks = 0; ///< entries
    std::string contentHash;    ///< SHA-256 over its entries, hexadecimal

    friend bool operator==(const ListIdentity&, const ListIdentity&) = default;
};

class DestinationLists {
public:
    /// Takes one list after the other.
    class Builder {
    public:
        Builder();
        ~Builder();
        /// Begins the next list. Throws PolicyError when there are MaxLists already.
        void begin(ListIdentity identity);
        /// An entry of the list begun last, in its one spelling (ListEntry.h): "a.example",
        /// "*.a.example", "10.0.0.0/8". Entries that are not in that spelling match nothing.
        void add(std::string_view entry);
        [[nodiscard]] std::shared_ptr<const DestinationLists> build() &&;

    private:
        struct Draft;
        std::unique_ptr<Draft> draft_;
    };

    /// No lists at all.
    [[nodiscard]] static std::shared_ptr<const DestinationLists> none();

    ~DestinationLists();
    DestinationLists(const DestinationLists&) = delete;
    DestinationLists& operator=(const DestinationLists&) = delete;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] const ListIdentity& identity(ListNumber list) const;
    [[nodiscard]] std::optional<ListNumber> find(std::string_view name) const;

    /// Lists that hold `name` or, with "*.", a domain above it. `name` is in lower case without a
    /// trailing dot, and no IP literal: those are asked for by address.
    [[nodiscard]] ListSet withHost(std::string_view name) const;
    /// Lists with a network that holds the address.
    [[nodiscard]] ListSet withAddress(const AddressBytes& address) const;

    [[nodiscard]] std::size_t memoryBytes() const; ///< of the tables, for the bench

private:
    struct Tables;
    explicit DestinationLists(std::unique_ptr<Tables>);
    std::unique_ptr<Tables> tables_;
};

} // namespace sallyport::policy
