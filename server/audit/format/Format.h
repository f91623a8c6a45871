// Format: the forms in which the audit log leaves the proxy, by their names: for `audit export` and
// for the sinks.
//
// A format makes one line of one record and knows nothing of where it goes. One table in the source
// file says what formats there are.
#pragma once

#include "db/AuditRecord.h"

#include <span>
#include <string>
#include <string_view>

namespace sallyport::audit::format {

struct Format {
    std::string_view name;      ///< as asked for: "jsonl", "ecs", …
    std::string_view about;     ///< a few words for the help
    std::string_view mediaType; ///< of the whole text
    /// Whether the format can say anything of this record; append() may be asked of such only.
    bool (*takes)(const db::AuditRecord&);
    /// Appends one line and its end. Bytes that are not UTF-8 become U+FFFD.
    void (*append)(std::string& out, const db::AuditRecord&);
    /// Appends what stands before the first line; null: nothing does.
    void (*appendHeader)(std::string& out) = nullptr;

    /// Whether each line is a JSON object.
    [[nodiscard]] bool isJson() const { return mediaType == "application/x-ndjson"; }
};

/// In the order in which help lists them.
[[nodiscard]] std::span<const Format> formats();
/// Null: there is none of that name.
[[nodiscard]] const Format* findFormat(std::string_view name);
/// Throws std::invalid_argument, whose text lists the formats, for a name that does not exist.
[[nodiscard]] const Format& requireFormat(std::string_view name);

} // namespace sallyport::audit::format
