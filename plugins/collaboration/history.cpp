// session:history.

#include <utility>

#include "collaboration_plugin.hpp"
#include "history_page.hpp"
#include "quote_document/field_path.hpp"

namespace tidegate::collaboration {
namespace {

// Looked through for one answer; the client goes on from there.
constexpr std::size_t kMaxVersionsSeen = 500;

}  // namespace

tg::Task<tg::Result<std::vector<QuoteVersion>>> CollaborationPlugin::versions_before(std::string quote_id,
                                                                                     std::uint64_t before) {
    tg::VersionQuery query;
    query.before(before).newest_first();
    auto page = co_await tg::Docs::versions(quote::kQuoteType, quote_id, query);
    if (!page && page.rc() == TG_E_NOT_FOUND) co_return std::vector<QuoteVersion>();
    if (!page) co_return refusal_of("read versions", page.status());
    auto versions = read_versions(page->view());
    if (!versions) co_return tg::internal("the versions of quote " + quote_id + " are not in their form");
    co_return std::move(*versions);
}

tg::Task<> CollaborationPlugin::history(tg::Message message, Caller caller, Request request) {
    if (!request.field.empty() && quote::check_field(request.field)) {
        message.fail("invalid", "this is no field");
        co_return;
    }
    HistoryPage out(request.field, request.limit);
    std::uint64_t before = request.before;
    bool more = before != 1;
    bool full = false;
    for (std::size_t seen = 0; more && !full && seen < kMaxVersionsSeen;) {
        auto page = co_await versions_before(caller.quote_id, before);
        if (!page) {
            message.fail(page.status());
            co_return;
        }
        more = !page->empty() && page->back().revision > 1;
        for (const QuoteVersion& version : *page) {
            full = !out.add(version);
            if (full) break;
            before = version.revision;
            ++seen;
        }
    }
    tg::json::Writer answer = out.take();
    answer.key("before");
    if (more || full) {
        answer.value(before);
    } else {
        answer.null();
    }
    message.reply(on_channel(answer.end_object().take(), caller.channel()));
}

}  // namespace tidegate::collaboration
