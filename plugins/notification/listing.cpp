// What can be read over HTTP: one's own inbox, what became of what one sent, what was given up. Made from the streams
// for each request: the mailbox in memory belongs to another strand.

#include <charconv>
#include <utility>

#include "notification_plugin.hpp"
#include "quote_document/identity.hpp"

namespace tidegate::notification {
namespace {

constexpr std::size_t kAnswerBytes = 256 * 1024;
constexpr std::uint32_t kPage = 1000;

template <class N>
bool take_number(std::string_view& text, N& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

bool take_dot(std::string_view& text) {
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
    return true;
}

std::string cursor_of(const Place& place) {
    return std::to_string(place.at_ms) + "." + std::to_string(place.source) + "." + std::to_string(place.position);
}

std::string item_text(const InboxItem& item, std::int64_t now_ms) {
    const Standing& standing = item.standing;
    std::string extra = standing.read_ms == 0 ? R"(,"read":false)" : R"(,"read":true)";
    if (standing.seen) extra += R"(,"seen":true)";
    if (item.is_snoozed(now_ms)) extra += R"(,"snoozed_until":")" + quote::time_text(standing.snoozed_until_ms) + "\"";
    if (!standing.acted.empty()) {
        extra += R"(,"acted":)";
        tg::json::append_string(extra, standing.acted);
    }
    return shown_json(*item.notice, now_ms, extra);
}

std::optional<std::uint32_t> limit_of(const tg::HttpRequest& request) {
    std::string_view text = request.query("limit");
    std::uint32_t limit = 50;
    if (!text.empty() && (!take_number(text, limit) || !text.empty() || limit < 1 || limit > 100)) return std::nullopt;
    return limit;
}

bool is_admin(const tg::Principal& who) { return who.has("admin") || who.has("*"); }

}  // namespace

std::optional<Place> read_place_cursor(std::string_view text) {
    Place place;
    if (!take_number(text, place.at_ms) || !take_dot(text) || !take_number(text, place.source) || !take_dot(text))
        return std::nullopt;
    if (!take_number(text, place.position) || !text.empty()) return std::nullopt;
    return place;
}

std::string list_json(const Mailbox& box, const ClientRequest& request, std::int64_t now_ms) {
    const auto& placed = box.inbox.placed();
    const auto after = read_place_cursor(request.after);
    auto next = std::make_reverse_iterator(after ? placed.lower_bound(*after) : placed.end());
    std::string items;
    std::string last;
    std::uint32_t count = 0;
    for (; next != placed.rend() && count < request.limit && items.size() < kAnswerBytes; ++next) {
        const InboxItem* const item = box.inbox.find(next->second);
        if (!item || item->notice->expired(now_ms) || (request.unread && !item->is_unread())) continue;
        items.append(items.empty() ? "" : ",").append(item_text(*item, now_ms));
        last = cursor_of(next->first);
        ++count;
    }
    tg::json::Writer out;
    out.begin_object().raw_member("items", "[" + items + "]").member("unread", box.inbox.unread()).key("after");
    if (next == placed.rend()) return out.null().end_object().take();
    return out.value(last).end_object().take();
}

tg::Task<tg::Status> NotificationPlugin::list_inbox(tg::HttpRequest request) {
    const auto limit = limit_of(request);
    if (!limit) co_return tg::invalid("limit is a number from 1 to 100");
    ClientRequest wanted;
    wanted.limit = *limit;
    wanted.after = request.query("after");
    wanted.unread = request.query("unread") == "true";
    if (!wanted.after.empty() && !read_place_cursor(wanted.after))
        co_return tg::invalid("after is not a cursor of this listing");
    Owner owner(0, std::string(request.principal().sub()));
    std::string role(request.principal().role());
    auto box = co_await load(std::move(owner), std::move(role));
    if (!box) co_return box.status();
    request.respond(200, list_json(**box, wanted, tg::wall_ms()));
    co_return tg::Status();
}

tg::Task<tg::Status> NotificationPlugin::list_dead_letters(tg::HttpRequest request) {
    if (!is_admin(request.principal())) co_return tg::forbidden("only administrators may see dead letters");
    const auto limit = limit_of(request);
    std::string_view after_text = request.query("after");
    std::uint64_t after = 0;
    const bool good = after_text.empty() || (take_number(after_text, after) && after_text.empty());
    if (!limit || !good) co_return tg::invalid("limit is a number from 1 to 100, after a position");
    auto page = co_await tg::Streams::read(std::string(kDeadLetters), after, *limit);
    if (!page) co_return refusal_of("read dead letters", page.status());
    tg::json::Writer out;
    out.begin_object().key("items").begin_array();
    for (const tg::StreamEntry& entry : *page) out.raw(entry.data());
    out.end_array().key("after");
    if (page->size() < *limit) {
        out.null();
    } else {
        out.value(page->back().position());
    }
    request.respond(200, out.end_object().take());
    co_return tg::Status();
}

tg::Task<tg::Result<SentCounts>> NotificationPlugin::counts_of(std::string sender, std::string id) {
    SentCounts counts(std::move(id));
    std::uint64_t after = 0;
    for (;;) {
        auto page = co_await tg::Streams::read("sent:" + sender, after, kPage);
        if (!page) co_return refusal_of("read receipts", page.status());
        if (page->empty()) co_return std::move(counts);
        for (const tg::StreamEntry& entry : *page) {
            if (const auto read = read_sent_entry(entry.data())) counts.add(*read);
        }
        after = page->back().position();
    }
}

tg::Task<tg::Status> NotificationPlugin::statistics(tg::HttpRequest request) {
    const std::string id(request.param("notification_id"));
    if (!quote::is_quote_id(id)) co_return tg::not_found("no such notification");
    const std::string asked(request.query("sender"));
    const std::string self(request.principal().sub());
    if (!asked.empty() && asked != self && !is_admin(request.principal()))
        co_return tg::forbidden("only its sender may see what became of it");
    auto counts = co_await counts_of(asked.empty() ? self : asked, id);
    if (!counts) co_return counts.status();
    if (!counts->known()) co_return tg::not_found("you sent no such notification");
    request.respond(200, counts->json());
    co_return tg::Status();
}

}  // namespace tidegate::notification
