// Which calculation of a quote is the current one, and the work of those that run. The newest revision wins, of one
// revision the latest start. Only memory: a new generation begins with an empty one and learns from the tickets.
// Not here: publishing, documents.
// Thread rule: [any-thread]; the calls about one quote come from its strand, those of different quotes at once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "rating/engine.hpp"
#include "ticket.hpp"

namespace tidegate::quote {

// A rating in progress with the manuals it began with.
struct Running {
    Running(std::shared_ptr<const rating::ManualCatalog> manuals_of, std::string quote_data, rating::Date day,
            rating::CalculationIds ids)
        : manuals(std::move(manuals_of)),
          revision(static_cast<std::uint64_t>(ids.revision)),
          calculation(*manuals, std::move(quote_data), day, std::move(ids)) {}

    std::shared_ptr<const rating::ManualCatalog> manuals;
    std::uint64_t revision;  // of the document that is rated
    std::string product;
    std::string state;
    rating::Calculation calculation;
};

enum class Standing { kCurrent, kSuperseded, kCancelled };

struct Verdict {
    Standing standing = Standing::kCurrent;
    std::string superseded_by;
};

class Calculations {
public:
    // `scope` tells tenants apart. The calculation of this ticket is from now on the current one of its quote; its
    // start is moved behind that of the one before, should the clock not have.
    void begin(std::uint64_t scope, Ticket& ticket);

    // Where the ticket's calculation stands. One that nobody knows, or that is newer than the known one, becomes the
    // current.
    Verdict judge(std::uint64_t scope, const Ticket& ticket);

    // Whether one runs that rates this revision or a newer one.
    bool covers(std::uint64_t scope, const std::string& quote_id, std::uint64_t revision);

    // False when it is not the running one.
    bool cancel(std::uint64_t scope, const std::string& quote_id, const std::string& calculation_id);

    std::unique_ptr<Running> take(std::uint64_t scope, const Ticket& ticket);  // null: not in memory
    void keep(std::uint64_t scope, const Ticket& ticket, std::unique_ptr<Running> running);

    // It needs no memory any more; a newer one of the quote stays.
    void end(std::uint64_t scope, const Ticket& ticket);

    std::size_t size() const;

private:
    struct Current {
        std::string calculation_id;
        std::uint64_t revision = 0;
        std::int64_t started_ns = 0;
        bool cancelled = false;
        std::unique_ptr<Running> running;
    };
    struct Shard {
        mutable std::mutex lock;
        std::unordered_map<std::string, Current> by_quote;
    };
    static constexpr std::size_t kShards = 16;

    // Calls use(shard's map, key) under the shard's lock.
    template <class Use>
    auto with(std::uint64_t scope, const std::string& quote_id, Use use);
    static Current current_of(const Ticket& ticket);

    std::array<Shard, kShards> shards_;
};

}  // namespace tidegate::quote
