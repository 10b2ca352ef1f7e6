#include "runtime/json_answer.hpp"

#include <nlohmann/json.hpp>

#include <ostream>

namespace tidegate::runtime {

void send_body(Poco::Net::HTTPServerResponse& response, int status, std::string_view content_type,
               const std::string& body) {
    response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
    response.setContentType(std::string(content_type));
    response.setContentLength64(static_cast<Poco::Int64>(body.size()));
    response.set("Cache-Control", "no-store");
    response.send() << body << std::flush;
}

void send_error(Poco::Net::HTTPServerResponse& response, int status, std::string_view code, std::string_view message) {
    const nlohmann::json body{{"code", code}, {"message", message}};
    send_body(response, status, "application/json",
              body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace tidegate::runtime
