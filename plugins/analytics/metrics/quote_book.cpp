#include "quote_book.hpp"

#include <utility>

namespace tidegate::analytics {

QuoteBook::Touched QuoteBook::touch(std::string_view id) {
    if (const auto known = by_id_.find(id); known != by_id_.end()) {
        entries_.splice(entries_.end(), entries_, known->second);
        return {known->second->quote, false};
    }
    if (by_id_.size() >= most_ && !entries_.empty()) {
        by_id_.erase(entries_.front().id);
        entries_.pop_front();
        ++forgotten_;
    }
    const auto at = entries_.insert(entries_.end(), Entry{std::string(id), Quote()});
    by_id_.emplace(at->id, at);
    return {at->quote, true};
}

const Quote* QuoteBook::find(std::string_view id) const {
    const auto known = by_id_.find(id);
    return known == by_id_.end() ? nullptr : &known->second->quote;
}

bool QuoteBook::load(Entry entry) {
    if (by_id_.size() >= most_ || by_id_.contains(entry.id)) return false;
    const auto at = entries_.insert(entries_.end(), std::move(entry));
    by_id_.emplace(at->id, at);
    return true;
}

}  // namespace tidegate::analytics
