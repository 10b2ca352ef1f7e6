#pragma once

// One operation on a document's tree: what set, insert and remove mean at a path, and how to take them back. Pure.
// [any-thread]

#include "adapters/documents/document_text.hpp"
#include "adapters/documents/json_tree.hpp"
#include "base/result.hpp"
#include "ports/documents.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tidegate {

struct EditOp {
    OpKind kind = OpKind::kSet;
    std::string path;
    PathSegments segments;
    JsonTree value;
    std::string value_text;  // the value as text; empty when there is none
    std::uint64_t fence = 0;
};

// What an operation did: enough to tell it, and to take it back without a copy of the document.
struct EditStep {
    enum class Undo : std::uint8_t { kNothing, kErase, kPutBack, kInsertBack };
    static constexpr std::size_t kMember = SIZE_MAX;

    // The path that changed: the resolved id for an appended element, and the array itself where the path goes by
    // index, because a change there moves its neighbours.
    std::string changed;
    std::string path;  // the operation's own, its "-" resolved
    Undo undo = Undo::kNothing;
    std::vector<std::size_t> places;  // where it is undone: per segment an index, or kMember
    JsonTree before;                  // what stood at the path

    bool stood() const { return undo == Undo::kPutBack || undo == Undo::kInsertBack; }
};

// Applies `op` (no test), moving its value. On an error `root` may be half changed, and `step` knows how to undo that.
Result<void> apply_op(JsonTree& root, EditOp& op, EditStep& step);

// Steps are undone in the reverse of their order.
void undo_op(JsonTree& root, const EditOp& op, EditStep& step);

// Null when there is nothing at the path.
const JsonTree* find(const JsonTree& root, const PathSegments& segments);

DocumentPart part_at(std::uint64_t revision, const JsonTree& root, const PathSegments& segments);

}  // namespace tidegate
