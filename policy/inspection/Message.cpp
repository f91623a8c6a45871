#include "policy/inspection/Message.h"

namespace sallyport::policy::inspection {

std::string_view contentLossName(ContentLoss loss)
{
    switch (loss) {
    case ContentLoss::None:
        return "";
    case ContentLoss::UnknownExtension:
        return "unknown-extension";
    case ContentLoss::MemoryBudget:
        return "memory-budget";
    case ContentLoss::BadDeflate:
        return "bad-deflate";
    case ContentLoss::TooCompressed:
        return "too-compressed";
    }
    return "";
}

} // namespace sallyport::policy::inspection
