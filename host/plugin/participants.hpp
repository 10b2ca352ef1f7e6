#pragma once

// Participants: the threads that enter plugin code, each with a cell of its own, so that what they count has one writer
// and needs no lock. A turn counter per thread, odd while inside a plugin, tells when every thread has left the turn it
// was in (a grace). Not the counts of a generation: those are GenerationCounters. [any-thread]

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <thread>
#include <vector>

#include "base/guarded.hpp"

namespace tidegate::plugin {

class Participants {
public:
    static constexpr std::uint32_t kMax = 128;
    // For threads that came after all cells were taken. It has many writers, so it cannot have turns.
    static constexpr std::uint32_t kShared = kMax - 1;

    Participants();

    // The calling thread's cell, its own for life once asked for. A thread that ended leaves its cell to the next one
    // of the same id.
    std::uint32_t current();

    // A thread inside plugin code. seq_cst on the way in: what it then loads is not older than what a grace saw.
    class Turn {
    public:
        Turn(Participants& participants, std::uint32_t cell) : counter_(participants.turns_[cell].count) {
            counter_.store(counter_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
        }
        ~Turn() { counter_.store(counter_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

    private:
        std::atomic<std::uint64_t>& counter_;
    };

    // Passed once every thread that was inside a turn when it began has left that turn.
    class Grace {
    public:
        bool passed();

    private:
        friend class Participants;
        explicit Grace(const Participants& participants) : participants_(&participants) {}
        const Participants* participants_;
        std::vector<std::pair<std::uint32_t, std::uint64_t>> inside_;
    };
    Grace begin_grace() const;

private:
    struct alignas(64) Cell {
        std::atomic<std::uint64_t> count{0};
    };

    const std::uint64_t identity_;
    std::array<Cell, kMax> turns_;
    std::atomic<std::uint32_t> used_{0};
    Guarded<std::map<std::thread::id, std::uint32_t>> cells_;
};

// What one generation has begun and ended, per participant.
class GenerationCounters {
public:
    void started(std::uint32_t cell) { add(cells_[cell].starts, cell, 1); }
    void ended(std::uint32_t cell) { add(cells_[cell].ends, cell, 1); }
    void frame(std::uint32_t cell, std::int64_t change) { add(cells_[cell].frames, cell, change); }

    // Ends before starts: after a grace no start can be missing, so equality is final.
    std::int64_t hooks() const {
        const auto ended = sum(&Cell::ends);
        return sum(&Cell::starts) - ended;
    }
    std::int64_t frames() const { return sum(&Cell::frames); }
    bool quiet() const { return hooks() == 0 && frames() == 0; }

private:
    struct alignas(64) Cell {
        std::atomic<std::int64_t> starts{0}, ends{0}, frames{0};
    };
    static void add(std::atomic<std::int64_t>& count, std::uint32_t cell, std::int64_t change) {
        if (cell == Participants::kShared)
            count.fetch_add(change, std::memory_order_acq_rel);
        else
            count.store(count.load(std::memory_order_relaxed) + change, std::memory_order_release);
    }
    std::int64_t sum(std::atomic<std::int64_t> Cell::*member) const {
        std::int64_t total = 0;
        for (const Cell& cell : cells_) total += (cell.*member).load(std::memory_order_acquire);
        return total;
    }

    std::array<Cell, Participants::kMax> cells_;
};

}  // namespace tidegate::plugin
