#include "records.hpp"

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

namespace tidegate::collaboration {
namespace {

using tg::json::Kind;
using tg::json::Reader;
using tg::json::Writer;

void raw_into(Reader& in, std::string& out) {
    std::string_view text;
    if (in.raw(text)) out.assign(text);
}

void text_into(Reader& in, std::string& out) {
    if (in.peek() == Kind::kString) in.string(out);
}

void read_author(Reader& in, Person& out) {
    std::string_view key;
    if (!in.enter_object()) return;
    while (in.next_member(key)) {
        if (key == "id") text_into(in, out.id);
        if (key == "name") text_into(in, out.name);
    }
}

void write_comment(Writer& out, const Comment& comment) {
    out.member("id", comment.id).member("field", comment.field).member("text", comment.text);
    out.key("mentions").begin_array();
    for (const std::string& user : comment.mentions) out.value(user);
    out.end_array();
    if (!comment.parent.empty()) out.member("parent", comment.parent);
    out.key("author").begin_object().member("id", comment.author.id).member("name", comment.author.name).end_object();
    out.member("created_at", comment.created_at).member("resolved", comment.resolved);
}

void write_version(Writer& out, const NamedVersion& version) {
    out.member("id", version.id).member("name", version.name).member("revision", version.revision);
    out.member("saved_by", version.saved_by).member("saved_at", version.saved_at);
}

}  // namespace

std::string comment_document(const Comment& comment) {
    Writer out;
    out.begin_object().member("quote_id", comment.quote_id);
    write_comment(out, comment);
    return out.end_object().take();
}

std::string comment_json(const Comment& comment) {
    Writer out;
    out.begin_object();
    write_comment(out, comment);
    return out.end_object().take();
}

std::optional<Comment> read_comment(std::string_view document) {
    Comment out;
    Reader in(document);
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "id") text_into(in, out.id);
        if (key == "quote_id") text_into(in, out.quote_id);
        if (key == "field") text_into(in, out.field);
        if (key == "text") text_into(in, out.text);
        if (key == "parent") text_into(in, out.parent);
        if (key == "created_at") text_into(in, out.created_at);
        if (key == "resolved") in.boolean(out.resolved);
        if (key == "author") read_author(in, out.author);
        if (key == "mentions" && in.enter_array()) {
            while (in.next_element()) text_into(in, out.mentions.emplace_back());
        }
    }
    if (!in.finish()) return std::nullopt;
    return out;
}

std::string version_document(const NamedVersion& version) {
    Writer out;
    out.begin_object().member("quote_id", version.quote_id);
    write_version(out, version);
    out.raw_member("quote_data", version.quote_data);
    if (!version.premium.empty()) out.raw_member("premium", version.premium);
    return out.end_object().take();
}

std::string version_json(const NamedVersion& version) {
    Writer out;
    out.begin_object();
    write_version(out, version);
    return out.end_object().take();
}

std::optional<NamedVersion> read_named_version(std::string_view document) {
    NamedVersion out;
    std::int64_t revision = 0;
    Reader in(document);
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "id") text_into(in, out.id);
        if (key == "quote_id") text_into(in, out.quote_id);
        if (key == "name") text_into(in, out.name);
        if (key == "revision") in.integer(revision);
        if (key == "quote_data") raw_into(in, out.quote_data);
        if (key == "premium") raw_into(in, out.premium);
        if (key == "saved_by") text_into(in, out.saved_by);
        if (key == "saved_at") text_into(in, out.saved_at);
    }
    if (!in.finish() || out.quote_data.empty()) return std::nullopt;
    out.revision = static_cast<std::uint64_t>(revision);
    return out;
}

std::string takeover_document(std::string_view quote_id, std::string_view field, const Person& from, const Person& by,
                              std::uint64_t token, std::string_view at) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).member("field", field);
    out.raw_member("from", person_json(from)).raw_member("by", person_json(by));
    out.member("token", token).member("at", at);
    return out.end_object().take();
}

std::string review_json(const Person& by, std::string_view at, std::string_view reason,
                        std::string_view status_before) {
    Writer out;
    out.begin_object().member("by", by.id).member("name", by.name).member("at", at);
    if (!reason.empty()) out.member("reason", reason);
    out.member("status_before", status_before);
    return out.end_object().take();
}

std::string status_before(std::string_view review) {
    std::string out = "draft";
    Reader in(review);
    std::string_view key;
    if (!in.enter_object()) return out;
    while (in.next_member(key)) {
        if (key == "status_before") text_into(in, out);
    }
    return out;
}

std::optional<RecordPage> read_page(std::string_view page) {
    RecordPage out;
    Reader in(page);
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "after") raw_into(in, out.after);
        if (key != "items" || !in.enter_array()) continue;
        while (in.next_element() && in.enter_object()) {
            while (in.next_member(key)) {
                if (key == "data") raw_into(in, out.documents.emplace_back());
            }
        }
    }
    if (!in.finish()) return std::nullopt;
    return out;
}

std::string next_of(const RecordPage& page) {
    std::string out;
    Reader in{std::string_view(page.after)};
    text_into(in, out);
    return out;
}

}  // namespace tidegate::collaboration
