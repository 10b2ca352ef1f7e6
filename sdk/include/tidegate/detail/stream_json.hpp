#pragma once

// Streams as the host says them. Not for authors: streams.hpp is. [any-thread]

#include <tidegate/detail/answer_json.hpp>
#include <tidegate/detail/table_call.hpp>
#include <tidegate/stream_values.hpp>

namespace tg::detail {

inline Result<Appended> read_appended(std::string_view text) {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t trimmed = 0;
    bool replayed = false;
    if (!read_answer(text, count_member("first", first), count_member("last", last), count_member("trimmed", trimmed),
                     flag_member("replayed", replayed)))
        return malformed("Streams::append");
    return Appended(first, last, trimmed, replayed);
}

inline bool read_entry(json::Reader& reader, std::vector<StreamEntry>& out) {
    std::uint64_t position = 0;
    std::int64_t at_ms = 0;
    std::string data;
    if (!read_object(reader, count_member("position", position), integer_member("at_ms", at_ms),
                     raw_member("data", data)))
        return false;
    out.emplace_back(position, at_ms, std::move(data));
    return true;
}

struct EntriesAnswer {
    using Type = std::vector<StreamEntry>;
    static Result<Type> read(Outcome&& outcome) {
        Type entries;
        entries.reserve(outcome.number);
        const auto entry = [&entries](json::Reader& reader) { return read_entry(reader, entries); };
        if (!read_answer(outcome.bytes.view(), array_member("entries", entry))) return malformed("Streams::read");
        return entries;
    }
};

struct StreamStateAnswer {
    using Type = StreamState;
    static Result<Type> read(Outcome&& outcome) {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::uint64_t count = 0;
        if (!read_answer(outcome.bytes.view(), count_member("first", first), count_member("last", last),
                         count_member("count", count)))
            return malformed("Streams::state");
        return StreamState(first, last, count);
    }
};

}  // namespace tg::detail
