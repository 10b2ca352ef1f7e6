#include "base/log.hpp"
#include "base/uuid.hpp"
#include "plugin/abi_text.hpp"
#include "plugin/frame_pool.hpp"
#include "plugin/hook_life.hpp"
#include "plugin/host_api.hpp"

#include <algorithm>
#include <cstring>

namespace tidegate::plugin {

namespace {

const void* get_extension(const tg_host* host, const char* id) {
    if (!id || !generation_of(host).grants(id)) return nullptr;
    return find_extension(id);
}

void log_text(const tg_host* host, int32_t level, tg_str text) {
    log_for_plugin(std::clamp(level, 0, 4), generation_of(host).slot().id(), from_c(text));
}

void retain(tg_buf* buffer) {
    if (buffer) reinterpret_cast<Buffer*>(buffer)->retain();
}
void release(tg_buf* buffer) {
    if (buffer) reinterpret_cast<Buffer*>(buffer)->release();
}

void* new_frame(const tg_host* host, std::size_t size) {
    auto& generation = generation_of(host);
    void* block = allocate_frame(size);
    if (block) generation.counters().frame(generation.slot().engine().participants.current(), 1);
    return block;
}

void end_frame(const tg_host* host, void* block, std::size_t size) {
    if (!block) return;
    auto& generation = generation_of(host);
    free_frame(block, size);
    generation.counters().frame(generation.slot().engine().participants.current(), -1);
}

void hook_done(const tg_host* host, tg_hook* handle, tg_rc rc, tg_str why) {
    if (Hook* hook = hook_on_strand(host, handle)) end_hook(*hook, rc, from_c(why));
}

tg_rc hook_stopped(const tg_host* host, tg_hook* handle) {
    const Hook* hook = hook_on_strand(host, handle);
    if (!hook) return TG_E_CANCELLED;
    if (hook->stopped != TG_OK) return hook->stopped;
    return hook->generation->cancelled() ? tg_rc{TG_E_CANCELLED} : tg_rc{TG_OK};
}

void hook_reason(const tg_host* host, tg_hook* handle, tg_str why) {
    if (Hook* hook = hook_on_strand(host, handle)) hook->reason.assign(from_c(why).substr(0, 4096));
}

std::int64_t monotonic_ns(const tg_host* host) {
    return generation_of(host).slot().engine().services.clock.monotonic_ns();
}
std::int64_t wall_ms(const tg_host* host) { return generation_of(host).slot().engine().services.clock.wall_ms(); }

void new_uuid(const tg_host*, char text[37]) {
    const auto made = tidegate::random_uuid();
    std::memcpy(text, made.c_str(), 37);
}

}  // namespace

void fill_host_table(Generation& generation, tg_host& table) {
    table = {sizeof(tg_host), TG_ABI_MAJOR, TG_ABI_MINOR,  &generation,  generation.number(),
             &get_extension,  &log_text,    &retain,       &release,     &new_frame,
             &end_frame,      &hook_done,   &hook_stopped, &hook_reason, &monotonic_ns,
             &wall_ms,        &new_uuid};
}

}  // namespace tidegate::plugin
