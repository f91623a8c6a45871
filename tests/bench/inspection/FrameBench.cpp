// FrameBench: what reading a WebSocket costs per message, for messages of 64 bytes and 1 KB,
// masked, as sizes only and with their contents, plain and compressed. One thread; prints markdown.
//
//   bench-frames [MESSAGES]

#include "policy/inspection/MessageReader.h"
#include "tests/unit/inspection/FrameEncoder.h"

#include <time.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace sallyport::policy::inspection {
namespace {

using Depth = MessageReader::Depth;
enum class Packing : std::uint8_t { Plain, Deflated };

constexpr std::size_t ReadBytes = 65536; // what a relay reads at once, at most

double cpuNanoseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Looks at nothing, so that the reader alone is measured.
class Counter final : public MessageListener {
public:
    std::uint64_t messages = 0;
    std::uint64_t contentBytes = 0;

    void onMessageBegin(Direction, const Message&) override {}
    void onContent(Direction, const Message&, std::span<const char>) override {}
    void onMessageEnd(Direction, const Message& message) override
    {
        ++messages;
        contentBytes += message.contentBytes;
    }
    void onControl(Direction, const ControlFrame&) override {}
    void onFault(Direction, FrameFault) override { std::abort(); }
    void onContentLoss(Direction, ContentLoss) override { std::abort(); }
};

// JSON as chats send it.
std::string textOf(std::size_t bytes, std::mt19937& random)
{
    std::string text;
    while (text.size() < bytes)
        text += R"({"user":")" + std::to_string(random() % 1000) + R"(","text":"word )" +
                std::to_string(random()) + R"("},)";
    return text.substr(0, bytes);
}

Extensions extensionsFor(Packing packing)
{
    return parseExtensions(packing == Packing::Deflated ? "permessage-deflate" : "");
}

std::string messages(std::size_t count, std::size_t bytes, Packing packing)
{
    std::mt19937 random(1);
    test::Deflater deflater({});
    std::string wire;
    for (; count > 0; --count) {
        const auto text = textOf(bytes, random);
        wire += packing == Packing::Plain ? test::frame(0x81, text)
                                          : test::frame(0xc1, deflater.message(text));
    }
    return wire;
}

double nanosecondsPerMessage(std::size_t count, std::string_view wire, Packing packing, Depth depth)
{
    InflateBudget budget(1 << 20);
    MessageReader reader(Direction::ClientToUpstream, extensionsFor(packing), depth, budget);
    std::vector<char> room(8192);
    Counter counter;
    const auto start = cpuNanoseconds();
    while (counter.messages < count) {
        for (auto rest = wire; !rest.empty(); rest.remove_prefix(std::min(rest.size(), ReadBytes)))
            reader.read(rest.substr(0, ReadBytes), room, counter);
    }
    return (cpuNanoseconds() - start) / static_cast<double>(counter.messages);
}

void measure(std::size_t count)
{
    std::printf("sizeof(MessageReader) is %zu bytes\n\n", sizeof(MessageReader));
    std::printf("| message | sizes only, ns | with content, ns |\n| --- | --- | --- |\n");
    for (const auto packing : {Packing::Plain, Packing::Deflated})
        for (const std::size_t bytes : {64, 1024}) {
            // Fits the cache, as what a relay has just read does.
            const auto wire = messages(std::size_t{256} * 1024 / bytes, bytes, packing);
            std::printf("| %zu bytes%s | %.0f | %.0f |\n", bytes,
                        packing == Packing::Deflated ? ", compressed" : "",
                        nanosecondsPerMessage(count, wire, packing, Depth::Sizes),
                        nanosecondsPerMessage(count, wire, packing, Depth::Content));
        }
}

} // namespace
} // namespace sallyport::policy::inspection

int main(int argc, char** argv)
{
    sallyport::policy::inspection::measure(argc > 1 ? std::strtoull(argv[1], nullptr, 10)
                                                    : 1'000'000);
}
