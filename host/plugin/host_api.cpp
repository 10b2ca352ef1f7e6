#include "plugin/host_api.hpp"

#include "plugin/abi_text.hpp"
#include "plugin/strand.hpp"

#include <simdjson.h>
#include <tidegate/json/reader.hpp>

#include <utility>

namespace tidegate::plugin {

const void* find_extension(std::string_view id) {
    if (id == TG_EXT_SESSION) return session_extension();
    if (id == TG_EXT_CHANNEL) return channel_extension();
    if (id == TG_EXT_DOCS) return docs_extension();
    if (id == TG_EXT_EXEC) return exec_extension();
    if (id == TG_EXT_HTTP) return http_extension();
    if (id == TG_EXT_METRICS) return metrics_extension();
    if (id == TG_EXT_LEASE) return lease_extension();
    if (id == TG_EXT_PRESENCE) return presence_extension();
    if (id == TG_EXT_BUS) return bus_extension();
    if (id == TG_EXT_KV) return kv_extension();
    if (id == TG_EXT_STREAM) return stream_extension();
    return nullptr;
}

Hook* live_hook(const tg_host* host, tg_hook* handle) {
    if (!handle) return nullptr;
    auto& generation = generation_of(host);
    Hook* hook = generation.slot().engine().hooks.find(handle);
    if (hook && hook->generation == &generation) return hook;
    generation.note_misuse("a call names a hook that has ended");
    return nullptr;
}

Hook* hook_on_strand(const tg_host* host, tg_hook* handle) {
    Hook* hook = live_hook(host, handle);
    if (!hook) {
        if (!handle) generation_of(host).note_misuse("a call that belongs to a hook names none");
        return nullptr;
    }
    const auto on_successor = [&] {  // an abandoned hook's strand may have been made anew
        const Strand* now = here().strand;
        return hook->abandoned && now && &now->slot() == hook->slot && now->key() == hook->call.key &&
               now->tenant() == hook->call.tenant_name();
    };
    if (here().on(*hook) || on_successor()) return hook;
    generation_of(host).note_misuse("a call is made off its hook's strand");
    return nullptr;
}

std::string_view leading_type(std::string_view object) {
    const auto skip_space = [&] {
        const auto at = object.find_first_not_of(" \t\r\n");
        object.remove_prefix(at == std::string_view::npos ? object.size() : at);
    };
    const auto take = [&](std::string_view token) {
        skip_space();
        const bool there = object.starts_with(token);
        if (there) object.remove_prefix(token.size());
        return there;
    };
    if (!take("{") || !take("\"type\"") || !take(":") || !take("\"")) return {};
    const auto end = object.find_first_of("\"\\");
    if (end == std::string_view::npos || object[end] == '\\') return {};
    return object.substr(0, end);
}

tg_rc check_own_type(Generation& generation, std::string_view object) {
    const auto type = leading_type(object);
    if (type.empty()) {
        generation.note_refused_send("an object that does not begin with its type");
        return TG_E_INVALID;
    }
    if (generation.manifest().owns_type(type)) return TG_OK;
    generation.note_refused_send("the type '" + std::string(type) + "': it is none of its prefixes");
    return TG_E_FORBIDDEN;
}

const routing::ChannelRoute* own_channel(Generation& generation, std::string_view channel) {
    const auto* pattern = generation.manifest().channel_pattern(channel);
    if (!pattern) generation.note_refused_send("on the channel '" + std::string(channel) + "': none of its patterns");
    return pattern;
}

const routing::ChannelRoute* shared_channel(Generation& generation, std::string_view channel) {
    const auto* pattern = generation.manifest().publishing_pattern(channel);
    if (!pattern) generation.note_refused_send("on the channel '" + std::string(channel) + "': none of its patterns");
    return pattern;
}

bool is_small_object(std::string_view text) {
    if (text.empty()) return true;
    tg::json::Reader reader(text);
    return text.size() <= kNoteBytes && reader.peek() == tg::json::Kind::kObject && reader.skip() && reader.finish() &&
           simdjson::validate_utf8(text.data(), text.size());
}

tg_rc fail_now(Hook* hook, tg_result* now, tg_rc rc, std::string_view why) {
    if (!now || now->size < sizeof(tg_result)) return rc;
    thread_local std::string for_no_hook;
    std::string& text = hook ? hook->error_text : for_no_hook;
    text.assign(why);
    *now = {now->size, rc, {}, 0, to_c(text), nullptr};
    return rc;
}

tg_rc done_now(tg_result* now, BufferRef bytes, std::uint64_t number) {
    if (!now || now->size < sizeof(tg_result)) return TG_OK;
    const auto view = bytes ? to_c(bytes->view()) : tg_str{};
    *now = {now->size, TG_OK, view, number, {}, reinterpret_cast<tg_buf*>(bytes.release_to_c())};
    return TG_OK;
}

tg_rc may_wait(const Hook& hook) {
    if (hook.stopped != TG_OK) return hook.stopped;
    if (hook.generation->cancelled()) return TG_E_CANCELLED;
    if (!hook.strand) return TG_E_UNSUPPORTED;
    return hook.ended || hook.abandoned ? tg_rc{TG_E_INVALID} : tg_rc{TG_OK};
}

}  // namespace tidegate::plugin
