#include "audit/format/Format.h"

#include "audit/format/Cef.h"
#include "audit/format/Ecs.h"
#include "audit/format/Leef.h"
#include "audit/format/Ocsf.h"
#include "audit/format/Squid.h"
#include "db/AuditExport.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sallyport::audit::format {
namespace {

bool every(const db::AuditRecord&)
{
    return true;
}

constexpr auto Formats = std::to_array<Format>({
    {.name = "jsonl",
     .about = "JSON lines with all fields by their own names",
     .mediaType = "application/x-ndjson",
     .takes = every,
     .append = db::appendJsonLine},
    {.name = "ecs",
     .about = "JSON lines by the Elastic Common Schema",
     .mediaType = "application/x-ndjson",
     .takes = every,
     .append = appendEcs},
    {.name = "ocsf",
     .about = "JSON lines by OCSF 1.8",
     .mediaType = "application/x-ndjson",
     .takes = every,
     .append = appendOcsf},
    {.name = "csv",
     .about = "comma-separated, the same fields",
     .mediaType = "text/csv",
     .takes = every,
     .append = db::appendCsvLine,
     .appendHeader = db::appendCsvHeader},
    {.name = "cef",
     .about = "ArcSight's Common Event Format",
     .mediaType = "text/plain",
     .takes = every,
     .append = appendCef},
    {.name = "leef",
     .about = "QRadar's Log Event Extended Format 2.0",
     .mediaType = "text/plain",
     .takes = every,
     .append = appendLeef},
    {.name = "squid",
     .about = "Squid's native access.log: ends and refusals",
     .mediaType = "text/plain",
     .takes = isInSquidLog,
     .append = appendSquid},
});

} // namespace

std::span<const Format> formats()
{
    return Formats;
}

const Format* findFormat(std::string_view name)
{
    const auto found = std::ranges::find(Formats, name, &Format::name);
    return found == Formats.end() ? nullptr : &*found;
}

const Format& requireFormat(std::string_view name)
{
    if (const Format* found = findFormat(name))
        return *found;
    std::string text = "there is no format \"" + std::string(name) + "\"; the formats are";
    for (const Format& known : Formats)
        ((text += &known == Formats.data() ? " " : ", ") += known.name);
    throw std::invalid_argument(text);
}

} // namespace sallyport::audit::format
