// AuditFields: the fields of an audit record by their names, in the order in which they are
// exported.
//
// One table in the source file says what fields there are. Knows no SQL and no format.
#pragma once

#include "db/AuditRecord.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sallyport::db {

struct Microseconds {
    std::uint64_t count;
};
/// Shown in seconds, where Microseconds are shown in milliseconds.
struct Milliseconds {
    std::uint64_t count;
};
using Texts = std::vector<std::string_view>;
/// monostate: unknown. Views are valid as long as the record's are.
using FieldValue = std::variant<std::monostate, std::string_view, std::string, std::uint64_t, bool,
                                Microseconds, Milliseconds, Texts>;

struct AuditField {
    std::string_view name;
    /// Whether records of this kind have the field; only of these value() may be asked.
    bool (*applies)(const AuditRecord&);
    FieldValue (*value)(const AuditRecord&);
};

[[nodiscard]] std::span<const AuditField> auditFields();

} // namespace sallyport::db
