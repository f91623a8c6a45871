#include "app/PolicySummary.h"

#include <iostream>

namespace sallyport::app {

using policy::Layer;

Poco::JSON::Object summaryJson(const policy::PolicyDocument& document)
{
    Poco::JSON::Object object = orderedObject();
    for (const Layer layer : policy::AllLayers)
        object.set(std::string(policy::layerName(layer)) + "_rules", document.rows(layer).size());
    object.set("access_default", std::string(policy::actionName(document.defaults.access)));
    return object;
}

void printJson(const Poco::JSON::Object& object)
{
    object.stringify(std::cout);
    std::cout << '\n';
}

} // namespace sallyport::app
