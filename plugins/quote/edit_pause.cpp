#include "edit_pause.hpp"

#include <algorithm>
#include <charconv>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

namespace tidegate::quote {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
// A timer this late is taken for lost.
constexpr std::int64_t kLostNs = 10'000 * kNsPerMs;

std::string key_of(std::uint64_t scope, const PauseTimer& timer) {
    return std::to_string(scope) + "/" + timer.quote_id;
}

bool read_revision(tg::json::Reader& in, std::uint64_t& out) {
    std::string_view text;
    if (!in.number(text)) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

bool read_member(tg::json::Reader& in, std::string_view key, PauseTimer& out) {
    if (key == "quote_id") return in.string(out.quote_id);
    if (key == "name") return in.string(out.name);
    if (key == "sub") return in.string(out.sub);
    if (key == "revision") return read_revision(in, out.revision);
    return true;
}

}  // namespace

std::string write_pause(const PauseTimer& timer) {
    tg::json::Writer out;
    out.begin_object().member("quote_id", timer.quote_id).member("name", timer.name).member("sub", timer.sub);
    return out.member("revision", timer.revision).end_object().take();
}

std::optional<PauseTimer> read_pause(std::string_view payload) {
    tg::json::Reader in(payload);
    PauseTimer out;
    std::string_view key;
    if (!in.enter_object()) return std::nullopt;
    while (in.next_member(key)) {
        if (!read_member(in, key, out)) return std::nullopt;
    }
    if (!in.finish() || out.quote_id.empty()) return std::nullopt;
    return out;
}

bool EditPauses::edited(std::uint64_t scope, const PauseTimer& timer, std::int64_t now_ns) {
    const std::lock_guard<std::mutex> locked(lock_);
    const auto [at, began] = bursts_.try_emplace(key_of(scope, timer));
    Burst& burst = at->second;
    if (!began && now_ns - burst.first_ns < kLostNs) {
        burst.last_ns = now_ns;
        burst.timer.sub = timer.sub;
        burst.timer.revision = std::max(burst.timer.revision, timer.revision);
        return false;
    }
    burst.timer = timer;
    burst.first_ns = burst.last_ns = now_ns;
    return true;
}

EditPauses::Verdict EditPauses::elapsed(std::uint64_t scope, PauseTimer& timer, std::int64_t now_ns) {
    const std::lock_guard<std::mutex> locked(lock_);
    const auto at = bursts_.find(key_of(scope, timer));
    if (at == bursts_.end()) return {};
    const Burst& burst = at->second;
    if (burst.timer.name != timer.name) return {Standing::kOther, 0};
    const std::int64_t due_ns = std::min(burst.last_ns + static_cast<std::int64_t>(kPauseMs) * kNsPerMs,
                                         burst.first_ns + static_cast<std::int64_t>(kLongestBurstMs) * kNsPerMs);
    if (now_ns < due_ns) {
        return {Standing::kLater, static_cast<std::uint64_t>((due_ns - now_ns + kNsPerMs - 1) / kNsPerMs)};
    }
    timer = burst.timer;
    bursts_.erase(at);
    return {};
}

void EditPauses::forget(std::uint64_t scope, const PauseTimer& timer) {
    const std::lock_guard<std::mutex> locked(lock_);
    const auto at = bursts_.find(key_of(scope, timer));
    if (at != bursts_.end() && at->second.timer.name == timer.name) bursts_.erase(at);
}

std::size_t EditPauses::size() const {
    const std::lock_guard<std::mutex> locked(lock_);
    return bursts_.size();
}

}  // namespace tidegate::quote
