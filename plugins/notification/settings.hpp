// Settings: the configuration as the plugin uses it. Its schema was checked by the host. Addresses and secrets come
// from here only, never from a client; the secret is read from a file or the environment and never written anywhere.
// Thread rule: [any-thread], a value; read_settings reads the secret's file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "escalation.hpp"
#include "send_request.hpp"
#include "webhook.hpp"

namespace tidegate::notification {

struct Settings {
    Settings() {}
    const EscalationRule* rule_for(const Notice& notice) const;

    std::vector<std::string> roles = {"customer", "agent", "underwriter", "manager", "admin"};
    std::vector<std::string> alert_roles = {"manager", "admin"};
    std::size_t inbox_max = 10'000;
    std::uint64_t broadcasts_kept = 500;
    std::int64_t default_ttl_s = 30 * 86'400;
    std::int64_t max_ttl_s = 365 * 86'400;
    std::int64_t dedup_window_s = 600;

    std::optional<WebhookAddress> webhook;
    std::string secret;
    std::int64_t timeout_ms = 3000;
    std::uint32_t attempts = 6;
    std::int64_t backoff_ms = 1000;
    std::int64_t backoff_max_ms = 300'000;
    std::vector<EscalationRule> rules;

    SendBounds bounds() const;
};

// Or what is wrong.
std::variant<Settings, std::string> read_settings(std::string_view json);

}  // namespace tidegate::notification
