// RecordFields: what a record says, by the names of its fields, as JSON; and which of it belongs
// together.
#pragma once

#include "admin/api/Role.h"
#include "admin/audit/JsonWriter.h"
#include "admin/audit/Privacy.h"
#include "db/AuditRecord.h"

#include <cstdint>
#include <string_view>

namespace sallyport::admin::audit {

/// Who looks: what a record says of headers is not for everybody, names of users neither.
struct Onlooker {
    api::Role role = api::Role::HelpDesk;
    UserNames users = UserNames::Shown;

    [[nodiscard]] bool maySee(std::string_view field) const;
};

/// {"name": value, …}: all that the record knows.
void writeRecordFields(JsonWriter& json, const db::AuditRecord& record, const Onlooker& onlooker);
/// [{"name", "fields": [{"name", "value"}]}]: the same in groups.
void writeFieldGroups(JsonWriter& json, const db::AuditRecord& record, const Onlooker& onlooker);

} // namespace sallyport::admin::audit
