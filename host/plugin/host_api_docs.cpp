#include "plugin/abi_text.hpp"
#include "plugin/coded_end.hpp"
#include "plugin/docs_json.hpp"
#include "plugin/hook_life.hpp"
#include "plugin/host_api.hpp"
#include "plugin/strand.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tidegate::plugin {

namespace {

constexpr std::int64_t kDeadlineNs = 2'000'000'000;
constexpr std::uint32_t kOps = 256;
constexpr std::uint32_t kEvents = 64;

std::string owned(tg_str text) { return std::string(from_c(text)); }

DocumentKey key_of(const Hook& hook, tg_str type, tg_str id) {
    return {std::string(hook.call.tenant_name()), owned(type), owned(id)};
}

// begin(done) asks the port; its answer comes now or completes an op of the hook.
template <class T, class Begin>
tg_rc ask(const tg_host* host, tg_hook* handle, tg_result* now, tg_done done, Begin&& begin) {
    Hook* hook = hook_on_strand(host, handle);
    if (!hook) return TG_E_INVALID;
    if (const auto rc = may_wait(*hook); rc != TG_OK) return fail_now(hook, now, rc, "this hook may not wait");
    auto& engine = hook->slot->engine();
    auto op = make_ref<PendingOp>(*hook, done);
    op->deadline_ns = engine.services.clock.monotonic_ns() + kDeadlineNs;
    // The engine outlives every answer that may still come.
    auto answered = [alive = engine.shared_from_this(), op](Result<T> outcome) {
        if (!outcome) return op->finish(rc_of(outcome.error().code), nullptr, 0, outcome.error().text);
        auto value = encode(*outcome);
        op->finish(TG_OK, std::move(value.bytes), value.number);
    };
    std::optional<Result<T>> outcome = begin(*hook, engine.services.documents, Done<T>(std::move(answered)));
    if (!outcome) {
        await(*hook, op);
        return TG_PENDING;
    }
    if (!*outcome) return fail_now(hook, now, rc_of(outcome->error().code), outcome->error().text);
    auto value = encode(**outcome);
    return done_now(now, std::move(value.bytes), value.number);
}

// Both arrays have the stride of who made them.
template <class Item>
const Item& item_at(const Item* items, std::uint32_t stride, std::uint32_t index) {
    return *reinterpret_cast<const Item*>(reinterpret_cast<const char*>(items) + std::size_t{stride} * index);
}

std::optional<Patch> copy_of(const Hook& hook, const tg_patch& patch) {
    if (patch.op_count > kOps || patch.event_count > kEvents || patch.op_size < sizeof(tg_doc_op)) return std::nullopt;
    if (patch.event_count != 0 && patch.event_size < sizeof(tg_doc_event)) return std::nullopt;
    Patch out;
    out.key = key_of(hook, patch.type, patch.id);
    out.ops.reserve(patch.op_count);
    for (std::uint32_t i = 0; i < patch.op_count; ++i) {
        const auto& op = item_at(patch.ops, patch.op_size, i);
        if (op.kind > TG_DOC_REMOVE) return std::nullopt;
        out.ops.push_back({static_cast<OpKind>(op.kind), owned(op.path), owned(op.value)});
    }
    if (patch.base_revision != TG_ANY_REVISION) out.base_revision = patch.base_revision;
    out.fence = patch.fence;
    out.idempotency_key = owned(patch.idempotency_key);
    out.actor = owned(patch.actor);
    for (std::uint32_t i = 0; i < patch.event_count; ++i) {
        const auto& event = item_at(patch.events, patch.event_size, i);
        out.events.push_back({owned(event.name), owned(event.data)});
    }
    return out;
}

tg_rc patch_document(const tg_host* host, tg_hook* handle, const tg_patch* patch, tg_result* now, tg_done done) {
    if (!TG_HAS(patch, tg_patch, event_size)) return TG_E_INVALID;
    return ask<PatchOutcome>(host, handle, now, done,
                             [&](const Hook& hook, Documents& documents,
                                 Done<PatchOutcome> answered) -> std::optional<Result<PatchOutcome>> {
                                 auto copy = copy_of(hook, *patch);
                                 if (!copy) return fail(Errc::kInvalid, "not a usable patch");
                                 return documents.patch(std::move(*copy), std::move(answered));
                             });
}

tg_rc get(const tg_host* host, tg_hook* handle, tg_str type, tg_str id, tg_result* now, tg_done done) {
    return ask<Document>(host, handle, now, done, [&](const Hook& hook, Documents& documents, Done<Document> answered) {
        return documents.get(key_of(hook, type, id), std::move(answered));
    });
}

tg_rc list(const tg_host* host, tg_hook* handle, const tg_doc_query* query, tg_result* now, tg_done done) {
    if (!TG_HAS(query, tg_doc_query, after)) return TG_E_INVALID;
    return ask<Page>(host, handle, now, done, [&](const Hook& hook, Documents& documents, Done<Page> answered) {
        ListQuery wanted;
        wanted.tenant = hook.call.tenant_name();
        wanted.type = owned(query->type);
        wanted.index = owned(query->index);
        if (query->equals.ptr) wanted.equals = owned(query->equals);
        wanted.after = owned(query->after);
        wanted.limit = query->limit;
        return documents.list(std::move(wanted), std::move(answered));
    });
}

tg_rc versions(const tg_host* host, tg_hook* handle, tg_str type, tg_str id, std::uint64_t after_revision,
               std::uint32_t limit, tg_result* now, tg_done done) {
    using Versions = std::vector<DocumentVersion>;
    return ask<Versions>(host, handle, now, done, [&](const Hook& hook, Documents& documents, Done<Versions> answered) {
        return documents.versions(key_of(hook, type, id), after_revision, limit, std::move(answered));
    });
}

constexpr tg_ext_docs kExtension{sizeof(tg_ext_docs), &patch_document, &get, &list, &versions};

}  // namespace

const tg_ext_docs* docs_extension() { return &kExtension; }

}  // namespace tidegate::plugin
