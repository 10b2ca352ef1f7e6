// Comments on a quote or on a field of it.

#include <algorithm>
#include <utility>

#include "collaboration_plugin.hpp"
#include "json_text.hpp"
#include "quote_document/field_path.hpp"
#include "quote_document/identity.hpp"

namespace tidegate::collaboration {
namespace {

Comment comment_of(const Caller& caller, const Request& request) {
    Comment out;
    out.id = id_for(caller, kCommentType);
    out.quote_id = caller.quote_id;
    out.field = request.field;
    out.text = request.text;
    out.mentions = request.mentions;
    out.parent = request.parent;
    out.author = caller.person;
    out.created_at = quote::time_text(tg::wall_ms());
    return out;
}

std::optional<std::string> why_invalid(const Request& request) {
    if (!request.field.empty()) {
        if (auto why = quote::check_field(request.field)) return why;
    }
    const auto& mentions = request.mentions;
    const bool users =
        std::all_of(mentions.begin(), mentions.end(), [](const auto& id) { return quote::is_quote_id(id); });
    if (!users) return "mentions are ids of users: UUIDs in lower case";
    return std::nullopt;
}

}  // namespace

tg::Task<tg::Result<Comment>> CollaborationPlugin::find_comment(std::string quote_id, std::string comment_id) {
    auto document = co_await tg::Docs::get(kCommentType, comment_id);
    if (!document && document.rc() != TG_E_NOT_FOUND) co_return refusal_of("read a comment", document.status());
    auto comment = document ? read_comment(document->json()) : std::nullopt;
    if (!comment || comment->quote_id != quote_id) co_return tg::not_found("There is no such comment");
    co_return std::move(*comment);
}

tg::Task<> CollaborationPlugin::add_comment(tg::Message message, Caller caller, Request request) {
    if (auto why = why_invalid(request)) {
        message.fail("invalid", *why);
        co_return;
    }
    if (!request.parent.empty()) {
        auto parent = co_await find_comment(caller.quote_id, request.parent);
        if (!parent) {
            message.fail(parent.status());
            co_return;
        }
    }
    auto count = co_await count_of(kCommentType, caller.quote_id, kMaxComments);
    if (!count || *count >= kMaxComments) {
        message.fail(count ? tg::invalid("a quote has at most 500 comments") : count.status());
        co_return;
    }
    const Comment comment = comment_of(caller, request);
    tg::Patch patch(kCommentType, comment.id);
    patch.set("", comment_document(comment)).base_revision(0).actor(caller.person.id);
    patch.event("comment.added",
                comment_event(caller.quote_id, comment.id, comment.field, caller.person.id, comment.mentions));
    auto kept = co_await tg::Docs::patch(std::move(patch));
    if (kept) {
        comments_total_.add();
        co_await tell(std::move(message), std::move(caller), comment_added(comment_json(comment)));
        co_return;
    }
    // The same request again is answered with what it made.
    auto before = co_await find_comment(caller.quote_id, comment.id);
    if (kept.rc() != TG_E_CONFLICT || !before || before->author.id != caller.person.id) {
        message.fail(refusal_of("add a comment", kept.status()));
        co_return;
    }
    message.reply(on_channel(comment_added(comment_json(*before)), caller.channel()));
}

tg::Task<> CollaborationPlugin::resolve_comment(tg::Message message, Caller caller, Request request) {
    auto comment = co_await find_comment(caller.quote_id, request.comment_id);
    if (!comment) {
        message.fail(comment.status());
        co_return;
    }
    tg::Patch patch(kCommentType, request.comment_id);
    patch.test("quote_id", json_string(caller.quote_id)).set("resolved", request.resolved ? "true" : "false");
    patch.actor(caller.person.id).idempotency_key(caller.request_key);
    auto patched = co_await tg::Docs::patch(std::move(patch));
    if (!patched) {
        message.fail(refusal_of("resolve a comment", patched.status()));
        co_return;
    }
    std::string event =
        comment_resolved(request.comment_id, request.resolved, caller.person.id, quote::time_text(tg::wall_ms()));
    if (patched->replayed()) {
        message.reply(on_channel(std::move(event), caller.channel()));
        co_return;
    }
    co_await tell(std::move(message), std::move(caller), std::move(event));
}

tg::Task<> CollaborationPlugin::list_comments(tg::Message message, Caller caller, Request request) {
    auto page = co_await page_of(kCommentType, std::move(request), caller.quote_id);
    if (!page) {
        message.fail(page.status());
        co_return;
    }
    std::vector<std::string> items;
    for (const std::string& document : page->documents) {
        if (const auto comment = read_comment(document)) items.push_back(comment_json(*comment));
    }
    message.reply(on_channel(listed("comment:list", "comments", items, page->after), caller.channel()));
}

}  // namespace tidegate::collaboration
