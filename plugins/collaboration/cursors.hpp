// Cursors: the newest position of each user on a channel until it is told, and when that is: at once for the first,
// then one flush per interval as long as somebody moves, slower the more users move. A reload may lose what waits here.
// Not here: telling, timers.
// Thread rule: [any-thread], guarded by itself.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tidegate/session.hpp>
#include <utility>
#include <vector>

namespace tidegate::collaboration {

struct CursorMove {
    CursorMove() {}

    std::string user;
    std::string position;  // JSON
    tg::Session session;
};

class Cursors {
public:
    // A tenant's channel.
    using Place = std::pair<std::uint64_t, std::string>;

    struct Flush {
        Flush() {}
        std::vector<CursorMove> moves;
        std::uint64_t next_ms = 0;  // when to flush again; 0: never
    };

    // Chains are numbered from there on: no timer of an earlier generation may name one.
    explicit Cursors(std::uint64_t first_chain) : chains_(first_chain) {}

    void set_interval_ms(std::uint64_t interval_ms);

    // The number of a new chain of flushes, which begins now; 0: one is running already.
    std::uint64_t move(const Place& place, CursorMove move);
    // What waits. A chain that is not the place's any more gets nothing.
    Flush flush(const Place& place, std::uint64_t chain);
    // A flush cannot come: the next move begins anew.
    void stop(const Place& place, std::uint64_t chain);

private:
    struct Waiting {
        std::uint64_t chain = 0;
        std::map<std::string, CursorMove> moves;  // by user
    };

    std::mutex lock_;
    std::map<Place, Waiting> places_;
    std::uint64_t chains_;
    std::uint64_t interval_ms_ = 50;
};

// max(interval, movers × 2.5)
std::uint64_t flush_interval_ms(std::uint64_t interval_ms, std::size_t movers);

}  // namespace tidegate::collaboration
