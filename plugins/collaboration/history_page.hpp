// HistoryPage: the answer to session:history, built from versions of the quote, newest first.
// Thread rule: one coroutine's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tidegate/json/writer.hpp>

#include "quote_version.hpp"

namespace tidegate::collaboration {

inline constexpr std::size_t kMaxHistoryBytes = 256 * 1024;

class HistoryPage {
public:
    // `field` "": every change. Else what changed the field, what it is part of, or its parts.
    HistoryPage(std::string field, std::uint32_t limit);

    // The next older version; false when the page is full: then it does not stand in it.
    bool add(const QuoteVersion& version);
    // Where the next page begins; 0 when nothing was added or looked at.
    std::uint64_t before() const { return before_; }

    // {"type":"session:history","items":[…]} without its end, to be continued.
    tg::json::Writer take() { return std::move(out_.end_array()); }

private:
    bool concerns(const VersionOp& op) const;
    void write(const QuoteVersion& version);

    std::string field_;
    std::uint32_t limit_;
    std::uint32_t items_ = 0;
    std::uint64_t before_ = 0;
    tg::json::Writer out_;
};

}  // namespace tidegate::collaboration
