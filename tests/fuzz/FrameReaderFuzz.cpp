// The stream of a WebSocket: frames and messages are the same however it is cut, with and without
// permessage-deflate. The first byte of the input says what was agreed on.
#include "Invariant.h"
#include "policy/inspection/MessageReader.h"
#include "tests/unit/inspection/MessageTrace.h"

#include <span>
#include <string>

namespace sallyport::fuzz {

namespace {

using namespace policy::inspection;

constexpr std::size_t BudgetBytes = 1 << 17;

// The window is the largest: a smaller one lets bad data pass depending on the cut.
struct Setting {
    explicit Setting(std::uint8_t choice)
        : direction((choice & 1) != 0 ? Direction::UpstreamToClient : Direction::ClientToUpstream),
          depth((choice & 2) != 0 ? MessageReader::Depth::Sizes : MessageReader::Depth::Content)
    {
        extensions.deflate = (choice & 4) != 0;
        extensions.unknown = (choice & 24) == 24;
        extensions.fromClient.contextTakeover = extensions.fromServer.contextTakeover =
            (choice & 32) == 0;
    }

    Direction direction;
    MessageReader::Depth depth;
    Extensions extensions;
};

struct Reading {
    test::MessageTrace trace;
    FrameFault fault = FrameFault::None;
    std::uint64_t offset = 0;
    bool inMessage = false;
    bool atBoundary = false;
};

template <class Next>
Reading readAll(const Setting& setting, std::string_view wire, Next next)
{
    Reading reading;
    InflateBudget budget(BudgetBytes);
    {
        MessageReader reader(setting.direction, setting.extensions, setting.depth, budget);
        test::readInPieces(reader, wire, next, reading.trace);
        reading.fault = reader.fault();
        reading.offset = reader.offset();
        reading.inMessage = reader.inMessage();
        reading.atBoundary = reader.atFrameBoundary();
    }
    mustHold(budget.freeBytes() == BudgetBytes, "all memory is given back");
    return reading;
}

void compare(const Reading& one, const Reading& other)
{
    mustHold(one.trace.lines == other.trace.lines, "the same is told however a stream is cut");
    mustHold(one.trace.openContent() == other.trace.openContent(),
             "an open message has the same content however the stream is cut");
    mustHold(one.fault == other.fault && one.offset == other.offset,
             "a fault is found at the same byte however the stream is cut");
    mustHold(one.inMessage == other.inMessage && one.atBoundary == other.atBoundary,
             "a stream stands at the same place however it is cut");
}

} // namespace

} // namespace sallyport::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport::fuzz;
    if (size == 0)
        return 0;
    const Setting setting(data[0]);
    const std::string_view wire(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = readAll(setting, wire, [&] { return wire.size(); });
    mustHold(whole.fault != FrameFault::None || whole.offset == wire.size(),
             "a stream without a fault is read to its end");
    compare(whole, readAll(setting, wire, [] { return 1; }));
    std::uint32_t random = data[0];
    compare(whole, readAll(setting, wire, [&] {
                random = random * 1664525U + 1013904223U;
                return random >> 26;
            }));
    return 0;
}
