#include "policy/inspection/MessageCounts.h"

#include <algorithm>

namespace sallyport::policy::inspection {

void MessageCounts::add(const Message& message)
{
    ++(message.kind == MessageKind::Text ? text : binary);
    frames += message.frames;
    payloadBytes += message.payloadBytes;
    contentBytes += message.contentBytes;
    maxContentBytes = std::max(maxContentBytes, message.contentBytes);
}

void MessageCounts::add(const ControlFrame& control)
{
    pings += control.opcode == Opcode::Ping;
    pongs += control.opcode == Opcode::Pong;
}

} // namespace sallyport::policy::inspection
