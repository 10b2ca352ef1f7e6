#include "request.hpp"

#include <tidegate/json/reader.hpp>

namespace tidegate::collaboration {
namespace {

using tg::json::Reader;

void raw_into(Reader& in, std::string& out) {
    std::string_view text;
    if (in.raw(text)) out.assign(text);
}

// Bounds are the schema's; what is below zero counts as zero.
template <class Number>
void number_into(Reader& in, Number& out) {
    std::int64_t number = 0;
    if (in.integer(number)) out = number > 0 ? static_cast<Number>(number) : 0;
}

void texts_into(Reader& in, std::vector<std::string>& out) {
    out.clear();
    if (!in.enter_array()) return;
    while (in.next_element()) in.string(out.emplace_back());
}

void read_member(Reader& in, std::string_view key, Request& out) {
    if (key == "field") in.string(out.field);
    if (key == "value") raw_into(in, out.value);
    if (key == "base_revision") number_into(in, out.base_revision.emplace());
    if (key == "lease_token") number_into(in, out.lease_token);
    if (key == "reason") in.string(out.reason);
    if (key == "take_over") in.boolean(out.take_over);
    if (key == "before") number_into(in, out.before);
    if (key == "after") in.string(out.after);
    if (key == "limit") number_into(in, out.limit);
    if (key == "name") in.string(out.name);
    if (key == "version_id") in.string(out.version_id);
    if (key == "state") in.string(out.state);
    if (key == "text") in.string(out.text);
    if (key == "mentions") texts_into(in, out.mentions);
    if (key == "parent") in.string(out.parent);
    if (key == "comment_id") in.string(out.comment_id);
    if (key == "resolved") in.boolean(out.resolved);
    if (key == "position") raw_into(in, out.position);
}

}  // namespace

std::optional<Request> read_request(std::string_view payload) {
    Reader in(payload);
    Request out;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) read_member(in, key, out);
    if (!in.finish()) return std::nullopt;
    return out;
}

}  // namespace tidegate::collaboration
