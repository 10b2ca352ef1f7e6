// Which leases an edit needs, and which fence each of its fields then carries. A field that lies in one of the
// person's own locks is written under that lock's token; any other is leased for the write. Above one of his own locks
// a write carries no fence: a newer token there would make his own lock stale.
// Not here: asking for them (edit.cpp).
// Thread rule: [any-thread], pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tidegate/lease.hpp>
#include <vector>

namespace tidegate::quote {

struct Claim {
    std::string sub;
    std::string client_id;
    std::uint64_t token = 0;  // 0: claims nothing
};

class EditLeases {
public:
    // `standing`: all leases of the quote.
    EditLeases(const std::vector<std::string>& fields, const std::vector<tg::Lease>& standing, const Claim& claim);

    // The field whose claimed lock is not there. Then nothing else counts.
    const std::optional<std::string>& stale() const { return stale_; }
    // To be acquired, all or none; empty: he holds it all already.
    const std::vector<std::string>& paths() const { return paths_; }
    // Whether one of the paths is a lock of his, which must not end sooner for being used.
    bool renews() const { return renews_; }

    // `granted`: one lease per path. False: what was claimed is no longer what is held.
    bool hold(const std::vector<tg::Lease>& granted, const Claim& claim);
    // Of the n-th field, after hold().
    std::uint64_t fence(std::size_t n) const { return needs_[n].fence; }

private:
    struct Need {
        std::size_t path = kNone;  // of paths_
        std::uint64_t fence = 0;
        bool fenced = true;
    };
    static constexpr std::size_t kNone = SIZE_MAX;

    std::size_t ask_for(const std::string& path);

    std::optional<std::string> stale_;
    std::vector<std::string> paths_;
    std::vector<Need> needs_;
    bool renews_ = false;
};

}  // namespace tidegate::quote
