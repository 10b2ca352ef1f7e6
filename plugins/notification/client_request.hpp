// ClientRequest: what a client's message may say, whatever its type; what it does not say is empty. Its schema was
// checked. `id` is the envelope's: notifications are named by notification_id or ids.
// Thread rule: [any-thread], a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::notification {

struct ClientRequest {
    ClientRequest() {}

    std::vector<std::string> ids;  // notification_id is one of them
    bool all = false;
    std::string device;
    bool seen = false;
    std::int64_t for_s = 0;
    std::string action;
    bool confirmed = false;
    bool unread = false;
    std::uint32_t limit = 50;
    std::string after;
    std::string preferences;  // JSON
};

// Nothing when the text is not what its schema promised.
std::optional<ClientRequest> read_client_request(std::string_view payload);

// A name of a device that a client gives: 1 to 64 letters, digits, `-`, `_`, `.`.
bool is_device(std::string_view text);

}  // namespace tidegate::notification
