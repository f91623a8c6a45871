#include "policy/inspection/DeflateFollower.h"

#define ZLIB_CONST // input is const
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace sallyport::policy::inspection {

// zlib's state; asks for memory only what the budget has, and gives it back all at once.
class DeflateFollower::Inflater {
public:
    explicit Inflater(InflateBudget& budget) : budget_(budget) {}
    ~Inflater()
    {
        inflateEnd(&stream_); // does nothing to a stream that was not started
        budget_.giveBack(taken_);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    [[nodiscard]] Outcome start(int windowBits)
    {
        static constexpr std::array<Bytef, 1> Empty{};
        stream_.zalloc = allocate;
        stream_.zfree = [](void*, void* memory) { std::free(memory); };
        stream_.opaque = this;
        // An empty dictionary makes zlib ask for the window now. Later it would be lost somewhere
        // in the message, depending on how that was cut.
        const bool started = inflateInit2(&stream_, -windowBits) == Z_OK &&
                             inflateSetDictionary(&stream_, Empty.data(), 0) == Z_OK;
        return started ? Outcome::Good : Outcome::NoMemory;
    }

    [[nodiscard]] Outcome read(std::span<const char> payload, std::span<char> room,
                               Listener& listener, Volume& volume)
    {
        volume.sent += payload.size();
        stream_.next_in = reinterpret_cast<const Bytef*>(payload.data());
        stream_.avail_in = static_cast<uInt>(payload.size());
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(room.data());
            stream_.avail_out = static_cast<uInt>(room.size());
            const int status = inflate(&stream_, Z_SYNC_FLUSH);
            if (const auto size = room.size() - stream_.avail_out; size > 0) {
                if (finalBlockSeen_)
                    return Outcome::Malformed;
                listener.onInflated(room.first(size));
                volume.inflated += size;
                if (volume.inflated > AllowedBytes + AllowedRatio * volume.sent)
                    return Outcome::TooCompressed;
            }
            if (status == Z_STREAM_END)
                passFinalBlock();
            else if (status == Z_MEM_ERROR)
                return Outcome::NoMemory;
            else if (status != Z_OK && status != Z_BUF_ERROR) // the latter: all input used
                return Outcome::Malformed;
        } while (stream_.avail_in > 0 || stream_.avail_out == 0);
        return Outcome::Good;
    }

    [[nodiscard]] Outcome endMessage(std::span<char> room, Listener& listener, Volume& volume)
    {
        static constexpr std::array<char, 4> Tail{'\x00', '\x00', '\xff',
                                                  '\xff'}; // RFC 7692 §7.2.2
        const auto outcome = read(Tail, room, listener, volume);
        if (outcome == Outcome::Good && stream_.data_type != BetweenBlocks)
            return Outcome::Malformed;
        finalBlockSeen_ = false;
        return outcome;
    }

private:
    // data_type after inflate(): behind a block that was not final, no bit of the input left over.
    static constexpr int BetweenBlocks = 128;

    static void* allocate(void* self, unsigned items, unsigned size)
    {
        auto& inflater = *static_cast<Inflater*>(self);
        const auto bytes = std::size_t{items} * size;
        if (!inflater.budget_.take(bytes))
            return nullptr;
        inflater.taken_ += bytes;
        return std::malloc(bytes);
    }

    // A final block ends zlib's stream but not the message (RFC 7692 §7.2.3.4), and later messages
    // may refer to it: the window stays. What comes behind it in the message must be empty; zlib's
    // other users stop reading there.
    void passFinalBlock()
    {
        finalBlockSeen_ = true;
        inflateResetKeep(&stream_);
    }

    InflateBudget& budget_;
    z_stream stream_{};
    std::size_t taken_ = 0;
    bool finalBlockSeen_ = false; ///< in this message
};

DeflateFollower::DeflateFollower(const DeflateTerms& terms, InflateBudget& budget)
    : terms_(terms), budget_(budget)
{}

DeflateFollower::~DeflateFollower() = default;

DeflateFollower::Outcome DeflateFollower::read(std::span<const char> payload, std::span<char> room,
                                               Listener& listener)
{
    auto outcome = start();
    if (outcome == Outcome::Good)
        outcome = inflater_->read(payload, room, listener, volume_);
    if (outcome != Outcome::Good)
        inflater_.reset();
    return outcome;
}

DeflateFollower::Outcome DeflateFollower::endMessage(std::span<char> room, Listener& listener)
{
    auto outcome = start();
    if (outcome == Outcome::Good)
        outcome = inflater_->endMessage(room, listener, volume_);
    if (outcome != Outcome::Good || !terms_.contextTakeover)
        inflater_.reset();
    return outcome;
}

DeflateFollower::Outcome DeflateFollower::start()
{
    if (inflater_)
        return Outcome::Good;
    inflater_ = std::make_unique<Inflater>(budget_);
    // zlib's deflate uses 9 where 8 was agreed on.
    return inflater_->start(std::max<int>(terms_.windowBits, 9));
}

} // namespace sallyport::policy::inspection
