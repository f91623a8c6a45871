// DomainTable: which lists hold a host name, or with "*." a domain above it.
//
// An open-addressing table of names with linear probing. A look-up hashes the host once from its
// end, which gives the hash of every suffix on the way, and fetches their slots side by side. Names
// lie behind each other in one text; a slot tells apart by 32 bits of hash before it looks there.
#pragma once

#include "policy/DestinationLists.h"
#include "policy/InternTable.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

class DomainTable {
public:
    class Builder;

    /// `name` is in lower case without a trailing dot. Neither allocates nor locks.
    [[nodiscard]] ListSet find(std::string_view name) const;
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    static constexpr std::size_t MaxNameBytes = 255; // host names have at most 253
    static constexpr std::size_t BlockBytes = 1U << 18;

    // Lists that hold the name itself, and lists that hold "*." and the name.
    struct Membership {
        ListSet exact;
        ListSet below;

        friend bool operator==(const Membership&, const Membership&) = default;
    };
    struct MembershipHash {
        std::size_t operator()(const Membership& membership) const;
    };
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t record = 0; // where it stands; 0, where none does, in a free slot
    };
    // A name and the number of its membership, as they stand in the blocks.
    struct Record {
        std::string_view name;
        std::uint32_t membership = 0;
    };

    [[nodiscard]] std::size_t slotOf(std::uint32_t hash) const;
    [[nodiscard]] std::size_t slotBehind(std::size_t slot) const;
    [[nodiscard]] char* bytesOf(std::uint32_t record) const;
    [[nodiscard]] Record recordAt(std::uint32_t record) const;
    // The slot of that name, or the free one where it would stand.
    [[nodiscard]] std::size_t probe(std::uint32_t hash, std::string_view name) const;

    std::vector<Slot> slots_; // none, or at least one free
    // Records: 4 bytes of membership, 1 of length, the name. In blocks, so that none is copied when
    // more come.
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::vector<Membership> memberships_;
};

class DomainTable::Builder {
public:
    enum class Reach : std::uint8_t { Exact, Below };

    /// Makes room for that many more names.
    void expect(std::size_t names);
    /// Leaves out names longer than any host name. Throws PolicyError when the names of all lists
    /// are more than 4 GiB.
    void add(std::string_view name, Reach reach, ListNumber list);
    [[nodiscard]] DomainTable build() &&;

private:
    // Names wait here until their slots have been fetched.
    struct Waiting {
        std::array<char, MaxNameBytes> name;
        std::uint8_t length = 0;
        Reach reach = Reach::Exact;
        ListNumber list = 0;
        std::uint32_t hash = 0;
    };
    static constexpr std::size_t MostWaiting = 16;

    // Most names of a list are in that list only, so the last answer is mostly the next.
    struct Widening {
        std::uint32_t from = 0;
        Reach reach = Reach::Exact;
        ListNumber list = 0;
        std::uint32_t to = 0; // 0: none yet
    };

    void insertWaiting();
    void insert(const Waiting& waiting);
    void resize(std::size_t slots);
    std::uint32_t append(std::string_view name); // a record without membership
    std::uint32_t widened(std::uint32_t membership, Reach reach, ListNumber list);

    DomainTable table_;
    std::size_t names_ = 0;
    std::size_t lastBlockBytes_ = BlockBytes; // in use
    std::array<Waiting, MostWaiting> waiting_;
    std::size_t waitingCount_ = 0;
    InternTable<Membership, MembershipHash> memberships_;
    Widening lastWidening_;
};

} // namespace sallyport::policy
