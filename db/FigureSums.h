// FigureSums: what histograms and facets are added up in, over the files of the audit log.
#pragma once

#include "db/AuditFigures.h"
#include "db/AuditSessionCourse.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

struct FigureSpan {
    AuditTime from{};
    AuditTime to{}; ///< not included; not after from: there is nothing

    [[nodiscard]] bool isEmpty() const { return to <= from; }
};

/// Of the period as far as there are records.
[[nodiscard]] FigureSpan figureSpan(const AuditPeriod& period, const std::vector<AuditFile>& files);

class HistogramSums {
public:
    /// No buckets when there is nothing in the span, or none are wanted.
    HistogramSums(FigureSpan span, std::chrono::seconds least, std::size_t mostBuckets);

    [[nodiscard]] std::size_t buckets() const { return buckets_; }
    [[nodiscard]] AuditTime from() const { return histogram_.from; }
    [[nodiscard]] std::chrono::seconds bucket() const { return histogram_.bucket; }

    /// May be less than none: of failed sessions, where they were counted before.
    void add(std::string_view series, AuditTime time, std::int64_t sessions);
    [[nodiscard]] Histogram take();

private:
    Histogram histogram_;
    std::map<std::string, std::vector<std::int64_t>, std::less<>> sums_;
    std::size_t buckets_ = 0;
};

struct FigureSum {
    std::int64_t sessions = 0;
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;

    void add(const FigureSum& other)
    {
        sessions += other.sessions;
        bytesUp += other.bytesUp;
        bytesDown += other.bytesDown;
    }
};

class FacetSums {
public:
    enum class Bytes : std::uint8_t { Known, Unknown };

    FacetSums(Facet facet, Bytes bytes) : facet_(facet), bytes_(bytes) {}

    [[nodiscard]] Facet facet() const { return facet_; }
    [[nodiscard]] Bytes bytes() const { return bytes_; }
    /// The label is that of the first call: the newest.
    void add(std::string_view value, std::string_view label, const FigureSum& sum);
    [[nodiscard]] FacetFigures figures(std::size_t most) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct Labelled {
        std::string label;
        FigureSum sum;
    };

    Facet facet_;
    Bytes bytes_;
    std::unordered_map<std::string, Labelled, Hash, std::equal_to<>> values_;
};

/// To a facet by verdict, outcome, rule or reason.
void addStanding(FacetSums& facet, const SessionCourse& course, const FigureSum& sum);

/// What the roll-up tells of, too.
[[nodiscard]] bool isOfRollup(Facet facet);

} // namespace sallyport::db
