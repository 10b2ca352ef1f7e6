#include "plugin/abi_text.hpp"
#include "plugin/coded_end.hpp"
#include "plugin/host_api.hpp"
#include "protocol/codes.hpp"
#include "protocol/json_text.hpp"

#include <string>
#include <utility>

namespace tidegate::plugin {

namespace {

tg_rc answer(const tg_host* host, tg_hook* handle, routing::HttpAnswer ready) {
    Hook* hook = hook_on_strand(host, handle);
    if (!hook || hook->call.kind != routing::InvocationKind::kHttp) return TG_E_INVALID;
    if (hook->stopped == TG_E_DEADLINE) return TG_E_DEADLINE;
    if (std::exchange(hook->answered, true)) return TG_E_CONFLICT;
    if (hook->call.http->answer) hook->call.http->answer(std::move(ready));
    return TG_OK;
}

tg_rc respond(const tg_host* host, tg_hook* handle, std::uint32_t status, tg_str content_type, tg_str body) {
    if (status < 200 || status > 599 || from_c(content_type).find_first_of("\r\n") != std::string_view::npos)
        return TG_E_INVALID;
    return answer(host, handle,
                  {static_cast<int>(status), std::string(from_c(content_type)), std::string(from_c(body))});
}

tg_rc fail_request(const tg_host* host, tg_hook* handle, tg_str code, tg_str message, tg_str fields) {
    const auto row = protocol::find_error(from_c(code));
    if (!row || (fields.len != 0 && !protocol::splice_point(from_c(fields)))) return TG_E_INVALID;
    const auto text = from_c(message).empty() ? protocol::row(*row).message : from_c(message);
    return answer(host, handle,
                  {http_status(from_c(code)), "application/json", http_error_body(from_c(code), text, from_c(fields))});
}

constexpr tg_ext_http kExtension{sizeof(tg_ext_http), &respond, &fail_request};

}  // namespace

const tg_ext_http* http_extension() { return &kExtension; }

}  // namespace tidegate::plugin
