#pragma once

// The host's table and extension tables as this one shared object sees them, and the hook that runs on this thread.
// Not for authors: the faces (session.hpp, docs.hpp, …) are. Set once by create() before any hook; afterwards read-only
// [any-thread].

#include <tidegate/abi/all.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

// One variable per generation: as an ordinary inline variable it could be merged with another generation's by the
// loader.
#define TG_HIDDEN __attribute__((visibility("hidden")))

namespace tg {

inline constinit const tg_host* g_host TG_HIDDEN = nullptr;

namespace detail {

inline constinit const tg_ext_session* g_session TG_HIDDEN = nullptr;
inline constinit const tg_ext_channel* g_channel TG_HIDDEN = nullptr;
inline constinit const tg_ext_docs* g_docs TG_HIDDEN = nullptr;
inline constinit const tg_ext_exec* g_exec TG_HIDDEN = nullptr;
inline constinit const tg_ext_http* g_http TG_HIDDEN = nullptr;
inline constinit const tg_ext_metrics* g_metrics TG_HIDDEN = nullptr;
inline constinit const tg_ext_lease* g_lease TG_HIDDEN = nullptr;
inline constinit const tg_ext_presence* g_presence TG_HIDDEN = nullptr;
inline constinit const tg_ext_bus* g_bus TG_HIDDEN = nullptr;
inline constinit const tg_ext_kv* g_kv TG_HIDDEN = nullptr;
inline constinit const tg_ext_stream* g_stream TG_HIDDEN = nullptr;

// Plain data: a thread_local with a destructor would pin the shared object.
inline constinit thread_local tg_hook* t_hook TG_HIDDEN = nullptr;

// Never inlined into a coroutine: a compiler may keep the address of a thread_local over a suspension.
[[gnu::noinline]] inline tg_hook* current_hook() noexcept {
    __asm__ volatile("" ::: "memory");
    return t_hook;
}

class HookScope {
public:
    [[gnu::noinline]] explicit HookScope(tg_hook* hook) noexcept : outer_(t_hook) { t_hook = hook; }
    [[gnu::noinline]] ~HookScope() { t_hook = outer_; }
    HookScope(const HookScope&) = delete;
    HookScope& operator=(const HookScope&) = delete;

private:
    tg_hook* outer_;
};

inline tg_str str(std::string_view text) noexcept { return tg_str{text.data(), text.size()}; }
inline std::string_view view(tg_str text) noexcept { return {text.ptr ? text.ptr : "", text.ptr ? text.len : 0}; }

// What the other side made may be shorter (older) or longer (newer) than what we know.
template <class T>
T copy_struct(const T* made) noexcept {
    T known{};
    std::memcpy(&known, made, std::min<std::size_t>(made->size, sizeof(T)));
    known.size = sizeof(T);
    return known;
}

// `least`: up to where a table has always been; what came later is asked for with TG_HAS at its call.
template <class T>
const T* find_extension(const tg_host* host, const char* id, std::size_t least = sizeof(T)) noexcept {
    const auto* table = static_cast<const T*>(host->get_extension(host, id));
    return table && table->size >= least ? table : nullptr;
}

inline void attach(const tg_host* host) noexcept {
    g_host = host;
    g_session = find_extension<tg_ext_session>(host, TG_EXT_SESSION);
    g_channel = find_extension<tg_ext_channel>(host, TG_EXT_CHANNEL);
    g_docs = find_extension<tg_ext_docs>(host, TG_EXT_DOCS);
    g_exec = find_extension<tg_ext_exec>(host, TG_EXT_EXEC);
    g_http = find_extension<tg_ext_http>(host, TG_EXT_HTTP);
    g_metrics = find_extension<tg_ext_metrics>(host, TG_EXT_METRICS);
    g_lease = find_extension<tg_ext_lease>(host, TG_EXT_LEASE);
    g_presence = find_extension<tg_ext_presence>(host, TG_EXT_PRESENCE);
    g_bus = find_extension<tg_ext_bus>(host, TG_EXT_BUS, offsetof(tg_ext_bus, emit));
    g_kv = find_extension<tg_ext_kv>(host, TG_EXT_KV);
    g_stream = find_extension<tg_ext_stream>(host, TG_EXT_STREAM);
}

}  // namespace detail
}  // namespace tg
