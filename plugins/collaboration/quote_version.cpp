#include "quote_version.hpp"

#include <tidegate/json/reader.hpp>
#include <utility>

namespace tidegate::collaboration {
namespace {

using tg::json::Kind;
using tg::json::Reader;

void raw_into(Reader& in, std::string& out) {
    std::string_view text;
    if (in.raw(text)) out.assign(text);
}

void text_into(Reader& in, std::string& out) {
    if (in.peek() == Kind::kString) in.string(out);
}

VersionOp read_op(Reader& in) {
    VersionOp out;
    std::string kind;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "op") text_into(in, kind);
        if (key == "path") text_into(in, out.path);
        if (key == "value") raw_into(in, out.value);
        if (key == "from") raw_into(in, out.from);
    }
    if (kind == "insert") out.kind = VersionOp::Kind::kInsert;
    if (kind == "remove") out.kind = VersionOp::Kind::kRemove;
    return out;
}

QuoteVersion read_version(Reader& in) {
    QuoteVersion out;
    std::int64_t revision = 0;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "revision") in.integer(revision);
        if (key == "actor") text_into(in, out.actor);
        if (key == "at") text_into(in, out.at);
        if (key == "note" && in.peek() == Kind::kObject) {
            std::string_view note;
            if (in.raw(note)) out.note = read_note(note);
        }
        if (key == "ops" && in.enter_array()) {
            while (in.next_element()) out.ops.push_back(read_op(in));
        }
    }
    out.revision = static_cast<std::uint64_t>(revision);
    return out;
}

Reversal reversal_of(const VersionOp& op) {
    Reversal out;
    out.field = op.field();
    out.value = op.from;
    out.expected = op.value;
    // What was taken out of an array of elements has to be put in again, not to be set.
    if (op.kind == VersionOp::Kind::kRemove) out.kind = VersionOp::Kind::kInsert;
    if (op.kind != VersionOp::Kind::kRemove && op.from.empty()) out.kind = VersionOp::Kind::kRemove;
    return out;
}

}  // namespace

std::optional<std::vector<QuoteVersion>> read_versions(std::string_view page) {
    std::vector<QuoteVersion> out;
    Reader in(page);
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key != "items" || !in.enter_array()) continue;
        while (in.next_element()) out.push_back(read_version(in));
    }
    if (!in.finish()) return std::nullopt;
    return out;
}

std::optional<std::vector<Reversal>> reversal_of(const QuoteVersion& version) {
    std::vector<Reversal> out;
    for (auto op = version.ops.rbegin(); op != version.ops.rend(); ++op) {
        if (!op->in_data()) continue;
        if (op->path.ends_with("/-")) return std::nullopt;
        if (op->kind == VersionOp::Kind::kRemove && op->from.empty()) continue;
        out.push_back(reversal_of(*op));
    }
    return out;
}

}  // namespace tidegate::collaboration
