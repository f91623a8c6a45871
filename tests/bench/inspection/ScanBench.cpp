// ScanBench: what looking for patterns costs, in messages of 1 KiB of text. One thread, its CPU
// time, medians; prints markdown.
//
//   bench-scan [MEGABYTES_PER_RUN [RUNS]]

#include "policy/Ascii.h"
#include "policy/inspection/CompiledProfile.h"
#include "policy/inspection/ProfileRun.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::policy::inspection {
namespace {

constexpr std::size_t MessageBytes = 1024;
constexpr std::size_t PatternCount = 100;

double cpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Chat made of syllables, with capitals and numbers in between.
std::string textOf(std::size_t bytes, std::mt19937& random)
{
    constexpr std::string_view Syllables[] = {"ta", "re", "son", "il", "mo", "ven", "da",  "ki",
                                              "ur", "pe", "las", "ho", "en", "ci",  "bra", "to"};
    std::string text;
    while (text.size() < bytes) {
        if (random() % 16 == 0)
            text += std::to_string(random() % 10'000);
        const auto word = text.size();
        for (auto left = 1 + random() % 4; left != 0; --left)
            text += Syllables[random() % std::size(Syllables)];
        if (random() % 6 == 0)
            text[word] = toUpper(text[word]);
        if (random() % 40 == 0)
            text += " PROJ-KEY tok-CONFIDENTIAL";
        text += random() % 12 == 0 ? ". " : " ";
    }
    text.resize(bytes);
    return text;
}

// Each with a literal of its own in front: "regex:PROJ-A17-[0-9]{4,8}".
std::vector<std::string> anchoredPatterns()
{
    std::vector<std::string> patterns;
    for (std::size_t number = 0; number < PatternCount; ++number) {
        const std::string literal = {static_cast<char>('A' + number % 26),
                                     static_cast<char>('A' + number * 7 % 26),
                                     static_cast<char>('K' + number / 26)};
        const auto own = literal + std::to_string(number);
        switch (number % 4) {
        case 0:
            patterns.push_back("regex:PROJ-" + own + "-[0-9]{4,8}");
            break;
        case 1:
            patterns.push_back("regex:" + own + "_key=[0-9a-f]{16}");
            break;
        case 2:
            patterns.push_back("regex:(?i)confidential " + own + " [a-z]+");
            break;
        default:
            patterns.push_back("regex:tok" + own + R"([A-Za-z0-9_-]{20})");
        }
    }
    return patterns;
}

class Counter final : public FindingListener {
public:
    void onFinding(const Finding&) override { ++findings; }
    std::size_t findings = 0;
};

struct Bench {
    std::vector<std::string> messages;
    std::size_t rounds;
    std::size_t runs;
    DigestKey key{};
    ScanScratch scratch;

    // Gigabytes per second of one run.
    double run(const CompiledProfile& profile, std::size_t pieceBytes, Counter& counter)
    {
        ProfileRun session(profile, key, scratch, counter);
        Message message;
        const auto began = cpuSeconds();
        for (std::size_t round = 0; round < rounds; ++round)
            for (const std::string_view text : messages) {
                ++message.number;
                message.contentBytes = 0;
                session.onMessageBegin(Direction::ClientToUpstream, message);
                for (std::size_t at = 0; at < text.size(); at += pieceBytes) {
                    const auto piece = text.substr(at, pieceBytes);
                    message.contentBytes += piece.size();
                    session.onContent(Direction::ClientToUpstream, message, piece);
                }
                session.onMessageEnd(Direction::ClientToUpstream, message);
            }
        const auto bytes = static_cast<double>(rounds * messages.size() * MessageBytes);
        return bytes / (cpuSeconds() - began) / 1e9;
    }

    void print(const char* name, std::vector<std::string> patterns, std::size_t pieceBytes)
    {
        InspectionProfile profile;
        profile.name = "bench";
        Patterns looked;
        looked.patterns = std::move(patterns);
        profile.checks.emplace_back().condition = std::move(looked);
        const auto began = cpuSeconds();
        const CompiledProfile compiled(std::move(profile));
        const auto compileSeconds = cpuSeconds() - began;
        Counter counter;
        std::vector<double> speeds;
        for (std::size_t count = 0; count < runs; ++count)
            speeds.push_back(run(compiled, pieceBytes, counter));
        std::ranges::sort(speeds);
        std::printf("| %s | %zu | %.2f | %.2f to %.2f | %.0f ns | %.0f ms | %zu |\n", name,
                    pieceBytes, speeds[speeds.size() / 2], speeds.front(), speeds.back(),
                    static_cast<double>(MessageBytes) / speeds[speeds.size() / 2],
                    compileSeconds * 1e3, counter.findings);
    }
};

int main(int argumentCount, char** arguments)
{
    const auto numberAt = [&](int place, std::size_t otherwise) {
        return argumentCount > place ? std::strtoul(arguments[place], nullptr, 10) : otherwise;
    };
    std::mt19937 random(4);
    Bench bench;
    for (std::size_t number = 0; number < 1000; ++number)
        bench.messages.push_back(textOf(MessageBytes, random));
    bench.rounds = std::max<std::size_t>(1, numberAt(1, 100));
    bench.runs = std::max<std::size_t>(1, numberAt(2, 15));
    std::puts(
        "| patterns | bytes a piece | GB/s, median | runs | a message | compile | findings |\n"
        "| --- | --- | --- | --- | --- | --- | --- |");
    bench.print("100 with a literal", anchoredPatterns(), MessageBytes);
    bench.print("100 with a literal", anchoredPatterns(), 256);
    bench.print("card-number", {"card-number"}, MessageBytes);
    bench.print("iban", {"iban"}, MessageBytes);
    bench.print("private-key", {"private-key"}, MessageBytes);
    bench.print("cloud-token", {"cloud-token"}, MessageBytes);
    bench.print("all built-in", {"card-number", "iban", "private-key", "cloud-token"},
                MessageBytes);
    return 0;
}

} // namespace
} // namespace sallyport::policy::inspection

int main(int argumentCount, char** arguments)
{
    return sallyport::policy::inspection::main(argumentCount, arguments);
}
