#pragma once

// MemoryDocuments: documents that live as long as the process. Every call completes inline. Keeps the newest 1,000
// versions of a document and the newest 10,000 events. Not durable: boot() is always 1. [any-thread]; a lock per share
// of a tenant's documents of a type, so that whoever is interrupted while he holds one holds up few; a listing takes
// all.

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "ports/documents.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tidegate {

struct PreparedPatch;
struct TypeRules;

class MemoryDocuments final : public Documents {
public:
    explicit MemoryDocuments(const Clock& clock);
    ~MemoryDocuments() override;

    Result<void> declare(DocumentType type) override;
    std::optional<Result<PatchOutcome>> patch(Patch patch, Done<PatchOutcome> done) override;
    std::optional<Result<Document>> get(DocumentKey key, Done<Document> done) override;
    std::optional<Result<DocumentPart>> get_part(DocumentKey key, std::string path, Done<DocumentPart> done) override;
    std::optional<Result<Page>> list(ListQuery query, Done<Page> done) override;
    std::optional<Result<std::vector<DocumentVersion>>> versions(DocumentKey key, VersionQuery query,
                                                                 Done<std::vector<DocumentVersion>> done) override;
    std::optional<Result<std::uint64_t>> append_event(LooseEvent event, Done<std::uint64_t> done) override;
    std::optional<Result<std::vector<StoredEvent>>> read_events(std::uint64_t after_sequence, std::uint32_t limit,
                                                                Done<std::vector<StoredEvent>> done) override;
    void on_events(std::function<void()> wake) override { wake_ = std::move(wake); }
    Result<std::uint64_t> last_event() override;
    Result<std::optional<std::uint64_t>> load_cursor(const std::string& reader) override;
    std::optional<Result<void>> save_cursor(std::string reader, std::uint64_t sequence, Done<void> done) override;
    std::uint64_t boot() const override { return 1; }

private:
    struct Stored;
    struct Shard;
    struct Collection;  // the documents of one tenant and type, in shards
    struct Events {
        std::uint64_t sequence = 0;
        std::deque<StoredEvent> newest;
        std::map<std::string, std::uint64_t> loose;  // sequence by reply scope and idempotency key, of the newest
        std::map<std::uint64_t, std::string> loose_keys;

        void add(StoredEvent event);
    };
    using CollectionRef = std::shared_ptr<Collection>;

    // Null when there is none.
    CollectionRef find_collection(const std::string& tenant, const std::string& type) const;
    CollectionRef open_collection(const std::string& tenant, const std::string& type);
    std::shared_ptr<const TypeRules> rules_of(const std::string& type) const;
    // What `body` makes of a document, under its lock; kNotFound when there is none.
    template <class T, class Body>
    Result<T> read(const char* act, const DocumentKey& key, const Body& body) const;
    Result<PatchOutcome> patch_in(Shard& shard, PreparedPatch& prepared);
    void append_events(Patch& patch, std::uint64_t revision, std::int64_t at_ms);

    const Clock& clock_;
    Guarded<std::map<std::string, std::shared_ptr<const TypeRules>>> rules_;
    Guarded<std::map<std::pair<std::string, std::string>, CollectionRef>> collections_;  // by type, then tenant
    Guarded<std::map<std::string, std::uint64_t>> cursors_;
    std::function<void()> wake_;
    Guarded<Events> events_;  // locked inside a shard's lock, so that its order is that of the revisions
};

}  // namespace tidegate
