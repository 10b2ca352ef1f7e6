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
const tg_ext_lease* lease_ext;
const tg_ext_presence* presence_ext;
const tg_ext_bus* bus_ext;
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

// Replies {"number":n,"bytes":…} with what the host's call gave, now or later.
struct Asking {
    tg_hook* hook;
    static Asking* make(tg_hook* hook) { return new (host->frame_alloc(host, sizeof(Asking))) Asking{hook}; }
    void end() { host->frame_free(host, this, sizeof(Asking)); }
    static tg_rc tell(tg_hook* hook, const tg_result& result) {
        const auto bytes = result.bytes.len ? copy(result.bytes) : "null";
        return session_ext->reply(
            host, hook, text(said("{\"number\":" + std::to_string(result.number) + ",\"bytes\":" + bytes + "}")));
    }
    static void done(void* context, const tg_result* result) {
        auto* asking = static_cast<Asking*>(context);
        tg_hook* const hook = asking->hook;
        const auto rc = result->rc;
        const auto why = copy(result->error);
        if (rc == TG_OK) tell(hook, *result);
        asking->end();
        host->hook_done(host, hook, rc, text(why));
    }
    // call(now, done) is the host's.
    template <class Call>
    static tg_rc ask(tg_hook* hook, Call&& call) {
        auto* asking = make(hook);
        tg_result now{};
        now.size = sizeof now;
        const tg_rc rc = call(&now, tg_done{&done, asking});
        if (rc == TG_PENDING) return rc;
        if (rc == TG_OK) {
            tell(hook, now);
            host->buf_release(now.owner);
        } else {
            host->hook_reason(host, hook, now.error);
        }
        asking->end();
        return rc;
    }
};

tg_publication publication_on(const std::string& channel, const std::string& event, std::uint32_t flags) {
    tg_publication made{};
    made.size = sizeof made;
    made.flags = flags;
    made.channel = text(channel);
    made.event = text(event);
    return made;
}

// One patch: a fenced set, a test, a note, a recorded publication with a copy for its author and a live one.
tg_rc patch_document(const tg_message* message, tg_hook* hook, const std::string& channel, const std::string& type,
                     const tg_patch_leases* leases = nullptr) {
    const std::string recorded = "{\"type\":\"" + type + "\"}", for_author = R"({"type":"probe:changed","ref":1})";
    const std::string live_channel = "live:1", live = "{\"type\":\"probe:glimpse\"}";
    tg_publication publications[] = {publication_on(channel, recorded, TG_PUBLISH_RECORDED),
                                     publication_on(live_channel, live, 0)};
    publications[0].author = message->session;
    publications[0].author_event = text(for_author);
    const std::string a = "a", b = "b", one = "1", probe = "probe", id = "1", note = R"({"why":"so"})";
    tg_doc_op ops[2]{};
    for (auto& op : ops) op.size = sizeof op;
    ops[0].kind = TG_DOC_SET;
    ops[0].path = text(a);
    ops[0].value = text(one);
    ops[0].fence = 5;
    ops[1].kind = TG_DOC_TEST;
    ops[1].path = text(b);
    tg_patch patch{};
    patch.size = sizeof patch;
    patch.type = text(probe);
    patch.id = text(id);
    patch.ops = ops;
    patch.op_count = 2;
    patch.op_size = sizeof *ops;
    patch.base_revision = TG_ANY_REVISION;
    patch.publications = publications;
    patch.publication_count = 2;
    patch.publication_size = sizeof *publications;
    patch.note = text(note);
    patch.leases = leases;
    return Asking::ask(hook,
                       [&](tg_result* now, tg_done done) { return docs_ext->patch(host, hook, &patch, now, done); });
}

// The same under leases of `path_count` paths in `space`.
tg_rc patch_under(const tg_message* message, tg_hook* hook, const std::string& space, std::uint32_t path_count) {
    const std::string a = "a", ada = "ada", session = "tab";
    const tg_str paths[] = {text(a), text(a)};
    tg_patch_leases leases{};
    leases.size = sizeof leases;
    leases.path_count = path_count;
    leases.space = text(space);
    leases.paths = paths;
    leases.holder = text(ada);
    leases.session = text(session);
    leases.token = 7;
    leases.write_ttl_ms = 1000;
    leases.lock_ttl_ms = 2000;
    leases.fenced = 1;
    return patch_document(message, hook, "probe:doc", "probe:changed", &leases);
}

tg_rc acquire(tg_hook* hook, const std::string& space) {
    const std::string path = "a/b", holder = "ada", session = "s1", data = R"({"name":"Ada"})";
    const tg_str paths[] = {text(path)};
    tg_lease_request request{};
    request.size = sizeof request;
    request.path_count = 1;
    request.paths = paths;
    request.space = text(space);
    request.holder = text(holder);
    request.session = text(session);
    request.data = text(data);
    request.ttl_ms = 1000;
    return Asking::ask(
        hook, [&](tg_result* now, tg_done done) { return lease_ext->acquire(host, hook, &request, now, done); });
}

tg_rc join(const tg_message* message, tg_hook* hook, const std::string& channel) {
    const std::string user = "ada", info = R"({"name":"Ada"})";
    tg_presence_entry entry{};
    entry.size = sizeof entry;
    entry.channel = text(channel);
    entry.user = text(user);
    entry.session = message->session;
    entry.info = text(info);
    return Asking::ask(hook,
                       [&](tg_result* now, tg_done done) { return presence_ext->join(host, hook, &entry, now, done); });
}

tg_rc publish(tg_hook* hook, const std::string& channel, const std::string& event, std::uint32_t flags,
              tg_session excluded = 0) {
    auto publication = publication_on(channel, event, flags);
    publication.excluded = &excluded;
    publication.excluded_count = excluded ? 1 : 0;
    tg_result now{};
    now.size = sizeof now;
    return channel_ext->publish(host, hook, &publication, &now, {});
}

// Powers that a message can ask for in one line each. TG_E_UNSUPPORTED: no such word.
tg_rc use_powers(const tg_message* message, tg_hook* hook, const std::string& what) {
    const std::string shared = "shared:1", space = "probe:q", event = R"({"type":"probe:told"})", none;
    if (what == "patch") return patch_document(message, hook, "probe:doc", "probe:changed");
    if (what == "patch_type") return patch_document(message, hook, "probe:doc", "other:changed");
    if (what == "patch_elsewhere") return patch_document(message, hook, "nobody:1", "probe:changed");
    if (what == "patch_shared") return patch_document(message, hook, shared, "probe:changed");
    if (what == "patch_leased") return patch_under(message, hook, space, 1);
    if (what == "patch_leased_elsewhere") return patch_under(message, hook, "nobody:1", 1);
    if (what == "patch_leased_wrongly") return patch_under(message, hook, space, 2);
    if (what == "publish_shared") return publish(hook, shared, event, TG_PUBLISH_RECORDED);
    if (what == "publish_but_me") return publish(hook, "live:1", event, 0, message->session);
    if (what == "lease") return acquire(hook, space);
    if (what == "lease_shared") return acquire(hook, shared);
    if (what == "lease_elsewhere") return acquire(hook, "nobody:1");
    if (what == "join") return join(message, hook, space);
    if (what == "join_elsewhere") return join(message, hook, "nobody:1");
    return Asking::ask(hook, [&](tg_result* now, tg_done done) -> tg_rc {
        if (what == "leases") return lease_ext->list(host, hook, text(space), now, done);
        if (what == "unlease") return lease_ext->release(host, hook, text(space), text(none), text(none), 1, now, done);
        if (what == "unlease_all")
            return lease_ext->release(host, hook, text(space), text(none), text(none), 0, now, done);
        if (what == "leave") return presence_ext->leave(host, hook, text(space), message->session, now, done);
        if (what == "who") return presence_ext->list(host, hook, text(space), now, done);
        if (what == "bus") return bus_ext->read(host, hook, 0, 2, now, done);
        const std::string probe = "probe", id = "1", path = "a/b";
        if (what == "get_part") return docs_ext->get_part(host, hook, text(probe), text(id), text(path), now, done);
        if (what == "versions") {
            tg_version_query query{};
            query.size = sizeof query;
            query.limit = 10;
            query.before = 9;
            query.newest_first = 1;
            return docs_ext->versions(host, hook, text(probe), text(id), &query, now, done);
        }
        return TG_E_UNSUPPORTED;
    });
}

tg_rc tell_notice(const char* type, const tg_notice* notice, tg_hook* hook) {
    const auto event = std::string("{\"type\":\"") + type + "\",\"version\":\"" PROBE_VERSION "\",\"key\":\"" +
                       copy(notice->key) + "\",\"payload\":" + copy(notice->payload) + "}";
    return publish(hook, "probe:told", event, TG_PUBLISH_RECORDED);
}
tg_rc on_lease(const tg_plugin*, const tg_notice* notice, tg_hook* hook) {
    return tell_notice("probe:lease", notice, hook);
}
tg_rc on_presence(const tg_plugin*, const tg_notice* notice, tg_hook* hook) {
    return tell_notice("probe:presence", notice, hook);
}

struct Sleeping {
    tg_hook* hook;
    static void done(void* context, const tg_result* result) {
        auto* sleeping = static_cast<Sleeping*>(context);
        tg_hook* const hook = sleeping->hook;
        const auto rc = result->rc;
        host->frame_free(host, sleeping, sizeof(Sleeping));
        host->hook_done(host, hook, rc, {});
    }
};

tg_rc sleep_if_asked(const tg_event* event, tg_hook* hook) {
    if (copy(event->data).find("sleep") == std::string::npos) return TG_OK;
    auto* sleeping = new (host->frame_alloc(host, sizeof(Sleeping))) Sleeping{hook};
    tg_result now{};
    now.size = sizeof now;
    return exec_ext->sleep(host, hook, 1000, &now, {&Sleeping::done, sleeping});
}

// "key sequence data" on probe:events. Data with "fail" refuses, with "sleep" waits for a second first.
[[maybe_unused]] tg_rc on_event(const tg_plugin*, const tg_event* event, tg_hook* hook) {
    const auto data = copy(event->data);
    publish(hook, "probe:events",
            R"({"type":"probe:event","v":")" PROBE_VERSION R"(","key":")" + copy(event->key) +
                "\",\"sequence\":" + std::to_string(event->sequence) + ",\"data\":" + data + "}",
            TG_PUBLISH_RECORDED);
    if (data.find("fail") != std::string::npos) return TG_E_INTERNAL;
    return sleep_if_asked(event, hook);
}

// "key sequences" of what came together on probe:events. Refuses with any "fail", waits with a "sleep" in the last.
[[maybe_unused]] tg_rc on_events(const tg_plugin*, const tg_events* events, tg_hook* hook) {
    std::string sequences;
    bool fails = false;
    for (std::uint32_t n = 0; n < events->count; ++n) {
        sequences += (n ? "+" : "") + std::to_string(events->events[n]->sequence);
        fails |= copy(events->events[n]->data).find("fail") != std::string::npos;
    }
    publish(hook, "probe:events",
            R"({"type":"probe:events","v":")" PROBE_VERSION R"(","key":")" + copy(events->events[0]->key) +
                "\",\"sequence\":\"" + sequences + "\"}",
            TG_PUBLISH_RECORDED);
    if (fails) return TG_E_INTERNAL;
    return sleep_if_asked(events->events[events->count - 1], hook);
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
    return use_powers(message, hook, what);
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
    lease_ext = static_cast<const tg_ext_lease*>(given->get_extension(given, TG_EXT_LEASE));
    presence_ext = static_cast<const tg_ext_presence*>(given->get_extension(given, TG_EXT_PRESENCE));
    bus_ext = static_cast<const tg_ext_bus*>(given->get_extension(given, TG_EXT_BUS));
    auto* plugin = new tg_plugin{};
    plugin->size = sizeof *plugin;
    plugin->configure = &configure;
    plugin->self_check = &self_check;
    plugin->start = &start;
    plugin->on_open = &on_open;
    plugin->on_message = &on_message;
    plugin->on_http = &on_http;
    plugin->on_task = &on_task;
#if defined(PROBE_EVENTS_TOGETHER)
    plugin->on_events = &on_events;
#elif !defined(PROBE_HEARS_NO_EVENTS)
    plugin->on_event = &on_event;
#endif
    plugin->on_lease = &on_lease;
    plugin->on_presence = &on_presence;
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
