#pragma once

// HttpAnswer: the bytes of one complete HTTP answer, and whether the connection may go on after it. Made from what a
// plugin says, from what a Poco handler wrote, or canned. Pure. [any-thread]

#include "net/upgrade.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tidegate::net {

struct HttpAnswer {
    std::string bytes;
    bool keep_alive = false;
};

// Plain text, after which the connection closes.
std::string canned_answer(int status, std::string_view reason);

// Fields that are not well-formed, or that are the connection's own business, are left out. Too large a body, or a
// status that is none, becomes a 500.
HttpAnswer dispatcher_answer(const HttpResponse& response, bool head_only, bool keep_alive, std::size_t max_bytes);

// `written` is everything that a handler wrote. What is not one whole answer becomes a 500; one whose end the peer
// could not find without the connection's closes it.
HttpAnswer handler_answer(std::string written, bool head_only, bool keep_alive);

}  // namespace tidegate::net
