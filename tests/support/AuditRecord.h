// AuditRecord: one line of `sallyport audit export --format jsonl`, as names and texts.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::test {

class AuditRecord {
public:
    /// Throws what POCO throws when the line is not one flat JSON object.
    [[nodiscard]] static AuditRecord parse(const std::string& line);

    /// The value as text; empty when it is null or missing.
    [[nodiscard]] std::string operator[](const std::string& name) const;
    /// Throws when it is not there or not a number.
    [[nodiscard]] double number(const std::string& name) const;
    /// Whether the member is there, null or not.
    [[nodiscard]] bool has(const std::string& name) const;
    [[nodiscard]] const std::string& line() const { return line_; }

private:
    std::map<std::string, std::string> values_;
    std::string line_;
};

/// What a record must say: names and values.
using Wanted = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] bool says(const AuditRecord&, const Wanted&);
void PrintTo(const AuditRecord&, std::ostream*);

} // namespace sallyport::test
