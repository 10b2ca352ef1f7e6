#pragma once

// Patch: a change of one document, for Docs::patch. All of it is done or nothing; its domain events are of the same
// transaction, its publications follow when it is committed. [any-thread]

#include <tidegate/channel.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tg {

inline constexpr std::uint64_t kAnyRevision = TG_ANY_REVISION;

// The leases that a patch is made under: a field in one of the holder's own locks is written under that lock's token,
// any other is leased for as long as the patch takes. It owns its texts.
class WriteLeases {
public:
    // `space`: a channel of the manifest's `channels` or `publishes`.
    explicit WriteLeases(std::string space) noexcept : space_(std::move(space)) {}

    // A field that is written; 1 to 256.
    WriteLeases& path(std::string path) & { return paths_.push_back(std::move(path)), *this; }
    WriteLeases& holder(std::string holder) & { return holder_ = std::move(holder), *this; }
    WriteLeases& session(std::string session) & { return session_ = std::move(session), *this; }
    // A JSON object of at most 512 bytes, shown with the leases.
    WriteLeases& data(std::string json) & { return data_ = std::move(json), *this; }
    // Claims that every field lies in a lock of the holder under this token: else TG_E_FENCED. 0 claims nothing.
    WriteLeases& token(std::uint64_t token) & { return token_ = token, *this; }
    // How long what is leased for the write stands if its outcome does not come.
    WriteLeases& write_ttl_ms(std::uint64_t ttl) & { return write_ttl_ms_ = ttl, *this; }
    // What the session's locks have left at least afterwards.
    WriteLeases& lock_ttl_ms(std::uint64_t ttl) & { return lock_ttl_ms_ = ttl, *this; }
    // The n-th operation that is no test carries the n-th path's token; there are as many of them.
    WriteLeases& fenced() & { return fenced_ = true, *this; }

    // Calls use(const tg_patch_leases&) with these leases as the ABI wants them.
    template <class Use>
    auto with_raw(Use use) const {
        std::vector<tg_str> paths;
        paths.reserve(paths_.size());
        for (const std::string& path : paths_) paths.push_back(detail::str(path));
        tg_patch_leases raw{};
        raw.size = sizeof(raw);
        raw.path_count = static_cast<std::uint32_t>(paths.size());
        raw.space = detail::str(space_);
        raw.paths = paths.data();
        raw.holder = detail::str(holder_);
        raw.session = detail::str(session_);
        raw.data = detail::str(data_);
        raw.token = token_;
        raw.write_ttl_ms = write_ttl_ms_;
        raw.lock_ttl_ms = lock_ttl_ms_;
        raw.fenced = fenced_ ? 1 : 0;
        return use(raw);
    }

private:
    std::string space_;
    std::vector<std::string> paths_;
    std::string holder_;
    std::string session_;
    std::string data_;
    std::uint64_t token_ = 0;
    std::uint64_t write_ttl_ms_ = 5'000;
    std::uint64_t lock_ttl_ms_ = 15'000;
    bool fenced_ = false;
};

// What to change, built up; it owns its texts.
class Patch {
public:
    Patch(std::string type, std::string id) noexcept : type_(std::move(type)), id_(std::move(id)) {}

    // `path`: "vehicles/V1/coverages/COLL"; array elements by their id, else by index; empty = the whole document.
    // `json`: JSON text. `fence` of one operation: TG_E_FENCED when a higher one was seen on its path; 0: the patch's.
    Patch& set(std::string path, std::string json, std::uint64_t fence = 0) & {
        return op(TG_DOC_SET, std::move(path), std::move(json), fence);
    }
    Patch& insert(std::string path, std::string json, std::uint64_t fence = 0) & {
        return op(TG_DOC_INSERT, std::move(path), std::move(json), fence);
    }
    Patch& remove(std::string path, std::uint64_t fence = 0) & {
        return op(TG_DOC_REMOVE, std::move(path), std::string(), fence);
    }
    // Changes nothing: TG_E_CONFLICT unless this stands at the path; empty `json`: unless nothing stands there.
    Patch& test(std::string path, std::string json) & { return op(TG_DOC_TEST, std::move(path), std::move(json), 0); }
    // TG_E_CONFLICT when a path of this patch, its parent or child changed after it; 0: must not have been written yet.
    Patch& base_revision(std::uint64_t revision) & { return base_revision_ = revision, *this; }
    // Of every operation that has none of its own.
    Patch& fence(std::uint64_t token) & { return fence_ = token, *this; }
    Patch& idempotency_key(std::string key) & { return idempotency_key_ = std::move(key), *this; }
    Patch& actor(std::string sub) & { return actor_ = std::move(sub), *this; }
    // A domain event of the same transaction: "quote.rated".
    Patch& event(std::string name, std::string json) & {
        return events_.emplace_back(std::move(name), std::move(json)), *this;
    }
    // One more that the host publishes when the patch is committed, and only then: for one document in the order of its
    // revisions, whoever writes. The host adds `revision` too: leave it out. At most 256.
    Patch& publish(Publication publication) & { return publications_.push_back(std::move(publication)), *this; }
    // The leases it is made under. TG_E_LOCKED: a lease of another is in the way.
    Patch& under(WriteLeases leases) & { return leases_ = std::move(leases), *this; }
    // A JSON object of at most 4 KiB, kept with the version.
    Patch& note(std::string json) & { return note_ = std::move(json), *this; }

    Patch&& set(std::string path, std::string json, std::uint64_t fence = 0) && {
        return std::move(set(std::move(path), std::move(json), fence));
    }
    Patch&& insert(std::string path, std::string json, std::uint64_t fence = 0) && {
        return std::move(insert(std::move(path), std::move(json), fence));
    }
    Patch&& remove(std::string path, std::uint64_t fence = 0) && { return std::move(remove(std::move(path), fence)); }
    Patch&& test(std::string path, std::string json) && { return std::move(test(std::move(path), std::move(json))); }
    Patch&& base_revision(std::uint64_t revision) && { return std::move(base_revision(revision)); }
    Patch&& fence(std::uint64_t token) && { return std::move(fence(token)); }
    Patch&& idempotency_key(std::string key) && { return std::move(idempotency_key(std::move(key))); }
    Patch&& actor(std::string sub) && { return std::move(actor(std::move(sub))); }
    Patch&& event(std::string name, std::string json) && { return std::move(event(std::move(name), std::move(json))); }
    Patch&& publish(Publication publication) && { return std::move(publish(std::move(publication))); }
    Patch&& under(WriteLeases leases) && { return std::move(under(std::move(leases))); }
    Patch&& note(std::string json) && { return std::move(note(std::move(json))); }

    std::size_t op_count() const noexcept { return ops_.size(); }

    // Calls use(const tg_patch&) with this patch as the ABI wants it.
    template <class Use>
    auto with_raw(Use use) const {
        std::vector<tg_doc_op> ops;
        std::vector<tg_doc_event> events;
        std::vector<tg_publication> publications;
        ops.reserve(ops_.size());
        events.reserve(events_.size());
        publications.reserve(publications_.size());
        for (const Change& change : ops_)
            ops.push_back(
                {sizeof(tg_doc_op), change.kind, detail::str(change.path), detail::str(change.json), change.fence});
        for (const auto& [name, json] : events_)
            events.push_back({sizeof(tg_doc_event), 0, detail::str(name), detail::str(json)});
        for (const Publication& publication : publications_) publications.push_back(publication.raw());
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
        raw.publications = publications.data();
        raw.publication_count = static_cast<std::uint32_t>(publications.size());
        raw.publication_size = sizeof(tg_publication);
        raw.note = detail::str(note_);
        if (!leases_) return use(raw);
        return leases_->with_raw([&](const tg_patch_leases& leases) {
            raw.leases = &leases;
            return use(raw);
        });
    }

private:
    struct Change {
        Change(std::uint32_t kind_of, std::string path_of, std::string json_of, std::uint64_t fence_of) noexcept
            : kind(kind_of), path(std::move(path_of)), json(std::move(json_of)), fence(fence_of) {}
        std::uint32_t kind;
        std::string path;
        std::string json;
        std::uint64_t fence;
    };
    Patch& op(std::uint32_t kind, std::string path, std::string json, std::uint64_t fence) {
        ops_.emplace_back(kind, std::move(path), std::move(json), fence);
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
    std::vector<Publication> publications_;
    std::string note_;
    std::optional<WriteLeases> leases_;
};

}  // namespace tg
