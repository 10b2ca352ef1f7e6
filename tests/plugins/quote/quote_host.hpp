// QuoteHost: a host for quote.so alone: real documents (memory adapter, the manifest's own schemas), one strand whose
// tasks wait until the test runs them, sessions with an inbox, offsets. Generations are separate images of the plugin.
// Not a scheduler: a test is one thread.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <tidegate/abi/all.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/memory/memory_documents.hpp"
#include "base/clock.hpp"
#include "base/time_text.hpp"
#include "base/uuid.hpp"
#include "lease_tables.hpp"

struct tg_buf {
    std::string text;
    int refs = 1;
};

struct tg_metric {
    double sum = 0;
};

struct tg_hook {
    bool ended = false;
    tg_rc rc = TG_OK;
    std::string reason;
    bool answered = false;
    tg_session session = 0;  // of a message
    std::string ref;
    unsigned status = 0;  // of a request
    std::string body;
};

namespace tidegate::quote::testing {

using nlohmann::json;

inline tg_str str(std::string_view text) { return {text.data(), text.size()}; }
inline std::string text(tg_str of) { return of.ptr ? std::string(of.ptr, of.len) : std::string(); }

struct User {
    std::string sub;
    std::vector<std::string> permissions;
};

struct Reply {
    unsigned status = 0;
    json body;
    std::string text;
};

class QuoteHost {
public:
    QuoteHost()
        : documents_(clock_),
          leases_(clock_, [this](std::string bytes, std::uint64_t number, tg_result* now, tg_done done) {
              return answer(TG_OK, std::move(bytes), number, "", now, done);
          }) {
        std::ifstream file(std::string(QUOTE_SOURCE_ROOT) + "/plugins/quote/manifest.json");
        const json manifest = json::parse(file);
        for (const json& type : manifest["docs"]) {
            DocumentType declared{type["type"], type.contains("schema") ? type["schema"].dump() : "", {}};
            if (type.contains("indexes")) {
                for (const json& index : type["indexes"]) declared.indexes.push_back({index["name"], index["path"]});
            }
            EXPECT_TRUE(documents_.declare(std::move(declared)));
        }
        std::string pattern = (std::filesystem::temp_directory_path() / "quote-host-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        fill_tables();
        reload();
    }
    ~QuoteHost() {
        unload();
        EXPECT_EQ(live_frames, 0);
        EXPECT_EQ(live_buffers, 0);
        std::filesystem::remove_all(folder_);
    }
    QuoteHost(const QuoteHost&) = delete;
    QuoteHost& operator=(const QuoteHost&) = delete;

    // A new image takes over: the old one ends, what it posted stays.
    void reload() {
        unload();
        const auto path = folder_ / ("quote" + std::to_string(++host_.generation) + ".so");
        std::filesystem::copy_file(QUOTE_SO, path);
        library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!library_) throw std::runtime_error(dlerror());
        const auto* entry = static_cast<const tg_entry*>(dlsym(library_, TG_ENTRY_SYMBOL));
        plugin_ = entry->create(&host_);
        EXPECT_EQ(configure(std::string(QUOTE_SOURCE_ROOT) + "/plugins/quote/manuals"), "");
        const tg_writer why = writer();
        EXPECT_EQ(plugin_->self_check(plugin_, &why), TG_OK) << written_;
        EXPECT_EQ(plugin_->start(plugin_, &why), TG_OK) << written_;
    }
    // The reason of a refusal, or nothing.
    std::string configure(const std::string& manuals) {
        const std::string config = json{{"manuals", manuals}}.dump();
        const tg_writer why = writer();
        return plugin_->configure(plugin_, str(config), &why) == TG_OK ? "" : written_;
    }

    // --- sessions ---
    void connect(tg_session session, User user, const std::string& channel = {}) {
        sessions_[session] = {std::move(user), channel, {}};
    }
    void disconnect(tg_session session) { sessions_.erase(session); }
    std::vector<json> inbox(tg_session session, std::string_view type = {}) const {
        std::vector<json> out;
        for (const std::string& message : sessions_.at(session).inbox) {
            json value = json::parse(message);
            if (type.empty() || value["type"] == type) out.push_back(std::move(value));
        }
        return out;
    }
    const std::vector<std::string>& texts(tg_session session) const { return sessions_.at(session).inbox; }
    void clear() {
        for (auto& [id, session] : sessions_) session.inbox.clear();
    }

    tg_rc open(const User& user, const std::string& quote_id) {
        const tg_pair params[] = {{str("quote_id"), str(quote_id)}};
        const std::string channel = "quote:" + quote_id;
        const Principal principal(user);
        tg_open raw{};
        raw.size = sizeof(raw);
        raw.flags = TG_OPEN_OWNER;
        raw.session = 1;
        raw.channel = str(channel);
        raw.params = params;
        raw.param_count = 1;
        raw.principal = &principal.raw;
        tg_hook hook;
        return settle(hook, plugin_->on_open(plugin_, &raw, &hook));
    }
    tg_rc subscribe(const User& user, const std::string& channel) {
        const Principal principal(user);
        tg_subscribe raw{};
        raw.size = sizeof(raw);
        raw.channel = str(channel);
        raw.principal = &principal.raw;
        tg_hook hook;
        return settle(hook, plugin_->on_subscribe(plugin_, &raw, &hook));
    }
    // The message is handled; what it posted waits.
    void send(tg_session session, const json& message, std::string channel = {}) {
        send_text(session, message, message.dump(), std::move(channel));
    }
    // `written` is the text of `message`, digits and all.
    void send_text(tg_session session, const json& message, const std::string& written, std::string channel = {}) {
        const auto& from = sessions_.at(session);
        const Principal principal(from.user);
        if (channel.empty()) channel = from.channel;
        const std::string type = message["type"], client = "client-" + std::to_string(session);
        tg_hook hook;
        hook.session = session;
        hook.ref = message.contains("id") ? message["id"].dump() : "";
        tg_buf* buffer = make_buffer(written);
        tg_message raw{};
        raw.size = sizeof(raw);
        raw.session = session;
        raw.type = str(type);
        raw.id = str(hook.ref);
        raw.channel = str(channel);
        raw.payload = str(buffer->text);
        raw.owner = buffer;
        raw.principal = &principal.raw;
        raw.client_id = str(client);
        const tg_rc rc = settle(hook, plugin_->on_message(plugin_, &raw, &hook));
        release(buffer);
        if (rc < 0 && !hook.answered) answer_error(hook, code_of(rc), hook.reason, "");
    }
    Reply http(const User& user, const std::string& method, const std::string& route, const std::string& body = {},
               const std::vector<std::pair<std::string, std::string>>& params = {},
               const std::vector<std::pair<std::string, std::string>>& query = {}, const std::string& key = {}) {
        std::vector<tg_pair> raw_params, raw_query;
        for (const auto& [name, value] : params) raw_params.push_back({str(name), str(value)});
        for (const auto& [name, value] : query) raw_query.push_back({str(name), str(value)});
        const Principal principal(user);
        tg_buf* buffer = make_buffer(body);
        tg_http_request raw{};
        raw.size = sizeof(raw);
        raw.method = str(method);
        raw.route = str(route);
        raw.params = raw_params.data();
        raw.param_count = raw_params.size();
        raw.query = raw_query.data();
        raw.query_count = raw_query.size();
        raw.body = str(buffer->text);
        raw.idempotency_key = str(key);
        raw.owner = buffer;
        raw.principal = &principal.raw;
        tg_hook hook;
        const tg_rc rc = settle(hook, plugin_->on_http(plugin_, &raw, &hook));
        release(buffer);
        if (rc < 0 && !hook.answered) answer_error(hook, code_of(rc), hook.reason, "");
        return {hook.status, json::parse(hook.body, nullptr, false), hook.body};
    }

    // --- tasks ---
    std::size_t waiting() const { return tasks_.size(); }
    void run_task() {
        const Task task = std::move(tasks_.front());
        tasks_.pop_front();
        if (task.due_ms > now_ms()) clock_.advance_ms(task.due_ms - now_ms());
        tg_buf* buffer = make_buffer(task.payload);
        tg_task raw{};
        raw.size = sizeof(raw);
        raw.key = str(task.key);
        raw.name = str(task.name);
        raw.payload = str(buffer->text);
        raw.owner = buffer;
        tg_hook hook;
        last_task_rc = settle(hook, plugin_->on_task(plugin_, &raw, &hook));
        release(buffer);
    }
    void run_tasks(std::size_t count) {
        for (; count > 0; --count) run_task();
    }
    void drain() {
        while (!tasks_.empty()) run_task();
    }

    // A domain event, as the bus hands it over.
    tg_rc tell(const std::string& name, const json& data, std::uint64_t revision) {
        const std::string written = data.dump(), key = "edits";
        tg_event raw{};
        raw.size = sizeof(raw);
        raw.key = str(key);
        raw.name = str(name);
        raw.data = str(written);
        raw.revision = revision;
        tg_hook hook;
        const tg_event* each[] = {&raw};
        const tg_events together{sizeof(tg_events), 1, each};
        return settle(hook, plugin_->on_events(plugin_, &together, &hook));
    }
    // Time passes; nothing runs by itself, and a timer's task waits for its time.
    void advance_ms(std::int64_t ms) { clock_.advance_ms(ms); }
    std::int64_t now_ms() const { return clock_.monotonic_ns() / 1'000'000; }
    LeaseOutcome lock(const std::string& quote_id, const std::string& path, const std::string& holder,
                      const std::string& session = "other") {
        return leases_.lock("quote:" + quote_id, path, holder, session);
    }
    void unlock(const std::string& quote_id, const std::string& holder) { leases_.unlock("quote:" + quote_id, holder); }
    std::vector<Lease> leases(const std::string& quote_id) { return leases_.list("quote:" + quote_id); }
    std::vector<DocumentVersion> versions(const std::string& quote_id) {
        return **documents_.versions({"default", "quote", quote_id}, {}, {});
    }

    json document(const std::string& type, const std::string& id) {
        const auto found = documents_.get({"default", type, id}, {});
        return *found ? json::parse((*found)->data) : json();
    }
    std::vector<StoredEvent> events() { return documents_.read_events(0, 1000, {})->value(); }
    // Another writer.
    void patch(const std::string& quote_id, const std::string& path, const std::string& value,
               std::uint64_t fence = 0) {
        Patch change;
        change.key = {"default", "quote", quote_id};
        change.fence = fence;
        change.ops.push_back({OpKind::kSet, path, value});
        change.actor = "other";
        EXPECT_TRUE(*documents_.patch(std::move(change), {}));
    }

    bool completions_later = false;                     // calls of documents and channels complete after they returned
    bool queue_full = false;                            // post is refused
    std::map<std::string, std::pair<tg_rc, int>> fail;  // "patch trace" fails with this code, so often
    std::map<std::string, std::pair<tg_rc, int>> late;  // "patch quote" is done, but answers this code, so often
    std::vector<std::uint64_t> delays;                  // of post_after; its tasks wait like all others
    bool timers_full = false;                           // post_after is refused
    std::function<void(const std::string&)> before;     // each call of documents, by that name
    tg_rc last_task_rc = TG_OK;
    int live_frames = 0;
    int live_buffers = 0;
    std::map<std::string, tg_metric> metrics;
    std::vector<std::string> log;
    std::vector<std::string> conflate_keys;

private:
    struct Task {
        std::string key, name, payload;
        std::int64_t due_ms = 0;
    };
    struct SessionState {
        User user;
        std::string channel;
        std::vector<std::string> inbox;
    };
    struct Principal {
        explicit Principal(const User& user) {
            for (const auto& permission : user.permissions) views.push_back(str(permission));
            raw = {sizeof(tg_principal), str(user.sub), str("Name"), str("role"), views.data(), views.size(), 0};
        }
        std::vector<tg_str> views;
        tg_principal raw{};
    };

    static QuoteHost& of(const tg_host* host) { return *static_cast<QuoteHost*>(host->ctx); }

    void unload() {
        if (!plugin_) return;
        EXPECT_EQ(live_frames, 0);
        if (plugin_->stop) plugin_->stop(plugin_);
        plugin_->destroy(plugin_);
        dlclose(library_);
        plugin_ = nullptr;
    }
    tg_writer writer() {
        written_.clear();
        return {sizeof(tg_writer), &written_,
                [](void* ctx, tg_str part) { static_cast<std::string*>(ctx)->append(text(part)); }};
    }
    tg_buf* make_buffer(std::string bytes) {
        ++live_buffers;
        return new tg_buf{std::move(bytes)};
    }
    void release(tg_buf* buffer) {
        if (--buffer->refs > 0) return;
        --live_buffers;
        delete buffer;
    }
    static QuoteHost*& current() {
        static QuoteHost* host = nullptr;
        return host;
    }

    tg_rc settle(tg_hook& hook, tg_rc rc) {
        if (rc != TG_PENDING) return hook.rc = rc;
        while (!hook.ended) {
            if (completions_.empty()) {
                ADD_FAILURE() << "a hook waits for nothing";
                return TG_E_INTERNAL;
            }
            auto complete = std::move(completions_.front());
            completions_.pop_front();
            complete();
        }
        return hook.rc;
    }

    static std::string code_of(tg_rc rc) {
        static const std::map<tg_rc, std::string> kCodes = {
            {TG_E_INVALID, "invalid"},     {TG_E_NOT_FOUND, "not_found"}, {TG_E_CONFLICT, "conflict"},
            {TG_E_FORBIDDEN, "forbidden"}, {TG_E_BUSY, "busy"},           {TG_E_UNAVAILABLE, "unavailable"},
            {TG_E_TOO_LARGE, "too_large"}};
        const auto found = kCodes.find(rc);
        return found == kCodes.end() ? "internal" : found->second;
    }
    static unsigned status_of(const std::string& code) {
        static const std::map<std::string, unsigned> kStatus = {{"invalid", 400},   {"forbidden", 403},
                                                                {"not_found", 404}, {"conflict", 409},
                                                                {"too_large", 413}, {"unavailable", 503}};
        const auto found = kStatus.find(code);
        return found == kStatus.end() ? 500 : found->second;
    }
    void answer_error(tg_hook& hook, const std::string& code, const std::string& message, const std::string& fields) {
        EXPECT_FALSE(hook.answered);
        hook.answered = true;
        json error = fields.empty() ? json::object() : json::parse(fields);
        error["code"] = code;
        error["message"] = message;
        hook.status = status_of(code);
        hook.body = error.dump();
        if (hook.session == 0) return;
        error["type"] = "error";
        if (!hook.ref.empty()) error["ref"] = json::parse(hook.ref);
        give(hook.session, error.dump());
    }
    void give(tg_session session, std::string message) {
        const auto found = sessions_.find(session);
        if (found != sessions_.end()) found->second.inbox.push_back(std::move(message));
    }

    // Now, or later.
    tg_rc answer(tg_rc rc, std::string bytes, std::uint64_t number, std::string error, tg_result* now, tg_done done) {
        if (!completions_later) {
            now->rc = rc;
            now->number = number;
            inline_error_ = std::move(error);
            now->error = str(inline_error_);
            now->owner = make_buffer(std::move(bytes));
            now->bytes = str(now->owner->text);
            return rc;
        }
        completions_.push_back([this, rc, bytes = std::move(bytes), number, error = std::move(error), done] {
            tg_buf* owner = make_buffer(bytes);
            tg_result result{sizeof(tg_result), rc, str(owner->text), number, str(error), owner};
            done.fn(done.ctx, &result);
            release(owner);
        });
        return TG_PENDING;
    }
    static tg_rc rc_of(Errc code) {
        switch (code) {
            case Errc::kNotFound:
                return TG_E_NOT_FOUND;
            case Errc::kConflict:
                return TG_E_CONFLICT;
            case Errc::kInvalid:
                return TG_E_INVALID;
            case Errc::kTooLarge:
                return TG_E_TOO_LARGE;
            case Errc::kFenced:
                return TG_E_FENCED;
            case Errc::kLocked:
                return TG_E_LOCKED;
            default:
                return TG_E_INTERNAL;
        }
    }
    tg_rc refused(const std::string& call) {
        if (before) before(call);
        const auto found = fail.find(call);
        if (found == fail.end() || found->second.second-- <= 0) return TG_OK;
        return found->second.first;
    }

    tg_rc publish(const tg_publication& p, tg_result* now, tg_done done) {
        if (const tg_rc rc = refused("publish"); rc != TG_OK) return answer(rc, "", 0, "", now, done);
        return answer(TG_OK, "", deliver(p, ""), "", now, done);
    }
    // `more` goes into the event.
    std::uint64_t deliver(const tg_publication& p, const std::string& more) {
        const std::string channel = text(p.channel);
        const bool recorded = (p.flags & TG_PUBLISH_RECORDED) != 0;
        const std::uint64_t offset = recorded ? ++offsets_[channel] : 0;
        const auto framed = [&](tg_str event) {
            std::string out = text(event);
            out.pop_back();
            out += more + R"(,"channel":")" + channel + '"';
            if (recorded) out += R"(,"offset":)" + std::to_string(offset);
            return out + "}";
        };
        if (p.conflate_key.len) conflate_keys.push_back(text(p.conflate_key));
        EXPECT_EQ(p.lane, static_cast<std::uint32_t>(TG_LANE_EVENTS));
        for (auto& [id, session] : sessions_) {
            if (id == p.author) continue;
            if (session.channel == channel) give(id, framed(p.event));
        }
        if (p.author && p.author_event.len) give(p.author, framed(p.author_event));
        return offset;
    }

    void fill_tables() {
        host_.size = sizeof(host_);
        host_.abi_major = TG_ABI_MAJOR;
        host_.abi_minor = TG_ABI_MINOR;
        host_.ctx = this;
        host_.get_extension = [](const tg_host* host, const char* id) -> const void* {
            QuoteHost& self = of(host);
            const std::map<std::string, const void*> tables = {
                {TG_EXT_SESSION, &self.session_}, {TG_EXT_CHANNEL, &self.channel_}, {TG_EXT_DOCS, &self.docs_},
                {TG_EXT_EXEC, &self.exec_},       {TG_EXT_HTTP, &self.http_},       {TG_EXT_METRICS, &self.metrics_},
                {TG_EXT_LEASE, &self.lease_},     {TG_EXT_BUS, &self.bus_}};
            const auto found = tables.find(id);
            return found == tables.end() ? nullptr : found->second;
        };
        current() = this;
        host_.log = [](const tg_host* host, int32_t, tg_str line) { of(host).log.push_back(text(line)); };
        host_.buf_retain = [](tg_buf* buffer) { ++buffer->refs; };
        host_.buf_release = [](tg_buf* buffer) { current()->release(buffer); };
        host_.frame_alloc = [](const tg_host* host, size_t size) -> void* {
            ++of(host).live_frames;
            return std::malloc(size);
        };
        host_.frame_free = [](const tg_host* host, void* block, size_t) {
            --of(host).live_frames;
            std::free(block);
        };
        host_.hook_done = [](const tg_host*, tg_hook* hook, tg_rc rc, tg_str why) {
            EXPECT_FALSE(hook->ended);
            hook->ended = true;
            hook->rc = rc;
            hook->reason = text(why);
        };
        host_.hook_stopped = [](const tg_host*, tg_hook*) -> tg_rc { return TG_OK; };
        host_.hook_reason = [](const tg_host*, tg_hook* hook, tg_str why) { hook->reason = text(why); };
        host_.monotonic_ns = [](const tg_host* host) { return of(host).clock_.monotonic_ns(); };
        host_.wall_ms = [](const tg_host* host) { return of(host).clock_.wall_ms(); };
        host_.random_uuid = [](const tg_host*, char out[37]) { std::memcpy(out, random_uuid().c_str(), 37); };
        fill_messages();
        fill_docs();
        fill_leases();
        fill_bus();
    }

    void fill_bus() {
        bus_.size = sizeof(bus_);
        bus_.emit = [](const tg_host* host, tg_hook*, const tg_emission* e, tg_result* now, tg_done done) -> tg_rc {
            QuoteHost& self = of(host);
            if (const tg_rc rc = self.refused("emit"); rc != TG_OK) return self.answer(rc, "", 0, "", now, done);
            LooseEvent event;
            event.about = {"default", text(e->doc_type), text(e->doc_id)};
            event.event = {text(e->name), text(e->data)};
            event.actor = text(e->actor);
            event.source = "quote";
            event.idempotency_key = text(e->idempotency_key);
            const auto sequence = *self.documents_.append_event(std::move(event), nullptr);
            if (!sequence) return self.answer(rc_of(sequence.error().code), "", 0, sequence.error().text, now, done);
            return self.answer(TG_OK, "", *sequence, "", now, done);
        };
    }

    void fill_messages() {
        session_.size = sizeof(session_);
        session_.reply = [](const tg_host* host, tg_hook* hook, tg_str object) -> tg_rc {
            EXPECT_FALSE(hook->answered);
            hook->answered = true;
            std::string out = text(object);
            if (!hook->ref.empty()) out.insert(out.size() - 1, ",\"ref\":" + hook->ref);
            of(host).give(hook->session, std::move(out));
            return TG_OK;
        };
        session_.fail = [](const tg_host* host, tg_hook* hook, tg_str code, tg_str message, tg_str fields) -> tg_rc {
            of(host).answer_error(*hook, text(code), text(message), text(fields));
            return TG_OK;
        };
        session_.send = [](const tg_host* host, tg_hook*, tg_session session, tg_str object, uint32_t lane) -> tg_rc {
            EXPECT_EQ(lane, static_cast<std::uint32_t>(TG_LANE_EVENTS));
            of(host).give(session, text(object));
            return TG_OK;
        };
        channel_.size = sizeof(channel_);
        channel_.publish = [](const tg_host* host, tg_hook*, const tg_publication* p, tg_result* now, tg_done done) {
            return of(host).publish(*p, now, done);
        };
        exec_.size = sizeof(exec_);
        exec_.post = [](const tg_host* host, tg_hook*, tg_str key, tg_str name, tg_str payload) -> tg_rc {
            if (of(host).queue_full) return TG_E_BUSY;
            of(host).tasks_.push_back({text(key), text(name), text(payload), 0});
            return TG_OK;
        };
        exec_.post_after = [](const tg_host* host, tg_hook*, uint64_t delay_ms, tg_str key, tg_str name, tg_str payload,
                              uint64_t* timer) -> tg_rc {
            if (of(host).timers_full) return TG_E_BUSY;
            of(host).delays.push_back(delay_ms);
            of(host).tasks_.push_back(
                {text(key), text(name), text(payload), of(host).now_ms() + static_cast<std::int64_t>(delay_ms)});
            *timer = of(host).delays.size();
            return TG_OK;
        };
        http_.size = sizeof(http_);
        http_.respond = [](const tg_host*, tg_hook* hook, uint32_t status, tg_str, tg_str body) -> tg_rc {
            EXPECT_FALSE(hook->answered);
            hook->answered = true;
            hook->status = status;
            hook->body = text(body);
            return TG_OK;
        };
        http_.fail = session_.fail;
        metrics_.size = sizeof(metrics_);
        metrics_.counter = [](const tg_host* host, tg_str name, tg_str) { return &of(host).metrics[text(name)]; };
        metrics_.histogram = [](const tg_host* host, tg_str name, tg_str, const double*, size_t) {
            return &of(host).metrics[text(name)];
        };
        metrics_.add = [](tg_metric* metric, double amount) { metric->sum += amount; };
        metrics_.observe = [](tg_metric* metric, double) { metric->sum += 1; };
    }

    // The outcome of a call of the store, as the real host words it.
    template <class T, class Encode>
    tg_rc outcome(const std::optional<Result<T>>& result, tg_result* now, tg_done done, Encode encode) {
        if (!*result) return answer(rc_of(result->error().code), "", 0, result->error().text, now, done);
        const auto [bytes, number] = encode(**result);
        return answer(TG_OK, bytes, number, "", now, done);
    }

    void fill_docs() {
        docs_.size = sizeof(docs_);
        docs_.patch = [](const tg_host* host, tg_hook*, const tg_patch* p, tg_result* now, tg_done done) -> tg_rc {
            QuoteHost& self = of(host);
            if (const tg_rc rc = self.refused("patch " + text(p->type)); rc != TG_OK)
                return self.answer(rc, "", 0, "the disk is full at /var/secret", now, done);
            Patch patch;
            patch.key = {"default", text(p->type), text(p->id)};
            patch.note = text(p->note);
            for (uint32_t i = 0; i < p->op_count; ++i)
                patch.ops.push_back({static_cast<OpKind>(p->ops[i].kind), text(p->ops[i].path), text(p->ops[i].value),
                                     p->ops[i].fence});
            patch.on_commit = [&self, p](std::uint64_t revision) {
                for (uint32_t i = 0; i < p->publication_count; ++i)
                    self.deliver(p->publications[i], ",\"revision\":" + std::to_string(revision));
            };
            for (uint32_t i = 0; i < p->event_count; ++i)
                patch.events.push_back({text(p->events[i].name), text(p->events[i].data)});
            if (p->base_revision != TG_ANY_REVISION) patch.base_revision = p->base_revision;
            patch.idempotency_key = text(p->idempotency_key);
            patch.actor = text(p->actor);
            const auto stored = self.leases_.patch_under(p->leases, std::move(patch), self.documents_, [&self] {
                if (self.before) self.before("write under leases");
            });
            if (auto& [rc, times] = self.late["patch " + text(p->type)]; times > 0) {
                --times;
                return self.answer(rc, "", 0, "no answer in time", now, done);
            }
            return self.outcome<PatchOutcome>(stored, now, done, [](const PatchOutcome& patched) {
                return std::pair(std::string(patched.replayed ? R"({"replayed":true})" : "{}"), patched.revision);
            });
        };
        docs_.get = [](const tg_host* host, tg_hook*, tg_str type, tg_str id, tg_result* now, tg_done done) -> tg_rc {
            QuoteHost& self = of(host);
            if (const tg_rc rc = self.refused("get " + text(type)); rc != TG_OK)
                return self.answer(rc, "", 0, "the disk is gone at /var/secret", now, done);
            return self.outcome<Document>(self.documents_.get({"default", text(type), text(id)}, {}), now, done,
                                          [](const Document& found) { return std::pair(found.data, found.revision); });
        };
        docs_.list = [](const tg_host* host, tg_hook*, const tg_doc_query* q, tg_result* now, tg_done done) -> tg_rc {
            ListQuery query;
            query.tenant = "default";
            query.type = text(q->type);
            query.index = text(q->index);
            query.equals = text(q->equals);
            query.after = text(q->after);
            query.limit = q->limit;
            return of(host).outcome<Page>(of(host).documents_.list(query, {}), now, done, [](const Page& page) {
                json out = {{"items", json::array()}, {"after", page.next.empty() ? json() : json(page.next)}};
                for (const auto& item : page.items)
                    out["items"].push_back({{"id", item.id},
                                            {"revision", item.revision},
                                            {"data", json::parse(item.data)},
                                            {"updated_at", iso8601_utc(item.updated_ms)}});
                return std::pair(out.dump(), std::uint64_t{page.items.size()});
            });
        };
        docs_.versions = [](const tg_host* host, tg_hook*, tg_str type, tg_str id, const tg_version_query* q,
                            tg_result* now, tg_done done) -> tg_rc {
            using Versions = std::vector<DocumentVersion>;
            VersionQuery query;
            query.after = q->after;
            query.limit = q->limit;
            return of(host).outcome<Versions>(
                of(host).documents_.versions({"default", text(type), text(id)}, query, {}), now, done,
                [](const Versions& versions) {
                    json out = {{"items", json::array()}};
                    for (const auto& version : versions)
                        out["items"].push_back({{"revision", version.revision},
                                                {"actor", version.actor},
                                                {"ops", json::parse(version.ops)}});
                    return std::pair(out.dump(), std::uint64_t{versions.size()});
                });
        };
    }

    void fill_leases() {
        lease_.size = sizeof(lease_);
        lease_.list = [](const tg_host* host, tg_hook*, tg_str space, tg_result* now, tg_done done) -> tg_rc {
            return of(host).leases_.list(space, now, done);
        };
    }

    ManualClock clock_;
    MemoryDocuments documents_;
    LeaseTables leases_;
    tg_host host_{};
    tg_ext_session session_{};
    tg_ext_channel channel_{};
    tg_ext_docs docs_{};
    tg_ext_exec exec_{};
    tg_ext_http http_{};
    tg_ext_metrics metrics_{};
    tg_ext_lease lease_{};
    tg_ext_bus bus_{};
    std::filesystem::path folder_;
    void* library_ = nullptr;
    tg_plugin* plugin_ = nullptr;
    std::map<tg_session, SessionState> sessions_;
    std::map<std::string, std::uint64_t> offsets_;
    std::deque<Task> tasks_;
    std::deque<std::function<void()>> completions_;
    std::string inline_error_;
    std::string written_;
};

// --- what the tests share ---
inline const std::string kQuote = "018f3c2a-7b1d-7c3e-9f00-0123456789ab";
inline const User kAgent{"ada", {"quotes:*"}};
inline const User kReader{"rea", {"quotes:read"}};
inline const User kCustomer{"cus", {"quotes:own"}};
inline const User kStranger{"str", {"quotes:own"}};

inline json home(json changes = json::object()) {
    json data = json::parse(R"({"product":"home","state":"US-TX","aoi":215000,"territory":4,"protection_class":7,
        "construction":"frame","tier":"C","deductible":1000,"new_home":true,"claims_free_5y":true,"multi_policy":false,
        "jewelry":10000,"liability_medpay":"100/500"})");
    data.merge_patch(changes);
    return data;
}
inline json update(const json& data, json id = 1, const std::string& quote = kQuote) {
    return {{"type", "quote:update"}, {"id", std::move(id)}, {"quote_id", quote}, {"quote_data", data}};
}

// Valid data of exactly so many bytes as JSON; from 57,000 to 66,000.
inline json large(std::size_t bytes) {
    json data = {{"notes", ""}, {"prior_losses", json::array()}, {"vehicles", json::array()}};
    for (int i = 0; i < 50; ++i)
        data["prior_losses"].push_back({{"id", "L" + std::to_string(i)}, {"description", std::string(1000, 'x')}});
    while (data.dump().size() + 1500 < bytes)
        data["vehicles"].push_back({{"id", "V" + std::to_string(data["vehicles"].size())},
                                    {"make", std::string(120, 'x')},
                                    {"model", std::string(120, 'x')}});
    data["notes"] = std::string(bytes - data.dump().size(), 'x');
    EXPECT_EQ(data.dump().size(), bytes);
    return data;
}
// Valid data of exactly so many values, a multiple of 25.
inline json many(std::size_t values) {
    json vehicles = json::array();
    for (std::size_t i = 0; i < values / 25; ++i) {
        json coverages;
        for (int n = 0; n < 24; ++n) coverages["C" + std::to_string(n)] = n;
        vehicles.push_back({{"id", "V" + std::to_string(i)}, {"coverages", coverages}});
    }
    return {{"vehicles", vehicles}};
}

// Both ways a host may complete a call.
class WithQuoteHost : public ::testing::TestWithParam<bool> {
protected:
    void SetUp() override {
        host.completions_later = GetParam();
        host.connect(1, kAgent, "quote:" + kQuote);
        host.connect(2, kAgent, "quote:" + kQuote);
    }
    // The final answers (those with a ref) that session 1 got.
    std::vector<json> answers(tg_session session = 1) const {
        std::vector<json> out;
        for (json& message : host.inbox(session)) {
            if (message.contains("ref") && message["type"] != "calculation:started") out.push_back(std::move(message));
        }
        return out;
    }
    QuoteHost host;
};

}  // namespace tidegate::quote::testing
