#pragma once

// The command line's side of the admin port: one request, one answer, blocking. Not for anything inside the host.

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace tidegate::cli {

struct AdminAddress {
    std::string host_port;  // "127.0.0.1:9090"
    std::string token;      // empty: none is sent
};

// The file that TIDEGATE_ADMIN_TOKEN_FILE names, without surrounding white space; empty when the variable is not set.
Result<std::string> admin_token_from_environment();

// The body of a 2xx answer; the text of the refusal otherwise.
Result<std::string> admin_request(const AdminAddress& address, std::string_view method, const std::string& path);

}  // namespace tidegate::cli
