// The HTTP side: quotes are created, listed and read; traces are read by whoever may read their quote.

#include <charconv>
#include <utility>

#include "created_id.hpp"
#include "merge_patch.hpp"
#include "quote_document/identity.hpp"
#include "quote_plugin.hpp"

namespace tidegate::quote {
namespace {

constexpr std::uint32_t kDefaultItems = 50;
constexpr std::uint32_t kMaxItems = 100;

// Nothing when it is not a number within the bounds; `absent` when it is not there.
template <class N>
std::optional<N> number_of(std::string_view text, N absent, N min, N max) {
    if (text.empty()) return absent;
    N value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < min || value > max) return std::nullopt;
    return value;
}

std::optional<std::uint32_t> limit_of(const tg::HttpRequest& request) {
    return number_of<std::uint32_t>(request.query("limit"), kDefaultItems, 1, kMaxItems);
}

void refuse(const tg::HttpRequest& request, const rating::FieldError& problem) {
    request.fail(code_of(problem), "quote_data: " + problem.message, error_fields(problem));
}

tg::Status no_such_quote() { return tg::not_found("no such quote"); }
tg::Status not_yours() { return tg::forbidden("this quote is not yours to see"); }

}  // namespace

tg::Task<tg::Status> QuotePlugin::on_http(tg::HttpRequest request) {
    const bool post = request.method() == "POST";
    const std::string_view route = request.route();
    if (route == "/api/quotes" && post) co_return co_await create_quote(std::move(request));
    if (route == "/api/quotes") co_return co_await list_quotes(std::move(request));
    if (route == "/api/quotes/{quote_id}") co_return co_await read_quote(std::move(request));
    if (route == "/api/quotes/{quote_id}/versions") co_return co_await read_versions(std::move(request));
    if (route == "/api/traces/{trace_id}") co_return co_await read_trace(std::move(request));
    co_return tg::not_found("no such route");
}

tg::Task<tg::Status> QuotePlugin::create_quote(tg::HttpRequest request) {
    const auto data = read_creation(request.body());
    if (!data) co_return tg::invalid("the body needs quote_data, once");
    if (const auto problem = check_size(*data, kMaxQuoteBytes)) {
        refuse(request, *problem);
        co_return tg::Status();
    }
    std::string error;
    const auto merge = rating::parse_json(*data, error);
    if (!merge) co_return tg::invalid("quote_data: " + error);
    auto problem = check_merge_patch(*merge);
    if (!problem) problem = check_size_of_new(*merge);
    if (problem) {
        refuse(request, *problem);
        co_return tg::Status();
    }
    const std::string sub(request.principal().sub());
    const std::string key(request.idempotency_key());
    const std::string quote_id = key.empty() ? tg::random_uuid() : quote_id_of(sub, key);
    if (!access_of(request.principal(), quote_id).may_write(std::nullopt))
        co_return tg::forbidden("you may not create quotes");

    tg::Patch patch("quote", quote_id);
    patch.set("", new_quote(quote_id, sub, time_text(tg::wall_ms()), merged_into_nothing(*merge)));
    patch.event("quote.created", created_event(quote_id, sub)).base_revision(0).actor(sub).idempotency_key(key);
    patch.note(std::string(kCreateNote));
    auto patched = co_await tg::Docs::patch(std::move(patch));
    // The store forgets a key after some time, the id it stands for remains.
    const bool made_before = !patched && patched.rc() == TG_E_CONFLICT && !key.empty();
    if (!patched && !made_before) co_return refusal_of(patched.status());
    request.respond(201, created_answer(quote_id, made_before ? 1 : patched->revision()));
    co_return tg::Status();
}

tg::Task<tg::Status> QuotePlugin::list_quotes(tg::HttpRequest request) {
    const Access access = access_of(request.principal(), std::string_view());
    const auto limit = limit_of(request);
    if (!limit) co_return tg::invalid("limit is a number from 1 to 100");
    if (!access.reads_all() && !access.has_own()) co_return tg::forbidden("you may not list quotes");
    tg::Query query("quote");
    query.limit(*limit).after(std::string(request.query("after")));
    if (!access.reads_all()) query.where("created_by", std::string(request.principal().sub()));
    auto page = co_await tg::Docs::list(std::move(query));
    if (!page) {
        tg::Status refused = refusal_of(page.status());
        if (refused.rc() == TG_E_INVALID) co_return tg::invalid("after is not a cursor of this listing");
        co_return std::move(refused);
    }
    const auto answer = list_answer(page->view());
    if (!answer) co_return tg::internal("the store's page of quotes is not in its form");
    request.respond(200, *answer);
    co_return tg::Status();
}

// What does not exist is said only to who could open it.
tg::Task<tg::Status> QuotePlugin::may_fetch(std::string quote_id, Access access) {
    if (!is_quote_id(quote_id)) co_return no_such_quote();
    auto loaded = co_await load(std::move(quote_id));
    if (!loaded) co_return loaded.status();
    if (!loaded->exists && (access.reads_all() || access.may_read(std::nullopt))) co_return no_such_quote();
    co_return access.may_read(loaded->created_by()) ? tg::Status() : not_yours();
}

tg::Task<tg::Status> QuotePlugin::read_quote(tg::HttpRequest request) {
    const std::string quote_id(request.param("quote_id"));
    Access access = access_of(request.principal(), quote_id);
    const tg::Status allowed = co_await may_fetch(quote_id, std::move(access));
    if (!allowed.ok()) co_return allowed;
    auto loaded = co_await load(quote_id);
    if (!loaded) co_return loaded.status();
    auto result = co_await tg::Docs::get("quote_result", quote_id);
    if (!result && result.rc() != TG_E_NOT_FOUND) co_return refusal_of(result.status());
    const StoredResult rated = result ? read_result(result->json()) : StoredResult();
    request.respond(200, quote_answer(quote_id, loaded->revision, loaded->quote, rated));
    co_return tg::Status();
}

tg::Task<tg::Status> QuotePlugin::read_versions(tg::HttpRequest request) {
    const std::string quote_id(request.param("quote_id"));
    const auto limit = limit_of(request);
    const auto after = number_of<std::uint64_t>(request.query("after"), 0, 0, UINT64_MAX);
    if (!limit || !after) co_return tg::invalid("limit is a number from 1 to 100, after a revision");
    Access access = access_of(request.principal(), quote_id);
    const tg::Status allowed = co_await may_fetch(quote_id, std::move(access));
    if (!allowed.ok()) co_return allowed;
    tg::VersionQuery query;
    query.after(*after).limit(*limit);
    auto versions = co_await tg::Docs::versions("quote", quote_id, query);
    if (!versions) co_return refusal_of(versions.status());
    request.respond(200, versions->view());
    co_return tg::Status();
}

tg::Task<tg::Status> QuotePlugin::read_trace(tg::HttpRequest request) {
    const std::string trace_id(request.param("trace_id"));
    if (!is_quote_id(trace_id)) co_return tg::not_found("no such trace");
    auto trace = co_await tg::Docs::get("trace", trace_id);
    if (!trace && trace.rc() == TG_E_NOT_FOUND) co_return tg::not_found("no such trace");
    if (!trace) co_return refusal_of(trace.status());
    const std::string quote_id = read_trace_quote(trace->json());
    Access access = access_of(request.principal(), quote_id);
    const tg::Status allowed = co_await may_fetch(quote_id, std::move(access));
    if (!allowed.ok()) co_return allowed;
    request.respond(200, trace->json());
    co_return tg::Status();
}

}  // namespace tidegate::quote
