#pragma once

// QuoteReplica: a quote as a client keeps it: the snapshot it joined with and the recorded events since, by offset.
// Says what was wrong with what it was fed. One thread.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::simulation {

using Json = nlohmann::json;

// The value at a path, created or taken away (null). False where a parent is no object.
bool set_at(Json& whole, std::string_view path, const Json& value);
// Null when nothing stands there.
const Json* value_at(const Json& whole, std::string_view path);

class QuoteReplica {
public:
    explicit QuoteReplica(std::string channel) : channel_(std::move(channel)) {}

    // Everything that the connection received, in order.
    void take(const Json& message);
    // Begins with an empty quote, without waiting for a snapshot.
    void begin_empty() { joined_ = true; }

    bool is_joined() const { return joined_; }
    const Json& data() const { return data_; }
    std::uint64_t revision() const { return revision_; }
    std::uint64_t offset() const { return offset_; }
    const std::vector<std::string>& problems() const { return problems_; }

private:
    void join(const Json& message);
    void take_recorded(const Json& event);
    void apply(const Json& event);

    std::string channel_;
    bool subscribed_ = false;
    bool joined_ = false;
    std::uint64_t offset_ = 0;
    std::uint64_t snapshot_ = 0;  // its revision
    std::uint64_t revision_ = 0;
    std::uint64_t told_ = 0;  // the revision of the newest edit that was told
    Json data_ = Json::object();
    std::vector<Json> early_;  // came before the snapshot
    std::vector<std::string> problems_;
};

}  // namespace tidegate::simulation
