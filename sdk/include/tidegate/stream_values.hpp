#pragma once

// What the stream calls ask and answer with: StreamAppend, Appended, StreamEntry, StreamState. Values that own their
// texts. [any-thread]

#include <tidegate/detail/host.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tg {

// All of its entries are appended, or none.
class StreamAppend {
public:
    explicit StreamAppend(std::string stream) noexcept : stream_(std::move(stream)) {}

    // One more; 1 to 256, each JSON text of at most 64 KiB.
    StreamAppend& entry(std::string json) & { return entries_.push_back(std::move(json)), *this; }
    StreamAppend&& entry(std::string json) && { return std::move(entry(std::move(json))); }
    // The oldest beyond are trimmed in the same transaction; 0: no bound.
    StreamAppend& max_entries(std::uint64_t count) & { return max_entries_ = count, *this; }
    StreamAppend&& max_entries(std::uint64_t count) && { return std::move(max_entries(count)); }
    // Appended once: a key seen on this stream within 10 minutes answers as the first one did.
    StreamAppend& idempotency_key(std::string key) & { return idempotency_key_ = std::move(key), *this; }
    StreamAppend&& idempotency_key(std::string key) && { return std::move(idempotency_key(std::move(key))); }

    // Calls use(const tg_stream_append&) with this append as the ABI wants it.
    template <class Use>
    auto with_raw(Use use) const {
        std::vector<tg_str> entries;
        entries.reserve(entries_.size());
        for (const std::string& entry : entries_) entries.push_back(detail::str(entry));
        tg_stream_append raw{};
        raw.size = sizeof(raw);
        raw.entry_count = static_cast<std::uint32_t>(entries.size());
        raw.stream = detail::str(stream_);
        raw.entries = entries.data();
        raw.max_entries = max_entries_;
        raw.idempotency_key = detail::str(idempotency_key_);
        return use(raw);
    }

private:
    std::string stream_;
    std::vector<std::string> entries_;
    std::string idempotency_key_;
    std::uint64_t max_entries_ = 0;
};

// Entries that are in the stream, now or (replayed) earlier under the same idempotency key.
class Appended {
public:
    Appended(std::uint64_t first, std::uint64_t last, std::uint64_t trimmed, bool replayed) noexcept
        : first_(first), last_(last), trimmed_(trimmed), replayed_(replayed) {}

    // Positions.
    std::uint64_t first() const noexcept { return first_; }
    std::uint64_t last() const noexcept { return last_; }
    // How many of the oldest left for them.
    std::uint64_t trimmed() const noexcept { return trimmed_; }
    bool replayed() const noexcept { return replayed_; }

private:
    std::uint64_t first_;
    std::uint64_t last_;
    std::uint64_t trimmed_;
    bool replayed_;
};

class StreamEntry {
public:
    StreamEntry(std::uint64_t position, std::int64_t at_ms, std::string data) noexcept
        : data_(std::move(data)), position_(position), at_ms_(at_ms) {}

    std::uint64_t position() const noexcept { return position_; }
    // Wall clock, when it was appended.
    std::int64_t at_ms() const noexcept { return at_ms_; }
    // JSON text, as it was appended.
    const std::string& data() const& noexcept { return data_; }
    std::string data() && noexcept { return std::move(data_); }

private:
    std::string data_;
    std::uint64_t position_;
    std::int64_t at_ms_;
};

class StreamState {
public:
    StreamState(std::uint64_t first, std::uint64_t last, std::uint64_t count) noexcept
        : first_(first), last_(last), count_(count) {}

    // 0 when there is nothing.
    std::uint64_t first() const noexcept { return first_; }
    // The last position ever given: it stays when all is trimmed.
    std::uint64_t last() const noexcept { return last_; }
    std::uint64_t count() const noexcept { return count_; }

private:
    std::uint64_t first_;
    std::uint64_t last_;
    std::uint64_t count_;
};

}  // namespace tg
