#pragma once

// The tables of tg.lease/1, tg.presence/1 and tg.bus/1 for FakeHost: they record the call and answer as it was told to.

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
                " over=" + std::to_string(r->take_over_up_to);
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
    return table;
}

}  // namespace tidegate::testing
