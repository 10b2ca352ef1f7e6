#pragma once

// Documents: the state of the platform, as JSON documents changed by patches. Every patch is checked (paths, fence,
// base revision, schema), applied whole or not at all, kept as a version, and may append domain events in the same
// transaction. Not a query engine: documents are found by id or by one declared index. No clock and no deadline of its
// own for calls: the caller keeps the deadline.
//
// Paths: segments separated by '/'. A segment names an object's member; in an array whose elements are objects with an
// "id", the element with that id; in any other array a decimal index; a last segment "-" appends (insert only). "" is
// the whole document (set only, an object). Refused: empty segments, "..", "__proto__", "constructor", "prototype",
// control characters, segments over 128 bytes, more than 32 segments, paths over 1024 bytes.
//
// Every call returns its outcome now, or nothing and then calls `done` exactly once: later, from any thread, never
// inside the call. `done` must not throw and must not block; a store completes everything it accepted before it is
// destroyed.

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tidegate {

struct DocumentKey {
    std::string tenant, type, id;  // each 1-128 bytes of UTF-8 without control characters
};

enum class OpKind : std::uint8_t {
    kSet,     // puts the value, creating missing objects on the way; below an unknown array element: kNotFound
    kInsert,  // adds what must not be there yet (else kConflict): a member, an element by its own id, before an index,
              // or "-"
    kRemove,  // takes away; what is not there stays not there, and the patch still counts
    kTest,    // changes nothing: refused with kConflict unless the value stands at the path (numbers compared as text);
              // an empty value: unless nothing stands there. Tests are not part of the version, base and fence are not
              // checked for them. All tests are made before the other operations.
};

struct DocumentOp {
    OpKind kind = OpKind::kSet;
    std::string path;
    std::string value;        // JSON text, for set, insert and test; numbers keep their text exactly
    std::uint64_t fence = 0;  // 0: the patch's
};

struct DomainEvent {
    std::string name;  // "quote.rated"
    std::string data;  // JSON text
};

// A domain event that no patch carries.
struct LooseEvent {
    DocumentKey about;  // a tenant; type and id are both empty when it is about no document, which need not exist
    DomainEvent event;  // its data is an object
    std::string actor;
    std::string source;  // who tells it, a plugin's id
    // Not empty: seen of this source, `about` and name within 10 minutes (a store in memory: and its newest 10,000
    // events), the answer is the first one's.
    std::string idempotency_key;
};

struct Patch {
    DocumentKey key;
    std::vector<DocumentOp> ops;  // 1-256
    // Refused with kConflict when one of the paths, a parent or a child of it changed after this revision. 0: the
    // document must not exist yet.
    std::optional<std::uint64_t> base_revision;
    // Refused with kFenced when a higher fence was seen on one of the paths, a parent or a child of it. 0: unfenced. <
    // 2^53.
    std::uint64_t fence = 0;
    // Not empty: seen on this document within 10 minutes and its last 1,000 keys, the answer is the first one's.
    std::string idempotency_key;
    std::string actor;
    std::string note;                 // a JSON object of at most 4 KiB kept with the version, or empty
    std::vector<DomainEvent> events;  // at most 64
    // Called once when the patch is committed, before `done` (or before the call returns), never for a replay; for one
    // document in the order of its revisions. It must not throw, block or call the store: it is called under the lock
    // or on the thread that keeps that order.
    std::function<void(std::uint64_t revision)> on_commit;
};

struct PatchOutcome {
    std::uint64_t revision = 0;  // 1 for the patch that creates the document, then one more each
    bool replayed = false;       // the idempotency key was seen: nothing was applied
};

struct Document {
    std::uint64_t revision = 0;
    std::string data;  // JSON text, an object of at most 1 MiB, members in byte order
    std::int64_t updated_ms = 0;
    std::string updated_by;
    std::int64_t created_ms = 0;
    std::string created_by;
};

struct DocumentPart {
    std::uint64_t revision = 0;  // of the document
    std::string value;           // JSON text; empty: nothing stands at the path
};

struct DocumentVersion {
    std::uint64_t revision = 0;
    std::string actor;
    std::int64_t at_ms = 0;
    std::string note;  // as the patch gave it; empty when it gave none
    // JSON text: [{"op":"set","path":"a/b","value":1,"from":0}, …]; `from` is absent where nothing stood.
    std::string ops;
};

struct VersionQuery {
    std::uint64_t after = 0;            // revisions above this
    std::uint64_t before = UINT64_MAX;  // and below this
    bool newest_first = false;
    std::uint32_t limit = 100;  // at most 100
};

struct ListQuery {
    std::string tenant, type;
    // Empty: by id. Otherwise a declared index, or "created_by" (the actor of revision 1), which every type has.
    std::string index;
    // The indexed value as plain text (bound, 12.50, true). Absent: every document that has the value, in its order.
    std::optional<std::string> equals;
    std::string after;          // Page::next of the page before; empty: from the start
    std::uint32_t limit = 100;  // at most 100
};

struct Page {
    struct Item {
        std::string id;
        std::uint64_t revision = 0;
        std::string data;
        std::int64_t updated_ms = 0;
        std::string updated_by;
    };
    std::vector<Item> items;  // ends early rather than carry more than 4 MiB
    std::string next;         // opaque; empty: this was the last page
};

struct DocumentIndex {
    std::string name;
    std::string path;  // to a string (at most 512 bytes), number or boolean; anything else is not indexed
};

struct DocumentType {
    std::string type;
    std::string schema;  // JSON Schema, draft-7; empty: anything is allowed
    std::vector<DocumentIndex> indexes;
};

struct StoredEvent {
    std::uint64_t sequence = 0;  // rises in commit order
    DocumentKey key;
    std::uint64_t revision = 0;  // 0: of no patch
    std::string name, data, actor;
    std::int64_t at_ms = 0;
};

template <class T>
using Done = std::function<void(Result<T>)>;

class Documents {
public:
    virtual ~Documents() = default;

    // Declares a type, replacing what was declared before under that name; documents already stored are indexed anew
    // but not checked. Patches to a type that was never declared are refused. May block; not from a `done`. [startup]
    // [control]
    virtual Result<void> declare(DocumentType type) = 0;

    // kInvalid (paths, values, schema), kConflict, kFenced, kNotFound, kTooLarge, kBusy, kIo, kUnavailable.
    // The text of a refusal holds, after who was patched ("patch quote 'q-1': "), what tells the kinds apart:
    //   "test: '<path>'"                           kConflict, a test that does not hold (before all the others)
    //   "base: '<path>' changed in revision <n>"   kConflict with base_revision, or "base: the document is at
    //                                              revision <n>" when that is below it
    //   "fence: '<path>' was written under …"      kFenced
    //   "schema: <path>: <what>; <path>: <what>"   kInvalid by the type's schema. All that follows "schema: " may be
    //                                              shown to a client: at most three places, elements by their own id,
    //                                              no path where it is the whole document, then "; and <n> more"
    // [any-thread]
    virtual std::optional<Result<PatchOutcome>> patch(Patch patch, Done<PatchOutcome> done) = 0;

    // Reads see every patch whose completion came before the call. kNotFound when there is no such document.
    // [any-thread]
    virtual std::optional<Result<Document>> get(DocumentKey key, Done<Document> done) = 0;
    // What stands at a path, as patches name it. kInvalid when it is none.
    virtual std::optional<Result<DocumentPart>> get_part(DocumentKey key, std::string path,
                                                         Done<DocumentPart> done) = 0;
    virtual std::optional<Result<Page>> list(ListQuery query, Done<Page> done) = 0;
    virtual std::optional<Result<std::vector<DocumentVersion>>> versions(DocumentKey key, VersionQuery query,
                                                                         Done<std::vector<DocumentVersion>> done) = 0;
    // Puts an event among those of the patches; its sequence. Durable when it completes. kInvalid, kTooLarge, kBusy,
    // kIo, kUnavailable. [any-thread]
    virtual std::optional<Result<std::uint64_t>> append_event(LooseEvent event, Done<std::uint64_t> done) = 0;
    // Events above `after_sequence`, in commit order, at most 1000.
    virtual std::optional<Result<std::vector<StoredEvent>>> read_events(std::uint64_t after_sequence,
                                                                        std::uint32_t limit,
                                                                        Done<std::vector<StoredEvent>> done) = 0;

    // Called after every commit that appended events, from any thread; must not block or throw, and may come late or
    // once for many. Set once, before the first patch. [startup]
    virtual void on_events(std::function<void()> wake) = 0;
    // The sequence of the newest event; 0 when there is none. May block. [startup] [control]
    virtual Result<std::uint64_t> last_event() = 0;
    // Where a reader of events stands, by its name; nothing when it never said. May block. [startup] [control]
    virtual Result<std::optional<std::uint64_t>> load_cursor(const std::string& reader) = 0;
    // Durable when `done` says so; a store may commit it together with what comes next. [any-thread]
    virtual std::optional<Result<void>> save_cursor(std::string reader, std::uint64_t sequence, Done<void> done) = 0;

    // How often this store was opened, from 1: the high part of fencing tokens (boot × 2^32 + n). [any-thread]
    virtual std::uint64_t boot() const = 0;
};

}  // namespace tidegate
