#include "mailbox.hpp"

#include <algorithm>

namespace tidegate::notification {

std::int64_t Mailbox::due_ms(const InboxItem& item) const {
    const std::int64_t from_ms = std::max(item.place.at_ms, item.standing.snoozed_until_ms);
    const std::int64_t held_ms = preferences.held_until(*item.notice, from_ms);
    return held_ms == 0 ? from_ms : held_ms;
}

std::vector<tg::Session> Mailbox::waiting_for(const Rank& rank) const {
    std::vector<tg::Session> out;
    for (const auto& [session, reached] : waiting) {
        if (reached < rank) out.push_back(session);
    }
    return out;
}

void Mailbox::wait(tg::Session session, const Rank& rank) {
    for (auto& [held, reached] : waiting) {
        if (held == session) {
            reached = rank;
            return;
        }
    }
    waiting.emplace_back(session, rank);
}

void Mailbox::done_waiting(tg::Session session) {
    std::erase_if(waiting, [&](const auto& entry) { return entry.first == session; });
}

NoticePtr SharedNotices::share(std::uint64_t scope, Notice notice) {
    const std::lock_guard<std::mutex> locked(lock_);
    if (held_.size() >= sweep_at_) {
        std::erase_if(held_, [](const auto& entry) { return entry.second.expired(); });
        sweep_at_ = std::max<std::size_t>(1024, 2 * held_.size());
    }
    std::weak_ptr<const Notice>& held = held_[{scope, notice.id}];
    if (NoticePtr one = held.lock()) return one;
    auto made = std::make_shared<const Notice>(std::move(notice));
    held = made;
    return made;
}

MailboxPtr Mailboxes::find(const Owner& owner) {
    const std::lock_guard<std::mutex> locked(lock_);
    const auto at = kept_.find(owner);
    if (at == kept_.end()) return nullptr;
    at->second.used = ++clock_;
    return at->second.box;
}

void Mailboxes::put(const Owner& owner, MailboxPtr box) {
    const std::lock_guard<std::mutex> locked(lock_);
    Kept& kept = kept_[owner];
    kept.box = std::move(box);
    kept.used = ++clock_;
    if (kept_.size() <= kKept) return;
    const auto oldest = std::min_element(kept_.begin(), kept_.end(),
                                         [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    kept_.erase(oldest);
}

void Mailboxes::forget(const Owner& owner) {
    const std::lock_guard<std::mutex> locked(lock_);
    kept_.erase(owner);
}

void Mailboxes::forget_all() {
    const std::lock_guard<std::mutex> locked(lock_);
    kept_.clear();
}

}  // namespace tidegate::notification
