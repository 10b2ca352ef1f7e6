#include "adapters/documents/reply_window.hpp"

#include "adapters/documents/limits.hpp"

namespace tidegate {

std::optional<std::uint64_t> ReplyWindow::find(const std::string& key, std::int64_t now_ms) const {
    const auto reply = replies_.find(key);
    if (reply == replies_.end() || now_ms - reply->second.at_ms >= document_limits::kReplyMs) return std::nullopt;
    return reply->second.revision;
}

void ReplyWindow::add(const std::string& key, std::uint64_t revision, std::int64_t at_ms) {
    while (!order_.empty()) {
        const auto oldest = replies_.find(order_.front().first);
        const bool stale = oldest == replies_.end() || at_ms - oldest->second.at_ms >= document_limits::kReplyMs;
        if (!stale && order_.size() < document_limits::kReplies) break;
        forget_oldest();
    }
    replies_[key] = {revision, at_ms};
    order_.emplace_back(key, revision);
}

void ReplyWindow::forget_oldest() {
    auto [key, revision] = std::move(order_.front());
    order_.pop_front();
    const auto reply = replies_.find(key);
    // A key that came again after the wall clock went back has a newer reply, which stays.
    if (reply == replies_.end() || reply->second.revision != revision) return;
    replies_.erase(reply);
    forgotten_.push_back(std::move(key));
}

}  // namespace tidegate
