// One HTTP exchange over a socket of its own, within one deadline, that of the name included. It blocks: only for
// Exec::blocking. Thread rule: [any-thread].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "webhook.hpp"

namespace tidegate::notification {

struct WebhookOutcome {
    WebhookOutcome() {}
    bool ok() const { return status >= 200 && status < 300; }
    int status = 0;   // 0: there was no answer
    std::string why;  // of that
};
WebhookOutcome post_webhook(const WebhookAddress& address, std::string_view request, std::int64_t timeout_ms);

}  // namespace tidegate::notification
