#include "plugin/hook_answer.hpp"

#include "base/log.hpp"
#include "plugin/coded_end.hpp"
#include "plugin/slot.hpp"

#include <tidegate/abi/host.h>

#include <string>
#include <utility>

namespace tidegate::plugin {

namespace {

using routing::InvocationKind;

void answer_http(routing::HttpCall& http, tg_rc rc, std::string_view why) {
    routing::HttpAnswer answer;
    if (rc < 0) {
        const auto end = coded_end(rc, why);
        answer.status = http_status(end.code);
        answer.content_type = "application/json";
        answer.body = http_error_body(end.code, end.message);
    }
    if (http.answer) http.answer(std::move(answer));
}

}  // namespace

void answer_end(Hook& hook, tg_rc rc, std::string_view why) {
    if (hook.answered) return;
    hook.answered = true;
    auto& call = hook.call;
    const bool is_fault = rc == TG_E_INTERNAL || rc == TG_E_EXCEPTION;
    if (is_fault && !why.empty()) log_for_plugin(TG_LOG_ERROR, hook.slot->id(), why);
    switch (call.kind) {
        case InvocationKind::kMessage:
            if (rc < 0) {
                const auto end = coded_end(rc, why);
                hook.slot->engine().services.gateway.fail(call.session->id(), end.code, end.message, call.id, {});
            }
            return;
        case InvocationKind::kHttp:
            return answer_http(*call.http, rc, why);
        case InvocationKind::kOpen:
        case InvocationKind::kSubscribe:
        case InvocationKind::kEvent:
            if (auto on_end = std::exchange(call.on_end, nullptr)) {
                if (rc < 0)
                    on_end(Error{errc_of(rc), coded_end(rc, why).message});
                else
                    on_end(std::nullopt);
            }
            return;
        case InvocationKind::kClose:
        case InvocationKind::kTask:
        case InvocationKind::kLease:
        case InvocationKind::kPresence:
            if (rc < 0)
                log_for_plugin(
                    TG_LOG_WARN, hook.slot->id(),
                    "a hook that nobody waits for ended with " + std::to_string(rc) + ": " + std::string(why));
            return;
    }
}

}  // namespace tidegate::plugin
