// Request: what a client's message may say, whatever its type; what it does not say is empty. Its schema was checked.
// Members that a client could forge (user, updated_by, revision …) are not read at all.
// Thread rule: [any-thread], a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::collaboration {

struct Request {
    Request() {}  // no aggregate: it is a coroutine's parameter

    std::string field;
    std::string value;  // JSON
    std::optional<std::uint64_t> base_revision;
    std::uint64_t lease_token = 0;
    std::string reason;
    bool take_over = false;

    std::uint64_t before = 0;
    std::string after;
    std::uint32_t limit = 50;

    std::string name;
    std::string version_id;
    std::string state;

    std::string text;
    std::vector<std::string> mentions;
    std::string parent;
    std::string comment_id;
    bool resolved = true;

    std::string position;  // JSON
};

// Nothing when the text is not what its schema promised.
std::optional<Request> read_request(std::string_view payload);

}  // namespace tidegate::collaboration
