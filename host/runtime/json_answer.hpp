#pragma once

// Small answers of Poco handlers: JSON bodies and errors in the shape that plugins' HTTP routes use. [any-thread]

#include <Poco/Net/HTTPServerResponse.h>

#include <string>
#include <string_view>

namespace tidegate::runtime {

void send_body(Poco::Net::HTTPServerResponse& response, int status, std::string_view content_type,
               const std::string& body);

// {"code":"…","message":"…"}
void send_error(Poco::Net::HTTPServerResponse& response, int status, std::string_view code, std::string_view message);

}  // namespace tidegate::runtime
