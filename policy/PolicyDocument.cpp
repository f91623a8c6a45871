#include "policy/PolicyDocument.h"

#include "policy/DocumentReader.h"
#include "policy/DocumentWriter.h"
#include "policy/HostPattern.h"

#include <Poco/UUIDGenerator.h>

#include <utility>

namespace sallyport::policy {
namespace {

void noteLists(const std::vector<std::string>& patterns, std::set<std::string>& names)
{
    for (const auto& pattern : patterns)
        if (pattern.starts_with(ListPrefix))
            names.insert(pattern.substr(ListPrefix.size()));
}

void noteLists(const Conditions& conditions, std::set<std::string>& names)
{
    noteLists(conditions.host, names);
    noteLists(conditions.sni, names);
    noteLists(conditions.origin, names);
    names.insert(conditions.addressLists.begin(), conditions.addressLists.end());
}

} // namespace

std::set<std::string> PolicyDocument::listsUsed() const
{
    std::set<std::string> names;
    for (const auto& rules : layers)
        for (const auto& rule : rules)
            names.merge(listsUsedBy(rule));
    return names;
}

std::set<std::string> listsUsedBy(const Rule& rule)
{
    std::set<std::string> names;
    noteLists(rule.when, names);
    noteLists(rule.except, names);
    return names;
}

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
    Rule differing;
    differing.id = Poco::UUIDGenerator().createRandom().toString();
    differing.name = "Names that differ";
    differing.action = Action::Deny;
    differing.mode = Mode::Report;
    differing.comment = "Written by the first start. Decides nothing: the log says in which "
                        "tunnels names do not agree.";
    for (const auto difference : AllNameDifferences)
        differing.when.names.emplace_back(nameDifferenceName(difference));
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
    document.rows(Layer::Access) = {std::move(differing), std::move(rule)};
    return document;
}

} // namespace sallyport::policy
