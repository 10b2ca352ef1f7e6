#include "announcement.hpp"

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

namespace tidegate::quote {
namespace {

bool read_number(tg::json::Reader& in, std::uint64_t& out) {
    std::int64_t value = 0;
    if (!in.integer(value) || value < 0) return false;
    out = static_cast<std::uint64_t>(value);
    return true;
}

bool read_member(tg::json::Reader& in, std::string_view key, Announcement& out) {
    if (key == "quote_id") return in.string(out.quote_id);
    if (key == "key") return in.string(out.key);
    if (key == "sub") return in.string(out.sub);
    if (key == "base") return read_number(in, out.base);
    if (key == "revision") return read_number(in, out.revision);
    if (key == "attempt") {
        std::uint64_t attempt = 0;
        if (!read_number(in, attempt) || attempt > 1000) return false;
        out.attempt = static_cast<int>(attempt);
        return true;
    }
    if (key == "quote_data") {
        std::string_view text;
        if (!in.raw(text)) return false;
        out.quote_data.assign(text);
    }
    return true;
}

}  // namespace

std::string write_announcement(const Announcement& announcement) {
    tg::json::Writer out;
    out.begin_object().member("quote_id", announcement.quote_id).member("key", announcement.key);
    out.member("sub", announcement.sub).member("base", announcement.base).member("revision", announcement.revision);
    out.member("attempt", announcement.attempt).raw_member("quote_data", announcement.quote_data);
    return out.end_object().take();
}

std::optional<Announcement> read_announcement(std::string_view payload) {
    tg::json::Reader in(payload);
    Announcement out;
    std::string_view key;
    if (!in.enter_object()) return std::nullopt;
    while (in.next_member(key)) {
        if (!read_member(in, key, out)) return std::nullopt;
    }
    if (!in.finish() || out.quote_id.empty() || out.key.empty() || out.quote_data.empty()) return std::nullopt;
    return out;
}

}  // namespace tidegate::quote
