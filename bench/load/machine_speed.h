// When the machine ran slower than it can.  Shared machines throttle their clocks, some to a tenth for tens of
// milliseconds, and no counter of a virtual machine shows it: nothing is stolen, all simply takes longer.  A thread
// times one fixed computation in its own CPU time, so that waiting for a processor does not count, and keeps the spans
// in which it took clearly longer than it mostly does.  Not a load: some 10 us each millisecond.
#pragma once

#include "wsload_support.h"

#include <atomic>
#include <thread>

namespace wsload {

class MachineSpeed {
public:
    struct Span {
        u64 from, to;
    };

    MachineSpeed() : thread_([this] { probe(); }) {}
    ~MachineSpeed() { stop(); }

    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
        findSlowSpans();
    }
    // After stop().  Whether the moment lies in a slow span, or so shortly before or after one that a queue is its
    // work.
    bool isDisturbed(u64 at) const {
        auto span =
            std::lower_bound(slow_.begin(), slow_.end(), at, [](const Span& s, u64 t) { return s.to + kAfter < t; });
        return span != slow_.end() && at + kBefore >= span->from;
    }
    double disturbedShare(u64 from, u64 to) const {
        u64 n = 0, of = 0;
        for (u64 at = from; at < to; at += kSecond / 1000, ++of) n += isDisturbed(at);
        return of ? double(n) / double(of) : 0;
    }
    double slowShare(u64 from, u64 to) const {
        u64 ns = 0;
        for (auto& s : slow_)
            ns += std::min(to, s.to) > std::max(from, s.from) ? std::min(to, s.to) - std::max(from, s.from) : 0;
        return to > from ? double(ns) / double(to - from) : 0;
    }

private:
    static constexpr u64 kEvery = kSecond / 1000, kBefore = kSecond / 100, kAfter = kSecond / 10,
                         kShortest = kSecond / 200;  // a sample alone may have met an interrupt
    static constexpr int kSteps = 4000;
    struct Sample {
        u64 from, to, cpu;
    };

    void probe() {
        u64 last = nowNs();
        while (!stopping_) {
            timespec wait{0, long(kEvery)};
            nanosleep(&wait, nullptr);
            u64 before = clockNs(CLOCK_THREAD_CPUTIME_ID), x = before | 1;
            for (int i = 0; i < kSteps; ++i) x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            asm volatile("" : : "r"(x));
            u64 cpu = clockNs(CLOCK_THREAD_CPUTIME_ID) - before, now = nowNs();
            samples_.push_back({last, now, cpu});
            last = now;
        }
    }
    void findSlowSpans() {
        if (samples_.empty()) return;
        std::vector<u64> costs;
        for (auto& s : samples_) costs.push_back(s.cpu);
        std::nth_element(costs.begin(), costs.begin() + long(costs.size() / 4), costs.end());
        u64 limit = costs[costs.size() / 4] * 3 / 2;
        slow_.clear();
        for (auto& s : samples_) {
            if (s.cpu <= limit) continue;
            if (!slow_.empty() && slow_.back().to == s.from)
                slow_.back().to = s.to;
            else
                slow_.push_back({s.from, s.to});
        }
        slow_.erase(std::remove_if(slow_.begin(), slow_.end(), [](const Span& s) { return s.to - s.from < kShortest; }),
                    slow_.end());
    }

    std::atomic<bool> stopping_{false};
    std::vector<Sample> samples_;
    std::vector<Span> slow_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace wsload
