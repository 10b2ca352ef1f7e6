// DedupBook: which notification a dedup key stands for, folded from a user's stream of claims. The order of the stream
// decides: the first claim that nobody before it holds. A claim that is not done may have been made by somebody who
// then failed, so who meets it sends the same notification again.
// Thread rule: used by one hook.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::notification {

struct Claim {
    Claim() {}
    std::string key;
    std::string id;
    std::int64_t window_ms = 0;
    bool done = false;
};

std::string entry_json(const Claim& claim);
std::optional<Claim> read_claim(std::string_view json);

class DedupBook {
public:
    // In the order of the stream; `at_ms` is the entry's.
    void add(const Claim& claim, std::int64_t at_ms);
    // Who holds the key; null when nobody does.
    const Claim* holder(std::string_view key) const;
    // The same at a time: null when the window is over.
    const Claim* holder(std::string_view key, std::int64_t now_ms) const;

private:
    struct Held {
        Claim claim;
        std::int64_t until_ms = 0;
    };
    std::map<std::string, Held, std::less<>> held_;
};

}  // namespace tidegate::notification
