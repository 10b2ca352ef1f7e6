#pragma once

// One operation on a document's tree: what set, insert and remove mean at a path. Pure. [any-thread]

#include "adapters/documents/document_text.hpp"
#include "adapters/documents/json_tree.hpp"
#include "base/result.hpp"
#include "ports/documents.hpp"

#include <string>

namespace tidegate {

struct EditOp {
    OpKind kind = OpKind::kSet;
    std::string path;
    PathSegments segments;
    JsonTree value;
};

// Applies `op`, moving its value, and returns the path that changed: the resolved id for an appended element, and the
// array itself where the path goes by index, because a change there moves its neighbours. On an error `root` may be
// half changed.
Result<std::string> apply_op(JsonTree& root, EditOp& op);

// Null when there is nothing at the path.
const JsonTree* find(const JsonTree& root, const PathSegments& segments);

}  // namespace tidegate
