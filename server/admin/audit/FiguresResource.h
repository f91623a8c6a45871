// FiguresResource: GET /audit/histogram, /audit/facets and /audit/facet-values: what the sessions
// of a filter add up to.
//
// What the roll-up cannot tell is counted newest first until the time is over; the answer says how
// much of the period it is from.
#pragma once

#include "admin/api/Router.h"
#include "admin/audit/JsonWriter.h"
#include "admin/audit/LogReaders.h"
#include "admin/audit/Privacy.h"
#include "admin/audit/RecordedPolicies.h"
#include "admin/audit/Views.h"

#include <chrono>

namespace sallyport::admin::audit {

class FiguresResource {
public:
    /// For one answer; with what comes before and behind it, it stays below 150 ms on a quiet
    /// machine.
    static constexpr std::chrono::milliseconds Budget{140};

    FiguresResource(LogReaders& readers, Views& views, Privacy& privacy, RecordedPolicies& policies)
        : readers_(readers), views_(views), privacy_(privacy), policies_(policies)
    {}

    void addTo(api::Router& router);

private:
    [[nodiscard]] api::Answer histogram(const api::Call& call);
    [[nodiscard]] api::Answer facets(const api::Call& call);
    [[nodiscard]] api::Answer values(const api::Call& call);
    void writeMarks(JsonWriter& json, const db::Histogram& histogram);

    LogReaders& readers_;
    Views& views_;
    Privacy& privacy_;
    RecordedPolicies& policies_;
};

} // namespace sallyport::admin::audit
