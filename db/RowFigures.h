// RowFigures: histogram and facets of the sessions of one file, from their rows: of files without
// session blocks, and where there are only a few.
#pragma once

#include "db/AuditSessionCourse.h"
#include "db/FigureSums.h"
#include "db/OpenAuditFiles.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::db {

class RowFigures {
public:
    /// `histogram` may be null. All must outlive it.
    RowFigures(OpenAuditFile& file, const FiguresWanted& wanted, HistogramSums* histogram,
               const std::vector<FacetSums*>& facets)
        : file_(file), wanted_(wanted), histogram_(histogram), facets_(facets)
    {}

    /// `row` has AuditFileFilter::Columns. Without a course the session has neither bytes nor what
    /// the roll-up tells of.
    void add(const Statement& row, const std::optional<SessionCourse>& course);
    /// Puts names in place of numbers; to be called last.
    void give();

private:
    using Numbers = std::unordered_map<std::int64_t, FigureSum>;

    void addTo(FacetSums& facet, const Statement& row, const SessionCourse* course,
               const FigureSum& sum);

    OpenAuditFile& file_;
    const FiguresWanted& wanted_;
    HistogramSums* histogram_;
    const std::vector<FacetSums*>& facets_;
    std::map<Facet, Numbers> sums_;
    std::unordered_map<std::string, FigureSum> clients_; // by their bytes
};

} // namespace sallyport::db
