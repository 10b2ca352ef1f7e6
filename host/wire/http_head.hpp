#pragma once

// A strict HTTP/1.1 request head (RFC 9112) out of a buffer that grows. Not a server: it reads no body and answers
// nothing. Where the RFC lets a recipient be lenient, this one refuses, so that nobody behind it can read the same
// bytes differently. Any split of the input gives the same outcome. A parser is owned by one connection. [loop]

#include "base/limits.hpp"
#include "wire/http_target.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate {

inline constexpr std::size_t kHttpTargetBytes = 8 * 1024;
inline constexpr std::size_t kHttpMethodBytes = 32;

struct RequestHead {
    std::string method;
    std::string target;                                       // as sent
    std::string path;                                         // decoded, see RequestTarget
    std::string query;                                        // as sent
    std::vector<std::pair<std::string, std::string>> fields;  // names as sent; values trimmed, may hold bytes over 0x7F
    std::optional<std::uint64_t> content_length;
    bool keep_alive = true;
    bool upgrade_requested = false;  // "Connection: upgrade" with "Upgrade: websocket"; other upgrades are ignored

    // The first of that name, in any case.
    std::optional<std::string_view> field(std::string_view name) const;
    std::size_t count_fields(std::string_view name) const;
    // Whether any field of that name, read as a comma-separated list, holds `token` in any case.
    bool list_has(std::string_view name, std::string_view token) const;
};

enum class HeadState : std::uint8_t { kNeedMore, kComplete, kBad };

struct HeadResult {
    HeadState state = HeadState::kNeedMore;
    RequestHead head;              // kComplete
    std::size_t consumed = 0;      // kComplete: bytes of the head; the body, or the first frames, follow
    int status = 0;                // kBad: 400, 411, 414, 431, 501 or 505
    const char* reason = nullptr;  // kBad: a literal
};

class HeadParser {
public:
    // `so_far` is everything received since the head began; each call brings the same bytes and perhaps more. Bytes
    // seen by an earlier call are not searched again. After kComplete or kBad: reset() before the next head.
    HeadResult parse(std::string_view so_far);
    void reset() { *this = HeadParser(); }

private:
    std::uint32_t scanned_ = 0;
    std::uint32_t line_start_ = 0;
    std::uint32_t lines_ = 0;
};

}  // namespace tidegate
