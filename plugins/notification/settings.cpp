#include "settings.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <tidegate/json/reader.hpp>
#include <utility>

namespace tidegate::notification {
namespace {

using tg::json::Reader;

constexpr std::size_t kSecretBytes = 16;

template <class N>
void number(Reader& in, N& out) {
    std::int64_t value = 0;
    if (in.integer(value)) out = static_cast<N>(value);
}

void texts(Reader& in, std::vector<std::string>& out) {
    out.clear();
    if (!in.enter_array()) return;
    while (in.next_element()) in.string(out.emplace_back());
}

void read_rule(Reader& in, EscalationRule& out) {
    std::string_view key;
    if (!in.enter_object()) return;
    while (in.next_member(key)) {
        std::vector<std::string> words;
        if (key == "topics") {
            texts(in, out.topics);
        } else if (key == "delay_s") {
            number(in, out.delay_ms);
            out.delay_ms *= 1000;
        } else if (key == "levels") {
            texts(in, words);
            for (const std::string& word : words) out.levels.push_back(level_of(word).value_or(Level::kCritical));
        }
    }
}

std::string first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

class EscalationReader {
public:
    explicit EscalationReader(Settings& into) : into_(into) {}

    void read(Reader& in) {
        std::string_view key;
        if (!in.enter_object()) return;
        while (in.next_member(key)) member(in, std::string(key));
    }
    std::string finish() {
        into_.webhook = read_address(url_);
        if (!into_.webhook) return "escalation.url: must be http://host[:port][/path]";
        if (!file_.empty()) {
            into_.secret = first_line(file_);
        } else if (const char* value = env_.empty() ? nullptr : std::getenv(env_.c_str())) {
            into_.secret = value;
        }
        if (into_.secret.size() < kSecretBytes)
            return "escalation: secret_file or secret_env must give a secret of at least 16 bytes";
        return {};
    }

private:
    void member(Reader& in, const std::string& key) {
        if (key == "url") {
            in.string(url_);
        } else if (key == "secret_file") {
            in.string(file_);
        } else if (key == "secret_env") {
            in.string(env_);
        } else if (key == "timeout_ms") {
            number(in, into_.timeout_ms);
        } else if (key == "attempts") {
            number(in, into_.attempts);
        } else if (key == "backoff_ms") {
            number(in, into_.backoff_ms);
        } else if (key == "backoff_max_ms") {
            number(in, into_.backoff_max_ms);
        } else if (key == "rules" && in.enter_array()) {
            while (in.next_element()) read_rule(in, into_.rules.emplace_back());
        }
    }

    Settings& into_;
    std::string url_, file_, env_;
};

}  // namespace

const EscalationRule* Settings::rule_for(const Notice& notice) const {
    if (!webhook) return nullptr;
    for (const EscalationRule& rule : rules) {
        if (rule.matches(notice)) return &rule;
    }
    return nullptr;
}

SendBounds Settings::bounds() const {
    SendBounds out;
    out.roles = roles;
    out.default_ttl_s = default_ttl_s;
    out.max_ttl_s = max_ttl_s;
    out.default_dedup_s = dedup_window_s;
    return out;
}

std::variant<Settings, std::string> read_settings(std::string_view json) {
    Reader in(json);
    Settings out;
    EscalationReader escalation(out);
    bool escalates = false;
    std::string_view key;
    if (!in.enter_object()) return std::string("config: must be an object");
    while (in.next_member(key)) {
        if (key == "roles") {
            texts(in, out.roles);
        } else if (key == "alert_roles") {
            texts(in, out.alert_roles);
        } else if (key == "inbox_max") {
            number(in, out.inbox_max);
        } else if (key == "broadcasts_kept") {
            number(in, out.broadcasts_kept);
        } else if (key == "default_ttl_s") {
            number(in, out.default_ttl_s);
        } else if (key == "max_ttl_s") {
            number(in, out.max_ttl_s);
        } else if (key == "dedup_window_s") {
            number(in, out.dedup_window_s);
        } else if (key == "escalation") {
            escalates = true;
            escalation.read(in);
        }
    }
    if (!in.finish()) return "config: " + std::string(in.error());
    if (out.default_ttl_s > out.max_ttl_s) return std::string("config: default_ttl_s is above max_ttl_s");
    if (escalates) {
        if (std::string why = escalation.finish(); !why.empty()) return "config: " + why;
    }
    return out;
}

}  // namespace tidegate::notification
