#include "quote_plugin.hpp"

#include <utility>

#include "manuals.hpp"
#include "quote_document/identity.hpp"

namespace tidegate::quote {
namespace {

std::string folder_of(std::string_view config) {
    tg::json::Reader in(config);
    std::string folder;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "manuals") in.string(folder);
    }
    return in.finish() ? folder : std::string();
}

const char* refusal_text(tg_rc rc) {
    switch (rc) {
        case TG_E_INVALID:
            return "The quote does not have the form that is needed";
        case TG_E_CONFLICT:
            return "The quote was changed by somebody else at the same time";
        case TG_E_TOO_LARGE:
            return "The quote is too large";
        case TG_E_LOCKED:
        case TG_E_FENCED:
            return "A part of the quote is locked by somebody else";
        case TG_E_NOT_FOUND:
            return "There is no such quote";
        default:
            return "the quotes cannot be reached";
    }
}

}  // namespace

tg::Status refusal_of(const tg::Status& why) {
    tg::log::warn("documents: " + std::string(tg::code_name(why.rc())) + ": " + why.text());
    return tg::Status(why.rc(), refusal_text(why.rc()));
}

tg::Status QuotePlugin::configure(std::string_view json) {
    const std::string folder = folder_of(json);
    if (folder.empty()) return tg::invalid("config: 'manuals' must name the folder of the rate manuals");
    LoadedManuals loaded = load_manuals(folder);
    if (!loaded.catalog) return tg::invalid(std::move(loaded.refusal));
    const std::lock_guard<std::mutex> locked(manuals_lock_);
    manuals_ = std::move(loaded.catalog);
    return tg::Status();
}

tg::Status QuotePlugin::self_check() {
    const auto catalog = manuals();
    if (!catalog) return tg::invalid("no manuals are loaded");
    const std::string reasons = check_manuals(*catalog);
    return reasons.empty() ? tg::Status() : tg::invalid("rate manuals: " + reasons);
}

tg::Status QuotePlugin::start() {
    calculations_total_ = tg::Counter("calculations_total", "Calculations that were started");
    cancelled_total_ = tg::Counter("calculations_cancelled_total", "Calculations superseded or cancelled");
    failed_total_ = tg::Counter("calculation_failed_total", "Calculations that ended without a premium");
    phase_us_ = tg::Histogram("phase_us", "Duration of one phase of a calculation in microseconds",
                              {5, 10, 25, 50, 100, 250, 500, 1000, 5000, 25000});
    calculation_us_ = tg::Histogram("calculation_us", "From the start of a calculation to its result in microseconds",
                                    {100, 250, 500, 1000, 2500, 5000, 10000, 50000, 250000, 1000000});
    return tg::Status();
}

std::shared_ptr<const rating::ManualCatalog> QuotePlugin::manuals() const {
    const std::lock_guard<std::mutex> locked(manuals_lock_);
    return manuals_;
}

std::optional<std::string> QuotePlugin::Loaded::created_by() const {
    return exists ? std::optional(quote.created_by) : std::nullopt;
}

tg::Task<tg::Result<QuotePlugin::Loaded>> QuotePlugin::load(std::string quote_id) {
    auto document = co_await tg::Docs::get("quote", quote_id);
    Loaded loaded;
    if (!document && document.rc() == TG_E_NOT_FOUND) co_return std::move(loaded);
    if (!document) co_return refusal_of(document.status());
    auto quote = quote::read_quote(document->json());
    if (!quote) co_return tg::internal("quote " + quote_id + " is not in the form of one");
    loaded.exists = true;
    loaded.revision = document->revision();
    loaded.quote = std::move(*quote);
    co_return std::move(loaded);
}

tg::Task<tg::Status> QuotePlugin::may_view(std::string quote_id, Access access) {
    auto loaded = co_await load(std::move(quote_id));
    if (!loaded) co_return loaded.status();
    if (!access.may_read(loaded->created_by())) co_return tg::forbidden("this quote is not yours to see");
    co_return tg::Status();
}

tg::Task<tg::Status> QuotePlugin::on_open(tg::Open open) {
    if (!open.owner()) co_return tg::Status();
    std::string quote_id(open.param("quote_id"));
    if (!is_quote_id(quote_id)) co_return tg::forbidden("a quote's id is a UUID in lower case");
    Access access = access_of(open.principal(), quote_id);
    co_return co_await may_view(std::move(quote_id), std::move(access));
}

tg::Task<tg::Status> QuotePlugin::on_subscribe(tg::Subscribe subscribe) {
    std::string quote_id(quote_of_channel(subscribe.channel()));
    if (quote_id.empty()) co_return tg::forbidden("the channel of a quote is quote:<UUID in lower case>");
    Access access = access_of(subscribe.principal(), quote_id);
    co_return co_await may_view(std::move(quote_id), std::move(access));
}

tg::Task<tg::Status> QuotePlugin::on_task(tg::TaskMessage task) {
    if (task.name() == kCalculateTask) co_return co_await on_calculate(std::move(task));
    if (task.name() == kRecalculateTask) co_return co_await on_pause(std::move(task));
    if (task.name() == kFailedTask) co_return co_await on_failed(std::move(task));
    tg::log::error("a task that this version does not know: " + std::string(task.name()));
    co_return tg::Status();
}

tg::Task<tg::Status> QuotePlugin::on_message(tg::Message message) {
    if (message.type() == "quote:update") co_return co_await update(std::move(message));
    if (message.type() == "calculation:cancel") co_return co_await cancel(std::move(message));
    message.fail("unknown_type", "quote knows quote:update and calculation:cancel");
    co_return tg::Status();
}

}  // namespace tidegate::quote

TG_PLUGIN(tidegate::quote::QuotePlugin)
