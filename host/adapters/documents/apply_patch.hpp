#pragma once

// What a patch does to a document, the same for every adapter: prepare_patch checks everything that needs no document
// (on the caller's thread), apply_patch the rest. Pure: storing is the adapter's. [any-thread], one record at a time.

#include "adapters/documents/cached_text.hpp"
#include "adapters/documents/document_edit.hpp"
#include "adapters/documents/json_tree.hpp"
#include "adapters/documents/path_ledger.hpp"
#include "adapters/documents/reply_window.hpp"
#include "adapters/documents/type_rules.hpp"
#include "base/result.hpp"
#include "ports/documents.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidegate {

struct PreparedPatch {
    Patch patch;  // its ops are moved into the next two; its events' data is canonical
    std::vector<EditOp> tests;
    std::vector<EditOp> ops;
    std::string ops_text;  // as DocumentVersion::ops, made by apply_patch
    // What the record's were before, when the patch may have changed them; set by apply_patch.
    std::optional<IndexKeys> keys_before;
    std::size_t bytes = 0;
};

Result<PreparedPatch> prepare_patch(Patch patch);

struct DocumentRecord {
    std::uint64_t revision = 0;  // 0: it does not exist yet
    JsonTree content = JsonTree(JsonTree::Object());
    CachedText text;                // of content
    std::uint64_t valid_under = 0;  // serial of the schema it was found to match; 0: not known
    std::int64_t updated_ms = 0, created_ms = 0;
    std::string updated_by, created_by;
    PathLedger ledger;
    ReplyWindow replies;
    IndexKeys index_keys;
};

// Changes `record` only when it succeeds and the outcome is no replay. Refusals are worded as Documents::patch() says.
Result<PatchOutcome> apply_patch(DocumentRecord& record, PreparedPatch& prepared, const TypeRules& rules,
                                 std::int64_t now_ms);

}  // namespace tidegate
