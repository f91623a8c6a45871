#include "support/AuditRecord.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <ostream>

namespace sallyport::test {

AuditRecord AuditRecord::parse(const std::string& line)
{
    AuditRecord record;
    record.line_ = line;
    Poco::JSON::Parser parser;
    const auto object = parser.parse(line).extract<Poco::JSON::Object::Ptr>();
    for (const auto& [name, value] : *object)
        record.values_[name] = value.isEmpty() ? "" : value.toString();
    return record;
}

std::string AuditRecord::operator[](const std::string& name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? "" : found->second;
}

double AuditRecord::number(const std::string& name) const
{
    return std::stod(values_.at(name));
}

bool AuditRecord::has(const std::string& name) const
{
    return values_.contains(name);
}

bool says(const AuditRecord& record, const Wanted& wanted)
{
    for (const auto& [name, value] : wanted) {
        if (record[name] != value)
            return false;
    }
    return true;
}

void PrintTo(const AuditRecord& record, std::ostream* out)
{
    *out << record.line();
}

} // namespace sallyport::test
