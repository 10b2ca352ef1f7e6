#include "plugin/abi_text.hpp"
#include "plugin/hook_life.hpp"
#include "plugin/host_api.hpp"
#include "plugin/strand.hpp"
#include "plugin/wall.hpp"

#include <memory>
#include <string>
#include <utility>

namespace tidegate::plugin {

namespace {

constexpr std::size_t kPayloadBytes = 64 * 1024;
constexpr std::size_t kNameBytes = 256;
constexpr std::uint64_t kRetryMs = 10;

// A task on its way: all that is needed to deliver it to whichever generation serves by then.
struct TaskRecord {
    Slot* slot;
    std::string tenant, key, name, payload;
};

tg_rc make_record(const tg_host* host, tg_hook* handle, tg_str key, tg_str name, tg_str payload, TaskRecord& record) {
    if (key.len == 0 || key.len > kNameBytes || name.len > kNameBytes) return TG_E_INVALID;
    if (payload.len > kPayloadBytes) return TG_E_TOO_LARGE;
    const Hook* hook = live_hook(host, handle);
    if (handle && !hook) return TG_E_INVALID;
    record.slot = &generation_of(host).slot();
    record.tenant = hook ? std::string(hook->call.tenant_name()) : "default";
    record.key = from_c(key);
    record.name = from_c(name);
    record.payload = from_c(payload);
    return TG_OK;
}

routing::Dispatched deliver_record(const TaskRecord& record) {
    return record.slot->post_task(record.tenant, record.key, record.name, record.payload);
}

// A timer's task must not get lost because its key is busy at that instant.
void deliver_or_retry(std::shared_ptr<TaskRecord> record) {
    if (deliver_record(*record) != routing::Dispatched::kFull) return;
    record->slot->engine().timers.run_after_ms(kRetryMs, [record] { deliver_or_retry(record); });
}

tg_rc post(const tg_host* host, tg_hook* handle, tg_str key, tg_str name, tg_str payload) {
    TaskRecord record;
    if (const auto rc = make_record(host, handle, key, name, payload, record); rc != TG_OK) return rc;
    switch (deliver_record(record)) {
        case routing::Dispatched::kAccepted:
            return TG_OK;
        case routing::Dispatched::kFull:
            return TG_E_BUSY;
        case routing::Dispatched::kUnavailable:
            return TG_E_UNAVAILABLE;
    }
    return TG_E_INTERNAL;
}

tg_rc post_after(const tg_host* host, tg_hook* handle, std::uint64_t delay_ms, tg_str key, tg_str name, tg_str payload,
                 std::uint64_t* timer) {
    auto record = std::make_shared<TaskRecord>();
    if (const auto rc = make_record(host, handle, key, name, payload, *record); rc != TG_OK) return rc;
    auto& timers = record->slot->engine().timers;
    const auto id = timers.run_after_ms(delay_ms, [record] { deliver_or_retry(record); });
    if (id == 0) return TG_E_UNAVAILABLE;
    if (timer) *timer = id;
    return TG_OK;
}

tg_rc cancel(const tg_host* host, std::uint64_t timer) {
    return generation_of(host).slot().engine().timers.cancel(timer) ? TG_OK : TG_E_NOT_FOUND;
}

tg_rc sleep(const tg_host* host, tg_hook* handle, std::uint64_t delay_ms, tg_result* now, tg_done done) {
    Hook* hook = hook_on_strand(host, handle);
    if (!hook) return TG_E_INVALID;
    if (const auto rc = may_wait(*hook); rc != TG_OK) return fail_now(hook, now, rc, "this hook may not wait");
    auto op = make_ref<PendingOp>(*hook, done);
    if (hook->slot->engine().timers.run_after_ms(delay_ms, [op] { op->finish(TG_OK); }) == 0)
        return fail_now(hook, now, TG_E_UNAVAILABLE, "the host is stopping");
    await(*hook, op);
    return TG_PENDING;
}

tg_rc post_blocking(const tg_host* host, tg_hook* handle, tg_rc (*work)(void* ctx), void* ctx, tg_result* now,
                    tg_done done) {
    Hook* hook = hook_on_strand(host, handle);
    if (!hook || !work) return TG_E_INVALID;
    if (const auto rc = may_wait(*hook); rc != TG_OK) return fail_now(hook, now, rc, "this hook may not wait");
    auto op = make_ref<PendingOp>(*hook, done);
    auto run = [op, work, ctx] {
        if (!op->begin_work()) return;  // cancelled while it waited: its memory may be gone
        const auto outcome = behind_wall([&] { return work(ctx); });
        if (outcome.threw) op->hook->slot->metrics().faults.add();
        op->end_work(outcome.rc);
    };
    if (!hook->slot->engine().blocking.post(std::move(run)))
        return fail_now(hook, now, TG_E_BUSY, "too much blocking work");
    await(*hook, op);
    return TG_PENDING;
}

constexpr tg_ext_exec kExtension{sizeof(tg_ext_exec), &post, &post_after, &cancel, &sleep, &post_blocking};

}  // namespace

const tg_ext_exec* exec_extension() { return &kExtension; }

}  // namespace tidegate::plugin
