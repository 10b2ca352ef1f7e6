#include "undo_walk.hpp"

#include <algorithm>

namespace tidegate::collaboration {
namespace {

// Who wrote without a word has edited.
bool is_edit(const std::string& kind) {
    return kind.empty() || kind == "edit" || kind == "update" || kind == "restore";
}

bool changes_fields(const QuoteVersion& version) {
    return std::any_of(version.ops.begin(), version.ops.end(), [](const VersionOp& op) { return op.in_data(); });
}

}  // namespace

bool UndoWalk::take(QuoteVersion version) {
    found_ = std::move(version);
    return true;
}

bool UndoWalk::see(QuoteVersion version) {
    if (version.actor != user_) return false;
    const std::string& kind = version.note.kind;
    const bool stands = !cancelled_.contains(version.revision);

    if (kind == "undo") {
        if (!stands) return false;
        if (what_ == What::kRedo) return take(std::move(version));
        cancelled_.insert(version.note.undoes);
        return false;
    }
    if (kind == "redo") {
        if (!stands) return false;
        if (what_ == What::kUndo) return take(std::move(version));
        cancelled_.insert(version.note.redoes);
        return false;
    }
    if (!is_edit(kind) || !changes_fields(version)) return false;
    if (what_ == What::kRedo) return true;
    return stands && take(std::move(version));
}

}  // namespace tidegate::collaboration
