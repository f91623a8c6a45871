#include "policy/PolicyDocument.h"

#include "policy/DocumentReader.h"
#include "policy/DocumentWriter.h"

#include <Poco/UUIDGenerator.h>

#include <utility>

namespace sallyport::policy {

PolicyDocument PolicyDocument::parse(std::string_view json)
{
    return readDocument(json);
}

std::string PolicyDocument::toJson() const
{
    return writeDocument(*this);
}

PolicyDocument PolicyDocument::initial()
{
    Rule rule;
    rule.id = Poco::UUIDGenerator().createRandom().toString();
    rule.name = "Internal clients to the web";
    rule.action = Action::Allow;
    rule.comment =
        "Written by the first start. Public destinations only: the guard refuses private "
        "and other special-purpose addresses.";
    for (const auto* network : {"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12",
                                "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"})
        rule.when.client.push_back(parseNetwork(network).value());
    rule.when.port = {{80, 80}, {443, 443}};
    PolicyDocument document;
    document.access.push_back(std::move(rule));
    return document;
}

} // namespace sallyport::policy
