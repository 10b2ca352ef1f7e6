#include "plugin/notice_json.hpp"
#include "plugin/port_call.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidegate::plugin {

namespace {

constexpr std::uint32_t kEntries = 256;
using Entries = std::vector<StreamEntry>;

Streams& streams_of(const Hook& hook) { return hook.slot->engine().services.streams; }

StreamKey key_of(const Hook& hook, tg_str stream) {
    return {std::string(hook.call.tenant_name()), std::string(hook.slot->id()), owned(stream)};
}

PortValue encode_appended(const StreamAppended& appended) {
    const auto text = R"({"first":)" + std::to_string(appended.first) + R"(,"last":)" + std::to_string(appended.last) +
                      R"(,"trimmed":)" + std::to_string(appended.trimmed) + R"(,"replayed":)" +
                      (appended.replayed ? "true" : "false") + "}";
    return {Buffer::copy_of(text), appended.last};
}

PortValue encode_state(const StreamState& state) {
    const auto text = R"({"first":)" + std::to_string(state.first) + R"(,"last":)" + std::to_string(state.last) +
                      R"(,"count":)" + std::to_string(state.count) + "}";
    return {Buffer::copy_of(text), state.last};
}

PortValue encode_entries(const Entries& entries) {
    std::string text = R"({"entries":[)";
    for (const auto& entry : entries) {
        if (text.back() != '[') text += ',';
        text += R"({"position":)" + std::to_string(entry.position) + R"(,"at_ms":)" + std::to_string(entry.at_ms) +
                R"(,"data":)" + entry.data + "}";
    }
    return {Buffer::copy_of(text + "]}"), entries.size()};
}

// A call that is answered with a number.
template <class Begin>
tg_rc ask_count(const tg_host* host, tg_hook* handle, tg_result* now, tg_done done, Begin begin) {
    return ask_port<std::uint64_t>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, StreamDone<std::uint64_t> answered) {
            return begin(hook, std::move(answered));
        },
        [](std::uint64_t count) { return encode(count); });
}

tg_rc append(const tg_host* host, tg_hook* handle, const tg_stream_append* request, tg_result* now, tg_done done) {
    if (!TG_HAS(request, tg_stream_append, idempotency_key)) return TG_E_INVALID;
    const auto count = request->entry_count;
    if (count == 0 || count > kEntries || !request->entries)
        return fail_now(live_hook(host, handle), now, TG_E_INVALID, "an append has 1 to 256 entries");
    auto& appended_entries = generation_of(host).slot().metrics().stream_entries;
    return ask_port<StreamAppended>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, StreamDone<StreamAppended> answered) {
            StreamAppend wanted;
            wanted.key = key_of(hook, request->stream);
            wanted.entries.reserve(count);
            for (std::uint32_t i = 0; i < count; ++i) wanted.entries.push_back(owned(request->entries[i]));
            wanted.max_entries = request->max_entries;
            wanted.idempotency_key = owned(request->idempotency_key);
            return streams_of(hook).append(std::move(wanted), std::move(answered));
        },
        [&appended_entries](const StreamAppended& appended) {
            if (!appended.replayed) appended_entries.add(appended.last - appended.first + 1);
            return encode_appended(appended);
        });
}

tg_rc read(const tg_host* host, tg_hook* handle, tg_str stream, std::uint64_t after, std::uint32_t limit,
           tg_result* now, tg_done done) {
    return ask_port<Entries>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, StreamDone<Entries> answered) {
            return streams_of(hook).read(key_of(hook, stream), after, limit, std::move(answered));
        },
        [](const Entries& entries) { return encode_entries(entries); });
}

tg_rc state(const tg_host* host, tg_hook* handle, tg_str stream, tg_result* now, tg_done done) {
    return ask_port<StreamState>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, StreamDone<StreamState> answered) {
            return streams_of(hook).state(key_of(hook, stream), std::move(answered));
        },
        [](const StreamState& found) { return encode_state(found); });
}

tg_rc trim(const tg_host* host, tg_hook* handle, tg_str stream, std::uint64_t up_to, tg_result* now, tg_done done) {
    return ask_count(host, handle, now, done, [&](const Hook& hook, StreamDone<std::uint64_t> answered) {
        return streams_of(hook).trim(key_of(hook, stream), up_to, std::move(answered));
    });
}

tg_rc ack(const tg_host* host, tg_hook* handle, tg_str stream, tg_str reader, std::uint64_t position, tg_result* now,
          tg_done done) {
    return ask_count(host, handle, now, done, [&](const Hook& hook, StreamDone<std::uint64_t> answered) {
        return streams_of(hook).ack(key_of(hook, stream), owned(reader), position, std::move(answered));
    });
}

tg_rc acked(const tg_host* host, tg_hook* handle, tg_str stream, tg_str reader, tg_result* now, tg_done done) {
    return ask_count(host, handle, now, done, [&](const Hook& hook, StreamDone<std::uint64_t> answered) {
        return streams_of(hook).acked(key_of(hook, stream), owned(reader), std::move(answered));
    });
}

constexpr tg_ext_stream kExtension{sizeof(tg_ext_stream), &append, &read, &state, &trim, &ack, &acked};

}  // namespace

const tg_ext_stream* stream_extension() { return &kExtension; }

}  // namespace tidegate::plugin
