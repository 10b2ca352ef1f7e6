#include "adapters/memory/memory_documents.hpp"

#include "adapters/documents/apply_patch.hpp"
#include "adapters/documents/event_rules.hpp"
#include "adapters/documents/index_key.hpp"
#include "adapters/documents/limits.hpp"
#include "adapters/memory/merged.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <vector>

namespace tidegate {
namespace {

constexpr std::size_t kVersionsKept = 1000;
constexpr std::size_t kEventsKept = 10'000;

using IndexEntries = std::set<std::pair<std::string, std::string>>;  // key, id

}  // namespace

struct MemoryDocuments::Stored {
    DocumentRecord record;
    std::deque<DocumentVersion> versions;
};

struct MemoryDocuments::Shard {
    std::shared_ptr<const TypeRules> rules;
    std::map<std::string, Stored> documents;
    std::map<std::string, IndexEntries> indexes;

    void reindex(std::shared_ptr<const TypeRules> declared) {
        rules = std::move(declared);
        indexes.clear();
        for (auto& [id, stored] : documents) {
            auto& record = stored.record;
            record.index_keys = rules->index_keys(record.content, record.created_by);
            for (const auto& [name, key] : record.index_keys) indexes[name].emplace(key, id);
        }
    }
    void update_index(const std::string& id, const IndexKeys& before, const IndexKeys& after) {
        for (const auto& [name, key] : before) indexes[name].erase({key, id});
        for (const auto& [name, key] : after) indexes[name].emplace(key, id);
    }
};

struct MemoryDocuments::Collection {
    static constexpr std::size_t kShards = 16;
    using All = std::array<Shard*, kShards>;

    static std::size_t number_of(const std::string& id) { return std::hash<std::string>()(id) % kShards; }
    Guarded<Shard>& shard_of(const std::string& id) { return shards[number_of(id)]; }
    // With every shard locked, in this order.
    template <class Body>
    auto with_all(const Body& body) {
        All all{};
        return lock_from<0>(all, body);
    }
    Page list_by_id(const ListQuery& query);
    Page list_by_index(const ListQuery& query, const IndexCursor& after);

    std::array<Guarded<Shard>, kShards> shards;

private:
    template <std::size_t At, class Body>
    auto lock_from(All& all, const Body& body) {
        if constexpr (At == kShards) {
            return body(all);
        } else {
            return shards[At].with([&](Shard& shard) {
                all[At] = &shard;
                return lock_from<At + 1>(all, body);
            });
        }
    }
};

namespace {

// Collects a page; refuses what does not fit any more.
class PageBuilder {
public:
    explicit PageBuilder(std::uint32_t limit)
        : limit_(std::clamp<std::uint32_t>(limit, 1, document_limits::kPageItems)) {}

    bool add(const std::string& id, const DocumentRecord& record, std::string cursor) {
        const std::string& data = record.text.of(record.content);
        const bool too_large = !page_.items.empty() && bytes_ + data.size() > document_limits::kPageBytes;
        if (page_.items.size() == limit_ || too_large) {
            page_.next = std::move(last_);
            return false;
        }
        bytes_ += data.size();
        page_.items.push_back({id, record.revision, data, record.updated_ms, record.updated_by});
        last_ = std::move(cursor);
        return true;
    }
    Page take() { return std::move(page_); }

private:
    const std::size_t limit_;
    std::size_t bytes_ = 0;
    std::string last_;
    Page page_;
};

template <class At>
std::vector<DocumentVersion> collect_versions(At at, At end, const VersionQuery& query) {
    std::vector<DocumentVersion> found;
    std::size_t bytes = 0;
    for (; at != end; ++at) {
        if (at->revision <= query.after || at->revision >= query.before) continue;
        bytes += at->ops.size() + at->note.size();
        const bool full = found.size() == std::min(query.limit, document_limits::kPageItems);
        if (full || (!found.empty() && bytes > document_limits::kPageBytes)) break;
        found.push_back(*at);
    }
    return found;
}

}  // namespace

Page MemoryDocuments::Collection::list_by_id(const ListQuery& query) {
    return with_all([&](const All& all) {
        const auto by_id = [](const auto& a, const auto& b) { return a.first < b.first; };
        Merged<std::map<std::string, Stored>::iterator, decltype(by_id)> documents(by_id);
        for (Shard* shard : all) documents.add(shard->documents.upper_bound(query.after), shard->documents.end());
        PageBuilder page(query.limit);
        while (const auto at = documents.next()) {
            if (!page.add((*at)->first, (*at)->second.record, (*at)->first)) break;
        }
        return page.take();
    });
}

Page MemoryDocuments::Collection::list_by_index(const ListQuery& query, const IndexCursor& after) {
    return with_all([&](const All& all) {
        PageBuilder page(query.limit);
        // Adds what follows `from`, of one key or of all; false when the page is full.
        const auto add_range = [&](const std::pair<std::string, std::string>& from, const std::string* only) {
            Merged<IndexEntries::const_iterator, std::less<>> entries{std::less<>()};
            for (Shard* shard : all) {
                const IndexEntries& own = shard->indexes[query.index];
                entries.add(own.upper_bound(from), own.end());
            }
            for (auto at = entries.next(); at && (!only || (*at)->first == *only); at = entries.next()) {
                const auto& [key, id] = **at;
                if (!page.add(id, all[number_of(id)]->documents.at(id).record, encode_cursor({key, id}))) return false;
            }
            return true;
        };
        const std::pair start(after.key, after.id);
        if (!query.equals) {
            add_range(start, nullptr);
            return page.take();
        }
        for (const auto& key : index_keys_of_text(*query.equals)) {
            if (!add_range(std::max(start, std::pair(key, std::string())), &key)) break;
        }
        return page.take();
    });
}

MemoryDocuments::MemoryDocuments(const Clock& clock) : clock_(clock) {}
MemoryDocuments::~MemoryDocuments() = default;

Result<void> MemoryDocuments::declare(DocumentType type) {
    auto rules = TypeRules::make(type);
    if (!rules) return rules.error();
    rules_.with([&](auto& all) { all[type.type] = *rules; });
    const auto same_type = collections_.with([&](auto& all) {
        std::vector<CollectionRef> found;
        for (auto at = all.lower_bound({type.type, ""}); at != all.end() && at->first.first == type.type; ++at) {
            found.push_back(at->second);
        }
        return found;
    });
    for (const auto& collection : same_type) {
        // All at once, or a listing would miss those whose turn comes later.
        collection->with_all([&](const Collection::All& all) {
            for (Shard* documents : all) documents->reindex(*rules);
        });
    }
    return {};
}

std::optional<Result<PatchOutcome>> MemoryDocuments::patch(Patch patch, Done<PatchOutcome>) {
    auto prepared = prepare_patch(std::move(patch));
    if (!prepared) return prepared.error();
    const DocumentKey& key = prepared->patch.key;
    const auto collection = open_collection(key.tenant, key.type);
    if (!collection) return fail(Errc::kInvalid, "patch " + describe(key) + ": its type was not declared");
    const auto outcome = collection->shard_of(key.id).with([&](Shard& shard) { return patch_in(shard, *prepared); });
    const bool told_news = outcome && !outcome->replayed && !prepared->patch.events.empty();
    if (told_news && wake_) wake_();
    return outcome;
}

Result<PatchOutcome> MemoryDocuments::patch_in(Shard& shard, PreparedPatch& prepared) {
    Patch& patch = prepared.patch;
    const auto [at, fresh] = shard.documents.try_emplace(patch.key.id);
    auto& [record, versions] = at->second;
    const std::int64_t now_ms = clock_.wall_ms();
    const auto outcome = apply_patch(record, prepared, *shard.rules, now_ms);
    if (!outcome && fresh) shard.documents.erase(at);
    if (!outcome || outcome->replayed) return outcome;
    // What a store on a disk would write or forget.
    (void)record.ledger.take_changed();
    (void)record.replies.take_forgotten();
    if (const auto& before = prepared.keys_before; before && *before != record.index_keys)
        shard.update_index(patch.key.id, *before, record.index_keys);
    versions.push_back({outcome->revision, patch.actor, now_ms, std::move(patch.note), std::move(prepared.ops_text)});
    if (versions.size() > kVersionsKept) versions.pop_front();
    append_events(patch, outcome->revision, now_ms);
    if (patch.on_commit) patch.on_commit(outcome->revision);
    return outcome;
}

template <class T, class Body>
Result<T> MemoryDocuments::read(const char* act, const DocumentKey& key, const Body& body) const {
    const auto missing = [&] {
        return fail(Errc::kNotFound, std::string(act) + " " + describe(key) + ": there is no such document");
    };
    const auto collection = find_collection(key.tenant, key.type);
    if (!collection) return missing();
    return collection->shard_of(key.id).with([&](Shard& shard) -> Result<T> {
        const auto at = shard.documents.find(key.id);
        if (at == shard.documents.end()) return missing();
        return body(at->second);
    });
}

std::optional<Result<Document>> MemoryDocuments::get(DocumentKey key, Done<Document>) {
    if (auto checked = check_key(key); !checked) return checked.error();
    return read<Document>("get", key, [](const Stored& stored) {
        const auto& record = stored.record;
        return Document{record.revision,   record.text.of(record.content),
                        record.updated_ms, record.updated_by,
                        record.created_ms, record.created_by};
    });
}

std::optional<Result<DocumentPart>> MemoryDocuments::get_part(DocumentKey key, std::string path, Done<DocumentPart>) {
    if (auto checked = check_key(key); !checked) return checked.error();
    const auto segments = parse_path(path);
    if (!segments) return fail(Errc::kInvalid, "get " + describe(key) + ": " + segments.error().text);
    return read<DocumentPart>("get", key, [&](const Stored& stored) {
        return part_at(stored.record.revision, stored.record.content, *segments);
    });
}

std::optional<Result<Page>> MemoryDocuments::list(ListQuery query, Done<Page>) {
    const auto refuse = [&](const std::string& why) { return fail(Errc::kInvalid, "list " + query.type + ": " + why); };
    const auto rules = rules_of(query.type);
    if (!query.index.empty() && query.index != kCreatedBy && !(rules && rules->indexes.contains(query.index))) {
        return refuse("index '" + query.index + "' is not declared");
    }
    IndexCursor after;
    if (!query.index.empty() && !query.after.empty()) {
        auto decoded = decode_cursor(query.after);
        if (!decoded) return refuse("the cursor is not one of this listing");
        after = std::move(*decoded);
    }
    const auto collection = find_collection(query.tenant, query.type);
    if (!collection) return Page();
    return query.index.empty() ? collection->list_by_id(query) : collection->list_by_index(query, after);
}

std::optional<Result<std::vector<DocumentVersion>>> MemoryDocuments::versions(DocumentKey key, VersionQuery query,
                                                                              Done<std::vector<DocumentVersion>>) {
    return read<std::vector<DocumentVersion>>("versions of", key, [&](const Stored& stored) {
        const auto& kept = stored.versions;
        return query.newest_first ? collect_versions(kept.rbegin(), kept.rend(), query)
                                  : collect_versions(kept.begin(), kept.end(), query);
    });
}

std::optional<Result<std::vector<StoredEvent>>> MemoryDocuments::read_events(std::uint64_t after_sequence,
                                                                             std::uint32_t limit,
                                                                             Done<std::vector<StoredEvent>>) {
    return events_.with([&](Events& events) -> Result<std::vector<StoredEvent>> {
        std::vector<StoredEvent> found;
        std::size_t bytes = 0;
        auto at = std::upper_bound(
            events.newest.begin(), events.newest.end(), after_sequence,
            [](std::uint64_t sequence, const StoredEvent& event) { return sequence < event.sequence; });
        const auto after = static_cast<std::size_t>(events.newest.end() - at);
        found.reserve(std::min<std::size_t>(after, std::min(limit, document_limits::kEventPage)));
        for (; at != events.newest.end() && found.size() < std::min(limit, document_limits::kEventPage); ++at) {
            bytes += at->data.size();
            if (!found.empty() && bytes > document_limits::kPageBytes) break;
            found.push_back(*at);
        }
        return found;
    });
}

Result<std::uint64_t> MemoryDocuments::last_event() {
    return events_.with([](const Events& events) { return events.sequence; });
}

Result<std::optional<std::uint64_t>> MemoryDocuments::load_cursor(const std::string& reader) {
    return cursors_.with([&](const auto& all) {
        const auto at = all.find(reader);
        return at == all.end() ? std::optional<std::uint64_t>() : std::optional(at->second);
    });
}

std::optional<Result<void>> MemoryDocuments::save_cursor(std::string reader, std::uint64_t sequence, Done<void>) {
    if (auto named = check_name("reader of events", reader); !named) return named;
    cursors_.with([&](auto& all) { all[std::move(reader)] = sequence; });
    return Result<void>();
}

MemoryDocuments::CollectionRef MemoryDocuments::find_collection(const std::string& tenant,
                                                                const std::string& type) const {
    return collections_.with([&](const auto& all) {
        const auto at = all.find({type, tenant});
        return at == all.end() ? CollectionRef() : at->second;
    });
}

MemoryDocuments::CollectionRef MemoryDocuments::open_collection(const std::string& tenant, const std::string& type) {
    return collections_.with([&](auto& all) -> CollectionRef {
        if (const auto at = all.find({type, tenant}); at != all.end()) return at->second;
        // Asked under this lock, so that a declaration either is seen here or sees the new collection.
        auto rules = rules_of(type);
        if (!rules) return nullptr;
        auto collection = std::make_shared<Collection>();
        for (auto& shard : collection->shards) shard.with([&](Shard& empty) { empty.rules = rules; });
        all.emplace(std::pair(type, tenant), collection);
        return collection;
    });
}

std::shared_ptr<const TypeRules> MemoryDocuments::rules_of(const std::string& type) const {
    return rules_.with([&](const auto& all) {
        const auto at = all.find(type);
        return at == all.end() ? std::shared_ptr<const TypeRules>() : at->second;
    });
}

void MemoryDocuments::append_events(Patch& patch, std::uint64_t revision, std::int64_t at_ms) {
    if (patch.events.empty()) return;
    events_.with([&](Events& events) {
        for (auto& event : patch.events) {
            events.add({0, patch.key, revision, std::move(event.name), std::move(event.data), patch.actor, at_ms});
        }
    });
}

void MemoryDocuments::Events::add(StoredEvent event) {
    event.sequence = ++sequence;
    newest.push_back(std::move(event));
    if (newest.size() <= kEventsKept) return;
    if (const auto key = loose_keys.find(newest.front().sequence); key != loose_keys.end()) {
        const auto first = loose.find(key->second);
        if (first != loose.end() && first->second == key->first) loose.erase(first);
        loose_keys.erase(key);
    }
    newest.pop_front();
}

std::optional<Result<std::uint64_t>> MemoryDocuments::append_event(LooseEvent loose, Done<std::uint64_t>) {
    if (auto prepared = prepare_event(loose); !prepared) return prepared.error();
    const auto& key = loose.idempotency_key;
    const std::string reply_key = key.empty() ? key : reply_scope(loose) + '\n' + key;
    std::uint64_t sequence = 0;
    const bool replayed = events_.with([&](Events& events) {
        const std::int64_t now_ms = clock_.wall_ms();
        const auto first = key.empty() ? events.loose.end() : events.loose.find(reply_key);
        if (first != events.loose.end()) {
            sequence = first->second;
            const auto& event = events.newest[sequence - events.newest.front().sequence];
            if (now_ms - event.at_ms < document_limits::kReplyMs) return true;
        }
        events.add({0, std::move(loose.about), 0, std::move(loose.event.name), std::move(loose.event.data),
                    std::move(loose.actor), now_ms});
        sequence = events.sequence;
        if (!key.empty()) {
            events.loose[reply_key] = sequence;
            events.loose_keys[sequence] = reply_key;
        }
        return false;
    });
    if (!replayed && wake_) wake_();
    return sequence;
}

}  // namespace tidegate
