#include "escalation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tidegate::notification {
namespace {

using tg::json::Reader;
using tg::json::Writer;

constexpr std::array<std::string_view, 3> kEndings = {"read", "sent", "dead"};

std::optional<LedgerEntry> read_open(Reader& in) {
    Escalation out;
    std::string_view key;
    std::string_view raw;
    bool whole = false;
    std::int64_t attempts = 0;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "user") {
            in.string(out.user_id);
        } else if (key == "due") {
            in.integer(out.due_ms);
        } else if (key == "attempts" && in.integer(attempts)) {
            out.attempts = static_cast<std::uint32_t>(attempts);
        } else if (key == "roles" && in.enter_array()) {
            while (in.next_element()) in.string(out.roles.emplace_back());
        } else if (key == "n" && in.raw(raw)) {
            auto notice = read_stored(raw);
            whole = notice.has_value();
            if (whole) out.notice = std::move(*notice);
        }
    }
    if (!in.ok() || !whole) return std::nullopt;
    out.id = out.notice.id;
    return out;
}

std::optional<LedgerEntry> read_failed(Reader& in) {
    Failed out;
    std::int64_t attempts = 0;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "id") {
            in.string(out.id);
        } else if (key == "attempts" && in.integer(attempts)) {
            out.attempts = static_cast<std::uint32_t>(attempts);
        } else if (key == "next") {
            in.integer(out.next_ms);
        }
    }
    if (!in.ok()) return std::nullopt;
    return out;
}

std::optional<LedgerEntry> read_ended(Reader& in) {
    Ended out;
    std::string word;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "id") {
            in.string(out.id);
        } else if (key == "how") {
            in.string(word);
        }
    }
    const auto at = std::find(kEndings.begin(), kEndings.end(), word);
    if (!in.ok() || at == kEndings.end()) return std::nullopt;
    out.how = static_cast<Ending>(at - kEndings.begin());
    return out;
}

}  // namespace

bool EscalationRule::matches(const Notice& notice) const {
    const bool level = levels.empty() || std::find(levels.begin(), levels.end(), notice.level) != levels.end();
    const bool topic = topics.empty() || std::find(topics.begin(), topics.end(), notice.topic) != topics.end();
    return level && topic;
}

std::string entry_json(const Escalation& escalation) {
    Writer out;
    out.begin_object().key("open").begin_object().member("due", escalation.due_ms);
    if (!escalation.user_id.empty()) out.member("user", escalation.user_id);
    if (escalation.attempts != 0) out.member("attempts", escalation.attempts);
    if (!escalation.roles.empty()) {
        out.key("roles").begin_array();
        for (const std::string& role : escalation.roles) out.value(role);
        out.end_array();
    }
    return out.raw_member("n", stored_json(escalation.notice)).end_object().end_object().take();
}

std::string entry_json(const Failed& failed) {
    Writer out;
    out.begin_object().key("failed").begin_object().member("id", failed.id).member("attempts", failed.attempts);
    return out.member("next", failed.next_ms).end_object().end_object().take();
}

std::string entry_json(const Ended& ended) {
    Writer out;
    out.begin_object().key("ended").begin_object().member("id", ended.id);
    return out.member("how", kEndings[static_cast<std::size_t>(ended.how)]).end_object().end_object().take();
}

std::optional<LedgerEntry> read_ledger_entry(std::string_view json) {
    Reader in(json);
    std::string_view key;
    if (!in.enter_object() || !in.next_member(key)) return std::nullopt;
    if (key == "open") return read_open(in);
    if (key == "failed") return read_failed(in);
    if (key == "ended") return read_ended(in);
    return std::nullopt;
}

void EscalationLedger::add(LedgerEntry entry, std::uint64_t position) {
    last_ = std::max(last_, position);
    if (auto* opened = std::get_if<Escalation>(&entry)) {
        const std::string id = opened->id;
        Open open;
        open.escalation = std::move(*opened);
        open.position = position;
        open_.emplace(id, std::move(open));
    } else if (const auto* failed = std::get_if<Failed>(&entry)) {
        const auto at = open_.find(failed->id);
        if (at == open_.end()) return;
        at->second.escalation.attempts = failed->attempts;
        at->second.escalation.due_ms = failed->next_ms;
        at->second.taken_until_ms = 0;
    } else {
        open_.erase(std::get<Ended>(entry).id);
    }
}

std::vector<Escalation> EscalationLedger::take_due(std::int64_t now_ms) {
    std::vector<Escalation> due;
    for (auto& [id, open] : open_) {
        if (open.due_ms() > now_ms) continue;
        open.taken_until_ms = now_ms + kTakenMs;
        due.push_back(open.escalation);
    }
    std::sort(due.begin(), due.end(), [](const auto& a, const auto& b) { return a.due_ms < b.due_ms; });
    return due;
}

std::optional<std::int64_t> EscalationLedger::next_due_ms() const {
    std::optional<std::int64_t> next;
    for (const auto& [id, open] : open_) {
        if (!next || open.due_ms() < *next) next = open.due_ms();
    }
    return next;
}

const Escalation* EscalationLedger::find(const std::string& id) const {
    const auto at = open_.find(id);
    return at == open_.end() ? nullptr : &at->second.escalation;
}

std::uint64_t EscalationLedger::finished_up_to() const {
    std::uint64_t up_to = last_;
    for (const auto& [id, open] : open_) up_to = std::min(up_to, open.position - 1);
    return up_to;
}

std::int64_t backoff_ms(std::uint32_t attempts, std::int64_t base_ms, std::int64_t max_ms, std::uint32_t chance) {
    std::int64_t whole = base_ms;
    for (std::uint32_t i = 1; i < attempts && whole < max_ms; ++i) whole *= 2;
    whole = std::min(whole, max_ms);
    return whole - whole / 2 + static_cast<std::int64_t>(chance % static_cast<std::uint64_t>(whole / 2 + 1));
}

}  // namespace tidegate::notification
