#pragma once

// The tables of tg.lease/1, tg.presence/1, tg.bus/1, tg.kv/1 and tg.stream/1 for FakeHost: they record the call and
// answer as it was told to.

#include <tidegate/abi/all.h>

#include <string>
#include <string_view>

namespace tidegate::testing {

inline tg_str str(std::string_view text) { return {text.data(), text.size()}; }
inline std::string text(tg_str of) { return of.ptr ? std::string(of.ptr, of.len) : std::string(); }

template <class Host>
tg_ext_lease fake_leases() {
    tg_ext_lease table{};
    table.size = sizeof(table);
    table.acquire = [](const tg_host* host, tg_hook* hook, const tg_lease_request* r, tg_result* now,
                       tg_done done) -> tg_rc {
        std::string line = "acquire " + text(r->space);
        for (uint32_t i = 0; i < r->path_count; ++i) line += " [" + text(r->paths[i]) + "]";
        line += " by " + text(r->holder) + "/" + text(r->session) + " " + text(r->data) +
                " ttl=" + std::to_string(r->ttl_ms) + (r->implicit ? " implicit" : "") +
                " over=" + std::to_string(r->take_over_up_to) + (r->reuse_own ? " reuse" : "") +
                (r->holder_limit ? " limit=" + std::to_string(r->holder_limit) : "");
        return Host::script(host, line, "lease.acquire", hook, now, done);
    };
    table.renew = [](const tg_host* host, tg_hook* hook, tg_str space, tg_str session, uint64_t ttl_ms, tg_result* now,
                     tg_done done) -> tg_rc {
        const std::string line = "renew " + text(space) + " " + text(session) + " ttl=" + std::to_string(ttl_ms);
        return Host::script(host, line, "lease.renew", hook, now, done);
    };
    table.release = [](const tg_host* host, tg_hook* hook, tg_str space, tg_str path, tg_str holder, uint64_t token,
                       tg_result* now, tg_done done) -> tg_rc {
        const std::string line =
            "release " + text(space) + " [" + text(path) + "] " + text(holder) + " " + std::to_string(token);
        return Host::script(host, line, "lease.release", hook, now, done);
    };
    table.list = [](const tg_host* host, tg_hook* hook, tg_str space, tg_result* now, tg_done done) -> tg_rc {
        return Host::script(host, "leases " + text(space), "lease.list", hook, now, done);
    };
    table.unlock = [](const tg_host* host, tg_hook* hook, tg_str space, tg_str path, tg_str holder, tg_result* now,
                      tg_done done) -> tg_rc {
        const std::string line = "unlock " + text(space) + " [" + text(path) + "] " + text(holder);
        return Host::script(host, line, "lease.unlock", hook, now, done);
    };
    return table;
}

template <class Host>
tg_ext_presence fake_presence() {
    tg_ext_presence table{};
    table.size = sizeof(table);
    table.join = [](const tg_host* host, tg_hook* hook, const tg_presence_entry* e, tg_result* now,
                    tg_done done) -> tg_rc {
        const std::string line = "present " + text(e->channel) + " " + text(e->user) + "/" +
                                 std::to_string(e->session) + " " + text(e->info) +
                                 " grace=" + std::to_string(e->grace_ms);
        return Host::script(host, line, "presence.join", hook, now, done);
    };
    table.leave = [](const tg_host* host, tg_hook* hook, tg_str channel, tg_session session, tg_result* now,
                     tg_done done) -> tg_rc {
        return Host::script(host, "absent " + text(channel) + " " + std::to_string(session), "presence.leave", hook,
                            now, done);
    };
    table.update = [](const tg_host* host, tg_hook* hook, tg_str channel, tg_session session, tg_str state,
                      tg_result* now, tg_done done) -> tg_rc {
        return Host::script(host, "state " + text(channel) + " " + std::to_string(session) + " " + text(state),
                            "presence.update", hook, now, done);
    };
    table.list = [](const tg_host* host, tg_hook* hook, tg_str channel, tg_result* now, tg_done done) -> tg_rc {
        return Host::script(host, "who " + text(channel), "presence.list", hook, now, done);
    };
    return table;
}

template <class Host>
tg_ext_bus fake_bus() {
    tg_ext_bus table{};
    table.size = sizeof(table);
    table.read = [](const tg_host* host, tg_hook* hook, uint64_t after, uint32_t limit, tg_result* now,
                    tg_done done) -> tg_rc {
        return Host::script(host, "bus after " + std::to_string(after) + " limit " + std::to_string(limit), "bus.read",
                            hook, now, done);
    };
    table.emit = [](const tg_host* host, tg_hook* hook, const tg_emission* e, tg_result* now, tg_done done) -> tg_rc {
        const std::string line = "emit " + text(e->name) + " " + text(e->data) + " of " + text(e->doc_type) + "/" +
                                 text(e->doc_id) + " by " + text(e->actor) + " key=" + text(e->idempotency_key);
        return Host::script(host, line, "bus.emit", hook, now, done);
    };
    return table;
}

template <class Host>
tg_ext_stream fake_streams() {
    tg_ext_stream table{};
    table.size = sizeof(table);
    table.append = [](const tg_host* host, tg_hook* hook, const tg_stream_append* a, tg_result* now,
                      tg_done done) -> tg_rc {
        std::string line = "append " + text(a->stream);
        for (uint32_t i = 0; i < a->entry_count; ++i) line += " " + text(a->entries[i]);
        line += " max=" + std::to_string(a->max_entries) + " key=" + text(a->idempotency_key);
        return Host::script(host, line, "stream.append", hook, now, done);
    };
    table.read = [](const tg_host* host, tg_hook* hook, tg_str stream, uint64_t after, uint32_t limit, tg_result* now,
                    tg_done done) -> tg_rc {
        const std::string line =
            "read " + text(stream) + " after " + std::to_string(after) + " limit " + std::to_string(limit);
        return Host::script(host, line, "stream.read", hook, now, done);
    };
    table.state = [](const tg_host* host, tg_hook* hook, tg_str stream, tg_result* now, tg_done done) -> tg_rc {
        return Host::script(host, "state " + text(stream), "stream.state", hook, now, done);
    };
    table.trim = [](const tg_host* host, tg_hook* hook, tg_str stream, uint64_t up_to, tg_result* now,
                    tg_done done) -> tg_rc {
        return Host::script(host, "trim " + text(stream) + " " + std::to_string(up_to), "stream.trim", hook, now, done);
    };
    table.ack = [](const tg_host* host, tg_hook* hook, tg_str stream, tg_str reader, uint64_t position, tg_result* now,
                   tg_done done) -> tg_rc {
        const std::string line = "ack " + text(stream) + " " + text(reader) + " " + std::to_string(position);
        return Host::script(host, line, "stream.ack", hook, now, done);
    };
    table.acked = [](const tg_host* host, tg_hook* hook, tg_str stream, tg_str reader, tg_result* now,
                     tg_done done) -> tg_rc {
        return Host::script(host, "acked " + text(stream) + " " + text(reader), "stream.acked", hook, now, done);
    };
    return table;
}

template <class Host>
tg_ext_kv fake_values() {
    tg_ext_kv table{};
    table.size = sizeof(table);
    table.get = [](const tg_host* host, tg_hook* hook, tg_str key, tg_result* now, tg_done done) -> tg_rc {
        return Host::script(host, "get " + text(key), "kv.get", hook, now, done);
    };
    table.put = [](const tg_host* host, tg_hook* hook, const tg_kv_put* p, tg_result* now, tg_done done) -> tg_rc {
        std::string line = "put " + text(p->key) + "=" + text(p->text) + " ttl=" + std::to_string(p->ttl_ms);
        if (p->compares) line += " expected=" + std::to_string(p->expected);
        return Host::script(host, line, "kv.put", hook, now, done);
    };
    table.increment = [](const tg_host* host, tg_hook* hook, tg_str key, int64_t by, uint64_t ttl_ms, tg_result* now,
                         tg_done done) -> tg_rc {
        const std::string line = "increment " + text(key) + " " + std::to_string(by) + " ttl=" + std::to_string(ttl_ms);
        return Host::script(host, line, "kv.increment", hook, now, done);
    };
    table.remove = [](const tg_host* host, tg_hook* hook, tg_str key, tg_result* now, tg_done done) -> tg_rc {
        return Host::script(host, "remove " + text(key), "kv.flag", hook, now, done);
    };
    table.expire = [](const tg_host* host, tg_hook* hook, tg_str key, uint64_t ttl_ms, tg_result* now,
                      tg_done done) -> tg_rc {
        return Host::script(host, "expire " + text(key) + " " + std::to_string(ttl_ms), "kv.flag", hook, now, done);
    };
    table.set_add = [](const tg_host* host, tg_hook* hook, tg_str key, tg_str member, tg_result* now,
                       tg_done done) -> tg_rc {
        return Host::script(host, "set_add " + text(key) + " " + text(member), "kv.flag", hook, now, done);
    };
    table.set_remove = [](const tg_host* host, tg_hook* hook, tg_str key, tg_str member, tg_result* now,
                          tg_done done) -> tg_rc {
        return Host::script(host, "set_remove " + text(key) + " " + text(member), "kv.flag", hook, now, done);
    };
    table.set_members = [](const tg_host* host, tg_hook* hook, tg_str key, tg_result* now, tg_done done) -> tg_rc {
        return Host::script(host, "set_members " + text(key), "kv.set_members", hook, now, done);
    };
    table.hash_set = [](const tg_host* host, tg_hook* hook, tg_str key, tg_str field, tg_str value, tg_result* now,
                        tg_done done) -> tg_rc {
        return Host::script(host, "hash_set " + text(key) + " " + text(field) + "=" + text(value), "kv.flag", hook, now,
                            done);
    };
    table.hash_remove = [](const tg_host* host, tg_hook* hook, tg_str key, tg_str field, tg_result* now,
                           tg_done done) -> tg_rc {
        return Host::script(host, "hash_remove " + text(key) + " " + text(field), "kv.flag", hook, now, done);
    };
    table.hash_all = [](const tg_host* host, tg_hook* hook, tg_str key, tg_result* now, tg_done done) -> tg_rc {
        return Host::script(host, "hash_all " + text(key), "kv.hash_all", hook, now, done);
    };
    return table;
}

}  // namespace tidegate::testing
