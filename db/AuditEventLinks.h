// AuditEventLinks: which events of a file belong to a session, for files that have no index of it
// yet.
//
// Made by reading session_event backwards from its end, as far as is needed, and kept up with what
// is added: four bytes a record.
#pragma once

#include "db/Database.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

class AuditEventLinks {
public:
    /// Asked now and then; true: give up for now.
    using Stop = std::function<bool()>;
    enum class Cover : std::uint8_t { Complete, Stopped };

    /// `firstSeq` of the file.
    explicit AuditEventLinks(std::int64_t firstSeq);

    /// Makes events known from `fromSeq` to `lastSeq`, which must be committed. What is known stays
    /// so when it is stopped, and the next call goes on from there.
    [[nodiscard]] Cover cover(const Database& database, std::int64_t fromSeq, std::int64_t lastSeq,
                              const Stop& stop);

    /// Of the session's events that are known the first one's seq, 0: there is none.
    [[nodiscard]] std::int64_t firstOf(std::int64_t session) const;
    /// The same session's next event; 0: there is none.
    [[nodiscard]] std::int64_t nextOf(std::int64_t event) const;

private:
    static constexpr std::size_t ChunkRecords = 4096;
    // Seqs are kept as their distance from firstSeq_ and 1; 0 is none.
    using Chunk = std::array<std::uint32_t, ChunkRecords>;

    /// Of a record of this file: its session's next event, of a session its first.
    [[nodiscard]] std::uint32_t& link(std::int64_t seq);
    [[nodiscard]] std::uint32_t linkOf(std::int64_t seq) const;
    [[nodiscard]] std::int64_t seqOf(std::uint32_t link) const;
    void addBefore(std::int64_t event, std::int64_t session);
    void addBehind(std::int64_t event, std::int64_t session);

    std::int64_t firstSeq_;
    // Events from from_ to to_ are linked.
    std::int64_t from_ = 0;
    std::int64_t to_ = -1;
    std::vector<std::unique_ptr<Chunk>> chunks_;
    std::unordered_map<std::int64_t, std::uint32_t>
        carried_; // first events of sessions before firstSeq_
};

} // namespace sallyport::db
