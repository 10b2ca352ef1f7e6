#pragma once

// Streams: durable, ordered lists of entries that are appended, read from a position, acknowledged by readers and
// trimmed. A stream belongs to this plugin and the hook's tenant, and is there as soon as it is named. Not the domain
// events: those are the Bus. Calls are awaited in a hook [strand]; values own their texts [any-thread].

#include <tidegate/detail/stream_json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tg {

namespace detail {

struct StreamTable {
    static constexpr std::string_view kId = TG_EXT_STREAM;
    static const tg_ext_stream* get() noexcept { return g_stream; }
};

template <auto Call, class Answer, class... Arguments>
using StreamCall = TableCall<StreamTable, Call, Answer, std::string, Arguments...>;

using ReadStreamOp = StreamCall<&tg_ext_stream::read, EntriesAnswer, std::uint64_t, std::uint32_t>;
using StreamStateOp = StreamCall<&tg_ext_stream::state, StreamStateAnswer>;
using TrimStreamOp = StreamCall<&tg_ext_stream::trim, CountAnswer, std::uint64_t>;
using AckStreamOp = StreamCall<&tg_ext_stream::ack, CountAnswer, std::string, std::uint64_t>;
using AckedStreamOp = StreamCall<&tg_ext_stream::acked, CountAnswer, std::string>;

class [[nodiscard(TG_AWAIT_IT)]] AppendStreamOp : public Op<AppendStreamOp, Result<Appended>> {
public:
    explicit AppendStreamOp(StreamAppend append) noexcept : append_(std::move(append)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_stream) return absent(now, TG_EXT_STREAM);
        return append_.with_raw(
            [&](const tg_stream_append& raw) { return g_stream->append(g_host, hook, &raw, now, done); });
    }
    Result<Appended> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return read_appended(outcome.bytes.view());
    }

private:
    StreamAppend append_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::AppendStreamOp> = true;

// Errors of all: INVALID, TOO_LARGE, BUSY, UNAVAILABLE.
class Streams {
public:
    // Result<Appended>: durable when it answers.
    static detail::AppendStreamOp append(StreamAppend append) { return detail::AppendStreamOp(std::move(append)); }
    // Result<std::vector<StreamEntry>>: positions above `after`, ascending, at most `limit` (1..1000) and 4 MiB: an
    // empty page is the end.
    static detail::ReadStreamOp read(std::string_view stream, std::uint64_t after, std::uint32_t limit) {
        return detail::ReadStreamOp(std::string(stream), after, limit);
    }
    // Result<StreamState>
    static detail::StreamStateOp state(std::string_view stream) { return detail::StreamStateOp(std::string(stream)); }
    // Result<std::uint64_t>: how many positions up to and including this one were removed.
    static detail::TrimStreamOp trim(std::string_view stream, std::uint64_t up_to) {
        return detail::TrimStreamOp(std::string(stream), up_to);
    }
    // Result<std::uint64_t>: where the named reader stands now; it only rises.
    static detail::AckStreamOp ack(std::string_view stream, std::string_view reader, std::uint64_t position) {
        return detail::AckStreamOp(std::string(stream), std::string(reader), position);
    }
    // Result<std::uint64_t>: 0 for a reader that never acknowledged.
    static detail::AckedStreamOp acked(std::string_view stream, std::string_view reader) {
        return detail::AckedStreamOp(std::string(stream), std::string(reader));
    }
};

}  // namespace tg
