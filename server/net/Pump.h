// Pump: moves bytes one way between two channels, unchanged, with backpressure by not reading.
//
// Small data is copied through the loop's scratch space; a direction that keeps filling it goes
// over to splice(2) with a borrowed pipe. While nothing moves it holds neither a buffer nor a pipe.
// What was read is delivered before the end is passed on. A tap may look at the bytes, hold some
// back for a while or have the pump end there. Knows nothing of HTTP, policy or logs.
#pragma once

#include "net/Channel.h"
#include "net/PipePool.h"

#include <memory>
#include <span>

namespace sallyport::net {

class Pump final : ReadWaiter, WriteWaiter {
public:
    enum class End : std::uint8_t {
        Complete, ///< the source ended and everything was delivered, or the limit was reached
        CutShort, ///< the source ended before the limit
        SourceFailed,
        SinkFailed,
        Aborted,
        Cut, ///< the tap said so
    };
    enum class AtEnd : std::uint8_t {
        PassOn, ///< shut the sink's direction down, as a tunnel does
        Leave,  ///< the caller says what comes after
    };
    static constexpr std::uint64_t Unlimited = ~std::uint64_t{0};

    /// Looks at what was read before it is passed on, and cannot change it.
    class Tap {
    public:
        enum class Then : std::uint8_t {
            GoOn,
            Leave, ///< it has seen enough: everything may go on, and it is not called any more
            Cut,   ///< the pump ends behind the bytes that may go on, as far as the sink takes them
                   ///< now
        };
        struct Look {
            std::uint64_t upTo; ///< offset in the stream up to which bytes may go on
            Then then = Then::GoOn;
        };

        /// `bytes` are the last that were read; Pump::bytesRead() is the offset behind them. When
        /// the source ends all that is still held back goes on.
        [[nodiscard]] virtual Look onBytes(const Pump& pump, std::span<const char> bytes) = 0;
        /// The sink took these.
        virtual void onSent(const Pump& pump, std::span<const char> bytes) = 0;
        /// After a cut in either direction, if the sink has taken all that may go on: what it is to
        /// get before it is closed; may be empty.
        [[nodiscard]] virtual std::span<const char> lastWords(const Pump& pump) = 0;

    protected:
        ~Tap() = default;
    };

    class Owner {
    public:
        /// The pump's last act: the owner may destroy it here.
        virtual void onPumpEnd(Pump& pump, End end) = 0;
        /// How much the pump may read now. After a 0 it reads nothing until its source is called
        /// again. Must not end the pump.
        [[nodiscard]] virtual std::uint64_t grant(Pump&) { return Unlimited; }
        /// The tap said Leave, and may be destroyed here. Must not end the pump.
        virtual void onTapLeft(Pump&) {}
        /// So many more were read from the source, or written to the sink. Must not end the pump.
        virtual void onRead(Pump&, std::size_t) {}
        virtual void onWritten(Pump&, std::size_t) {}

    protected:
        ~Owner() = default;
    };

    Pump(Channel& source, Channel& sink, std::uint64_t limit, AtEnd atEnd, Owner& owner);
    ~Pump();
    Pump(const Pump&) = delete;
    Pump& operator=(const Pump&) = delete;

    /// From here on; null: nobody looks, and what was held back may go on.
    void setTap(Tap* tap);
    /// For the tap, apart from its Look: what it held back may go on up to that offset. Is written
    /// when the source is called the next time, which is soon.
    void letGo(std::uint64_t upTo);
    /// Waits on both channels for what comes.
    void attach();
    /// Also moves what is there; may end at once.
    void start();
    /// Before attach(): `bytes` were read from the source by somebody else and go first. They are
    /// written when the source is called the next time.
    void precede(std::span<const char> bytes);
    /// Leaves both channels; the owner is not told.
    void stop();

    [[nodiscard]] std::uint64_t bytesRead() const { return bytesRead_; }
    [[nodiscard]] std::uint64_t bytesWritten() const { return bytesWritten_; }
    [[nodiscard]] TimePoint lastActive() const { return lastActive_; }
    [[nodiscard]] bool ended() const { return stage_ == Stage::Ended; }
    /// Whether there are bytes that may go on and were not taken by the sink yet.
    [[nodiscard]] bool owesBytes() const { return readyBytes() > 0 || inPipe_ > 0; }

private:
    enum class Stage : std::uint8_t { Flowing, SourceEnded, Cutting, Ended };
    enum class Step : std::uint8_t { Go, Wait, Ended };

    void onReadable() override;
    void onReadAborted() override;
    void onWritable() override;
    void onWriteAborted() override;

    void move();
    [[nodiscard]] Step flush();
    [[nodiscard]] Step flushHeld();
    [[nodiscard]] Step flushPipe();
    [[nodiscard]] Step copyOnce(std::uint64_t limit, std::size_t& moved);
    [[nodiscard]] Step spliceOnce(std::uint64_t limit, std::size_t& moved);
    [[nodiscard]] Step sourceSaid(const Channel::Transferred& got);
    [[nodiscard]] Step sinkSaid(const Channel::Transferred& sent);
    [[nodiscard]] std::uint32_t readyBytes() const { return heldBytes_ - heldBack_; }
    void delivered(std::span<const char> bytes);
    void hold(std::span<const char> rest);
    [[nodiscard]] std::size_t look(std::span<const char> bytes);
    [[nodiscard]] Step pass(std::span<const char> bytes, std::size_t mayGo);
    void chooseWay(std::size_t got);
    void returnPipe();
    void finish(End end);

    Channel& source_;
    Channel& sink_;
    Owner& owner_;
    Tap* tap_ = nullptr;
    std::uint64_t remaining_;
    std::uint64_t bytesRead_ = 0;
    std::uint64_t bytesWritten_ = 0;
    TimePoint lastActive_;
    std::unique_ptr<char[]> held_; ///< read but not taken by the sink yet
    std::uint32_t heldRoom_ = 0;
    std::uint32_t heldOffset_ = 0;
    std::uint32_t heldBytes_ = 0;
    std::uint32_t heldBack_ = 0; ///< at the end of them: for the tap
    std::uint32_t inPipe_ = 0;
    Pipe pipe_;
    AtEnd atEnd_;
    Stage stage_ = Stage::Flowing;
    bool splicing_ = false;
    std::uint8_t streak_ = 0; ///< reads in a row that speak for the other way
};

} // namespace sallyport::net
