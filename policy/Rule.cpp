#include "policy/Rule.h"

namespace sallyport::policy {

std::string_view layerName(Layer layer)
{
    switch (layer) {
    case Layer::Guard:
        return "guard";
    case Layer::Access:
        return "access";
    }
    return "";
}

std::string_view actionName(Action action)
{
    switch (action) {
    case Action::Allow:
        return "allow";
    case Action::Deny:
        return "deny";
    }
    return "";
}

} // namespace sallyport::policy
