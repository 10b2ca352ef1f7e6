#include "runtime/http_gate.hpp"

#include "protocol/json_text.hpp"
#include "runtime/credentials.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

namespace tidegate::runtime {

namespace {

using Done = std::function<void(net::HttpResponse)>;

// Plugins' routes live here; what is under it and nobody's is told in JSON.
constexpr std::string_view kApi = "/api/";
constexpr std::size_t kIdempotencyKeyBytes = 128;
constexpr std::size_t kUsersRemembered = 10'000;

// Every request without a key of its own gets one that no other has, so that requests overlap.
std::string next_request_key() {
    static std::atomic<std::uint64_t> last{0};
    return "request:" + std::to_string(last.fetch_add(1, std::memory_order_relaxed) + 1);
}

net::HttpResponse error_response(int status, std::string_view code, std::string_view message) {
    net::HttpResponse response;
    response.status = status;
    response.content_type = "application/json";
    response.body = "{\"code\":" + protocol::json_quoted(code) + ",\"message\":" + protocol::json_quoted(message) + "}";
    return response;
}

}  // namespace

HttpGate::HttpGate(const routing::Switchboard& switchboard, const Authenticator& authenticator, const Clock& clock,
                   HttpRate rate, Metrics& metrics)
    : switchboard_(switchboard),
      authenticator_(authenticator),
      clock_(clock),
      rate_(rate),
      requests_(metrics.counter("tidegate_plugin_requests_total", "HTTP requests handed to plugins")),
      over_rate_(metrics.counter("tidegate_requests_over_rate_total", "HTTP requests answered 429")) {}

std::int64_t HttpGate::over_rate_ms(const Principal& principal) {
    if (rate_.requests_per_second == 0) return 0;
    // Forgetting everybody now and then is cheaper than remembering who may be forgotten.
    if (buckets_.size() >= kUsersRemembered) buckets_.clear();
    return buckets_[principal.tenant + "\n" + principal.sub].take(rate_.requests_per_second, rate_.burst,
                                                                  clock_.monotonic_ms());
}

bool HttpGate::dispatch(const RequestHead& head, BufferRef body, const net::Peer&, Done& done) {
    const auto& routes = switchboard_.routes();
    if (routes.match_endpoint(head.path).found) {
        auto response = error_response(426, "upgrade_required", "This path speaks WebSocket");
        response.fields.emplace_back("Upgrade", "websocket");
        response.fields.emplace_back("Sec-WebSocket-Version", "13");
        done(std::move(response));
        return true;
    }
    const auto match = routes.match_http(head.method, head.path);
    if (!match.plugin) {
        if (match.method_mismatch) {
            done(error_response(405, "method_not_allowed", "This path does not know this method"));
            return true;
        }
        if (!head.path.starts_with(kApi)) return false;
        done(error_response(404, "not_found", "There is nothing at this path"));
        return true;
    }
    if (!match.available) {
        done(error_response(503, "unavailable", "The feature is not available now"));
        return true;
    }
    call_plugin(head, std::move(body), match, done);
    return true;
}

void HttpGate::call_plugin(const RequestHead& head, BufferRef body, const routing::RouteTable::HttpMatch& match,
                           Done done) {
    const auto token = find_token(head, {}, false);
    if (!token) return done(error_response(401, "unauthorized", "A bearer token is needed"));
    auto principal = authenticator_.authenticate(*token);
    if (!principal) return done(error_response(401, "unauthorized", "The token is not accepted"));
    if (const auto wait_ms = over_rate_ms(*principal); wait_ms > 0) {
        over_rate_.add();
        auto response = error_response(429, "rate_limited", "Too many requests");
        response.fields.emplace_back("Retry-After", std::to_string((wait_ms + 999) / 1000));
        return done(std::move(response));
    }
    const auto idempotency_key = head.field("Idempotency-Key").value_or(std::string_view());
    if (idempotency_key.size() > kIdempotencyKeyBytes)
        return done(error_response(400, "invalid", "The Idempotency-Key is too long"));

    routing::Invocation invocation;
    invocation.kind = routing::InvocationKind::kHttp;
    invocation.key = match.key.empty() ? next_request_key() : match.key;
    invocation.buffer = std::move(body);
    if (invocation.buffer) invocation.payload = invocation.buffer->view();
    invocation.deadline_ms = match.route->deadline_ms;
    invocation.http = std::make_unique<routing::HttpCall>();
    auto& call = *invocation.http;
    call.method = head.method;
    call.route = match.route->path;
    call.path = head.path;
    call.idempotency_key = idempotency_key;
    call.params = match.params;
    call.query = public_query(head.query);
    call.tenant = principal->tenant;
    call.principal = std::make_shared<const Principal>(*std::move(principal));
    call.answer = [done](routing::HttpAnswer answer) {
        net::HttpResponse response;
        response.status = answer.status;
        response.content_type = std::move(answer.content_type);
        response.body = std::move(answer.body);
        done(std::move(response));
    };
    switch (match.plugin->dispatch(std::move(invocation))) {
        case routing::Dispatched::kAccepted:
            requests_.add();
            return;
        case routing::Dispatched::kFull:
            return done(error_response(503, "busy", "Too many requests wait; try again"));
        case routing::Dispatched::kUnavailable:
            return done(error_response(503, "unavailable", "The feature is not available now"));
    }
}

}  // namespace tidegate::runtime
