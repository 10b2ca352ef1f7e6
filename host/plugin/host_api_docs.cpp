#include "plugin/coded_end.hpp"
#include "plugin/docs_json.hpp"
#include "plugin/leased_patch.hpp"
#include "plugin/port_call.hpp"
#include "plugin/publications.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tidegate::plugin {

namespace {

constexpr std::uint32_t kOps = 256;
constexpr std::uint32_t kEvents = 64;
constexpr std::uint32_t kPublications = 256;
constexpr std::uint64_t kLongestLeaseMs = 3'600'000;
// What the first version of each had; what came later is read when the caller's is long enough.
constexpr std::size_t kOpBytes = offsetof(tg_doc_op, fence);
constexpr std::size_t kPublicationBytes = offsetof(tg_publication, excluded);

constexpr auto kEncode = [](const auto& value) { return encode(value); };

DocumentKey key_of(const Hook& hook, tg_str type, tg_str id) {
    return {std::string(hook.call.tenant_name()), owned(type), owned(id)};
}

std::optional<DocumentOp> copy_of(const tg_doc_op* op) {
    if (op->kind > TG_DOC_TEST) return std::nullopt;
    const auto fence = TG_HAS(op, tg_doc_op, fence) ? op->fence : 0;
    return DocumentOp{static_cast<OpKind>(op->kind), owned(op->path), owned(op->value), fence};
}

std::optional<Patch> copy_of(const Hook& hook, const tg_patch& patch) {
    if (patch.op_count > kOps || patch.event_count > kEvents || patch.op_size < kOpBytes) return std::nullopt;
    if (patch.event_count != 0 && patch.event_size < sizeof(tg_doc_event)) return std::nullopt;
    Patch out;
    out.key = key_of(hook, patch.type, patch.id);
    out.ops.reserve(patch.op_count);
    for (std::uint32_t i = 0; i < patch.op_count; ++i) {
        auto op = copy_of(&item_at(patch.ops, patch.op_size, i));
        if (!op) return std::nullopt;
        out.ops.push_back(std::move(*op));
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

std::size_t changes_of(const tg_patch& patch) {
    std::size_t changes = 0;
    for (std::uint32_t i = 0; i < patch.op_count; ++i)
        changes += item_at(patch.ops, patch.op_size, i).kind != TG_DOC_TEST;
    return changes;
}

bool is_usable(const tg_patch_leases& leases, const tg_patch& patch) {
    const auto is_ttl = [](std::uint64_t ttl_ms) { return ttl_ms > 0 && ttl_ms <= kLongestLeaseMs; };
    return leases.path_count > 0 && leases.path_count <= kOps && leases.holder.len > 0 && leases.session.len > 0 &&
           is_ttl(leases.write_ttl_ms) && is_ttl(leases.lock_ttl_ms) && is_small_object(from_c(leases.data)) &&
           (leases.fenced == 0 || changes_of(patch) == leases.path_count);
}

// Checked before anything is asked for, because after the commit nobody can be refused. Null when there are none.
Result<std::shared_ptr<CommitPublications>> publications_of(Hook& hook, const tg_patch* patch) {
    std::shared_ptr<CommitPublications> all;
    if (!TG_HAS(patch, tg_patch, publication_size) || patch->publication_count == 0) return all;
    if (patch->publication_count > kPublications || patch->publication_size < kPublicationBytes)
        return fail(Errc::kInvalid, "not a usable patch");
    all = std::make_shared<CommitPublications>(*hook.slot, std::string(hook.call.tenant_name()));
    for (std::uint32_t i = 0; i < patch->publication_count; ++i) {
        const auto& publication = item_at(patch->publications, patch->publication_size, i);
        std::string_view why;
        if (const auto rc = check_publication(*hook.generation, publication, why); rc != TG_OK)
            return Error{errc_of(rc), "publication " + std::to_string(i) + ": " + std::string(why)};
        all->add(publication);
    }
    return all;
}

// Null when the patch asks for none.
Result<std::optional<WriteClaim>> claim_of(Hook& hook, const tg_patch* patch) {
    if (!TG_HAS(patch, tg_patch, leases) || !patch->leases) return std::optional<WriteClaim>();
    const tg_patch_leases& asked = *patch->leases;
    if (!TG_HAS(&asked, tg_patch_leases, fenced) || !is_usable(asked, *patch))
        return fail(Errc::kInvalid, "not usable leases of a patch");
    if (!shared_channel(*hook.generation, from_c(asked.space)))
        return fail(Errc::kForbidden, "the space of the leases is no channel of this plugin's");
    WriteClaim claim;
    claim.space = {std::string(hook.call.tenant_name()), owned(asked.space)};
    claim.paths.reserve(asked.path_count);
    for (std::uint32_t i = 0; i < asked.path_count; ++i) claim.paths.push_back(owned(asked.paths[i]));
    claim.holder = owned(asked.holder);
    claim.session = owned(asked.session);
    claim.owner = hook.slot->id();
    claim.data = owned(asked.data);
    claim.token = asked.token;
    claim.write_ttl_ms = static_cast<std::int64_t>(asked.write_ttl_ms);
    claim.lock_ttl_ms = static_cast<std::int64_t>(asked.lock_ttl_ms);
    return std::optional(std::move(claim));
}

std::optional<Result<PatchOutcome>> begin_patch(Hook& hook, const PendingOpRef& op, const tg_patch* patch,
                                                Done<PatchOutcome> answered) {
    auto copy = copy_of(hook, *patch);
    if (!copy) return fail(Errc::kInvalid, "not a usable patch");
    if (TG_HAS(patch, tg_patch, note)) copy->note = owned(patch->note);
    auto publications = publications_of(hook, patch);
    if (!publications) return publications.error();
    auto claim = claim_of(hook, patch);
    if (!claim) return claim.error();
    auto& engine = hook.slot->engine();
    if (*publications) {
        op->tells_author = (*publications)->tells_author();
        copy->on_commit = [alive = engine.shared_from_this(), op, all = *publications](std::uint64_t revision) {
            // Whoever is first: this, or who tells the hook that its time is over.
            all->publish(revision, op->tells_author && op->begin_work());
        };
    }
    if (!*claim) return engine.services.documents.patch(std::move(*copy), std::move(answered));
    const bool fenced = patch->leases->fenced != 0;
    return patch_under(engine, std::move(**claim), fenced, std::move(*copy), std::move(answered));
}

tg_rc patch_document(const tg_host* host, tg_hook* handle, const tg_patch* patch, tg_result* now, tg_done done) {
    if (!TG_HAS(patch, tg_patch, event_size)) return TG_E_INVALID;
    return ask_port<PatchOutcome>(
        host, handle, now, done,
        [&](Hook& hook, const PendingOpRef& op, Done<PatchOutcome> answered) {
            return begin_patch(hook, op, patch, std::move(answered));
        },
        kEncode);
}

Documents& documents_of(const Hook& hook) { return hook.slot->engine().services.documents; }

tg_rc get(const tg_host* host, tg_hook* handle, tg_str type, tg_str id, tg_result* now, tg_done done) {
    return ask_port<Document>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, Done<Document> answered) {
            return documents_of(hook).get(key_of(hook, type, id), std::move(answered));
        },
        kEncode);
}

tg_rc get_part(const tg_host* host, tg_hook* handle, tg_str type, tg_str id, tg_str path, tg_result* now,
               tg_done done) {
    return ask_port<DocumentPart>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, Done<DocumentPart> answered) {
            return documents_of(hook).get_part(key_of(hook, type, id), owned(path), std::move(answered));
        },
        kEncode);
}

tg_rc list(const tg_host* host, tg_hook* handle, const tg_doc_query* query, tg_result* now, tg_done done) {
    if (!TG_HAS(query, tg_doc_query, after)) return TG_E_INVALID;
    return ask_port<Page>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, Done<Page> answered) {
            ListQuery wanted;
            wanted.tenant = hook.call.tenant_name();
            wanted.type = owned(query->type);
            wanted.index = owned(query->index);
            if (query->equals.ptr) wanted.equals = owned(query->equals);
            wanted.after = owned(query->after);
            wanted.limit = query->limit;
            return documents_of(hook).list(std::move(wanted), std::move(answered));
        },
        kEncode);
}

tg_rc versions(const tg_host* host, tg_hook* handle, tg_str type, tg_str id, const tg_version_query* query,
               tg_result* now, tg_done done) {
    if (!TG_HAS(query, tg_version_query, newest_first)) return TG_E_INVALID;
    VersionQuery wanted;
    wanted.after = query->after;
    if (query->before != 0) wanted.before = query->before;
    wanted.newest_first = query->newest_first != 0;
    wanted.limit = query->limit;
    using Versions = std::vector<DocumentVersion>;
    return ask_port<Versions>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, Done<Versions> answered) {
            return documents_of(hook).versions(key_of(hook, type, id), wanted, std::move(answered));
        },
        kEncode);
}

constexpr tg_ext_docs kExtension{sizeof(tg_ext_docs), &patch_document, &get, &list, &versions, &get_part};

}  // namespace

const tg_ext_docs* docs_extension() { return &kExtension; }

}  // namespace tidegate::plugin
