#include "cli/admin_client.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/Timespan.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace tidegate::cli {

namespace {

// A reload waits for the drain of an earlier one.
constexpr int kAnswerSeconds = 60;

std::string reason_of(int status, const std::string& body) {
    const auto parsed = nlohmann::json::parse(body, nullptr, false);
    if (parsed.is_object() && parsed.contains("message") && parsed["message"].is_string())
        return parsed["message"].get<std::string>();
    return "answered " + std::to_string(status);
}

}  // namespace

Result<std::string> admin_token_from_environment() {
    const char* file = std::getenv("TIDEGATE_ADMIN_TOKEN_FILE");
    if (!file || !*file) return std::string();
    std::ifstream in(file);
    if (!in) return fail(Errc::kIo, std::string("read the admin token '") + file + "': cannot be opened");
    return Poco::trim(std::string(std::istreambuf_iterator<char>(in), {}));
}

Result<std::string> admin_request(const AdminAddress& address, std::string_view method, const std::string& path) try {
    Poco::Net::HTTPClientSession session{Poco::Net::SocketAddress(address.host_port)};
    session.setTimeout(Poco::Timespan(kAnswerSeconds, 0));
    Poco::Net::HTTPRequest request(std::string(method), path, Poco::Net::HTTPMessage::HTTP_1_1);
    request.setContentLength(0);
    if (!address.token.empty()) request.set("Authorization", "Bearer " + address.token);
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
    const int status = response.getStatus();
    if (status < 200 || status >= 300) return fail(Errc::kInvalid, reason_of(status, body));
    return body;
} catch (const Poco::Exception& error) {
    return fail(Errc::kUnavailable, "ask the admin port at " + address.host_port + ": " + error.displayText());
}

}  // namespace tidegate::cli
