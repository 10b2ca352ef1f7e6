#include "send_request.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "quote_document/identity.hpp"

namespace tidegate::notification {
namespace {

using tg::json::Kind;
using tg::json::Reader;

constexpr std::size_t kTitleBytes = 200;
constexpr std::size_t kMessageBytes = 4000;
constexpr std::size_t kActionBytes = 2048;
constexpr std::size_t kActionDepth = 8;  // it is wrapped on its way, and a reader goes 64 deep
constexpr std::size_t kActions = 5;
constexpr std::size_t kWordBytes = 128;
constexpr std::size_t kRoles = 32;
constexpr std::int64_t kDedupMaxS = 86'400;

// Lines are text, other control characters are not.
bool is_text(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    });
}

// Of JSON that is in its form.
std::size_t depth_of(std::string_view json) {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') in_text = !in_text;
        if (in_text && c == '\\') ++i;
        if (in_text) continue;
        if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
        if (c == '}' || c == ']') --depth;
    }
    return deepest;
}

class BodyReader {
public:
    BodyReader(std::string_view body, Target target, const SendBounds& bounds)
        : in_(body), target_(target), bounds_(bounds) {}

    ReadSend read() {
        std::string_view key;
        if (!in_.enter_object()) return std::string("the body must be a JSON object");
        while (why_.empty() && in_.next_member(key)) {
            const std::string name(key);
            if (!seen_.insert(name).second) why_ = name + ": stands twice";
            if (why_.empty()) member(name);
            if (!in_.ok() && why_.empty()) why_ = name + ": " + std::string(in_.error());
        }
        if (why_.empty() && !in_.finish()) why_ = std::string(in_.error());
        if (why_.empty()) check_whole();
        if (!why_.empty()) return why_;
        return std::move(out_);
    }

private:
    void refuse(const std::string& name, const std::string& problem) { why_ = name + ": " + problem; }

    void text(const std::string& name, std::string& into, std::size_t max_bytes) {
        if (in_.peek() != Kind::kString || !in_.string(into)) return refuse(name, "must be a text");
        if (into.empty() || into.size() > max_bytes)
            return refuse(name, "must be of 1 to " + std::to_string(max_bytes) + " bytes");
        if (!is_text(into)) refuse(name, "must be without control characters");
    }
    void whole(const std::string& name, std::int64_t& into, std::int64_t max) {
        if (in_.peek() != Kind::kNumber || !in_.integer(into) || into < 1 || into > max)
            refuse(name, "must be a whole number of seconds from 1 to " + std::to_string(max));
    }
    template <class E, class Find>
    void word(const std::string& name, E& into, Find find) {
        std::string given;
        if (in_.peek() != Kind::kString || !in_.string(given)) return refuse(name, "must be a text");
        const auto known = find(given);
        if (!known) return refuse(name, "is not known");
        into = *known;
    }

    void member(const std::string& name) {
        Notice& notice = out_.notice;
        if (name == "title") return text(name, notice.title, kTitleBytes);
        if (name == "message") return text(name, notice.message, kMessageBytes);
        if (name == "level") return word(name, notice.level, level_of);
        if (name == "priority") return word(name, notice.priority, priority_of);
        if (name == "action") return action();
        if (name == "actions") return actions();
        if (name == "topic") return text(name, notice.topic, kWordBytes);
        if (name == "collapse_key") return text(name, notice.collapse_key, kWordBytes);
        if (name == "dedup_key") return text(name, out_.dedup_key, kWordBytes);
        if (name == "dedup_window_s") return whole(name, out_.dedup_window_s, kDedupMaxS);
        if (name == "ttl_s") return whole(name, out_.ttl_s, bounds_.max_ttl_s);
        if (name == "user_id" && target_ == Target::kUser) return user();
        if (name == "target_roles" && target_ == Target::kBroadcast) return target_roles();
        refuse(name, "is not known");
    }

    void action() {
        std::string_view raw;
        const Kind kind = in_.peek();
        if (kind != Kind::kString && kind != Kind::kObject && kind != Kind::kNull)
            return refuse("action", "must be a text or an object");
        if (!in_.raw(raw)) return;
        if (raw.size() > kActionBytes) return refuse("action", "must be of at most 2048 bytes");
        if (depth_of(raw) > kActionDepth) return refuse("action", "must be nested at most 8 deep");
        if (kind != Kind::kNull) out_.notice.action = raw;
    }

    void actions() {
        auto& actions = out_.notice.actions;
        if (!read_actions(in_, actions)) return refuse("actions", "must be a list of {id, label, method?, confirm?}");
        if (actions.size() > kActions) return refuse("actions", "must be at most 5");
        std::set<std::string> ids;
        for (const Action& one : actions) {
            const bool sized = !one.id.empty() && one.id.size() <= 64 && !one.label.empty() &&
                               one.label.size() <= kWordBytes && one.method.size() <= kWordBytes;
            if (!sized || !is_text(one.id) || !is_text(one.label) || !is_text(one.method))
                return refuse("actions", "id and label must be short texts");
            if (!ids.insert(one.id).second) return refuse("actions", "an id stands twice");
        }
    }

    void user() {
        text("user_id", out_.user_id, 36);
        if (why_.empty() && !quote::is_quote_id(out_.user_id)) refuse("user_id", "must be a UUID in lower case");
    }

    void target_roles() {
        if (!in_.enter_array()) return refuse("target_roles", "must be a list of roles");
        while (why_.empty() && in_.next_element()) {
            std::string role;
            if (!in_.string(role)) return refuse("target_roles", "must be a list of roles");
            if (std::find(bounds_.roles.begin(), bounds_.roles.end(), role) == bounds_.roles.end())
                return refuse("target_roles", "there is no such role");
            if (std::find(out_.roles.begin(), out_.roles.end(), role) == out_.roles.end()) out_.roles.push_back(role);
            if (out_.roles.size() > kRoles) return refuse("target_roles", "are too many");
        }
        if (why_.empty() && out_.roles.empty()) refuse("target_roles", "must name a role, or be left out");
    }

    void check_whole() {
        for (const char* name : {"title", "message", "level"})
            if (!seen_.contains(name)) return refuse(name, "is missing");
        if (target_ == Target::kUser && out_.user_id.empty()) return refuse("user_id", "is missing");
        if (out_.ttl_s == 0) out_.ttl_s = bounds_.default_ttl_s;
        if (out_.dedup_window_s != 0 && out_.dedup_key.empty()) return refuse("dedup_window_s", "needs dedup_key");
        if (out_.dedup_window_s == 0) out_.dedup_window_s = bounds_.default_dedup_s;
        out_.notice.broadcast = target_ == Target::kBroadcast;
    }

    Reader in_;
    const Target target_;
    const SendBounds& bounds_;
    SendRequest out_;
    std::set<std::string> seen_;
    std::string why_;
};

}  // namespace

Notice SendRequest::notice_at(std::int64_t now_ms) const {
    Notice out = notice;
    out.at_ms = now_ms;
    out.expires_ms = now_ms + ttl_s * 1000;
    return out;
}

ReadSend read_send(std::string_view body, Target target, const SendBounds& bounds) {
    return BodyReader(body, target, bounds).read();
}

}  // namespace tidegate::notification
