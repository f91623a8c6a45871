// The payload of compressed messages: content and outcome are the same however it is cut, no memory
// is lost. Messages end at 0x55 0xaa; the first byte of the input says the terms.
#include "Invariant.h"
#include "policy/inspection/DeflateFollower.h"

#include <string>
#include <vector>

namespace sallyport::fuzz {

namespace {

using namespace policy::inspection;
using Outcome = DeflateFollower::Outcome;

constexpr std::string_view Separator = "\x55\xaa";

class Content final : public DeflateFollower::Listener {
public:
    void onInflated(std::span<const char> content) override
    {
        mustHold(!content.empty(), "no empty content is told");
        text.append(content.data(), content.size());
    }
    std::string text;
};

struct Followed {
    std::vector<std::string> contents;
    Outcome outcome = Outcome::Good;
};

Outcome readMessage(DeflateFollower& follower, std::string_view payload, std::size_t pieceBytes,
                    std::span<char> room, Content& content)
{
    while (!payload.empty()) {
        const std::string_view piece = payload.substr(0, pieceBytes);
        const std::vector<char> copy(piece.begin(), piece.end());
        if (const auto outcome = follower.read(copy, room, content); outcome != Outcome::Good)
            return outcome;
        payload.remove_prefix(piece.size());
    }
    return follower.endMessage(room, content);
}

Followed follow(const DeflateTerms& terms, std::string_view input, std::size_t budgetBytes,
                std::size_t pieceBytes, std::size_t roomBytes)
{
    Followed followed;
    InflateBudget budget(budgetBytes);
    std::vector<char> room(roomBytes);
    {
        DeflateFollower follower(terms, budget);
        while (!input.empty() && followed.outcome == Outcome::Good) {
            const auto payload = input.substr(0, input.find(Separator));
            input.remove_prefix(std::min(input.size(), payload.size() + Separator.size()));
            Content content;
            followed.outcome = readMessage(follower, payload, pieceBytes, room, content);
            followed.contents.push_back(std::move(content.text));
        }
        mustHold(followed.outcome == Outcome::Good || budget.freeBytes() == budgetBytes,
                 "content that is lost holds no memory");
    }
    mustHold(budget.freeBytes() == budgetBytes, "all memory is given back");
    return followed;
}

void compare(const Followed& one, const Followed& other)
{
    mustHold(one.outcome == other.outcome, "an outcome is the same however payload is cut");
    mustHold(one.contents == other.contents, "content is the same however payload is cut");
}

} // namespace

} // namespace sallyport::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport::fuzz;
    if (size == 0)
        return 0;
    DeflateTerms terms;
    terms.contextTakeover = (data[0] & 1) != 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto budgetBytes = (data[0] & 6) == 6 ? 10000U : 1U << 17;
    const auto whole = follow(terms, input, budgetBytes, size, 4096);
    compare(whole, follow(terms, input, budgetBytes, 1, 65536));
    compare(whole, follow(terms, input, budgetBytes, 1U + data[0] / 8U, 300));

    // Which of the references that reach too far are found out depends on the cut.
    terms.windowBits = static_cast<std::uint8_t>(8 + (data[0] >> 3) % 7);
    static_cast<void>(follow(terms, input, budgetBytes, 1U + data[0] / 8U, 300));
    return 0;
}
