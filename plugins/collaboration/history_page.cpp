#include "history_page.hpp"

#include <algorithm>
#include <tidegate/json/reader.hpp>
#include <utility>

#include "quote_document/field_path.hpp"

namespace tidegate::collaboration {
namespace {

using tg::json::Writer;

constexpr std::string_view kData = "quote_data";

// The field that an operation changed; "" is all of the quote's data. False: it changed something else.
bool field_of(const VersionOp& op, std::string& field) {
    field = op.field();
    return op.in_data() || op.path == kData || op.path.empty();
}

// Of the whole document only its data are of interest.
std::string data_of(const VersionOp& op, const std::string& value) {
    if (!op.path.empty()) return value;
    tg::json::Reader in{std::string_view(value)};
    std::string_view key, data;
    if (value.empty() || !in.enter_object()) return value;
    while (in.next_member(key)) {
        if (key == kData) in.raw(data);
    }
    return std::string(data);
}

void write_change(Writer& out, const VersionOp& op, const std::string& field) {
    const auto or_null = [](std::string text) { return text.empty() ? std::string("null") : text; };
    out.begin_object().member("field", field);
    out.raw_member("from", or_null(data_of(op, op.from))).raw_member("to", or_null(data_of(op, op.value)));
    out.end_object();
}

}  // namespace

HistoryPage::HistoryPage(std::string field, std::uint32_t limit) : field_(std::move(field)), limit_(limit) {
    out_.begin_object().member("type", "session:history").key("items").begin_array();
}

bool HistoryPage::concerns(const VersionOp& op) const {
    std::string field;
    if (!field_of(op, field)) return false;
    return field_.empty() || quote::is_within(field, field_) || quote::is_within(field_, field);
}

bool HistoryPage::add(const QuoteVersion& version) {
    const bool any =
        std::any_of(version.ops.begin(), version.ops.end(), [&](const VersionOp& op) { return concerns(op); });
    const bool review = field_.empty() && version.note.kind == "review";
    if (any || review) {
        if (items_ == limit_ || out_.view().size() > kMaxHistoryBytes) return false;
        write(version);
        ++items_;
    }
    before_ = version.revision;
    return true;
}

void HistoryPage::write(const QuoteVersion& version) {
    const Note& note = version.note;
    // The first version is a creation, whoever wrote it without a word.
    const std::string kind = note.kind.empty() ? (version.revision == 1 ? "create" : "update") : note.kind;
    out_.begin_object().member("revision", version.revision).member("at", version.at).member("user", version.actor);
    if (!note.session.empty()) out_.member("session", note.session);
    if (!note.reason.empty()) out_.member("reason", note.reason);
    out_.member("kind", kind).key("changes").begin_array();
    for (const VersionOp& op : version.ops) {
        std::string field;
        if (concerns(op) && field_of(op, field)) write_change(out_, op, field);
    }
    out_.end_array().end_object();
}

}  // namespace tidegate::collaboration
