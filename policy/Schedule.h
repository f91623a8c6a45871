// Schedule: the hours of a week in which a row counts, "mon-fri 08:00-18:00 Europe/Berlin". A pure
// value: it tells no time.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace sallyport::policy {

inline constexpr std::uint16_t MinutesPerDay = 24 * 60;

struct Schedule {
    /// Bit 0 is Monday. The days on which the hours begin: those that run over midnight end on the
    /// next one.
    std::uint8_t days = 0x7f;
    /// Minutes since midnight, local time: from `from` up to but without `to`. `to` at or before
    /// `from` is on the next day.
    std::uint16_t from = 0;
    std::uint16_t to = MinutesPerDay;
    std::string zone = "UTC"; ///< a name of the IANA time zone database

    friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// "[DAYS] [HH:MM-HH:MM] [ZONE]", at least one of the first two: "mon,wed-fri", "22:00-06:00",
/// "sat-sun Europe/Berlin". Without days every day, without hours the whole day, without a zone
/// UTC. The error is a complaint that starts with the quoted text. Whether the zone exists is found
/// out when a policy is compiled.
[[nodiscard]] std::expected<Schedule, std::string> parseSchedule(std::string_view text);
/// As parseSchedule() reads it; always with the zone.
[[nodiscard]] std::string scheduleText(const Schedule& schedule);

} // namespace sallyport::policy
