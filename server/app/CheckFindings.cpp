#include "app/CheckFindings.h"

#include <Poco/JSON/Object.h>

#include <algorithm>

namespace sallyport::app {

void printFindings(std::ostream& out, std::span<const policy::Finding> findings)
{
    for (const policy::Finding& finding : findings)
        out << policy::severityName(finding.severity) << ": " << finding.text << '\n';
}

Poco::JSON::Array findingsJson(std::span<const policy::Finding> findings)
{
    Poco::JSON::Array array;
    for (const policy::Finding& finding : findings) {
        Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
        object.set("severity", std::string(policy::severityName(finding.severity)));
        object.set("kind", std::string(policy::findingName(finding.kind)));
        object.set("layer", std::string(policy::layerName(finding.layer)));
        object.set("position", finding.position);
        object.set("rule_id", finding.ruleId);
        object.set("rule_name", finding.ruleName);
        object.set("other_rule_id", finding.otherId);
        object.set("other_rule_name", finding.otherName);
        object.set("text", finding.text);
        array.add(object);
    }
    return array;
}

bool hasErrors(std::span<const policy::Finding> findings)
{
    return std::ranges::find(findings, policy::Severity::Error, &policy::Finding::severity) !=
           findings.end();
}

} // namespace sallyport::app
