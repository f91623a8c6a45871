#include "app/RecordFilter.h"

#include "app/CommandLine.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <stdexcept>

namespace sallyport::app {
namespace {

namespace po = boost::program_options;

std::string textOf(const std::optional<db::AuditTime>& time)
{
    if (!time)
        return {};
    return Poco::DateTimeFormatter::format(Poco::Timestamp(time->time_since_epoch().count()),
                                           "%Y-%m-%dT%H:%M:%S.%FZ");
}

} // namespace

void addFilterOption(CommandLine& line)
{
    line.options().add_options()(
        "filter",
        po::value<std::vector<std::string>>()->composing()->multitoken()->value_name("FIELD=VALUE"),
        "only events whose FIELD is VALUE; several must all hold. An empty VALUE asks for the "
        "unknown");
}

db::AuditFilter filterOption(const CommandLine& line)
{
    db::AuditFilter filter;
    for (const std::string& text : line.texts("filter")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            throw UsageError("--filter: \"" + text +
                             "\" has no =; write for example --filter host=www.example.com");
        try {
            filter.require(text.substr(0, equals), text.substr(equals + 1));
        } catch (const std::invalid_argument& error) {
            throw UsageError(std::string("--filter: ") + error.what());
        }
    }
    return filter;
}

InPeriod::InPeriod(const db::AuditPeriod& period)
    : since_(textOf(period.since)), until_(textOf(period.until))
{}

} // namespace sallyport::app
