#include "net/TimerWheel.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace sallyport::net {

namespace {

constexpr unsigned SlotMask = 63;

} // namespace

void Timer::stop()
{
    if (!running())
        return;
    link_.previous->next = link_.next;
    link_.next->previous = link_.previous;
    link_ = {};
}

TimerWheel::TimerWheel()
{
    for (auto& level : slots_)
        for (auto& slot : level)
            slot.next = slot.previous = &slot;
}

TimerWheel::~TimerWheel()
{
    for (auto& level : slots_)
        for (auto& slot : level)
            while (slot.next != &slot)
                timerOf(*slot.next).stop();
}

Timer& TimerWheel::timerOf(Timer::Link& link)
{
    // The link is a member of every timer at the same place; slots' own links are never passed in.
    static const std::size_t offset = [] {
        struct Probe final : Timer {
            void onTimer() override {}
        } probe;
        return static_cast<std::size_t>(reinterpret_cast<char*>(&probe.link_) -
                                        reinterpret_cast<char*>(static_cast<Timer*>(&probe)));
    }();
    return *reinterpret_cast<Timer*>(reinterpret_cast<char*>(&link) - offset);
}

void TimerWheel::start(Timer& timer, std::uint64_t tick)
{
    timer.stop();
    timer.tick_ = std::max(tick, current_ + 1);
    insert(timer);
}

void TimerWheel::insert(Timer& timer)
{
    // The highest bit in which the due tick differs from now names the level; there the slot lies
    // ahead of today's.
    constexpr std::uint64_t Horizon = (std::uint64_t{1} << (SlotBits * Levels)) - 1;
    const std::uint64_t differs = timer.tick_ ^ current_;
    unsigned level =
        differs == 0 ? 0 : static_cast<unsigned>(std::bit_width(differs) - 1) / SlotBits;
    unsigned slot = 0;
    if (level < Levels) {
        slot = static_cast<unsigned>(timer.tick_ >> (SlotBits * level)) & SlotMask;
    } else {
        // Beyond the horizon (eight years): due at its end, where it is put in again.
        level = Levels - 1;
        slot = static_cast<unsigned>((current_ | Horizon) >> (SlotBits * level)) & SlotMask;
    }
    Timer::Link& head = slots_[level][slot];
    timer.link_.next = &head;
    timer.link_.previous = head.previous;
    head.previous->next = &timer.link_;
    head.previous = &timer.link_;
    filled_[level] |= std::uint64_t{1} << slot;
}

std::optional<std::uint64_t> TimerWheel::nextTick() const
{
    for (unsigned level = 0; level < Levels; ++level) {
        const unsigned shift = SlotBits * level;
        const unsigned here = static_cast<unsigned>(current_ >> shift) & SlotMask;
        const std::uint64_t ahead = here == SlotMask ? 0 : ~std::uint64_t{0} << (here + 1);
        while (const std::uint64_t candidates = filled_[level] & ahead) {
            const unsigned slot = static_cast<unsigned>(std::countr_zero(candidates));
            const auto& head = slots_[level][slot];
            if (head.next == &head) {
                filled_[level] &= ~(std::uint64_t{1} << slot);
                continue;
            }
            const std::uint64_t above = current_ >> (shift + SlotBits) << (shift + SlotBits);
            return above | std::uint64_t{slot} << shift;
        }
    }
    return std::nullopt;
}

void TimerWheel::advance(std::uint64_t tick)
{
    while (true) {
        const auto next = nextTick();
        if (!next || *next > tick)
            break;
        current_ = *next;
        cascade();
        fireCurrent();
    }
    current_ = std::max(current_, tick);
}

void TimerWheel::takeSlot(unsigned level, unsigned slot, Timer::Link& into)
{
    Timer::Link& head = slots_[level][slot];
    into.next = into.previous = &into;
    if (head.next != &head) {
        into = head;
        into.next->previous = &into;
        into.previous->next = &into;
        head.next = head.previous = &head;
    }
    filled_[level] &= ~(std::uint64_t{1} << slot);
}

void TimerWheel::cascade()
{
    for (unsigned level = Levels - 1; level > 0; --level) {
        if ((current_ & ((std::uint64_t{1} << (SlotBits * level)) - 1)) != 0)
            continue;
        Timer::Link list;
        takeSlot(level, static_cast<unsigned>(current_ >> (SlotBits * level)) & SlotMask, list);
        while (list.next != &list) {
            Timer& timer = timerOf(*list.next);
            timer.stop();
            insert(timer);
        }
    }
}

void TimerWheel::fireCurrent()
{
    Timer::Link due;
    takeSlot(0, static_cast<unsigned>(current_) & SlotMask, due);
    while (due.next != &due) {
        Timer& timer = timerOf(*due.next);
        timer.stop();
        timer.onTimer();
    }
}

} // namespace sallyport::net
