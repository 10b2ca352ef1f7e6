#pragma once

// EventLoop: one thread, one epoll set, and everything that belongs to them for life: connections, timers, the inbox
// other threads post to. Not a thread itself: run() is called on the one that becomes the loop's. It must outlive
// whatever may still post to it. Only post, is_current, stop, index, clock and the const stats are [any-thread].

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "net/event_source.hpp"
#include "net/file_descriptor.hpp"
#include "net/loop_stats.hpp"
#include "net/timer_queue.hpp"
#include "ports/executor.hpp"

#include <atomic>
#include <memory>
#include <span>
#include <vector>

namespace tidegate::net {

class EventLoop final : public Executor {
public:
    static constexpr std::size_t kReceiveBytes = 256 * 1024;

    // Throws std::system_error when the kernel gives no epoll set. [startup]
    EventLoop(unsigned index, const Clock& clock);
    ~EventLoop() override;

    // Returns after stop(). What was posted and has not run is then dropped. Call once.
    void run();
    void stop();  // [any-thread]

    void post(Task task) override;
    bool is_current() const override;
    std::uint64_t run_after(std::int64_t delay_ms, Task task) override;
    void cancel_timer(std::uint64_t timer) override;
    void at_turn_end(Task task) override;

    // Level-triggered. False when the kernel refuses (out of memory, too many watches). [loop]
    bool watch(int fd, std::uint32_t events, EventSource& source);
    bool change_watch(int fd, std::uint32_t events, EventSource& source);
    void unwatch(int fd);
    // Deletes it when nothing of this turn can refer to it any more. [loop]
    void retire(std::unique_ptr<EventSource> source);
    // Scratch for one recv; whoever is handed a view of it uses it only during that call. [loop]
    std::span<char> receive_buffer() { return {receive_buffer_.get(), kReceiveBytes}; }

    unsigned index() const { return index_; }
    const Clock& clock() const { return clock_; }
    LoopStats& stats() { return stats_; }
    const LoopStats& stats() const { return stats_; }

private:
    struct Inbox {
        std::vector<Task> tasks;
        bool asleep = false;
        bool stopped = false;
    };

    void turn();
    int time_to_sleep_ms();
    void run_inbox();
    void run_timers();
    void run_turn_end();
    void drain_wake_up();
    void drop_what_is_left();
    template <class Body>
    void run_walled(const char* what, Body&& body);

    const unsigned index_;
    const Clock& clock_;
    FileDescriptor epoll_;
    FileDescriptor wake_up_;
    std::unique_ptr<char[]> receive_buffer_;
    Guarded<Inbox> inbox_;
    std::vector<Task> running_;  // kept for its capacity
    std::vector<Task> turn_end_;
    std::vector<std::unique_ptr<EventSource>> retired_;
    TimerQueue timers_;
    std::atomic<bool> stopping_{false};
    LoopStats stats_;
};

}  // namespace tidegate::net
