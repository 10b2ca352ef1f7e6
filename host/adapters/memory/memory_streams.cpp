#include "adapters/memory/memory_streams.hpp"

#include "adapters/documents/reply_window.hpp"
#include "adapters/memory/stream_rules.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>

namespace tidegate {
namespace {

// Of bookkeeping.
constexpr std::size_t kStreamBytes = 1024;
constexpr std::size_t kEntryBytes = sizeof(StreamEntry);
constexpr std::size_t kReaderBytes = 128;
constexpr std::size_t kReplyBytes = 384;  // with the key three times

std::string text_of(const StreamKey& key) {
    return key.tenant + '\n' + key.owner + '\n' + key.stream;  // names hold no control characters
}

std::size_t reply_bytes(const std::string& key) { return kReplyBytes + 3 * key.size(); }

}  // namespace

// Entries have consecutive positions: only the oldest are ever taken away.
class MemoryStreams::Stream {
public:
    std::optional<StreamAppended> answered(const std::string& key, std::int64_t now_ms) const {
        if (key.empty() || !replies_.find(key, now_ms)) return std::nullopt;
        StreamAppended answer = answers_.at(key);
        answer.replayed = true;
        return answer;
    }
    // How many leave when so many come.
    std::uint64_t excess(std::uint64_t coming, std::uint64_t max_entries) const {
        const std::uint64_t count = entries_.size() + coming;
        return max_entries != 0 && count > max_entries ? count - max_entries : 0;
    }
    std::size_t bytes_of_oldest(std::uint64_t count) const {
        std::size_t bytes = 0;
        for (std::size_t n = 0; n < std::min<std::uint64_t>(count, entries_.size()); ++n) bytes += bytes_of(n);
        return bytes;
    }

    // The next two return what the bytes change by.
    std::ptrdiff_t append(StreamAppend& append, std::int64_t now_ms, StreamAppended& appended) {
        std::size_t bytes = 0;
        appended.first = last_ + 1;
        for (auto& data : append.entries) {
            bytes += kEntryBytes + data.size();
            entries_.push_back({++last_, now_ms, std::move(data)});
        }
        appended.last = last_;
        appended.trimmed = excess(0, append.max_entries);
        return static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(take_oldest(appended.trimmed));
    }
    std::ptrdiff_t remember(const std::string& key, const StreamAppended& appended, std::int64_t now_ms) {
        replies_.add(key, appended.first, now_ms);
        std::ptrdiff_t bytes = 0;
        for (const auto& forgotten : replies_.take_forgotten()) {
            if (answers_.erase(forgotten)) bytes -= static_cast<std::ptrdiff_t>(reply_bytes(forgotten));
        }
        // Not new when the key came again after its time while older ones kept it from being forgotten.
        if (answers_.insert_or_assign(key, appended).second) bytes += static_cast<std::ptrdiff_t>(reply_bytes(key));
        return bytes;
    }

    std::vector<StreamEntry> read(std::uint64_t after, std::uint32_t limit) const {
        std::vector<StreamEntry> found;
        std::size_t bytes = 0;
        const std::uint64_t from = std::max(after, trimmed());
        for (std::uint64_t at = std::min(from, last_) - trimmed(); at < entries_.size() && found.size() < limit; ++at) {
            const auto& entry = entries_[at];
            bytes += entry.data.size();
            if (bytes > stream_limits::kPageBytes) break;
            found.push_back(entry);
        }
        return found;
    }
    StreamState state() const { return {entries_.empty() ? 0 : entries_.front().position, last_, entries_.size()}; }
    std::uint64_t count_up_to(std::uint64_t position) const {
        return std::min(std::max(position, trimmed()) - trimmed(), std::uint64_t{entries_.size()});
    }
    // The bytes that are free.
    std::size_t take_oldest(std::uint64_t count) {
        std::size_t bytes = 0;
        for (; count; --count) {
            bytes += bytes_of(0);
            entries_.pop_front();
        }
        return bytes;
    }

    // Null for a reader that never acknowledged.
    std::uint64_t* reader(const std::string& name) {
        const auto found = readers_.find(name);
        return found == readers_.end() ? nullptr : &found->second;
    }
    std::uint64_t& add_reader(const std::string& name) { return readers_[name]; }

private:
    std::uint64_t trimmed() const { return last_ - entries_.size(); }
    std::size_t bytes_of(std::size_t index) const { return kEntryBytes + entries_[index].data.size(); }

    std::deque<StreamEntry> entries_;
    std::uint64_t last_ = 0;
    ReplyWindow replies_;  // by the first position
    std::unordered_map<std::string, StreamAppended> answers_;
    std::map<std::string, std::uint64_t> readers_;
};

class MemoryStreams::Table {
public:
    explicit Table(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    // Null when the stream never was.
    Stream* find(const std::string& name) {
        const auto found = streams_.find(name);
        return found == streams_.end() ? nullptr : &found->second;
    }

    Result<StreamAppended> append(StreamAppend& append, std::int64_t now_ms) {
        const std::string name = text_of(append.key);
        if (auto* stream = find(name)) {
            if (auto answer = stream->answered(append.idempotency_key, now_ms)) return *answer;
        }
        if (!has_room(name, append)) {
            return refuse_stream(Errc::kBusy, "append to", append.key, "the memory for streams is full");
        }
        StreamAppended appended;
        auto& stream = open(name);
        add(stream.append(append, now_ms, appended));
        if (!append.idempotency_key.empty()) add(stream.remember(append.idempotency_key, appended, now_ms));
        return appended;
    }
    std::uint64_t trim(const StreamKey& key, std::uint64_t up_to) {
        auto* stream = find(text_of(key));
        const std::uint64_t count = stream ? stream->count_up_to(up_to) : 0;
        if (count) bytes_ -= stream->take_oldest(count);
        return count;
    }
    Result<std::uint64_t> ack(const StreamKey& key, const std::string& reader, std::uint64_t position) {
        const std::string name = text_of(key);
        auto* stream = find(name);
        auto* stands = stream ? stream->reader(reader) : nullptr;
        if (!stands) {
            const std::size_t bytes = kReaderBytes + reader.size();
            if (bytes_ + bytes + (stream ? 0 : stream_bytes(name)) > max_bytes_) {
                return refuse_stream(Errc::kBusy, "acknowledge", key, "the memory for streams is full");
            }
            stands = &open(name).add_reader(reader);
            bytes_ += bytes;
        }
        return *stands = std::max(*stands, position);
    }

private:
    static std::size_t stream_bytes(const std::string& name) { return kStreamBytes + 2 * name.size(); }
    void add(std::ptrdiff_t bytes) { bytes_ += static_cast<std::size_t>(bytes); }

    Stream& open(const std::string& name) {
        const auto [place, is_new] = streams_.try_emplace(name);
        if (is_new) bytes_ += stream_bytes(name);
        return place->second;
    }
    bool has_room(const std::string& name, const StreamAppend& append) {
        std::size_t bytes = append.idempotency_key.empty() ? 0 : reply_bytes(append.idempotency_key);
        for (const auto& data : append.entries) bytes += kEntryBytes + data.size();
        auto* stream = find(name);
        if (!stream) bytes += stream_bytes(name);
        if (bytes_ + bytes <= max_bytes_) return true;
        // A stream that keeps its newest may go on while all is full.
        const std::size_t leaving =
            stream ? stream->bytes_of_oldest(stream->excess(append.entries.size(), append.max_entries)) : 0;
        return bytes_ + bytes <= max_bytes_ + leaving;
    }

    const std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    std::unordered_map<std::string, Stream> streams_;
};

MemoryStreams::MemoryStreams(const Clock& clock, std::size_t max_bytes)
    : clock_(clock), table_(std::make_unique<Guarded<Table>>(Table(max_bytes))) {}
MemoryStreams::~MemoryStreams() = default;

std::optional<Result<StreamAppended>> MemoryStreams::append(StreamAppend append, StreamDone<StreamAppended>) {
    if (auto checked = check_append(append); !checked) return checked.error();
    // The clock is read under the lock: who gets the lock later must not see an earlier time.
    return table_->with([&](Table& table) { return table.append(append, clock_.wall_ms()); });
}

std::optional<Result<std::vector<StreamEntry>>> MemoryStreams::read(StreamKey key, std::uint64_t after,
                                                                    std::uint32_t limit,
                                                                    StreamDone<std::vector<StreamEntry>>) {
    if (auto checked = check_read(key, limit); !checked) return checked.error();
    return table_->with([&](Table& table) {
        const auto* stream = table.find(text_of(key));
        return stream ? stream->read(after, limit) : std::vector<StreamEntry>();
    });
}

std::optional<Result<StreamState>> MemoryStreams::state(StreamKey key, StreamDone<StreamState>) {
    if (auto checked = check_stream("state of", key); !checked) return checked.error();
    return table_->with([&](Table& table) {
        const auto* stream = table.find(text_of(key));
        return stream ? stream->state() : StreamState();
    });
}

std::optional<Result<std::uint64_t>> MemoryStreams::trim(StreamKey key, std::uint64_t up_to,
                                                         StreamDone<std::uint64_t>) {
    if (auto checked = check_stream("trim", key); !checked) return checked.error();
    return table_->with([&](Table& table) { return table.trim(key, up_to); });
}

std::optional<Result<std::uint64_t>> MemoryStreams::ack(StreamKey key, std::string reader, std::uint64_t position,
                                                        StreamDone<std::uint64_t>) {
    if (auto checked = check_ack(key, reader, position); !checked) return checked.error();
    return table_->with([&](Table& table) { return table.ack(key, reader, position); });
}

std::optional<Result<std::uint64_t>> MemoryStreams::acked(StreamKey key, std::string reader,
                                                          StreamDone<std::uint64_t>) {
    if (auto checked = check_reader("position in", key, reader); !checked) return checked.error();
    return table_->with([&](Table& table) {
        auto* stream = table.find(text_of(key));
        const auto* stands = stream ? stream->reader(reader) : nullptr;
        return stands ? *stands : 0;
    });
}

}  // namespace tidegate
