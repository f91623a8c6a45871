#include "net/Pump.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sallyport::net {

namespace {

using Outcome = Channel::Transferred::Outcome;

/// What one pump may move before others get their turn.
constexpr std::size_t TurnBytes = 1024 * 1024;
/// Reads this large in a row go over to splice; spliced pieces this small in a row go back to
/// copying.
constexpr std::size_t LargeRead = 32 * 1024;
constexpr std::size_t SmallPiece = 4 * 1024;
constexpr std::uint8_t StreakToChange = 2;
/// A body known to be this large begins with splice.
constexpr std::uint64_t LargeBody = 128 * 1024;

} // namespace

Pump::Pump(Channel& source, Channel& sink, std::uint64_t limit, AtEnd atEnd, Owner& owner)
    : source_(source), sink_(sink), owner_(owner), remaining_(limit),
      lastActive_(source.loop().now()), atEnd_(atEnd),
      splicing_(limit != Unlimited && limit >= LargeBody)
{}

Pump::~Pump()
{
    stop();
}

void Pump::attach()
{
    source_.setReader(this);
    sink_.setWriter(this);
}

void Pump::start()
{
    attach();
    move();
}

void Pump::precede(std::span<const char> bytes)
{
    if (bytes.empty())
        return;
    bytesRead_ += bytes.size();
    lastActive_ = source_.loop().now();
    owner_.onRead(*this, bytes.size());
    const auto mayGo = look(bytes);
    hold(bytes);
    heldBack_ = static_cast<std::uint32_t>(bytes.size() - mayGo);
}

void Pump::setTap(Tap* tap)
{
    tap_ = tap;
    if (tap)
        splicing_ = false;
    else
        letGo(bytesRead_);
}

void Pump::letGo(std::uint64_t upTo)
{
    const auto stays = bytesRead_ - std::min(upTo, bytesRead_);
    if (stays >= heldBack_)
        return;
    heldBack_ = static_cast<std::uint32_t>(stays);
    source_.loop().again(source_);
}

void Pump::stop()
{
    if (stage_ == Stage::Ended)
        return;
    stage_ = Stage::Ended;
    source_.setReader(nullptr);
    sink_.setWriter(nullptr);
    held_.reset();
    returnPipe();
}

void Pump::finish(End end)
{
    if (stage_ == Stage::Ended)
        return;
    stop();
    owner_.onPumpEnd(*this, end);
}

void Pump::returnPipe()
{
    // A pipe with bytes in it is not lent again.
    if (pipe_ && inPipe_ == 0)
        source_.loop().pipes().giveBack(std::move(pipe_));
    pipe_ = Pipe();
}

void Pump::onReadable()
{
    move();
}

void Pump::onReadAborted()
{
    finish(End::Aborted);
}

void Pump::onWriteAborted()
{
    finish(End::Aborted);
}

void Pump::onWritable()
{
    if (owesBytes())
        move();
    else if (sink_.failed() && sink_.connectError() != 0)
        finish(End::SinkFailed); // nothing to write, and nobody reads there who would notice
}

void Pump::move()
{
    if (source_.readAborted() || sink_.writeAborted()) {
        finish(End::Aborted);
        return;
    }
    std::size_t budget = TurnBytes;
    while (true) {
        const Step flushed = flush();
        if (flushed == Step::Ended)
            return;
        if (stage_ == Stage::Cutting) {
            finish(End::Cut);
            return;
        }
        if (flushed == Step::Wait)
            return;
        if (stage_ == Stage::SourceEnded || remaining_ == 0) {
            if (heldBack_ > 0) {
                heldBack_ = 0;
                continue;
            }
            const bool cut = remaining_ != 0 && remaining_ != Unlimited;
            if (atEnd_ == AtEnd::PassOn)
                sink_.shutdownWrite();
            finish(cut ? End::CutShort : End::Complete);
            return;
        }
        if (budget == 0) {
            source_.loop().again(source_);
            return;
        }
        const std::uint64_t granted = owner_.grant(*this);
        if (granted == 0 || !source_.mayRead()) {
            returnPipe();
            return;
        }
        const std::uint64_t limit = std::min(granted, remaining_);
        std::size_t moved = 0;
        const Step step = splicing_ ? spliceOnce(limit, moved) : copyOnce(limit, moved);
        if (step != Step::Go)
            return;
        budget -= std::min(budget, moved);
    }
}

Pump::Step Pump::flush()
{
    if (readyBytes() > 0)
        return flushHeld();
    return inPipe_ > 0 ? flushPipe() : Step::Go;
}

Pump::Step Pump::flushHeld()
{
    while (readyBytes() > 0) {
        if (!sink_.mayWrite())
            return Step::Wait;
        const std::span<const char> ready(held_.get() + heldOffset_, readyBytes());
        const auto sent = sink_.send(ready);
        if (sent.outcome != Outcome::Some)
            return sinkSaid(sent);
        heldOffset_ += static_cast<std::uint32_t>(sent.bytes);
        heldBytes_ -= static_cast<std::uint32_t>(sent.bytes);
        delivered(ready.first(sent.bytes));
    }
    if (heldBytes_ == 0)
        held_.reset();
    return Step::Go;
}

void Pump::delivered(std::span<const char> bytes)
{
    bytesWritten_ += bytes.size();
    lastActive_ = source_.loop().now();
    owner_.onWritten(*this, bytes.size());
    if (tap_)
        tap_->onSent(*this, bytes);
}

Pump::Step Pump::flushPipe()
{
    while (inPipe_ > 0) {
        if (!sink_.mayWrite())
            return Step::Wait;
        const auto sent = sink_.spliceFrom(pipe_.readEnd(), inPipe_);
        if (sent.outcome != Outcome::Some)
            return sinkSaid(sent);
        inPipe_ -= static_cast<std::uint32_t>(sent.bytes);
        bytesWritten_ += sent.bytes;
        lastActive_ = source_.loop().now();
        owner_.onWritten(*this, sent.bytes);
    }
    return Step::Go;
}

Pump::Step Pump::sourceSaid(const Channel::Transferred& got)
{
    switch (got.outcome) {
    case Outcome::Some:
        bytesRead_ += got.bytes;
        if (remaining_ != Unlimited)
            remaining_ -= got.bytes;
        lastActive_ = source_.loop().now();
        owner_.onRead(*this, got.bytes);
        return Step::Go;
    case Outcome::WouldBlock:
        returnPipe();
        return Step::Wait;
    case Outcome::End:
        stage_ = Stage::SourceEnded;
        return Step::Go;
    case Outcome::Reset:
    case Outcome::Failed:
        break;
    }
    finish(End::SourceFailed);
    return Step::Ended;
}

Pump::Step Pump::sinkSaid(const Channel::Transferred& sent)
{
    if (sent.outcome == Outcome::WouldBlock)
        return Step::Wait;
    finish(End::SinkFailed);
    return Step::Ended;
}

Pump::Step Pump::copyOnce(std::uint64_t limit, std::size_t& moved)
{
    const auto scratch = source_.loop().scratch();
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(scratch.size(), limit));
    const auto got = source_.receive(scratch.first(size));
    if (const Step step = sourceSaid(got); step != Step::Go || got.bytes == 0)
        return step;
    moved = got.bytes;
    const std::span<const char> bytes = scratch.first(got.bytes);
    const Step step = pass(bytes, look(bytes));
    if (step == Step::Go && !tap_)
        chooseWay(got.bytes);
    return step;
}

/// How many of those held back and of these behind them may go on now.
std::size_t Pump::look(std::span<const char> bytes)
{
    if (!tap_)
        return heldBack_ + bytes.size();
    const auto seen = tap_->onBytes(*this, bytes);
    switch (seen.then) {
    case Tap::Then::GoOn:
        break;
    case Tap::Then::Leave:
        tap_ = nullptr;
        owner_.onTapLeft(*this);
        return heldBack_ + bytes.size();
    case Tap::Then::Cut:
        stage_ = Stage::Cutting;
        break;
    }
    const std::uint64_t firstBack = bytesRead_ - bytes.size() - heldBack_;
    return static_cast<std::size_t>(std::min(seen.upTo, bytesRead_) -
                                    std::min(seen.upTo, firstBack));
}

/// Passes on so many of those held back and of `bytes` behind them, and keeps the others. Nothing
/// else is held when this is called.
Pump::Step Pump::pass(std::span<const char> bytes, std::size_t mayGo)
{
    const std::size_t all = heldBack_ + bytes.size();
    if (heldBytes_ == 0 && sink_.mayWrite() && mayGo > 0) {
        const auto sent = sink_.send(bytes.first(mayGo));
        if (sent.outcome == Outcome::Some) {
            delivered(bytes.first(sent.bytes));
            bytes = bytes.subspan(sent.bytes);
        } else if (sinkSaid(sent) == Step::Ended) {
            return Step::Ended;
        }
    }
    if (!bytes.empty())
        hold(bytes);
    heldBack_ = static_cast<std::uint32_t>(all - mayGo);
    return Step::Go;
}

Pump::Step Pump::spliceOnce(std::uint64_t limit, std::size_t& moved)
{
    if (!pipe_)
        pipe_ = source_.loop().pipes().borrow();
    if (!pipe_) {
        splicing_ = false;
        return Step::Go;
    }
    const auto size = std::min<std::uint64_t>(PipePool::PipeBytes, limit);
    const auto got = source_.spliceTo(pipe_.writeEnd(), static_cast<std::size_t>(size));
    const Step step = sourceSaid(got);
    if (step == Step::Go && got.bytes > 0) {
        moved = got.bytes;
        inPipe_ += static_cast<std::uint32_t>(got.bytes);
        chooseWay(got.bytes);
    }
    return step;
}

void Pump::hold(std::span<const char> rest)
{
    const auto needed = heldBytes_ + static_cast<std::uint32_t>(rest.size());
    if (!held_ || heldOffset_ + needed > heldRoom_) {
        const auto room = heldBytes_ == 0 ? needed : 2 * needed;
        auto bytes = std::make_unique_for_overwrite<char[]>(room);
        if (heldBytes_ > 0)
            std::memcpy(bytes.get(), held_.get() + heldOffset_, heldBytes_);
        held_ = std::move(bytes);
        heldRoom_ = room;
        heldOffset_ = 0;
    }
    std::memcpy(held_.get() + heldOffset_ + heldBytes_, rest.data(), rest.size());
    heldBytes_ = needed;
}

void Pump::chooseWay(std::size_t got)
{
    const bool speaksForTheOther = splicing_ ? got < SmallPiece : got >= LargeRead;
    if (!speaksForTheOther)
        streak_ = 0;
    else if (++streak_ >= StreakToChange) {
        splicing_ = !splicing_;
        streak_ = 0;
    }
}

} // namespace sallyport::net
