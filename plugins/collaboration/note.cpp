#include "note.hpp"

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

namespace tidegate::collaboration {
namespace {

using tg::json::Kind;
using tg::json::Reader;

void text_into(Reader& in, std::string& out) {
    if (in.peek() == Kind::kString) in.string(out);
}

void revision_into(Reader& in, std::uint64_t& out) {
    std::int64_t number = 0;
    if (in.peek() == Kind::kNumber && in.integer(number) && number > 0) out = static_cast<std::uint64_t>(number);
}

}  // namespace

std::string note_json(const Note& note) {
    tg::json::Writer out;
    // In the order of their names, as the store keeps objects.
    out.begin_object().member("kind", note.kind);
    if (!note.reason.empty()) out.member("reason", note.reason);
    if (note.redoes != 0) out.member("redoes", note.redoes);
    if (!note.session.empty()) out.member("session", note.session);
    if (note.undoes != 0) out.member("undoes", note.undoes);
    if (!note.update_id.empty()) out.member("update_id", note.update_id);
    return out.end_object().take();
}

Note read_note(std::string_view json) {
    Note out;
    Reader in(json);
    std::string_view key;
    if (!in.enter_object()) return out;
    while (in.next_member(key)) {
        if (key == "kind") text_into(in, out.kind);
        if (key == "session") text_into(in, out.session);
        if (key == "update_id") text_into(in, out.update_id);
        if (key == "reason") text_into(in, out.reason);
        if (key == "undoes") revision_into(in, out.undoes);
        if (key == "redoes") revision_into(in, out.redoes);
    }
    return out;
}

}  // namespace tidegate::collaboration
