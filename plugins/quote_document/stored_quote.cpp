#include "quote_document/stored_quote.hpp"

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

namespace tidegate::quote {
namespace {

using tg::json::Kind;
using tg::json::Reader;
using tg::json::Writer;

void raw_into(Reader& in, std::string& out) {
    std::string_view text;
    if (in.raw(text)) out.assign(text);
}

// A string member; anything else counts as absent.
void text_into(Reader& in, std::string& out) {
    if (in.peek() == Kind::kString) in.string(out);
}

void product_and_state(StoredQuote& out) {
    Reader in{std::string_view(out.quote_data)};
    std::string_view key;
    if (!in.enter_object()) return;
    while (in.next_member(key)) {
        if (key == "product") text_into(in, out.product);
        if (key == "state") text_into(in, out.state);
    }
}

}  // namespace

std::optional<StoredQuote> read_quote(std::string_view document) {
    Reader in(document);
    StoredQuote out;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "created_by") text_into(in, out.created_by);
        if (key == "status") text_into(in, out.status);
        if (key == "quote_data") raw_into(in, out.quote_data);
        if (key == "review") raw_into(in, out.review);
    }
    if (!in.finish() || out.quote_data.empty()) return std::nullopt;
    product_and_state(out);
    return out;
}

std::string new_quote(std::string_view quote_id, std::string_view created_by, std::string_view created_at,
                      std::string_view quote_data) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).member("created_by", created_by);
    out.member("created_at", created_at).member("status", "draft").raw_member("quote_data", quote_data);
    return out.end_object().take();
}

std::string created_event(std::string_view quote_id, std::string_view created_by) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).member("created_by", created_by);
    return out.end_object().take();
}

}  // namespace tidegate::quote
