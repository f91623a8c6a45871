// TimeColumn: the hours of the week in which rows count, zone by zone.
//
// The zone's own clock is what a person means by "08:00": where it is put forward or back, so are
// the hours. Time zones are those of the system's IANA database.
#pragma once

#include "policy/Columns.h"

#include <cctz/time_zone.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sallyport::policy {

/// Throws PolicyError for a time zone that does not exist.
[[nodiscard]] cctz::time_zone requireZone(const std::string& name);
/// What the zone's clock shows: minutes since Monday 00:00.
[[nodiscard]] std::uint32_t minuteOfWeek(const cctz::time_zone& zone, WallTime now);
/// The same in words: "Sunday 14:00 in Europe/Berlin". Throws PolicyError likewise.
[[nodiscard]] std::string clockText(const std::string& zone, WallTime now);

class TimeColumn {
public:
    /// Throws PolicyError for a time zone that does not exist.
    TimeColumn(std::span<const RowCondition<Schedule>> rows, const ValueRowsMaker& maker);

    /// Calls `use` with what each zone's clock says.
    template <class Use>
    void find(WallTime now, Use use) const
    {
        for (const auto& [zone, weeks] : zones_)
            use(weeks.find(minuteOfWeek(zone, now)));
    }

private:
    struct Zone {
        cctz::time_zone zone;
        RangeColumn<std::uint32_t> weeks; // minutes since Monday 00:00
    };

    std::vector<Zone> zones_;
};

} // namespace sallyport::policy
