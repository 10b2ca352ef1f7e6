// UndoWalk: which of a user's edits his undo or redo takes back, looked for from the newest version of the quote to
// older ones. An undo cancels the edit that it undoes, a redo cancels that undo, and what is cancelled counts no more.
// Undo takes his newest edit that stands (a redo is one); redo his newest undo that stands, unless he has edited since.
// Not here: reading versions, taking back.
// Thread rule: one coroutine's.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "quote_version.hpp"

namespace tidegate::collaboration {

class UndoWalk {
public:
    enum class What { kUndo, kRedo };

    UndoWalk(What what, std::string user) : what_(what), user_(std::move(user)) {}

    // The next older version; true when nothing more need be looked at.
    bool see(QuoteVersion version);

    // After that: the version to take back.
    const std::optional<QuoteVersion>& found() const { return found_; }

private:
    bool take(QuoteVersion version);

    What what_;
    std::string user_;
    std::set<std::uint64_t> cancelled_;
    std::optional<QuoteVersion> found_;
};

}  // namespace tidegate::collaboration
