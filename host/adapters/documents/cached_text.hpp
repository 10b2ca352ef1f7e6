#pragma once

// CachedText: the text of a tree, made when somebody asks after a change: not every change is read. Knows how long it
// is at most. Does not hold the tree. One thread at a time, readers too.

#include "adapters/documents/json_tree.hpp"

#include <cstddef>
#include <string>

namespace tidegate {

class CachedText {
public:
    const std::string& of(const JsonTree& content) const;
    // At least as long as the text is.
    std::size_t bytes_at_most() const { return bytes_at_most_; }
    // What it was when it was last made.
    std::size_t last_bytes() const { return text_.size(); }
    // Of the content as it is now.
    void set(std::string text);
    // The content changed, and its text is now no longer than that.
    void changed(std::size_t bytes_at_most);

private:
    mutable std::string text_ = "{}";
    mutable std::size_t bytes_at_most_ = 2;
    mutable bool is_current_ = true;
};

}  // namespace tidegate
