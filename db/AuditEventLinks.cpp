#include "db/AuditEventLinks.h"

#include <algorithm>

namespace sallyport::db {
namespace {

constexpr std::int64_t RecordsBetweenStops = 65'536;

} // namespace

AuditEventLinks::AuditEventLinks(std::int64_t firstSeq) : firstSeq_(firstSeq) {}

AuditEventLinks::Cover AuditEventLinks::cover(const Database& database, std::int64_t fromSeq,
                                              std::int64_t lastSeq, const Stop& stop)
{
    fromSeq = std::max(fromSeq, firstSeq_);
    if (to_ < from_) { // nothing is known
        from_ = lastSeq + 1;
        to_ = lastSeq;
    }
    if (to_ < lastSeq) {
        Statement added = database.prepare("SELECT seq, session FROM session_event "
                                           "WHERE seq > ?1 AND seq <= ?2 ORDER BY seq");
        added.bind(1, to_);
        added.bind(2, lastSeq);
        while (added.step())
            addBehind(added.integer(0), added.integer(1));
        to_ = lastSeq;
    }
    if (fromSeq >= from_)
        return Cover::Complete;
    Statement earlier = database.prepare("SELECT seq, session FROM session_event "
                                         "WHERE seq >= ?1 AND seq < ?2 ORDER BY seq DESC");
    while (fromSeq < from_) {
        const std::int64_t step = std::max(fromSeq, from_ - RecordsBetweenStops);
        earlier.bind(1, step);
        earlier.bind(2, from_);
        while (earlier.step())
            addBefore(earlier.integer(0), earlier.integer(1));
        earlier.reset();
        from_ = step;
        if (fromSeq < from_ && stop && stop())
            return Cover::Stopped;
    }
    return Cover::Complete;
}

std::int64_t AuditEventLinks::firstOf(std::int64_t session) const
{
    if (session >= firstSeq_)
        return seqOf(linkOf(session));
    const auto carried = carried_.find(session);
    return carried == carried_.end() ? 0 : seqOf(carried->second);
}

std::int64_t AuditEventLinks::nextOf(std::int64_t event) const
{
    const std::int64_t next = seqOf(linkOf(event));
    return next > event ? next : 0; // whatever somebody wrote into the file, a walk ends
}

std::uint32_t& AuditEventLinks::link(std::int64_t seq)
{
    const auto place = static_cast<std::size_t>(seq - firstSeq_);
    if (chunks_.size() <= place / ChunkRecords)
        chunks_.resize(place / ChunkRecords + 1);
    auto& chunk = chunks_[place / ChunkRecords];
    if (!chunk)
        chunk = std::make_unique<Chunk>();
    return (*chunk)[place % ChunkRecords];
}

std::uint32_t AuditEventLinks::linkOf(std::int64_t seq) const
{
    const auto place = static_cast<std::size_t>(seq - firstSeq_);
    const bool known = place / ChunkRecords < chunks_.size() && chunks_[place / ChunkRecords];
    return known ? (*chunks_[place / ChunkRecords])[place % ChunkRecords] : 0;
}

std::int64_t AuditEventLinks::seqOf(std::uint32_t link) const
{
    return link == 0 ? 0 : firstSeq_ + link - 1;
}

void AuditEventLinks::addBefore(std::int64_t event, std::int64_t session)
{
    std::uint32_t& first = session >= firstSeq_ ? link(session) : carried_[session];
    const std::uint32_t second = first;
    first = static_cast<std::uint32_t>(event - firstSeq_ + 1);
    link(event) = second;
}

void AuditEventLinks::addBehind(std::int64_t event, std::int64_t session)
{
    std::int64_t last = firstOf(session);
    if (last == 0) {
        addBefore(event, session);
        return;
    }
    while (const std::int64_t next = nextOf(last))
        last = next;
    link(last) = static_cast<std::uint32_t>(event - firstSeq_ + 1);
}

} // namespace sallyport::db
