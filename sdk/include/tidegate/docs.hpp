#pragma once

// Docs: the host's versioned JSON documents. Every call is awaited in a hook; a result owns its bytes. A patch, its
// audit entry and its domain events are one transaction; its publications follow when it is committed. [strand]

#include <tidegate/detail/op.hpp>
#include <tidegate/patch.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tg {

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

// Which versions of one document.
class VersionQuery {
public:
    VersionQuery() noexcept = default;
    // Revisions above this.
    VersionQuery& after(std::uint64_t revision) & { return after_ = revision, *this; }
    VersionQuery&& after(std::uint64_t revision) && { return std::move(after(revision)); }
    // And below this; 0 = no bound.
    VersionQuery& before(std::uint64_t revision) & { return before_ = revision, *this; }
    VersionQuery&& before(std::uint64_t revision) && { return std::move(before(revision)); }
    // Without: ascending.
    VersionQuery& newest_first() & { return newest_first_ = true, *this; }
    VersionQuery&& newest_first() && { return std::move(newest_first()); }
    // 1 to 100, which it is without.
    VersionQuery& limit(std::uint32_t count) & { return limit_ = count, *this; }
    VersionQuery&& limit(std::uint32_t count) && { return std::move(limit(count)); }

    tg_version_query raw() const noexcept {
        tg_version_query out{};
        out.size = sizeof(out);
        out.limit = limit_;
        out.after = after_;
        out.before = before_;
        out.newest_first = newest_first_ ? 1 : 0;
        return out;
    }

private:
    std::uint64_t after_ = 0;
    std::uint64_t before_ = 0;
    std::uint32_t limit_ = 100;
    bool newest_first_ = false;
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

// What stands at a path of a document.
class DocumentPart {
public:
    DocumentPart(std::uint64_t revision, Bytes bytes) noexcept : revision_(revision), bytes_(std::move(bytes)) {}
    // The document's.
    std::uint64_t revision() const noexcept { return revision_; }
    bool stands() const noexcept { return !bytes_.view().empty(); }
    // Empty when nothing stands there.
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

class [[nodiscard(TG_AWAIT_IT)]] GetPartOp : public Op<GetPartOp, Result<DocumentPart>> {
public:
    GetPartOp(std::string_view type, std::string_view id, std::string_view path) : type_(type), id_(id), path_(path) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!TG_HAS(g_docs, tg_ext_docs, get_part)) return absent(now, TG_EXT_DOCS);
        return g_docs->get_part(g_host, hook, str(type_), str(id_), str(path_), now, done);
    }
    Result<DocumentPart> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return DocumentPart(outcome.number, std::move(outcome.bytes));
    }

private:
    std::string type_;
    std::string id_;
    std::string path_;
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
    VersionsOp(std::string_view type, std::string_view id, VersionQuery query) : type_(type), id_(id), query_(query) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_docs) return absent(now, TG_EXT_DOCS);
        const tg_version_query raw = query_.raw();
        return g_docs->versions(g_host, hook, str(type_), str(id_), &raw, now, done);
    }
    Result<Bytes> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return std::move(outcome.bytes);
    }

private:
    std::string type_;
    std::string id_;
    VersionQuery query_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::PatchOp> = true;
template <>
inline constexpr bool is_awaitable<detail::GetOp> = true;
template <>
inline constexpr bool is_awaitable<detail::GetPartOp> = true;
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
    // Result<DocumentPart>: of a large document a little. INVALID (the path), NOT_FOUND (the document).
    static detail::GetPartOp get_part(std::string_view type, std::string_view id, std::string_view path) {
        return detail::GetPartOp(type, id, path);
    }
    // Result<Bytes>: {"items":[{"id","revision","data","updated_at","updated_by"}],"after":"…"|null}
    static detail::ListOp list(Query query) { return detail::ListOp(std::move(query)); }
    // Result<Bytes>: {"items":[{"revision","actor","at","note"?,"ops":[{"op","path","value"?,"from"?}]}]}
    static detail::VersionsOp versions(std::string_view type, std::string_view id, VersionQuery query) {
        return detail::VersionsOp(type, id, query);
    }
};

}  // namespace tg
