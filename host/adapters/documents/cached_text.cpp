#include "adapters/documents/cached_text.hpp"

#include <utility>

namespace tidegate {

const std::string& CachedText::of(const JsonTree& content) const {
    if (is_current_) return text_;
    text_.clear();
    content.dump_to(text_);
    bytes_at_most_ = text_.size();
    is_current_ = true;
    return text_;
}

void CachedText::set(std::string text) {
    text_ = std::move(text);
    bytes_at_most_ = text_.size();
    is_current_ = true;
}

void CachedText::changed(std::size_t bytes_at_most) {
    bytes_at_most_ = bytes_at_most;
    is_current_ = false;
}

}  // namespace tidegate
