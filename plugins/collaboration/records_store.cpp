// Pages of the documents that belong to a quote, and telling of one that was stored.

#include <utility>

#include "collaboration_plugin.hpp"

namespace tidegate::collaboration {

tg::Task<tg::Result<RecordPage>> CollaborationPlugin::page_of(std::string type, Request request, std::string quote_id) {
    tg::Query query(std::move(type));
    query.where("quote_id", std::move(quote_id)).after(request.after).limit(request.limit);
    auto listed = co_await tg::Docs::list(std::move(query));
    if (!listed && listed.rc() == TG_E_INVALID) co_return tg::invalid("after is not from a page before");
    if (!listed) co_return refusal_of("list documents", listed.status());
    auto page = read_page(listed->view());
    if (!page) co_return tg::internal("the listed documents are not in their form");
    co_return std::move(*page);
}

tg::Task<tg::Result<std::size_t>> CollaborationPlugin::count_of(std::string type, std::string quote_id,
                                                                std::size_t enough) {
    std::size_t count = 0;
    Request request;
    request.limit = 100;
    do {
        auto page = co_await page_of(type, request, quote_id);
        if (!page) co_return page.status();
        count += page->documents.size();
        request.after = next_of(*page);
    } while (!request.after.empty() && count < enough);
    co_return count;
}

// Not with the commit: that would give the event the revision of another document than the quote.
tg::Task<> CollaborationPlugin::tell(tg::Message message, Caller caller, std::string event) {
    tg::Publication publication(caller.channel(), event);
    publication.recorded().author(caller.session, with(event, caller.ref));
    auto told = co_await tg::Channel::publish(std::move(publication));
    if (told) co_return;
    refusal_of("publish", told.status());
    message.reply(on_channel(std::move(event), caller.channel()));
}

}  // namespace tidegate::collaboration
