#include "inbox_entry.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tidegate::notification {
namespace {

using tg::json::Reader;
using tg::json::Writer;

constexpr std::array<std::string_view, 6> kKinds = {"ack", "seen", "read", "dismiss", "snooze", "act"};

bool read_texts(Reader& in, std::vector<std::string>& out) {
    if (!in.enter_array()) return false;
    while (in.next_element()) {
        if (!in.string(out.emplace_back())) return false;
    }
    return in.ok();
}

void read_times(Reader& in, std::map<std::string, std::int64_t>& out) {
    std::string_view key;
    if (!in.enter_object()) return;
    while (in.next_member(key)) {
        const std::string name(key);
        in.integer(out[name]);
    }
}

template <class N>
bool read_count(Reader& in, N& out) {
    std::int64_t value = 0;
    if (!in.integer(value)) return false;
    out = static_cast<N>(value);
    return true;
}

void write_texts(Writer& out, std::string_view name, const std::vector<std::string>& texts) {
    out.key(name).begin_array();
    for (const std::string& text : texts) out.value(text);
    out.end_array();
}

std::optional<ActKind> kind_of(std::string_view word) {
    const auto at = std::find(kKinds.begin(), kKinds.end(), word);
    if (at == kKinds.end()) return std::nullopt;
    return static_cast<ActKind>(at - kKinds.begin());
}

bool read_place(Reader& in, Place& out) {
    std::int64_t position = 0;
    if (!in.enter_array() || !in.next_element() || !in.integer(out.at_ms)) return false;
    if (!in.next_element() || !in.integer(position)) return false;
    out.position = static_cast<std::uint64_t>(position);
    return in.leave();
}

void read_item_member(Reader& in, std::string_view key, SnapshotItem& out) {
    std::string_view raw;
    if (key == "i") {
        in.string(out.id);
    } else if (key == "n" && in.raw(raw)) {
        out.notice = read_stored(raw);
        if (out.notice) out.id = out.notice->id;
    } else if (key == "p") {
        read_place(in, out.place);
    } else if (key == "o") {
        in.integer(out.expires_ms);
    } else if (key == "r") {
        in.integer(out.standing.read_ms);
    } else if (key == "z") {
        in.integer(out.standing.snoozed_until_ms);
    } else if (key == "b") {
        read_count(in, out.standing.acked);
    } else if (key == "e") {
        in.boolean(out.standing.seen);
    } else if (key == "h") {
        in.boolean(out.standing.hidden);
    } else if (key == "x") {
        in.string(out.standing.acted);
    }
}

bool read_items(Reader& in, std::vector<SnapshotItem>& out) {
    if (!in.enter_array()) return false;
    while (in.next_element()) {
        SnapshotItem& item = out.emplace_back();
        std::string_view key;
        if (!in.enter_object()) return false;
        while (in.next_member(key)) read_item_member(in, key, item);
    }
    return in.ok();
}

std::optional<InboxEntry> read_part(std::string_view json) {
    Reader in(json);
    SnapshotPart out;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "up_to") {
            read_count(in, out.up_to);
        } else if (key == "part") {
            read_count(in, out.part);
        } else if (key == "of") {
            read_count(in, out.of);
        } else if (key == "evicted") {
            read_count(in, out.evicted);
        } else if (key == "devices") {
            read_texts(in, out.devices);
        } else if (key == "items") {
            read_items(in, out.items);
        }
    }
    if (!in.finish()) return std::nullopt;
    return out;
}

std::optional<InboxEntry> read_act(Reader& in, std::string_view key, Act& act) {
    bool known = false;
    do {
        std::string word;
        if (key == "a" && in.string(word)) {
            const auto kind = kind_of(word);
            if (!kind) return std::nullopt;
            act.kind = *kind;
            known = true;
        } else if (key == "ids") {
            read_texts(in, act.ids);
        } else if (key == "of_roles") {
            read_times(in, act.of_roles);
        } else if (key == "device") {
            in.string(act.device);
        } else if (key == "until") {
            in.integer(act.until_ms);
        } else if (key == "action") {
            in.string(act.action);
        }
    } while (in.next_member(key));
    if (!in.finish() || !known) return std::nullopt;
    return act;
}

}  // namespace

std::string_view word_of(ActKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::string entry_json(const Notice& notice) { return R"({"n":)" + stored_json(notice) + "}"; }

std::string entry_json(const Act& act) {
    Writer out;
    out.begin_object().member("a", word_of(act.kind));
    write_texts(out, "ids", act.ids);
    if (!act.of_roles.empty()) {
        out.key("of_roles").begin_object();
        for (const auto& [id, expires_ms] : act.of_roles) out.member(id, expires_ms);
        out.end_object();
    }
    if (!act.device.empty()) out.member("device", act.device);
    if (act.until_ms != 0) out.member("until", act.until_ms);
    if (!act.action.empty()) out.member("action", act.action);
    return out.end_object().take();
}

std::string item_json(const SnapshotItem& item) {
    const Standing& standing = item.standing;
    Writer out;
    out.begin_object();
    if (item.notice) {
        out.raw_member("n", stored_json(*item.notice));
        out.key("p").begin_array().value(item.place.at_ms).value(item.place.position).end_array();
    } else {
        out.member("i", item.id);
        if (item.expires_ms != 0) out.member("o", item.expires_ms);
    }
    if (standing.read_ms != 0) out.member("r", standing.read_ms);
    if (standing.snoozed_until_ms != 0) out.member("z", standing.snoozed_until_ms);
    if (standing.acked != 0) out.member("b", standing.acked);
    if (standing.seen) out.member("e", true);
    if (standing.hidden) out.member("h", true);
    if (!standing.acted.empty()) out.member("x", standing.acted);
    return out.end_object().take();
}

std::string part_json(const SnapshotPart& part, std::string_view items) {
    Writer out;
    out.begin_object().key("s").begin_object();
    out.member("up_to", part.up_to).member("part", part.part).member("of", part.of).member("evicted", part.evicted);
    write_texts(out, "devices", part.devices);
    out.raw_member("items", std::string("[").append(items).append("]"));
    return out.end_object().end_object().take();
}

std::optional<InboxEntry> read_entry(std::string_view json) {
    Reader in(json);
    std::string_view key;
    std::string_view raw;
    if (!in.enter_object() || !in.next_member(key)) return std::nullopt;
    if (key == "n" && in.raw(raw)) {
        auto notice = read_stored(raw);
        if (!notice) return std::nullopt;
        return std::move(*notice);
    }
    if (key == "s" && in.raw(raw)) return read_part(raw);
    Act act;
    return read_act(in, key, act);
}

}  // namespace tidegate::notification
