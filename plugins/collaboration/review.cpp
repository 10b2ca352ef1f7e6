// session:review: while a quote is under review nobody edits it.

#include <utility>

#include "collaboration_plugin.hpp"
#include "json_text.hpp"
#include "quote_document/identity.hpp"
#include "roles.hpp"

namespace tidegate::collaboration {
namespace {

// How often somebody else may change status or review between looking and patching.
constexpr int kTries = 4;
constexpr std::string_view kStatus = "referred";

// Nothing: there is nothing to start or to end.
std::optional<tg::Patch> patch_of(const Caller& caller, const Request& request, const Loaded& loaded,
                                  const std::string& now) {
    const bool starts = request.state == "start";
    const quote::StoredQuote& quote = loaded.quote;
    if (starts != quote.review.empty()) return std::nullopt;
    tg::Patch patch(std::string(quote::kQuoteType), caller.quote_id);
    patch.test("review", quote.review).test("status", json_string(quote.status));
    if (starts) {
        patch.set("review", review_json(caller.person, now, request.reason, quote.status));
        patch.set("status", json_string(kStatus));
    } else {
        patch.remove("review").set("status", json_string(status_before(quote.review)));
    }
    patch.event("quote.review", review_event(caller.quote_id, request.state, caller.person.id));
    Note note("review");
    note.session = caller.client_id;
    note.reason = request.reason;
    patch.note(note_json(note)).actor(caller.person.id).idempotency_key(caller.request_key);
    const std::string event = session_review(request.state, caller.person, request.reason, now);
    tg::Publication publication(caller.channel(), event);
    publication.recorded().author(caller.session, with(event, caller.ref));
    patch.publish(std::move(publication));
    return patch;
}

}  // namespace

tg::Task<> CollaborationPlugin::review(tg::Message message, Caller caller, Request request) {
    const bool starts = request.state == "start";
    if (!starts && !may_end_review(caller.person.role)) {
        message.fail("forbidden", "a review is ended by an underwriter");
        co_return;
    }
    const std::string now = quote::time_text(tg::wall_ms());
    const std::string again = session_review(request.state, caller.person, request.reason, now);
    if (co_await done_before(caller) != 0) {
        message.reply(on_channel(again, caller.channel()));
        co_return;
    }
    for (int n = 1;; ++n) {
        auto loaded = co_await load(caller.quote_id);
        if (loaded && !loaded->exists) loaded = tg::not_found("There is no such quote");
        if (!loaded) {
            message.fail(loaded.status());
            co_return;
        }
        auto patch = patch_of(caller, request, *loaded, now);
        if (!patch) {
            message.fail("conflict", starts ? "the quote is under review" : "the quote is not under review");
            co_return;
        }
        auto patched = co_await tg::Docs::patch(std::move(*patch));
        if (!patched && patched.rc() == TG_E_CONFLICT && n < kTries) continue;
        if (!patched) {
            message.fail(refusal_of("review a quote", patched.status()));
            co_return;
        }
        if (patched->replayed()) message.reply(on_channel(again, caller.channel()));
        break;
    }
    if (starts) co_await end_locks(std::move(caller), "review", std::string());
}

}  // namespace tidegate::collaboration
