// AuditSummary: what the overview wants of the audit log, which remembers what the process has
// forgotten: who was denied most, and how decisions went.
//
// Keeps its answers for a while. Any thread.
#pragma once

#include "db/AuditFigures.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace sallyport::admin::live {

/// Sessions by what became of them.
struct OutcomeSums {
    std::array<std::uint64_t, db::AllSessionOutcomes.size()> sums{};

    [[nodiscard]] std::uint64_t of(db::SessionOutcome outcome) const
    {
        return sums[static_cast<std::size_t>(outcome)];
    }
    [[nodiscard]] std::uint64_t all() const;
    [[nodiscard]] double deniedShare() const; ///< 0 of none
};

class AuditSummary {
public:
    using Time = std::chrono::system_clock::time_point;
    static constexpr std::size_t MostValues = 5;

    /// `folder`: of the log.
    explicit AuditSummary(std::filesystem::path folder) : folder_(std::move(folder)) {}
    AuditSummary(const AuditSummary&) = delete;
    AuditSummary& operator=(const AuditSummary&) = delete;

    struct Span {
        std::vector<db::FacetValue> deniedHosts; ///< most first
        std::vector<db::FacetValue> deniedUsers; ///< "": nobody signed in
        OutcomeSums outcomes;
        OutcomeSums before; ///< of the same time a day earlier, or a whole span if it is longer
        db::Histogram histogram; ///< by outcome
    };
    /// Of the last `span`. Throws DatabaseError.
    [[nodiscard]] std::shared_ptr<const Span> over(std::chrono::seconds span, Time now);
    /// To whole five minutes. Throws DatabaseError.
    [[nodiscard]] OutcomeSums outcomes(Time from, Time until);

private:
    struct Kept {
        Time at;
        std::shared_ptr<const Span> span;
    };

    [[nodiscard]] db::AuditFigures& figures();
    [[nodiscard]] Span take(Time from, Time until);
    [[nodiscard]] OutcomeSums takeOutcomes(Time from, Time until, db::Histogram* histogram);

    const std::filesystem::path folder_;
    std::mutex mutex_; // guards what follows
    std::unique_ptr<db::AuditFigures> figures_;
    std::map<std::chrono::seconds, Kept> kept_;
};

} // namespace sallyport::admin::live
