#include "app/TimeOption.h"

#include "admin/api/TimeText.h"
#include "app/CommandLine.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

namespace sallyport::app {

std::optional<Time> parseTime(std::string_view text)
{
    return admin::api::timeFrom(text);
}

std::optional<Time> timeOption(const CommandLine& line, const std::string& option)
{
    if (!line.has(option))
        return std::nullopt;
    const std::optional<Time> time = parseTime(line.text(option));
    if (!time)
        throw UsageError("--" + option + ": \"" + line.text(option) +
                         "\" is not a time; write 2026-01-31T08:00:00Z, 2026-01-31T09:00:00+01:00 "
                         "or 2026-01-31");
    return time;
}

std::string timeText(Time time)
{
    return Poco::DateTimeFormatter::format(Poco::Timestamp(time.time_since_epoch().count()),
                                           "%Y-%m-%dT%H:%M:%SZ");
}

} // namespace sallyport::app
