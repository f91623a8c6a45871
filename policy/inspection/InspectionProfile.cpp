#include "policy/inspection/InspectionProfile.h"

namespace sallyport::policy::inspection {

std::string_view checkActionName(CheckAction action)
{
    switch (action) {
    case CheckAction::Note:
        return "note";
    case CheckAction::Alert:
        return "alert";
    case CheckAction::Slow:
        return "slow";
    case CheckAction::Cut:
        break;
    }
    return "cut";
}

std::string_view checkDirectionName(Direction direction)
{
    return direction == Direction::ClientToUpstream ? "client-to-upstream" : "upstream-to-client";
}

std::string_view messageKindName(MessageKind kind)
{
    return kind == MessageKind::Text ? "text" : "binary";
}

} // namespace sallyport::policy::inspection
