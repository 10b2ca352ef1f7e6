#include "client_request.hpp"

#include <algorithm>
#include <tidegate/json/reader.hpp>
#include <utility>

namespace tidegate::notification {
namespace {

using tg::json::Reader;

void read_ids(Reader& in, std::vector<std::string>& out) {
    if (!in.enter_array()) return;
    while (in.next_element()) in.string(out.emplace_back());
}

void read_member(Reader& in, std::string_view key, ClientRequest& out) {
    std::string_view raw;
    std::int64_t number = 0;
    if (key == "ids") {
        read_ids(in, out.ids);
    } else if (key == "notification_id") {
        in.string(out.ids.emplace_back());
    } else if (key == "all") {
        in.boolean(out.all);
    } else if (key == "device") {
        in.string(out.device);
    } else if (key == "seen") {
        in.boolean(out.seen);
    } else if (key == "for_s") {
        in.integer(out.for_s);
    } else if (key == "action") {
        in.string(out.action);
    } else if (key == "confirmed") {
        in.boolean(out.confirmed);
    } else if (key == "unread") {
        in.boolean(out.unread);
    } else if (key == "limit" && in.integer(number)) {
        out.limit = static_cast<std::uint32_t>(number);
    } else if (key == "after") {
        in.string(out.after);
    } else if (key == "preferences" && in.raw(raw)) {
        out.preferences = raw;
    }
}

}  // namespace

std::optional<ClientRequest> read_client_request(std::string_view payload) {
    Reader in(payload);
    ClientRequest out;
    std::string_view key;
    if (!in.enter_object()) return std::nullopt;
    while (in.next_member(key)) {
        const std::string name(key);
        read_member(in, name, out);
    }
    if (!in.finish()) return std::nullopt;
    std::sort(out.ids.begin(), out.ids.end());
    out.ids.erase(std::unique(out.ids.begin(), out.ids.end()), out.ids.end());
    return out;
}

bool is_device(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    });
}

}  // namespace tidegate::notification
