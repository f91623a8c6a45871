#include "policy/inspection/Frame.h"

namespace sallyport::policy::inspection {

std::string_view frameFaultName(FrameFault fault)
{
    switch (fault) {
    case FrameFault::None:
        return "";
    case FrameFault::ReservedOpcode:
        return "reserved-opcode";
    case FrameFault::ReservedBits:
        return "reserved-bits";
    case FrameFault::Unmasked:
        return "unmasked";
    case FrameFault::Masked:
        return "masked";
    case FrameFault::OversizedControl:
        return "oversized-control";
    case FrameFault::FragmentedControl:
        return "fragmented-control";
    case FrameFault::UnexpectedContinuation:
        return "unexpected-continuation";
    case FrameFault::UnfinishedMessage:
        return "unfinished-message";
    case FrameFault::LengthNotMinimal:
        return "length-not-minimal";
    case FrameFault::LengthTooLarge:
        return "length-too-large";
    case FrameFault::BadClose:
        return "bad-close";
    case FrameFault::BadUtf8:
        return "bad-utf8";
    }
    return "";
}

} // namespace sallyport::policy::inspection
