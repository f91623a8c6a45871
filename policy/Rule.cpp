#include "policy/Rule.h"

namespace sallyport::policy {

std::string_view layerName(Layer layer)
{
    switch (layer) {
    case Layer::Guard:
        return "guard";
    case Layer::Emergency:
        return "emergency";
    case Layer::Access:
        return "access";
    case Layer::Inspection:
        return "inspection";
    case Layer::Limits:
        return "limits";
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
    case Action::Blind:
        return "blind";
    case Action::Observe:
        return "observe";
    case Action::Limit:
        return "limit";
    }
    return "";
}

std::string_view modeName(Mode mode)
{
    return mode == Mode::Enforce ? "enforce" : "report";
}

} // namespace sallyport::policy
