#pragma once

// HttpRequest: what on_http gets, and its answer. Move-only; body() lives as long as the object (a coroutine hook),
// every other text and the answer until the hook ends. A hook that ends without an answer answers 204, or the status
// that fits its code. [strand]

#include <tidegate/message.hpp>

#include <cstdint>
#include <string_view>

namespace tg {

class HttpRequest {
public:
    using Raw = tg_http_request;
    HttpRequest(const tg_http_request& raw, tg_hook* hook, detail::Keep keep) noexcept
        : raw_(detail::copy_struct(&raw)), hook_(hook) {
        if (keep == detail::Keep::kRetain) hold_ = detail::Hold(raw_.owner);
    }
    HttpRequest(HttpRequest&&) noexcept = default;

    std::string_view method() const& noexcept { return detail::view(raw_.method); }
    // As in the manifest: "/api/quotes/{quote_id}".
    std::string_view route() const& noexcept { return detail::view(raw_.route); }
    std::string_view path() const& noexcept { return detail::view(raw_.path); }
    std::string_view body() const& noexcept { return detail::view(raw_.body); }
    std::string_view body() && = delete;
    std::string_view idempotency_key() const& noexcept { return detail::view(raw_.idempotency_key); }
    // Empty when absent.
    std::string_view param(std::string_view name) const& noexcept {
        return detail::find_pair(raw_.params, raw_.param_count, name);
    }
    std::string_view query(std::string_view name) const& noexcept {
        return detail::find_pair(raw_.query, raw_.query_count, name);
    }
    Principal principal() const noexcept { return Principal(raw_.principal); }

    // Once.
    Status respond(std::uint32_t status, std::string_view json) const {
        return respond(status, "application/json", json);
    }
    Status respond(std::uint32_t status, std::string_view content_type, std::string_view body_text) const {
        if (!detail::g_http) return Status(TG_E_UNSUPPORTED, TG_EXT_HTTP);
        return Status(
            detail::g_http->respond(g_host, hook_, status, detail::str(content_type), detail::str(body_text)));
    }
    // {"code","message",…fields} with the status that fits the code.
    Status fail(std::string_view code, std::string_view text, std::string_view fields = std::string_view()) const {
        if (!detail::g_http) return Status(TG_E_UNSUPPORTED, TG_EXT_HTTP);
        return Status(detail::g_http->fail(g_host, hook_, detail::str(code), detail::str(text), detail::str(fields)));
    }
    Status fail(const Status& why) const { return fail(code_name(why.rc()), why.text()); }

private:
    tg_http_request raw_;
    tg_hook* hook_;
    detail::Hold hold_;
};

}  // namespace tg
