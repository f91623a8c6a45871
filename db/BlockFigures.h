// BlockFigures: histogram and facets of the sessions of one file, from its blocks.
#pragma once

#include "db/AuditSessionCourse.h"
#include "db/FigureSums.h"
#include "db/OpenAuditFiles.h"
#include "db/SessionBlock.h"
#include "db/SessionBlockFilter.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sallyport::db {

/// Sums by small numbers.
class NumberSums {
public:
    void add(std::uint64_t number, std::uint64_t up, std::uint64_t down)
    {
        FigureSum& sum = number < MostInTable ? inTable(number) : others_[number];
        ++sum.sessions;
        sum.bytesUp += up;
        sum.bytesDown += down;
    }
    template <class Use>
    void forEach(Use use) const
    {
        for (std::size_t number = 0; number < table_.size(); ++number)
            if (table_[number].sessions != 0)
                use(std::uint64_t{number}, table_[number]);
        for (const auto& [number, sum] : others_)
            use(number, sum);
    }

private:
    static constexpr std::uint64_t MostInTable = 1 << 21;

    FigureSum& inTable(std::uint64_t number)
    {
        const auto place = static_cast<std::size_t>(number);
        if (place >= table_.size())
            table_.resize(place + place / 2 + 16);
        return table_[place];
    }

    std::vector<FigureSum> table_;
    std::map<std::uint64_t, FigureSum> others_;
};

/// Sums by numbers that are few, but not small.
class SparseSums {
public:
    SparseSums() : slots_(256) {}

    void add(std::uint64_t number, std::uint64_t up, std::uint64_t down);
    template <class Use>
    void forEach(Use use) const
    {
        for (const Slot& slot : slots_)
            if (slot.sum.sessions != 0)
                use(slot.number, slot.sum);
    }

private:
    struct Slot {
        std::uint64_t number = 0;
        FigureSum sum; // of none: the slot is free
    };
    [[nodiscard]] Slot& slotOf(std::uint64_t number);

    std::vector<Slot> slots_; // as many as a power of two
    std::size_t used_ = 0;
};

class BlockFigures {
public:
    /// `histogram` may be null. All must outlive it.
    BlockFigures(OpenAuditFile& file, const FiguresWanted& wanted, HistogramSums* histogram,
                 const std::vector<FacetSums*>& facets);

    /// Adds the sessions with a Yes.
    void add(SessionBlock& block, std::span<const std::uint8_t> matches);
    /// Adds one session of the block, as it stands by now.
    void add(SessionBlock& block, std::size_t place, const SessionCourse& course);

    /// Puts names in place of numbers; to be called last.
    void give();

private:
    // Calls use(place, bytes from the client, bytes from the upstream).
    template <class Use>
    void forEach(SessionBlock& block, Use use);
    void addTo(Facet facet, SessionBlock& block);
    void addToHistogram(SessionBlock& block);
    void addClient(SessionBlock& block, std::size_t place, std::uint64_t up, std::uint64_t down);
    void giveNames(FacetSums& facet);
    void giveNumbers(FacetSums& facet);
    void giveRules(FacetSums& facet);
    void giveClients(FacetSums& facet);
    void giveHistogram();
    [[nodiscard]] std::size_t bucketOf(std::uint64_t time);

    OpenAuditFile& file_;
    const FiguresWanted& wanted_;
    HistogramSums* histogram_;
    const std::vector<FacetSums*>& facets_;
    bool withBytes_;
    OutcomeNumbers outcomes_;
    std::vector<std::uint32_t> places_; // in the block under way, of those that match

    // By verdict or outcome; one more than there are buckets: of sessions outside of the span.
    std::map<std::uint64_t, std::vector<std::int64_t>> series_;
    // The bucket of the time that was asked for last.
    std::uint64_t bucketFrom_ = 1;
    std::uint64_t bucketUntil_ = 0;
    std::size_t bucket_ = 0;

    std::map<Facet, NumberSums> sums_;
    SparseSums clients_; // IPv4
    std::map<Ipv6Bytes, FigureSum> ipv6_;
};

} // namespace sallyport::db
