#include "app/PolicySummary.h"

#include <iostream>

namespace sallyport::app {

using policy::Layer;

std::string counted(std::size_t count, const std::string& thing)
{
    return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s");
}

std::string summary(const policy::PolicyDocument& document)
{
    std::string text;
    for (const Layer layer : policy::AllLayers) {
        const std::size_t rules = document.rows(layer).size();
        if (rules != 0 || layer == Layer::Guard || layer == Layer::Access)
            text += counted(rules, std::string(policy::layerName(layer)) + " rule") + ", ";
    }
    return text + "otherwise " + std::string(policy::actionName(document.defaults.access));
}

Poco::JSON::Object summaryJson(const policy::PolicyDocument& document)
{
    Poco::JSON::Object object = orderedObject();
    for (const Layer layer : policy::AllLayers)
        object.set(std::string(policy::layerName(layer)) + "_rules", document.rows(layer).size());
    object.set("access_default", std::string(policy::actionName(document.defaults.access)));
    return object;
}

Poco::JSON::Object orderedObject()
{
    return Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

void printJson(const Poco::JSON::Object& object)
{
    object.stringify(std::cout);
    std::cout << '\n';
}

} // namespace sallyport::app
