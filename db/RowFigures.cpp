#include "db/RowFigures.h"

#include "db/AuditFileFilter.h"
#include "db/AuditRows.h"

namespace sallyport::db {

using enum AuditFileFilter::Column;

void RowFigures::add(const Statement& row, const std::optional<SessionCourse>& course)
{
    FigureSum sum{1, 0, 0};
    if (course) {
        sum.bytesUp = course->bytesUp.value_or(0);
        sum.bytesDown = course->bytesDown.value_or(0);
        if (histogram_)
            histogram_->add(wanted_.series == FiguresWanted::Series::Outcomes
                                ? outcomeName(course->outcome())
                                : std::string_view(course->verdict),
                            auditTime(row.integer(Time)), 1);
    }
    for (FacetSums* const facet : facets_)
        addTo(*facet, row, course ? &*course : nullptr, sum);
}

void RowFigures::addTo(FacetSums& facet, const Statement& row, const SessionCourse* course,
                       const FigureSum& sum)
{
    switch (facet.facet()) {
    case Facet::Host:
        sums_[Facet::Host][row.integer(Host)].add(sum);
        return;
    case Facet::User:
        sums_[Facet::User][row.integer(User)].add(sum);
        return;
    case Facet::Protocol:
        sums_[Facet::Protocol][row.integer(Protocol)].add(sum);
        return;
    case Facet::Port:
        sums_[Facet::Port][row.integer(Port)].add(sum);
        return;
    case Facet::Client: {
        const auto bytes = row.blob(ClientIp);
        clients_[std::string(bytes.begin(), bytes.end())].add(sum);
        return;
    }
    case Facet::PolicyVersion: // 0: none
        sums_[Facet::PolicyVersion]
             [course ? course->policyVersion.value_or(0) : row.integer(PolicyVersion)]
                 .add(sum);
        return;
    case Facet::Verdict:
    case Facet::Outcome:
    case Facet::Reason:
    case Facet::Rule:
        if (course)
            addStanding(facet, *course, sum);
        return;
    }
}

void RowFigures::give()
{
    for (FacetSums* const facet : facets_) {
        for (const auto& [number, sum] : sums_[facet->facet()])
            if (facet->facet() != Facet::Port && facet->facet() != Facet::PolicyVersion) {
                file_.names().keepBounded();
                const std::string_view name = file_.names().text(number);
                facet->add(name, name, sum);
            } else if (number != 0) {
                facet->add(std::to_string(number), std::to_string(number), sum);
            }
        if (facet->facet() == Facet::Client)
            for (const auto& [address, sum] : clients_) {
                const std::string text = addressTextOf(
                    {reinterpret_cast<const std::uint8_t*>(address.data()), address.size()});
                facet->add(text, text, sum);
            }
    }
}

} // namespace sallyport::db
