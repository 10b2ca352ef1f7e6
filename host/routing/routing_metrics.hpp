#pragma once

// What sessions, messages and channels are counted as. One for the whole host, made at start-up; adding is relaxed and
// wait-free, except for the first session of a new connection type. [any-thread]

#include "base/guarded.hpp"
#include "ports/metrics.hpp"
#include "protocol/codes.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tidegate::routing {

class RoutingMetrics {
public:
    explicit RoutingMetrics(Metrics& metrics);

    Counter& messages_received;
    Counter& events_published;
    Counter& deliveries;
    Counter& sessions_opened;

    void count_error(protocol::ErrorCode code) { errors_[static_cast<std::size_t>(code)]->add(); }
    void count_close(std::uint16_t code);
    // `reason` is a literal of this layer: closed, slow_consumer, conflated, disconnected, stale_session, …
    void count_dropped(std::string_view reason, std::uint64_t amount = 1);
    std::atomic<std::int64_t>& open_sessions(const std::string& connection_type);

private:
    using Gauges = std::map<std::string, std::shared_ptr<std::atomic<std::int64_t>>>;

    Metrics& metrics_;
    std::array<Counter*, protocol::kErrorCodes> errors_{};
    std::map<std::uint16_t, Counter*> closes_;
    Counter& other_closes_;
    std::map<std::string_view, Counter*> dropped_;
    Counter& other_dropped_;
    Guarded<Gauges> open_;
};

}  // namespace tidegate::routing
