#include "admin/policy/PolicySummary.h"

namespace sallyport::admin {

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

} // namespace sallyport::admin
