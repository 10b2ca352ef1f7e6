// The quotes that are remembered, a bounded number: the one that was touched longest ago is forgotten first. What it
// added to the counts stays.
// Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "quote.hpp"

namespace tidegate::analytics {

class QuoteBook {
public:
    struct Entry {
        std::string id;
        Quote quote;
    };

    explicit QuoteBook(std::size_t most) : most_(most) {}
    QuoteBook(QuoteBook&&) = default;
    QuoteBook& operator=(QuoteBook&&) = default;

    struct Touched {
        Quote& quote;
        bool is_new;
    };
    Touched touch(std::string_view id);
    const Quote* find(std::string_view id) const;

    std::size_t size() const { return by_id_.size(); }
    std::uint64_t forgotten() const { return forgotten_; }
    const std::list<Entry>& oldest_first() const { return entries_; }

    // As the newest; false when it is there or there is no room.
    bool load(Entry entry);
    void load_forgotten(std::uint64_t forgotten) { forgotten_ = forgotten; }

private:
    std::size_t most_;
    std::list<Entry> entries_;
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_id_;  // keys live in entries_
    std::uint64_t forgotten_ = 0;
};

}  // namespace tidegate::analytics
