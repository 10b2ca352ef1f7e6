#pragma once

// Docs: the host's versioned JSON documents. Every call is awaited in a hook; a result owns its bytes. A patch, its
// audit entry and its domain events are one transaction. [strand]

#include <tidegate/detail/op.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tg {

inline constexpr std::uint64_t kAnyRevision = TG_ANY_REVISION;

// What to change, built up; it owns its texts.
class Patch {
public:
    Patch(std::string type, std::string id) noexcept : type_(std::move(type)), id_(std::move(id)) {}

    // `path`: "vehicles/V1/coverages/COLL"; array elements by their id, else by index; empty = the whole document.
    // `json`: JSON text.
    Patch& set(std::string path, std::string json) & { return op(TG_DOC_SET, std::move(path), std::move(json)); }
    Patch& insert(std::string path, std::string json) & { return op(TG_DOC_INSERT, std::move(path), std::move(json)); }
    Patch& remove(std::string path) & { return op(TG_DOC_REMOVE, std::move(path), std::string()); }
    // TG_E_CONFLICT when a path of this patch, its parent or child changed after it; 0: must not have been written yet.
    Patch& base_revision(std::uint64_t revision) & { return base_revision_ = revision, *this; }
    // TG_E_FENCED when a higher one was seen on the path.
    Patch& fence(std::uint64_t token) & { return fence_ = token, *this; }
    Patch& idempotency_key(std::string key) & { return idempotency_key_ = std::move(key), *this; }
    Patch& actor(std::string sub) & { return actor_ = std::move(sub), *this; }
    // A domain event of the same transaction: "quote.rated".
    Patch& event(std::string name, std::string json) & {
        return events_.emplace_back(std::move(name), std::move(json)), *this;
    }

    Patch&& set(std::string path, std::string json) && { return std::move(set(std::move(path), std::move(json))); }
    Patch&& insert(std::string path, std::string json) && {
        return std::move(insert(std::move(path), std::move(json)));
    }
    Patch&& remove(std::string path) && { return std::move(remove(std::move(path))); }
    Patch&& base_revision(std::uint64_t revision) && { return std::move(base_revision(revision)); }
    Patch&& fence(std::uint64_t token) && { return std::move(fence(token)); }
    Patch&& idempotency_key(std::string key) && { return std::move(idempotency_key(std::move(key))); }
    Patch&& actor(std::string sub) && { return std::move(actor(std::move(sub))); }
    Patch&& event(std::string name, std::string json) && { return std::move(event(std::move(name), std::move(json))); }

    std::size_t op_count() const noexcept { return ops_.size(); }

    // Calls use(const tg_patch&) with this patch as the ABI wants it.
    template <class Use>
    auto with_raw(Use use) const {
        std::vector<tg_doc_op> ops;
        std::vector<tg_doc_event> events;
        ops.reserve(ops_.size());
        events.reserve(events_.size());
        for (const Change& change : ops_)
            ops.push_back({sizeof(tg_doc_op), change.kind, detail::str(change.path), detail::str(change.json)});
        for (const auto& [name, json] : events_)
            events.push_back({sizeof(tg_doc_event), 0, detail::str(name), detail::str(json)});
        tg_patch raw{};
        raw.size = sizeof(raw);
        raw.op_count = static_cast<std::uint32_t>(ops.size());
        raw.type = detail::str(type_);
        raw.id = detail::str(id_);
        raw.ops = ops.data();
        raw.base_revision = base_revision_;
        raw.fence = fence_;
        raw.idempotency_key = detail::str(idempotency_key_);
        raw.actor = detail::str(actor_);
        raw.events = events.data();
        raw.event_count = static_cast<std::uint32_t>(events.size());
        raw.op_size = sizeof(tg_doc_op);
        raw.event_size = sizeof(tg_doc_event);
        return use(raw);
    }

private:
    struct Change {
        Change(std::uint32_t kind_of, std::string path_of, std::string json_of) noexcept
            : kind(kind_of), path(std::move(path_of)), json(std::move(json_of)) {}
        std::uint32_t kind;
        std::string path;
        std::string json;
    };
    Patch& op(std::uint32_t kind, std::string path, std::string json) {
        ops_.emplace_back(kind, std::move(path), std::move(json));
        return *this;
    }

    std::string type_;
    std::string id_;
    std::vector<Change> ops_;
    std::uint64_t base_revision_ = kAnyRevision;
    std::uint64_t fence_ = 0;
    std::string idempotency_key_;
    std::string actor_;
    std::vector<std::pair<std::string, std::string>> events_;
};

// One page of documents.
class Query {
public:
    explicit Query(std::string type) noexcept : type_(std::move(type)) {}
    // An index of the manifest, or "created_by"; without: by id.
    Query& where(std::string index, std::string equals) & {
        index_ = std::move(index);
        equals_ = std::move(equals);
        return *this;
    }
    Query& after(std::string cursor) & { return after_ = std::move(cursor), *this; }
    Query& limit(std::uint32_t count) & { return limit_ = count, *this; }
    Query&& where(std::string index, std::string equals) && {
        return std::move(where(std::move(index), std::move(equals)));
    }
    Query&& after(std::string cursor) && { return std::move(after(std::move(cursor))); }
    Query&& limit(std::uint32_t count) && { return std::move(limit(count)); }

    tg_doc_query raw() const noexcept {
        tg_doc_query out{};
        out.size = sizeof(out);
        out.limit = limit_;
        out.type = detail::str(type_);
        out.index = detail::str(index_);
        out.equals = detail::str(equals_);
        out.after = detail::str(after_);
        return out;
    }

private:
    std::string type_;
    std::string index_;
    std::string equals_;
    std::string after_;
    std::uint32_t limit_ = 100;
};

// A document as it stands.
class Document {
public:
    Document(std::uint64_t revision, Bytes bytes) noexcept : revision_(revision), bytes_(std::move(bytes)) {}
    std::uint64_t revision() const noexcept { return revision_; }
    std::string_view json() const& noexcept { return bytes_.view(); }
    std::string_view json() && = delete;

private:
    std::uint64_t revision_;
    Bytes bytes_;
};

// A patch that was committed, now or (replayed) earlier under the same idempotency key.
class Patched {
public:
    Patched(std::uint64_t revision, bool replayed) noexcept : revision_(revision), replayed_(replayed) {}
    std::uint64_t revision() const noexcept { return revision_; }
    bool replayed() const noexcept { return replayed_; }

private:
    std::uint64_t revision_;
    bool replayed_;
};

namespace detail {

class [[nodiscard(TG_AWAIT_IT)]] PatchOp : public Op<PatchOp, Result<Patched>> {
public:
    explicit PatchOp(Patch patch) noexcept : patch_(std::move(patch)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_docs) return absent(now, TG_EXT_DOCS);
        return patch_.with_raw([&](const tg_patch& raw) { return g_docs->patch(g_host, hook, &raw, now, done); });
    }
    Result<Patched> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return Patched(outcome.number, outcome.bytes.view().find("\"replayed\":true") != std::string_view::npos);
    }

private:
    Patch patch_;
};

class [[nodiscard(TG_AWAIT_IT)]] GetOp : public Op<GetOp, Result<Document>> {
public:
    GetOp(std::string_view type, std::string_view id) : type_(type), id_(id) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_docs) return absent(now, TG_EXT_DOCS);
        return g_docs->get(g_host, hook, str(type_), str(id_), now, done);
    }
    Result<Document> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return Document(outcome.number, std::move(outcome.bytes));
    }

private:
    std::string type_;
    std::string id_;
};

class [[nodiscard(TG_AWAIT_IT)]] ListOp : public Op<ListOp, Result<Bytes>> {
public:
    explicit ListOp(Query query) noexcept : query_(std::move(query)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_docs) return absent(now, TG_EXT_DOCS);
        const tg_doc_query raw = query_.raw();
        return g_docs->list(g_host, hook, &raw, now, done);
    }
    Result<Bytes> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return std::move(outcome.bytes);
    }

private:
    Query query_;
};

class [[nodiscard(TG_AWAIT_IT)]] VersionsOp : public Op<VersionsOp, Result<Bytes>> {
public:
    VersionsOp(std::string_view type, std::string_view id, std::uint64_t after_revision, std::uint32_t limit)
        : type_(type), id_(id), after_revision_(after_revision), limit_(limit) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_docs) return absent(now, TG_EXT_DOCS);
        return g_docs->versions(g_host, hook, str(type_), str(id_), after_revision_, limit_, now, done);
    }
    Result<Bytes> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return std::move(outcome.bytes);
    }

private:
    std::string type_;
    std::string id_;
    std::uint64_t after_revision_;
    std::uint32_t limit_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::PatchOp> = true;
template <>
inline constexpr bool is_awaitable<detail::GetOp> = true;
template <>
inline constexpr bool is_awaitable<detail::ListOp> = true;
template <>
inline constexpr bool is_awaitable<detail::VersionsOp> = true;

class Docs {
public:
    // Result<Patched>. Errors: INVALID, CONFLICT, FENCED, TOO_LARGE, BUSY, UNAVAILABLE.
    static detail::PatchOp patch(Patch patch) { return detail::PatchOp(std::move(patch)); }
    // Result<Document>. NOT_FOUND.
    static detail::GetOp get(std::string_view type, std::string_view id) { return detail::GetOp(type, id); }
    // Result<Bytes>: {"items":[{"id","revision","data","updated_at","updated_by"}],"after":"…"|null}
    static detail::ListOp list(Query query) { return detail::ListOp(std::move(query)); }
    // Result<Bytes>: {"items":[{"revision","actor","at","ops":[{"op","path","value"}]}]}, ascending after
    // `after_revision`.
    static detail::VersionsOp versions(std::string_view type, std::string_view id, std::uint64_t after_revision,
                                       std::uint32_t limit) {
        return detail::VersionsOp(type, id, after_revision, limit);
    }
};

}  // namespace tg
