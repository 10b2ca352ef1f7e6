#include "dedup_book.hpp"

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

namespace tidegate::notification {

std::string entry_json(const Claim& claim) {
    tg::json::Writer out;
    out.begin_object().member("key", claim.key).member("id", claim.id);
    if (claim.done) return out.member("done", true).end_object().take();
    return out.member("window_ms", claim.window_ms).end_object().take();
}

std::optional<Claim> read_claim(std::string_view json) {
    tg::json::Reader in(json);
    Claim out;
    std::string_view key;
    if (!in.enter_object()) return std::nullopt;
    while (in.next_member(key)) {
        if (key == "key") {
            in.string(out.key);
        } else if (key == "id") {
            in.string(out.id);
        } else if (key == "window_ms") {
            in.integer(out.window_ms);
        } else if (key == "done") {
            in.boolean(out.done);
        }
    }
    if (!in.finish() || out.key.empty()) return std::nullopt;
    return out;
}

void DedupBook::add(const Claim& claim, std::int64_t at_ms) {
    const auto at = held_.find(claim.key);
    if (claim.done) {
        if (at != held_.end() && at->second.claim.id == claim.id) at->second.claim.done = true;
        return;
    }
    if (at != held_.end() && at->second.until_ms > at_ms) return;
    Held& held = held_[claim.key];
    held.claim = claim;
    held.until_ms = at_ms + claim.window_ms;
}

const Claim* DedupBook::holder(std::string_view key) const {
    const auto at = held_.find(key);
    return at == held_.end() ? nullptr : &at->second.claim;
}

const Claim* DedupBook::holder(std::string_view key, std::int64_t now_ms) const {
    const auto at = held_.find(key);
    return at == held_.end() || at->second.until_ms <= now_ms ? nullptr : &at->second.claim;
}

}  // namespace tidegate::notification
