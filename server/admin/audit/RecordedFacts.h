// RecordedFacts: what the policy was told of a session, as far as the log kept it.
#pragma once

#include "db/AuditRecord.h"
#include "policy/FactSheet.h"
#include "policy/Policy.h"

#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin::audit {

class RecordedFacts {
public:
    /// The session's events, in their order. Keeps no view.
    void add(const db::AuditRecord& record);

    /// Nothing: the request could not be read, or was not the log's kind.
    [[nodiscard]] const std::optional<policy::FactSheet>& sheet() const { return sheet_; }
    /// What the policy looks at and the log does not keep, in words: "groups", …
    [[nodiscard]] std::vector<std::string> notKept(const policy::Policy& policy) const;

private:
    void addContents(const db::TunnelContents& contents);

    std::optional<policy::FactSheet> sheet_;
};

} // namespace sallyport::admin::audit
