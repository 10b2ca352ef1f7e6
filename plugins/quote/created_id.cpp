#include "created_id.hpp"

#include "rating/sha256.hpp"

namespace tidegate::quote {

std::string quote_id_of(std::string_view sub, std::string_view idempotency_key) {
    std::string named = "tidegate quote\n";
    named.append(std::to_string(sub.size())).append("\n").append(sub).append(idempotency_key);
    std::string id = rating::sha256_hex(named).substr(0, 32);
    id[12] = '8';  // RFC 9562: version 8, the variant of that document
    const char variant = id[16];
    id[16] = "89ab"[(variant <= '9' ? variant - '0' : variant - 'a' + 10) & 3];
    for (const std::size_t at : {20u, 16u, 12u, 8u}) id.insert(at, 1, '-');
    return id;
}

}  // namespace tidegate::quote
