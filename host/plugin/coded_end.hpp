#pragma once

// How a hook's final code becomes what a peer sees: a row of the protocol's codes, and an HTTP status. What is internal
// keeps its text for the log. Pure. [any-thread]

#include "base/error.hpp"

#include <tidegate/abi/base.h>

#include <string>
#include <string_view>

namespace tidegate::plugin {

struct CodedEnd {
    std::string_view code;  // "not_found"
    std::string message;
};

// `why` is the plugin's own text; empty: the code's usual one.
CodedEnd coded_end(tg_rc rc, std::string_view why);
int http_status(std::string_view code);
// {"code":…,"message":…, members of the object `fields`…}
std::string http_error_body(std::string_view code, std::string_view message, std::string_view fields = {});

Errc errc_of(tg_rc rc);
tg_rc rc_of(Errc code);

}  // namespace tidegate::plugin
