#include "sent_log.hpp"

#include <algorithm>
#include <array>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>
#include <utility>

#include "quote_document/identity.hpp"

namespace tidegate::notification {
namespace {

using tg::json::Reader;
using tg::json::Writer;

constexpr std::array<std::string_view, 5> kReceipts = {"delivered", "seen", "read", "acted", "dismissed"};

std::optional<SentEntry> read_sent(Reader& in) {
    Sent out;
    std::string_view key;
    std::string_view raw;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "id") {
            in.string(out.id);
        } else if (key == "digest") {
            in.string(out.digest);
        } else if (key == "duplicate") {
            in.boolean(out.duplicate);
        } else if (key == "answer" && in.raw(raw)) {
            out.answer = raw;
        }
    }
    if (!in.ok() || out.id.empty()) return std::nullopt;
    return out;
}

std::optional<SentEntry> read_received(Reader& in) {
    Received out;
    std::string word;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "id") {
            in.string(out.id);
        } else if (key == "user") {
            in.string(out.user);
        } else if (key == "what") {
            in.string(word);
        } else if (key == "action") {
            in.string(out.action);
        }
    }
    const auto at = std::find(kReceipts.begin(), kReceipts.end(), word);
    if (!in.ok() || out.id.empty() || at == kReceipts.end()) return std::nullopt;
    out.what = static_cast<Receipt>(at - kReceipts.begin());
    return out;
}

}  // namespace

std::string_view word_of(Receipt receipt) { return kReceipts[static_cast<std::size_t>(receipt)]; }

std::string entry_json(const Sent& sent) {
    Writer out;
    out.begin_object().key("sent").begin_object().member("id", sent.id).member("digest", sent.digest);
    if (sent.duplicate) out.member("duplicate", true);
    return out.raw_member("answer", sent.answer).end_object().end_object().take();
}

std::string entry_json(const Received& received) {
    Writer out;
    out.begin_object().key("receipt").begin_object().member("id", received.id).member("user", received.user);
    out.member("what", word_of(received.what));
    if (!received.action.empty()) out.member("action", received.action);
    return out.end_object().end_object().take();
}

std::optional<SentEntry> read_sent_entry(std::string_view json) {
    Reader in(json);
    std::string_view key;
    if (!in.enter_object() || !in.next_member(key)) return std::nullopt;
    if (key == "sent") return read_sent(in);
    if (key == "receipt") return read_received(in);
    return std::nullopt;
}

std::string receipt_json(const Received& received, std::string_view channel, std::int64_t now_ms) {
    Writer out;
    out.begin_object().member("type", "notification:receipt").member("notification_id", received.id);
    out.member("user_id", received.user).member("what", word_of(received.what));
    if (!received.action.empty()) out.member("action", received.action);
    if (!channel.empty()) out.member("channel", channel);
    return out.member("timestamp", quote::time_text(now_ms)).end_object().take();
}

void SentCounts::add(const SentEntry& entry) {
    if (const auto* sent = std::get_if<Sent>(&entry)) {
        if (sent->id == id_ && !sent->duplicate && !sent_) sent_ = *sent;
    } else if (const auto& received = std::get<Received>(entry); received.id == id_) {
        users_[static_cast<std::size_t>(received.what)].insert(received.user);
    }
}

std::string SentCounts::json() const {
    std::string out = sent_ ? sent_->answer : "{}";
    Writer counts;
    counts.begin_object();
    for (std::size_t i = 0; i < kReceipts.size(); ++i) counts.member(kReceipts[i], users_[i].size());
    out.insert(out.size() - 1, (out.size() > 2 ? ",\"receipts\":" : "\"receipts\":") + counts.end_object().take());
    return out;
}

}  // namespace tidegate::notification
