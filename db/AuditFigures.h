// AuditFigures: sums over the audit log: histogram, facets, and what each file holds.
//
// Takes them from the files' roll-up where the filter allows, otherwise from the blocks of the
// sessions (SessionBlock.h) or their rows, newest first, until the time given is over. Used by one
// thread at a time.
#pragma once

#include "db/AuditSearch.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::db {

struct AuditMemory;

enum class Facet : std::uint8_t {
    Verdict,
    Outcome,
    Reason,
    Rule,
    Protocol,
    Host,
    User,
    Client,
    Port,
    PolicyVersion
};
[[nodiscard]] std::string_view facetName(Facet); ///< "verdict", …

struct FacetValue {
    std::string value; ///< as a SessionFilter takes it; of a rule its id, or "default"
    std::string label; ///< for people: the rule's name; otherwise the value
    std::uint64_t sessions = 0;
    /// From clients and from upstreams. Missing where only the beginnings of sessions were read:
    /// in facets by host, user, client, port and policy version of a filter that asks nothing of
    /// what came later.
    std::optional<std::uint64_t> bytesUp;
    std::optional<std::uint64_t> bytesDown;
};

struct FacetFigures {
    Facet facet = Facet::Verdict;
    std::vector<FacetValue> values; ///< most sessions first
    std::size_t distinct = 0;       ///< how many there are
};

struct HistogramSeries {
    std::string verdict;                 ///< or the outcome; empty: none yet
    std::vector<std::uint64_t> sessions; ///< by bucket
};

struct Histogram {
    AuditTime from{};               ///< where the first bucket begins
    std::chrono::seconds bucket{0}; ///< 0: there is nothing in the period
    std::vector<HistogramSeries> series;
};

struct FiguresWanted {
    SessionFilter filter;
    std::vector<Facet> facets;
    std::size_t values = 10;   ///< of each facet
    std::size_t buckets = 120; ///< at most; 0: no histogram
    enum class Series : std::uint8_t { Verdicts, Outcomes } series = Series::Verdicts;
    /// For what the roll-up cannot tell.
    std::chrono::milliseconds budget{150};
};

struct Figures {
    Histogram histogram;
    std::vector<FacetFigures> facets; ///< in the order wanted
    /// Share of the period that the histogram and the facets that are not in the roll-up were taken
    /// from, its newest part; 1: all of it, nothing is approximate.
    double fraction = 1;
};

struct AuditFileFigures {
    std::filesystem::path file;
    std::uint64_t firstSeq = 0;
    std::uint64_t lastSeq = 0;
    AuditTime firstTime{};
    AuditTime lastTime{};
    enum class Condition : std::uint8_t { Written, Sealed } condition = Condition::Written;
    std::uint64_t bytesOnDisk = 0; ///< with what is still beside the file
    std::uint64_t begun = 0;       ///< sessions and refusals
    std::uint64_t ended = 0;       ///< likewise
    std::uint64_t bytesUp = 0;     ///< of those that ended
    std::uint64_t bytesDown = 0;
};

class AuditFigures {
public:
    /// Throws DatabaseError when there is no such folder. Without `memory` it has its own.
    explicit AuditFigures(const std::filesystem::path& folder,
                          std::shared_ptr<AuditMemory> memory = {});
    ~AuditFigures();
    AuditFigures(AuditFigures&&) noexcept;
    AuditFigures& operator=(AuditFigures&&) noexcept;

    // All throw DatabaseError.

    /// Sessions by the time of their first event. Where the roll-up tells, they count with the
    /// verdict and the rule that they began with, bytes with the end that moved them; the outcome
    /// "error", and with a filter by reason all, count by the time of the end; and the period is
    /// taken to whole 5 minutes. Otherwise they count as a search finds them. The facet by policy
    /// version takes the version that they began with wherever nothing else asks for more.
    [[nodiscard]] Figures figures(const FiguresWanted& wanted, const AuditSearch::Stop& stop = {});
    /// Oldest first.
    [[nodiscard]] std::vector<AuditFileFigures> files();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace sallyport::db
