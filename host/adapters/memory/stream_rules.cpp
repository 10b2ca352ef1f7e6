#include "adapters/memory/stream_rules.hpp"

#include "adapters/documents/document_text.hpp"
#include "adapters/documents/json_tree.hpp"

namespace tidegate {
namespace {

bool is_name(const std::string& text) { return !text.empty() && is_plain_text(text, stream_limits::kNameBytes); }

}  // namespace

Error refuse_stream(Errc code, const char* act, const StreamKey& key, const std::string& why) {
    return fail(code, std::string(act) + " stream '" + key.stream + "': " + why);
}

Result<void> check_stream(const char* act, const StreamKey& key) {
    if (is_name(key.tenant) && is_name(key.owner) && is_name(key.stream)) return {};
    // The name itself may be what is wrong.
    return fail(Errc::kInvalid,
                std::string(act) +
                    " stream: tenant, owner and stream must be 1 to 256 bytes of text without control characters");
}

Result<void> check_append(const StreamAppend& append) {
    const auto refuse = [&](Errc code, const std::string& why) {
        return refuse_stream(code, "append to", append.key, why);
    };
    if (auto checked = check_stream("append to", append.key); !checked) return checked;
    if (append.entries.empty() || append.entries.size() > stream_limits::kEntries) {
        return refuse(Errc::kInvalid, "there must be 1 to 256 entries");
    }
    if (!is_plain_text(append.idempotency_key, stream_limits::kNameBytes)) {
        return refuse(Errc::kInvalid,
                      "the idempotency key must be at most 256 bytes of text without control characters");
    }
    for (const auto& entry : append.entries) {
        if (entry.size() > stream_limits::kEntryBytes) return refuse(Errc::kTooLarge, "an entry is larger than 64 KiB");
        if (const auto parsed = JsonTree::parse(entry); !parsed) {
            return refuse(Errc::kInvalid, "an entry is " + parsed.error().text);
        }
    }
    return {};
}

Result<void> check_read(const StreamKey& key, std::uint32_t limit) {
    if (auto checked = check_stream("read", key); !checked) return checked;
    if (limit >= 1 && limit <= stream_limits::kPageEntries) return {};
    return refuse_stream(Errc::kInvalid, "read", key, "the limit must be 1 to 1000");
}

Result<void> check_reader(const char* act, const StreamKey& key, const std::string& reader) {
    if (auto checked = check_stream(act, key); !checked) return checked;
    if (is_name(reader)) return {};
    return refuse_stream(Errc::kInvalid, act, key,
                         "the reader must be 1 to 256 bytes of text without control characters");
}

Result<void> check_ack(const StreamKey& key, const std::string& reader, std::uint64_t position) {
    if (auto checked = check_reader("acknowledge", key, reader); !checked) return checked;
    if (position < stream_limits::kPosition) return {};
    return refuse_stream(Errc::kInvalid, "acknowledge", key, "a position is below 2^63");
}

std::size_t bytes_of(const StreamAppend& append) {
    const auto& key = append.key;
    std::size_t bytes = sizeof(StreamAppend) + append.idempotency_key.size();
    bytes += key.tenant.size() + key.owner.size() + key.stream.size();
    for (const auto& entry : append.entries) bytes += sizeof(std::string) + entry.size();
    return bytes;
}

}  // namespace tidegate
