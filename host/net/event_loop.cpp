#include "net/event_loop.hpp"

#include "base/assert.hpp"
#include "base/log.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <system_error>

namespace tidegate::net {
namespace {

constexpr int kEventsPerTurn = 512;
// Work that breeds work at the end of a turn goes on in the next one, so that sockets get their share.
constexpr int kTurnEndRounds = 16;
constexpr std::int64_t kLongestSleepMs = 60'000;

thread_local const EventLoop* current_loop = nullptr;

FileDescriptor checked(int fd, const char* what) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
    return FileDescriptor(fd);
}

}  // namespace

EventLoop::EventLoop(unsigned index, const Clock& clock)
    : index_(index),
      clock_(clock),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "create the epoll set of a loop")),
      wake_up_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "create the wake-up descriptor of a loop")),
      receive_buffer_(new char[kReceiveBytes]) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;  // the only watch without a source
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_up_.get(), &event) != 0)
        throw std::system_error(errno, std::generic_category(), "watch the wake-up descriptor of a loop");
}

EventLoop::~EventLoop() { drop_what_is_left(); }

void EventLoop::run() {
    current_loop = this;
    while (!stopping_.load(std::memory_order_relaxed)) turn();
    drop_what_is_left();
    current_loop = nullptr;
}

void EventLoop::stop() {
    stopping_.store(true, std::memory_order_relaxed);
    post([] {});
}

void EventLoop::post(Task task) {
    const bool must_wake = inbox_.with([&](Inbox& inbox) {
        if (inbox.stopped) return false;
        inbox.tasks.push_back(std::move(task));
        return inbox.asleep && inbox.tasks.size() == 1;
    });
    if (must_wake) (void)::eventfd_write(wake_up_.get(), 1);
}

bool EventLoop::is_current() const { return current_loop == this; }

std::uint64_t EventLoop::run_after(std::int64_t delay_ms, Task task) {
    const auto timer =
        timers_.add(clock_.monotonic_ns() + std::max<std::int64_t>(delay_ms, 0) * 1'000'000, std::move(task));
    stats_.timers.set(timers_.size());
    return timer;
}

void EventLoop::cancel_timer(std::uint64_t timer) {
    timers_.cancel(timer);
    stats_.timers.set(timers_.size());
}

void EventLoop::at_turn_end(Task task) { turn_end_.push_back(std::move(task)); }

bool EventLoop::watch(int fd, std::uint32_t events, EventSource& source) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &source;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool EventLoop::change_watch(int fd, std::uint32_t events, EventSource& source) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &source;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0;
}

void EventLoop::unwatch(int fd) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

void EventLoop::retire(std::unique_ptr<EventSource> source) { retired_.push_back(std::move(source)); }

template <class Body>
void EventLoop::run_walled(const char* what, Body&& body) {
    try {
        body();
    } catch (const std::exception& error) {
        stats_.exceptions.add();
        spdlog::error("loop {}: {} threw: {}", index_, what, error.what());
    } catch (...) {
        stats_.exceptions.add();
        spdlog::error("loop {}: {} threw something unknown", index_, what);
    }
}

void EventLoop::turn() {
    static_assert(sizeof(epoll_event) * kEventsPerTurn <= 8 * 1024);
    std::array<epoll_event, kEventsPerTurn> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsPerTurn, time_to_sleep_ms());
    stats_.turns.add();
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        auto* source = static_cast<EventSource*>(event.data.ptr);
        if (!source) {
            drain_wake_up();
            continue;
        }
        run_walled("an event source", [&] { source->on_events(event.events); });
    }
    run_inbox();
    run_timers();
    run_turn_end();
    // A turn-end task that has not run yet may refer to what is retired.
    if (turn_end_.empty()) retired_.clear();
}

int EventLoop::time_to_sleep_ms() {
    const bool may_sleep = turn_end_.empty() && inbox_.with([](Inbox& inbox) {
        inbox.asleep = inbox.tasks.empty();
        return inbox.asleep;
    });
    if (!may_sleep) return 0;
    const auto due_ns = timers_.next_due_ns();
    if (!due_ns) return -1;
    const std::int64_t left_ms = (*due_ns - clock_.monotonic_ns() + 999'999) / 1'000'000;
    return static_cast<int>(std::clamp<std::int64_t>(left_ms, 0, kLongestSleepMs));
}

void EventLoop::drain_wake_up() {
    eventfd_t ignored = 0;
    (void)::eventfd_read(wake_up_.get(), &ignored);
}

void EventLoop::run_inbox() {
    inbox_.with([&](Inbox& inbox) {
        inbox.asleep = false;
        std::swap(inbox.tasks, running_);
    });
    stats_.posted_tasks.add(running_.size());
    for (Task& task : running_) {
        run_walled("a posted task", task);
        task = Task();  // what it holds goes before the next runs
    }
    running_.clear();
}

void EventLoop::run_timers() {
    if (timers_.size() == 0) return;
    const std::int64_t now_ns = clock_.monotonic_ns();
    // A task that sets another timer with no delay is due only after now.
    for (std::size_t budget = timers_.size(); budget > 0; --budget) {
        Task task = timers_.take_due(now_ns);
        if (!task) break;
        run_walled("a timer", task);
    }
    stats_.timers.set(timers_.size());
}

void EventLoop::run_turn_end() {
    for (int round = 0; round < kTurnEndRounds && !turn_end_.empty(); ++round) {
        std::swap(turn_end_, running_);
        for (Task& task : running_) {
            run_walled("a turn-end task", task);
            task = Task();
        }
        running_.clear();
    }
}

void EventLoop::drop_what_is_left() {
    std::vector<Task> dropped;
    inbox_.with([&](Inbox& inbox) {
        inbox.stopped = true;
        std::swap(inbox.tasks, dropped);
    });
    dropped.clear();
    timers_ = TimerQueue();
    stats_.timers.set(0);
    turn_end_.clear();
    retired_.clear();
}

}  // namespace tidegate::net
