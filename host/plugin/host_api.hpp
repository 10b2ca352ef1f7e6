#pragma once

// The host's side of the C ABI: the table every generation is given, and its extensions, one file each. What the
// functions share stands here: whose call it is, and whether the hook it names may make it.

#include "plugin/generation.hpp"
#include "plugin/hook.hpp"

#include <tidegate/abi/all.h>

#include <string>
#include <string_view>

namespace tidegate::plugin {

void fill_host_table(Generation& generation, tg_host& table);

// Null for an id that this host does not have.
const void* find_extension(std::string_view id);
const tg_ext_session* session_extension();
const tg_ext_channel* channel_extension();
const tg_ext_docs* docs_extension();
const tg_ext_exec* exec_extension();
const tg_ext_http* http_extension();
const tg_ext_metrics* metrics_extension();
const tg_ext_lease* lease_extension();
const tg_ext_presence* presence_extension();
const tg_ext_bus* bus_extension();
const tg_ext_kv* kv_extension();
const tg_ext_stream* stream_extension();

inline Generation& generation_of(const tg_host* host) { return *static_cast<Generation*>(host->ctx); }

// The hook, when it is alive, of this generation, and the caller is on its strand. Otherwise null and counted.
Hook* hook_on_strand(const tg_host* host, tg_hook* handle);
// The hook, when it is alive and of this generation, from any thread. Null handles give null, uncounted.
Hook* live_hook(const tg_host* host, tg_hook* handle);

// The value of `type` at the front of a JSON object; empty when the object does not begin with it.
std::string_view leading_type(std::string_view object);
// Is the object's type one of the plugin's own? Otherwise a code, counted.
tg_rc check_own_type(Generation& generation, std::string_view object);
// The pattern that covers the channel, or null, counted.
const routing::ChannelRoute* own_channel(Generation& generation, std::string_view channel);
// The same, or of a channel of others on which this plugin may publish.
const routing::ChannelRoute* shared_channel(Generation& generation, std::string_view channel);
// Empty, or a JSON object of at most kNoteBytes that can be written into another.
inline constexpr std::size_t kNoteBytes = 512;
bool is_small_object(std::string_view text);

// An inline outcome. The texts of errors live in the hook, or for the thread's next call without one.
tg_rc fail_now(Hook* hook, tg_result* now, tg_rc rc, std::string_view why);
tg_rc done_now(tg_result* now, BufferRef bytes, std::uint64_t number);
// Why a hook may not wait now; TG_OK when it may.
tg_rc may_wait(const Hook& hook);

}  // namespace tidegate::plugin
