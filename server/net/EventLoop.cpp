#include "net/EventLoop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace sallyport::net {

namespace {

constexpr auto Tick = std::chrono::milliseconds(4);

std::uint32_t levelEvents(Readiness interest)
{
    return (interest.readable ? EPOLLIN : 0U) | (interest.writable ? EPOLLOUT : 0U);
}

} // namespace

/// Wakes the loop from other threads: one eventfd write however much was posted.
class EventLoop::Waker final : public EventHandler {
public:
    Waker() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
    {
        if (descriptor_ < 0)
            throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    ~Waker() override { ::close(descriptor_); }

    [[nodiscard]] int descriptor() const { return descriptor_; }

    void wake()
    {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
    }

    void onEvent(Readiness) override
    {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto read = ::read(descriptor_, &count, sizeof count);
    }

private:
    int descriptor_;
};

EventLoop::EventLoop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), begin_(Clock::now()), now_(begin_),
      scratch_(std::make_unique_for_overwrite<char[]>(ScratchBytes))
{
    if (epoll_ < 0)
        throw std::system_error(errno, std::generic_category(), "epoll_create1");
    waker_ = std::make_unique<Waker>();
    if (!addLevel(waker_->descriptor(), *waker_, {.readable = true}))
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

EventLoop::~EventLoop()
{
    retired_.clear();
    ::close(epoll_);
}

bool EventLoop::add(int descriptor, EventHandler& handler)
{
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &handler;
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool EventLoop::addLevel(int descriptor, EventHandler& handler, Readiness interest)
{
    epoll_event event{};
    event.events = levelEvents(interest);
    event.data.ptr = &handler;
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void EventLoop::changeLevel(int descriptor, EventHandler& handler, Readiness interest)
{
    epoll_event event{};
    event.events = levelEvents(interest);
    event.data.ptr = &handler;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event);
}

void EventLoop::remove(int descriptor)
{
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
}

std::uint64_t EventLoop::tickAt(TimePoint when) const
{
    // Rounded up: a timer never fires early.
    return static_cast<std::uint64_t>((when - begin_ + Tick - Duration(1)) / Tick);
}

void EventLoop::start(Timer& timer, TimePoint when)
{
    if (when == Never)
        timer.stop();
    else
        timers_.start(timer, when <= begin_ ? 0 : tickAt(when));
}

void EventLoop::retire(std::unique_ptr<EventHandler> handler)
{
    handler->retired_ = true;
    retired_.push_back(std::move(handler));
}

void EventLoop::again(EventHandler& handler)
{
    if (std::exchange(handler.again_, true))
        return;
    again_.push_back(&handler);
}

void EventLoop::defer(std::coroutine_handle<> waiter)
{
    deferred_.push_back(waiter);
}

void EventLoop::forget(std::coroutine_handle<> waiter)
{
    std::replace(deferred_.begin(), deferred_.end(), waiter, std::coroutine_handle<>());
    std::replace(deferredNow_.begin(), deferredNow_.end(), waiter, std::coroutine_handle<>());
}

void EventLoop::post(std::function<void()> work)
{
    bool first = false;
    {
        const std::scoped_lock lock(postedMutex_);
        first = posted_.empty();
        posted_.push_back(std::move(work));
    }
    if (first)
        waker_->wake();
}

void EventLoop::runPosted()
{
    std::vector<std::function<void()>> work;
    {
        const std::scoped_lock lock(postedMutex_);
        work.swap(posted_);
    }
    for (auto& item : work)
        item();
}

void EventLoop::stop()
{
    post([this] { stopped_ = true; });
}

void EventLoop::run()
{
    runUntil([this] { return stopped_; });
}

void EventLoop::runUntil(const std::function<bool()>& finished)
{
    while (!finished())
        turn();
}

int EventLoop::waitMilliseconds() const
{
    if (!deferred_.empty() || !again_.empty())
        return 0;
    const auto next = timers_.nextTick();
    if (!next)
        return -1;
    const auto due = begin_ + *next * Tick;
    const auto now = Clock::now();
    if (due <= now)
        return 0;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(due - now).count();
    return static_cast<int>(std::min<std::int64_t>(wait, 60'000));
}

void EventLoop::turn()
{
    std::array<epoll_event, 256> events;
    const int count = ::epoll_wait(epoll_, events.data(), events.size(), waitMilliseconds());
    now_ = Clock::now();

    bool woken = false;
    for (int i = 0; i < count; ++i) {
        auto& handler = *static_cast<EventHandler*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (handler.retired_)
            continue;
        woken = woken || &handler == waker_.get();
        const std::uint32_t ready = events[static_cast<std::size_t>(i)].events;
        readyBudget_ = ReadyBudget;
        handler.onEvent({.readable = (ready & EPOLLIN) != 0,
                         .writable = (ready & EPOLLOUT) != 0,
                         .hungUp = (ready & (EPOLLRDHUP | EPOLLHUP)) != 0,
                         .failed = (ready & (EPOLLERR | EPOLLHUP)) != 0});
    }

    // What is added to these lists from here on belongs to the next turn.
    againNow_.swap(again_);
    for (auto* handler : againNow_) {
        handler->again_ = false;
        readyBudget_ = ReadyBudget;
        if (!handler->retired_)
            handler->onEvent({.readable = true, .writable = true});
    }

    againNow_.clear();

    deferredNow_.swap(deferred_);
    for (std::size_t i = 0; i < deferredNow_.size(); ++i) {
        readyBudget_ = ReadyBudget;
        if (const auto waiter = std::exchange(deferredNow_[i], nullptr))
            waiter.resume();
    }
    deferredNow_.clear();

    readyBudget_ = ReadyBudget;
    timers_.advance(static_cast<std::uint64_t>((now_ - begin_) / Tick));

    if (woken)
        runPosted();

    // A handler's destructor may retire others.
    while (!retired_.empty()) {
        auto retired = std::move(retired_);
        retired_.clear();
        std::erase_if(again_, [](const EventHandler* handler) { return handler->retired_; });
    }
}

} // namespace sallyport::net
