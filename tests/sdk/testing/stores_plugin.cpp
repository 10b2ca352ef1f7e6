// Stores: what a client asks of streams, values and the bus, done through the SDK's faces and answered as it came. The
// domain events heard.* are appended to the stream "heard". For tests.

#include <tidegate/plugin.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::json;

std::string number(std::uint64_t value) { return std::to_string(value); }

class Stores final : public tg::Plugin {
public:
    tg::Task<> on_message(tg::Message m) {
        const Json ask = Json::parse(m.payload());
        const std::string what = ask.at("do");
        tg::Result<std::string> answer = tg::invalid("nothing of the kind");
        if (what.starts_with("stream.")) answer = co_await stream(what, ask);
        if (what.starts_with("kv.")) answer = co_await values(what, ask);
        if (what.starts_with("list.")) answer = co_await lists(what, ask);
        if (what == "emit") answer = co_await emit(ask);
        if (!answer) {
            m.fail(answer.status());
            co_return;
        }
        m.reply(R"({"type":"stores:done","got":)" + *answer + "}");
    }

    tg::Task<tg::Status> on_event(tg::Event e) {
        const Json heard{{"name", e.name()},         {"data", Json::parse(e.data())}, {"sequence", e.sequence()},
                         {"revision", e.revision()}, {"doc_id", e.doc_id()},          {"actor", e.actor()}};
        tg::StreamAppend append("heard");
        append.entry(heard.dump()).idempotency_key(number(e.sequence()));
        auto appended = co_await tg::Streams::append(std::move(append));
        co_return appended.status();
    }

private:
    // A result of a number as text.
    template <class T>
    static tg::Result<std::string> said(const tg::Result<T>& result) {
        if (!result) return result.status();
        return Json(*result).dump();
    }

    tg::Task<tg::Result<std::string>> stream(std::string what, Json ask) {
        const std::string name = ask.value("name", "s");
        const std::uint64_t position = ask.value("position", std::uint64_t{0});
        if (what == "stream.append") {
            tg::StreamAppend append(name);
            for (const Json& entry : ask.at("entries"))
                append.entry(entry.is_string() ? entry.get<std::string>() : entry.dump());
            append.max_entries(ask.value("max", 0)).idempotency_key(ask.value("key", ""));
            auto done = co_await tg::Streams::append(std::move(append));
            if (!done) co_return done.status();
            co_return "[" + number(done->first()) + "," + number(done->last()) + "," + number(done->trimmed()) + "," +
                (done->replayed() ? "true]" : "false]");
        }
        if (what == "stream.read") {
            const std::uint32_t limit = ask.value("limit", 100U);
            auto page = co_await tg::Streams::read(name, position, limit);
            if (!page) co_return page.status();
            Json entries = Json::array();
            for (const tg::StreamEntry& entry : *page)
                entries.push_back({entry.position(), entry.at_ms(), Json::parse(entry.data())});
            co_return entries.dump();
        }
        if (what == "stream.state") {
            auto state = co_await tg::Streams::state(name);
            if (!state) co_return state.status();
            co_return "[" + number(state->first()) + "," + number(state->last()) + "," + number(state->count()) + "]";
        }
        const std::string reader = ask.value("reader", "r");
        if (what == "stream.trim") co_return said(co_await tg::Streams::trim(name, position));
        if (what == "stream.ack") co_return said(co_await tg::Streams::ack(name, reader, position));
        co_return said(co_await tg::Streams::acked(name, reader));
    }

    tg::Task<tg::Result<std::string>> values(std::string what, Json ask) {
        const std::string key = ask.value("key", "k");
        const std::string text = ask.value("text", "");
        const std::uint64_t ttl_ms = ask.value("ttl_ms", std::uint64_t{0});
        if (what == "kv.get") {
            auto value = co_await tg::Values::get(key);
            if (!value) co_return value.status();
            co_return Json{{"text", value->text()}, {"version", value->version()}}.dump();
        }
        if (what == "kv.put") {
            tg::ValuePut put(key, text);
            put.ttl_ms(ttl_ms);
            if (ask.contains("expected")) put.expected(ask["expected"].get<std::uint64_t>());
            co_return said(co_await tg::Values::put(std::move(put)));
        }
        const std::int64_t by = ask.value("by", std::int64_t{1});
        if (what == "kv.increment") co_return said(co_await tg::Values::increment(key, by, ttl_ms));
        if (what == "kv.remove") co_return said(co_await tg::Values::remove(key));
        co_return said(co_await tg::Values::expire(key, ttl_ms));
    }

    tg::Task<tg::Result<std::string>> lists(std::string what, Json ask) {
        const std::string key = ask.value("key", "k");
        std::string text = ask.value("text", "");
        if (ask.value("bad_utf8", false)) text = "\xff";
        const std::string field = ask.value("field", "f");
        if (what == "list.set_add") co_return said(co_await tg::Values::set_add(key, text));
        if (what == "list.set_remove") co_return said(co_await tg::Values::set_remove(key, text));
        if (what == "list.set_members") co_return said(co_await tg::Values::set_members(key));
        if (what == "list.hash_set") co_return said(co_await tg::Values::hash_set(key, field, text));
        if (what == "list.hash_remove") co_return said(co_await tg::Values::hash_remove(key, field));
        co_return said(co_await tg::Values::hash_all(key));
    }

    tg::Task<tg::Result<std::string>> emit(Json ask) {
        tg::Emission emission(ask.at("name"), ask.at("data").dump());
        if (ask.contains("doc_id")) emission.doc(ask.value("doc_type", "quote"), ask["doc_id"]);
        emission.actor(ask.value("actor", "")).idempotency_key(ask.value("key", ""));
        co_return said(co_await tg::Bus::emit(std::move(emission)));
    }
};

}  // namespace

TG_PLUGIN(Stores)
