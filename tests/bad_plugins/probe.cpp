// A plugin for tests, written as anybody could write one: a C table, no SDK. See README.md for what its messages do.

#include <tidegate/abi/all.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace {

const tg_host* host;
const tg_ext_session* session_ext;
const tg_ext_exec* exec_ext;
const tg_ext_channel* channel_ext;
const tg_ext_docs* docs_ext;
const tg_ext_http* http_ext;
tg_hook* kept;  // of the last probe:never

tg_str text(const std::string& value) { return {value.data(), value.size()}; }
std::string copy(tg_str value) { return value.len ? std::string(value.ptr, value.len) : std::string(); }

std::string said(const std::string& payload) {
    return R"({"type":"probe:said","version":")" PROBE_VERSION R"(","echo":)" + payload + "}";
}

// A hook that waits. Its memory is the host's, as a coroutine's frame would be.
struct Waiting {
    tg_hook* hook;
    std::string payload;
    bool throws;

    static Waiting* make(tg_hook* hook, std::string payload, bool throws = false) {
        return new (host->frame_alloc(host, sizeof(Waiting))) Waiting{hook, std::move(payload), throws};
    }
    void end() {
        this->~Waiting();
        host->frame_free(host, this, sizeof(Waiting));
    }
    static void done(void* context, const tg_result* result) {
        auto* waiting = static_cast<Waiting*>(context);
        tg_hook* const hook = waiting->hook;
        const auto rc = result->rc;
        if (rc == TG_OK) {
            const bool document = result->bytes.len != 0;
            session_ext->reply(host, hook, text(said(document ? copy(result->bytes) : waiting->payload)));
        }
        const bool throws = waiting->throws;
        waiting->end();
        if (throws) throw std::runtime_error("thrown by a completion");
        host->hook_done(host, hook, rc, {});
    }
};

tg_rc wait_or_end(Waiting* waiting, tg_rc rc, const tg_result& now) {
    if (rc == TG_PENDING) return rc;
    if (rc == TG_OK) {
        session_ext->reply(host, waiting->hook, text(said(copy(now.bytes))));
        host->buf_release(now.owner);
    }
    waiting->end();
    return rc;
}

tg_rc sleep_then_say(const tg_message* message, tg_hook* hook, std::uint64_t ms, bool throws) {
    auto* waiting = Waiting::make(hook, copy(message->payload), throws);
    tg_result now{};
    now.size = sizeof now;
    return wait_or_end(waiting, exec_ext->sleep(host, hook, ms, &now, {&Waiting::done, waiting}), now);
}

tg_rc run_blocking(const tg_message* message, tg_hook* hook) {
    auto* waiting = Waiting::make(hook, copy(message->payload));
    tg_result now{};
    now.size = sizeof now;
    const auto work = [](void* context) -> tg_rc {
        static_cast<Waiting*>(context)->payload = "\"worked\"";
        return TG_OK;
    };
    return wait_or_end(waiting, exec_ext->post_blocking(host, hook, work, waiting, &now, {&Waiting::done, waiting}),
                       now);
}

tg_rc get_document(tg_hook* hook) {
    auto* waiting = Waiting::make(hook, {});
    tg_result now{};
    now.size = sizeof now;
    return wait_or_end(waiting, docs_ext->get(host, hook, text("probe"), text("1"), &now, {&Waiting::done, waiting}),
                       now);
}

tg_rc on_message(const tg_plugin*, const tg_message* message, tg_hook* hook) {
    const auto type = copy(message->type);
    const auto what = type.substr(type.find(':') + 1);
    if (what == "say") return session_ext->reply(host, hook, text(said(copy(message->payload))));
    if (what.rfind("sleep_", 0) == 0)
        return sleep_then_say(message, hook, std::strtoul(what.c_str() + 6, nullptr, 10), false);
    if (what == "late_throw") return sleep_then_say(message, hook, 1, true);
    if (what == "blocking") return run_blocking(message, hook);
    if (what == "throw") throw std::runtime_error("thrown by on_message");
    if (what == "never") {
        kept = hook;
        return TG_PENDING;
    }
    if (what == "release") {
        host->hook_done(host, kept, TG_OK, {});
        return TG_OK;
    }
    if (what == "double") {
        host->hook_done(host, hook, TG_OK, {});
        host->hook_done(host, hook, TG_OK, {});
        return TG_OK;
    }
    if (what == "foreign") return session_ext->reply(host, hook, text(R"({"type":"error","code":"internal"})"));
    if (what == "refuse") {
        host->hook_reason(host, hook, text("not you"));
        return TG_E_FORBIDDEN;
    }
    if (what == "post") return exec_ext->post(host, hook, text("tasks"), text("hello"), text("1"));
    if (what == "get") return get_document(hook);
    return TG_E_INVALID;
}

tg_rc on_task(const tg_plugin*, const tg_task*, tg_hook* hook) {
    tg_publication publication{};
    publication.size = sizeof publication;
    publication.flags = TG_PUBLISH_RECORDED;
    const std::string channel = "probe:tasks", event = R"({"type":"probe:task"})";
    publication.channel = text(channel);
    publication.event = text(event);
    tg_result now{};
    now.size = sizeof now;
    return channel_ext->publish(host, hook, &publication, &now, {});
}

tg_rc on_open(const tg_plugin*, const tg_open* open, tg_hook* hook) {
    if (copy(open->channel) != "probe:closed") return TG_OK;
    host->hook_reason(host, hook, text("nobody enters here"));
    return TG_E_FORBIDDEN;
}

tg_rc on_http(const tg_plugin*, const tg_http_request* request, tg_hook* hook) {
    const auto name = request->param_count == 1 ? copy(request->params[0].value) : "";
    if (name == "none") return TG_E_NOT_FOUND;
    return http_ext->respond(host, hook, 200, text("application/json"), text("{\"name\":\"" + name + "\"}"));
}

tg_rc configure(const tg_plugin*, tg_str, [[maybe_unused]] const tg_writer* why) {
#if defined(PROBE_CONFIGURE_THROWS)
    throw std::runtime_error("thrown by configure");
#elif defined(PROBE_CONFIGURE_REFUSES)
    why->write(why->ctx, text("speed is too high"));
    return TG_E_INVALID;
#endif
    return TG_OK;
}

tg_rc self_check(const tg_plugin*, [[maybe_unused]] const tg_writer* why) {
#if defined(PROBE_SELF_CHECK_FAILS)
    why->write(why->ctx, text("two and two are five"));
    return TG_E_INTERNAL;
#endif
    return TG_OK;
}

tg_rc start(const tg_plugin*, const tg_writer*) {
#if defined(PROBE_START_THROWS)
    throw 42;
#endif
    return TG_OK;
}

void stop(const tg_plugin*) {}
void destroy(const tg_plugin* plugin) { delete plugin; }
const void* no_extension(const tg_plugin*, const char*) { return nullptr; }

[[maybe_unused]] tg_plugin* create(const tg_host* given) {
#if defined(PROBE_CREATE_THROWS)
    throw std::runtime_error("thrown by create");
#elif defined(PROBE_CREATE_NULL)
    return nullptr;
#endif
    host = given;
    session_ext = static_cast<const tg_ext_session*>(given->get_extension(given, TG_EXT_SESSION));
    exec_ext = static_cast<const tg_ext_exec*>(given->get_extension(given, TG_EXT_EXEC));
    channel_ext = static_cast<const tg_ext_channel*>(given->get_extension(given, TG_EXT_CHANNEL));
    docs_ext = static_cast<const tg_ext_docs*>(given->get_extension(given, TG_EXT_DOCS));
    http_ext = static_cast<const tg_ext_http*>(given->get_extension(given, TG_EXT_HTTP));
    auto* plugin = new tg_plugin{};
    plugin->size = sizeof *plugin;
    plugin->configure = &configure;
    plugin->self_check = &self_check;
    plugin->start = &start;
    plugin->on_open = &on_open;
    plugin->on_message = &on_message;
    plugin->on_http = &on_http;
    plugin->on_task = &on_task;
    plugin->stop = &stop;
    plugin->destroy = &destroy;
    plugin->get_extension = &no_extension;
    return plugin;
}

}  // namespace

#ifdef PROBE_UNRESOLVED
void nobody_has_this();
__attribute__((visibility("default"), used)) void calls_it() { nobody_has_this(); }
#endif

#ifndef PROBE_MAGIC
#define PROBE_MAGIC TG_ABI_MAGIC
#endif
#ifndef PROBE_ABI_MAJOR
#define PROBE_ABI_MAJOR TG_ABI_MAJOR
#endif
#ifndef PROBE_ABI_MINOR
#define PROBE_ABI_MINOR TG_ABI_MINOR
#endif
#ifndef PROBE_ENTRY_ID
#define PROBE_ENTRY_ID PROBE_ID
#endif

#ifndef PROBE_NO_ENTRY
extern "C" __attribute__((visibility("default"))) const tg_entry tidegate_plugin_entry = {
    PROBE_MAGIC, PROBE_ABI_MAJOR, PROBE_ABI_MINOR, sizeof(tg_entry), PROBE_ENTRY_ID, PROBE_VERSION, &create};
#endif
