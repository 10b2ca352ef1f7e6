#pragma once

// Where a token and a subprotocol come from in a request's head. Pure; decides nothing about the token's worth.
// [any-thread]

#include "wire/handshake.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::runtime {

// The first of: the subprotocol "bearer.<jwt>", "Authorization: Bearer", the query's token (when allowed).
std::optional<std::string> find_token(const RequestHead& head, const std::vector<std::string>& protocols,
                                      bool query_allowed);

// What the server selects: "tidegate.v1" when offered, else the first that carries no secret; nothing when none is
// left.
std::optional<std::string_view> choose_protocol(const std::vector<std::string>& protocols);

// The query's parameters in order, decoded, without `token` and `resume`; those that do not decode are left out. At
// most 32.
std::vector<std::pair<std::string, std::string>> public_query(std::string_view query);

}  // namespace tidegate::runtime
