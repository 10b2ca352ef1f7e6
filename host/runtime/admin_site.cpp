#include "runtime/admin_site.hpp"

#include "base/log.hpp"
#include "runtime/json_answer.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/URI.h>
#include <openssl/crypto.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace tidegate::runtime {

namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

constexpr std::string_view kPlugins = "/admin/api/plugins";

int status_of(Errc code) {
    switch (code) {
        case Errc::kNotFound:
            return 404;
        case Errc::kBusy:
        case Errc::kUnavailable:
            return 503;
        default:
            return 409;
    }
}

// Without a token the address is what protects the port, so a name that a stranger's DNS points here must not do.
bool names_this_machine(const HTTPServerRequest& request) {
    const auto& host = request.getHost();
    const auto name = host.substr(0, host.rfind(':'));
    return name == "localhost" || name.starts_with("127.") || name == "[::1]";
}

// A page on another site must not be able to make an operator's browser change something here.
bool foreign_origin(const HTTPServerRequest& request) {
    if (!request.has("Origin")) return false;
    const auto& origin = request.get("Origin");
    const auto scheme = origin.find("://");
    return scheme == std::string::npos || origin.substr(scheme + 3) != request.getHost();
}

class AdminHandler final : public Poco::Net::HTTPRequestHandler {
public:
    AdminHandler(const AdminActions& actions, const std::string& token) : actions_(actions), token_(token) {}

    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        const auto path = Poco::URI(request.getURI()).getPath();
        if (path == "/healthz") return send_body(response, 200, "text/plain", "ok\n");
        if (path == "/readyz") {
            const bool ready = actions_.ready();
            return send_body(response, ready ? 200 : 503, "text/plain", ready ? "ready\n" : "not ready\n");
        }
        if (path == "/metrics")
            return send_body(response, 200, "text/plain; version=0.0.4; charset=utf-8", actions_.metrics());
        if (!path.starts_with(kPlugins)) return send_error(response, 404, "not_found", "There is nothing at this path");
        if (!authorized(request))
            return send_error(
                response, 401, "unauthorized",
                "The admin token is missing or wrong, or none is set and the request does not name this machine");
        plugins(path.substr(kPlugins.size()), request, response);
    }

private:
    bool authorized(const HTTPServerRequest& request) const {
        if (token_.empty()) return names_this_machine(request);
        const std::string expected = "Bearer " + token_;
        const std::string given = request.get("Authorization", "");
        return given.size() == expected.size() && CRYPTO_memcmp(given.data(), expected.data(), given.size()) == 0;
    }

    void plugins(const std::string& rest, HTTPServerRequest& request, HTTPServerResponse& response) const {
        if (rest.empty() && request.getMethod() == "GET")
            return send_body(response, 200, "application/json", actions_.status_json());
        const auto slash = rest.find('/', 1);
        if (rest.size() < 2 || slash == std::string::npos || request.getMethod() != "POST")
            return send_error(response, 404, "not_found",
                              "Plugins know GET, and POST …/{id}/{reload|rollback|enable|disable}");
        if (foreign_origin(request))
            return send_error(response, 403, "forbidden", "The request comes from another site");
        const auto done = actions_.plugin(rest.substr(slash + 1), rest.substr(1, slash - 1));
        spdlog::info("operator: {} {}: {}", rest.substr(slash + 1), rest.substr(1, slash - 1),
                     done ? *done : done.error().text);
        if (!done) return send_error(response, status_of(done.error().code), "refused", done.error().text);
        send_body(response, 200, "application/json", nlohmann::json{{"message", *done}}.dump() + "\n");
    }

    const AdminActions& actions_;  // both the factory's, which outlives its handlers
    const std::string& token_;
};

class AdminHandlers final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    AdminHandlers(AdminActions actions, std::string token) : actions_(std::move(actions)), token_(std::move(token)) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override {
        return new AdminHandler(actions_, token_);
    }

private:
    const AdminActions actions_;
    const std::string token_;
};

}  // namespace

Poco::Net::HTTPRequestHandlerFactory::Ptr admin_site(AdminActions actions, std::string token) {
    return new AdminHandlers(std::move(actions), std::move(token));
}

}  // namespace tidegate::runtime
