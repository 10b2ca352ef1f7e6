#pragma once

// FakeHost: the host's tables in memory, for driving a plugin's table in a test. Calls with a completion answer inline
// or wait until the test completes them; everything a plugin asks for is recorded. Not thread-safe: a test is one
// strand.

#include "fake_coordination.hpp"

#include <tidegate/abi/all.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

struct tg_buf {
    std::string text;
    int refs = 1;
    int* live = nullptr;
};

struct tg_hook {
    bool ended = false;
    tg_rc rc = TG_OK;
    std::string reason;
    tg_rc stopped = TG_OK;
    int answers = 0;
    // what the hook answered: code empty = a reply
    std::string code;
    std::string answer;
    std::string fields;
    std::uint32_t http_status = 0;
};

struct tg_metric {
    double sum = 0;
};

namespace tidegate::testing {

struct Answer {
    tg_rc rc = TG_OK;
    std::string bytes;
    std::uint64_t number = 0;
    std::string error;
    bool owned = false;  // hand the bytes over with a buffer
};

struct Pending {
    std::string call;
    tg_hook* hook = nullptr;
    tg_done done{};
    std::function<tg_rc()> work;  // of post_blocking
};

class FakeHost {
public:
    FakeHost() {
        fill_host();
        fill_session();
        fill_channel();
        fill_docs();
        fill_exec();
        fill_http();
        fill_metrics();
    }
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    const tg_host* table() const { return &host_; }
    tg_ext_bus& bus() { return bus_; }

    // How calls of a name answer ("docs.get", "exec.sleep", "channel.publish", …), and whether they do it later.
    std::map<std::string, Answer> answers;
    bool inline_answers = true;
    std::vector<std::string> absent_extensions;

    // What happened.
    std::vector<std::string> calls;  // "session.push 7 events {…}"
    std::vector<std::string> log_lines;
    std::deque<Pending> pending;
    std::map<std::string, std::string> attributes;
    std::map<std::string, tg_metric> metrics;
    int live_frames = 0;
    int frame_size_errors = 0;
    int live_buffers = 0;
    int failing_frame = -1;  // that allocation from now on gets no memory

    tg_buf* make_buffer(std::string_view bytes) {
        ++live_buffers;
        return new tg_buf{std::string(bytes), 1, &live_buffers};
    }
    static void release(tg_buf* buffer) {
        if (--buffer->refs == 0) {
            --*buffer->live;
            delete buffer;
        }
    }

    // Completes the oldest pending call as `answers` says, or with this answer.
    void complete() { complete(answer_of(pending.front().call)); }
    void complete(const Answer& answer) {
        Pending call = std::move(pending.front());
        pending.pop_front();
        tg_rc rc = answer.rc;
        if (call.work && rc == TG_OK) rc = call.work();
        tg_buf* owner = answer.owned ? make_buffer(answer.bytes) : nullptr;
        std::string bytes = answer.bytes;
        tg_result result{};
        result.size = sizeof(result);
        result.rc = rc;
        result.bytes = owner ? str(owner->text) : str(bytes);
        result.number = answer.number;
        result.error = str(answer.error);
        result.owner = owner;
        call.done.fn(call.done.ctx, &result);
        bytes.assign(bytes.size(), '!');  // borrowed bytes are gone now
        if (owner) release(owner);
    }
    // What a host does to a hook that must end.
    void stop(tg_hook& hook, tg_rc why) {
        hook.stopped = why;
        while (!pending.empty()) complete(Answer{why, "", 0, "", false});
    }

    // --- invocations: the strings live until the call's own buffers are gone, as a host keeps them ---
    tg_rc message(const tg_plugin* plugin, tg_hook& hook, std::string_view json, std::string_view type,
                  std::string_view id = {}, std::string_view channel = {}) {
        kept_.push_back(std::string(channel));
        tg_buf* buffer = make_buffer(json);
        tg_message raw{};
        raw.size = sizeof(raw);
        raw.session = 7;
        raw.payload = str(buffer->text);
        raw.type = inside(buffer->text, type);
        raw.id = id.empty() ? tg_str{} : inside(buffer->text, id);
        raw.channel = str(kept_.back());
        raw.owner = buffer;
        raw.principal = &principal_;
        raw.client_id = str("client-1");
        const tg_rc rc = plugin->on_message(plugin, &raw, &hook);
        release(buffer);
        return settle(hook, rc);
    }
    tg_rc open(const tg_plugin* plugin, tg_hook& hook) {
        static const tg_pair params[] = {{str("quote_id"), str("q1")}};
        tg_open raw{};
        raw.size = sizeof(raw);
        raw.flags = TG_OPEN_OWNER;
        raw.session = 7;
        raw.client_id = str("client-1");
        raw.connection_type = str("quote");
        raw.path = str("/ws/quotes/q1");
        raw.channel = str("quote:q1");
        raw.params = params;
        raw.param_count = 1;
        raw.principal = &principal_;
        return settle(hook, plugin->on_open(plugin, &raw, &hook));
    }
    tg_rc close(const tg_plugin* plugin, tg_hook& hook) {
        tg_close raw{};
        raw.size = sizeof(raw);
        raw.code = 1006;
        raw.session = 7;
        raw.channel = str("quote:q1");
        raw.principal = &principal_;
        return settle(hook, plugin->on_close(plugin, &raw, &hook));
    }
    tg_rc subscribe(const tg_plugin* plugin, tg_hook& hook, std::string_view channel) {
        kept_.push_back(std::string(channel));
        tg_subscribe raw{};
        raw.size = sizeof(raw);
        raw.session = 7;
        raw.channel = str(kept_.back());
        raw.principal = &principal_;
        return settle(hook, plugin->on_subscribe(plugin, &raw, &hook));
    }
    tg_rc http(const tg_plugin* plugin, tg_hook& hook, std::string_view method, std::string_view route,
               std::string_view body) {
        kept_.push_back(std::string(method));
        const std::string& kept_method = kept_.back();
        kept_.push_back(std::string(route));
        tg_buf* buffer = make_buffer(body);
        tg_http_request raw{};
        raw.size = sizeof(raw);
        raw.method = str(kept_method);
        raw.route = str(kept_.back());
        raw.path = str(kept_.back());
        raw.body = str(buffer->text);
        raw.owner = buffer;
        raw.principal = &principal_;
        const tg_rc rc = plugin->on_http(plugin, &raw, &hook);
        release(buffer);
        return settle(hook, rc);
    }
    tg_rc task(const tg_plugin* plugin, tg_hook& hook, std::string_view name, std::string_view payload) {
        kept_.push_back(std::string(name));
        tg_buf* buffer = make_buffer(payload);
        tg_task raw{};
        raw.size = sizeof(raw);
        raw.key = str("quote:q1");
        raw.name = str(kept_.back());
        raw.payload = str(buffer->text);
        raw.owner = buffer;
        const tg_rc rc = plugin->on_task(plugin, &raw, &hook);
        release(buffer);
        return settle(hook, rc);
    }

    // `data` of an event, and what is told by on_lease and on_presence. All texts lie in the buffer.
    tg_rc event(const tg_plugin* plugin, tg_hook& hook, std::string_view data) {
        tg_buf* buffer = make_buffer(event_texts(data));
        const tg_event raw = event_in(*buffer, data, 12);
        const tg_rc rc = plugin->on_event(plugin, &raw, &hook);
        release(buffer);
        return settle(hook, rc);
    }
    // Two that came together, with the same data.
    tg_rc events(const tg_plugin* plugin, tg_hook& hook, std::string_view data) {
        tg_buf* buffer = make_buffer(event_texts(data));
        const tg_event first = event_in(*buffer, data, 12);
        const tg_event second = event_in(*buffer, data, 13);
        const tg_event* const each[] = {&first, &second};
        const tg_events together{sizeof(tg_events), 2, each};
        const tg_rc rc = plugin->on_events(plugin, &together, &hook);
        release(buffer);
        return settle(hook, rc);
    }
    tg_rc lease(const tg_plugin* plugin, tg_hook& hook, std::string_view payload) {
        return notice(plugin, plugin->on_lease, hook, payload);
    }
    tg_rc presence(const tg_plugin* plugin, tg_hook& hook, std::string_view payload) {
        return notice(plugin, plugin->on_presence, hook, payload);
    }

    // For the tables: notes the line, then answers as `answers` says.
    static tg_rc script(const tg_host* host, const std::string& line, const char* call, tg_hook* hook, tg_result* now,
                        tg_done done) {
        of(host).note(line);
        return of(host).begin(call, hook, now, done);
    }

private:
    static constexpr std::size_t kFrameHead = 16;  // the size asked for, to compare with the size given back

    static FakeHost& of(const tg_host* host) { return *static_cast<FakeHost*>(host->ctx); }
    static tg_str inside(const std::string& whole, std::string_view part) {
        const std::size_t at = whole.find(part);
        if (at == std::string::npos) std::abort();
        return {whole.data() + at, part.size()};
    }
    static std::string event_texts(std::string_view data) {
        return "quote:q1 field.updated user-1 quote q1 " + std::string(data);
    }
    static tg_event event_in(tg_buf& buffer, std::string_view data, std::uint64_t sequence) {
        tg_event raw{};
        raw.size = sizeof(raw);
        raw.key = inside(buffer.text, "quote:q1");
        raw.name = inside(buffer.text, "field.updated");
        raw.data = inside(buffer.text, data);
        raw.actor = inside(buffer.text, "user-1");
        raw.doc_type = inside(buffer.text, "quote");
        raw.doc_id = inside(buffer.text, "q1");
        raw.sequence = sequence;
        raw.revision = 5;
        raw.at_ms = 1'700'000'000'001;
        raw.owner = &buffer;
        raw.scope = 3;
        return raw;
    }
    static tg_rc settle(tg_hook& hook, tg_rc rc) {
        if (rc != TG_PENDING) {
            hook.ended = true;
            hook.rc = rc;
        }
        return rc;
    }

    tg_rc notice(const tg_plugin* plugin, decltype(tg_plugin::on_lease) hook_of, tg_hook& hook,
                 std::string_view payload) {
        tg_buf* buffer = make_buffer("quote:q1 " + std::string(payload));
        tg_notice raw{};
        raw.size = sizeof(raw);
        raw.key = inside(buffer->text, "quote:q1");
        raw.payload = inside(buffer->text, payload);
        raw.owner = buffer;
        raw.scope = 3;
        const tg_rc rc = hook_of(plugin, &raw, &hook);
        release(buffer);
        return settle(hook, rc);
    }

    Answer answer_of(const std::string& call) const {
        const auto found = answers.find(call);
        return found == answers.end() ? Answer{} : found->second;
    }
    tg_rc begin(const char* call, tg_hook* hook, tg_result* now, tg_done done, std::function<tg_rc()> work = {}) {
        if (!inline_answers) {
            pending.push_back({call, hook, done, std::move(work)});
            return TG_PENDING;
        }
        const Answer answer = answer_of(call);
        inline_ = answer;
        now->number = answer.number;
        now->error = str(inline_.error);
        if (answer.owned) {
            now->owner = make_buffer(answer.bytes);
            now->bytes = str(now->owner->text);
        } else {
            now->bytes = str(inline_.bytes);
        }
        return work && answer.rc == TG_OK ? work() : answer.rc;
    }
    void note(std::string line) { calls.push_back(std::move(line)); }

    void fill_host() {
        host_.size = sizeof(host_);
        host_.abi_major = TG_ABI_MAJOR;
        host_.abi_minor = TG_ABI_MINOR;
        host_.ctx = this;
        host_.generation = 1;
        host_.get_extension = [](const tg_host* host, const char* id) -> const void* {
            FakeHost& self = of(host);
            for (const std::string& absent : self.absent_extensions)
                if (absent == id) return nullptr;
            const std::map<std::string, const void*> tables = {
                {TG_EXT_SESSION, &self.session_}, {TG_EXT_CHANNEL, &self.channel_},   {TG_EXT_DOCS, &self.docs_},
                {TG_EXT_EXEC, &self.exec_},       {TG_EXT_HTTP, &self.http_},         {TG_EXT_METRICS, &self.metrics_},
                {TG_EXT_LEASE, &self.lease_},     {TG_EXT_PRESENCE, &self.presence_}, {TG_EXT_BUS, &self.bus_},
                {TG_EXT_STREAM, &self.streams_},  {TG_EXT_KV, &self.values_}};
            const auto found = tables.find(id);
            return found == tables.end() ? nullptr : found->second;
        };
        host_.log = [](const tg_host* host, int32_t, tg_str line) { of(host).log_lines.push_back(text(line)); };
        host_.buf_retain = [](tg_buf* buffer) { ++buffer->refs; };
        host_.buf_release = [](tg_buf* buffer) { release(buffer); };
        host_.frame_alloc = [](const tg_host* host, size_t size) -> void* {
            FakeHost& self = of(host);
            if (self.failing_frame >= 0 && self.failing_frame-- == 0) return nullptr;
            ++self.live_frames;
            auto* block = static_cast<std::size_t*>(std::malloc(kFrameHead + size));
            *block = size;
            return reinterpret_cast<char*>(block) + kFrameHead;
        };
        host_.frame_free = [](const tg_host* host, void* block, size_t size) {
            FakeHost& self = of(host);
            --self.live_frames;
            void* whole = static_cast<char*>(block) - kFrameHead;
            if (*static_cast<std::size_t*>(whole) != size) ++self.frame_size_errors;
            std::free(whole);
        };
        host_.hook_done = [](const tg_host*, tg_hook* hook, tg_rc rc, tg_str why) {
            if (hook->ended) std::abort();
            hook->ended = true;
            hook->rc = rc;
            hook->reason = text(why);
        };
        host_.hook_stopped = [](const tg_host*, tg_hook* hook) { return hook->stopped; };
        host_.hook_reason = [](const tg_host*, tg_hook* hook, tg_str why) { hook->reason = text(why); };
        host_.monotonic_ns = [](const tg_host*) -> int64_t { return 5'000'000; };
        host_.wall_ms = [](const tg_host*) -> int64_t { return 1'700'000'000'000; };
        host_.random_uuid = [](const tg_host*, char out[37]) {
            std::memcpy(out, "00000000-0000-4000-8000-000000000001", 37);
        };
    }

    void fill_session() {
        session_.size = sizeof(session_);
        session_.reply = [](const tg_host*, tg_hook* hook, tg_str object) -> tg_rc {
            ++hook->answers;
            hook->answer = text(object);
            return TG_OK;
        };
        session_.fail = [](const tg_host*, tg_hook* hook, tg_str code, tg_str message, tg_str fields) -> tg_rc {
            ++hook->answers;
            hook->code = text(code);
            hook->answer = text(message);
            hook->fields = text(fields);
            return TG_OK;
        };
        session_.send = [](const tg_host* host, tg_hook*, tg_session session, tg_str object, uint32_t lane) -> tg_rc {
            of(host).note("push " + std::to_string(session) + " lane" + std::to_string(lane) + " " + text(object));
            return TG_OK;
        };
        session_.close = [](const tg_host* host, tg_session session, uint16_t code, tg_str reason) -> tg_rc {
            of(host).note("close " + std::to_string(session) + " " + std::to_string(code) + " " + text(reason));
            return TG_OK;
        };
        session_.join = [](const tg_host* host, tg_hook* hook, tg_session, tg_str channel) -> tg_rc {
            of(host).note("join " + text(channel) + (hook ? "" : " without a hook"));
            return TG_OK;
        };
        session_.leave = [](const tg_host* host, tg_hook* hook, tg_session, tg_str channel) -> tg_rc {
            of(host).note("leave " + text(channel) + (hook ? "" : " without a hook"));
            return TG_OK;
        };
        session_.attribute_set = [](const tg_host* host, tg_session, tg_str name, tg_str value) -> tg_rc {
            of(host).attributes[text(name)] = text(value);
            return TG_OK;
        };
        session_.attribute_get = [](const tg_host* host, tg_session, tg_str name, tg_result* now) -> tg_rc {
            FakeHost& self = of(host);
            const auto found = self.attributes.find(text(name));
            if (found == self.attributes.end()) return TG_E_NOT_FOUND;
            now->owner = self.make_buffer(found->second);
            now->bytes = str(now->owner->text);
            return TG_OK;
        };
    }

    static std::string publication(const tg_publication& p) {
        std::string line = "publish " + text(p.channel) + (p.flags & TG_PUBLISH_RECORDED ? " recorded" : " live") +
                           " lane" + std::to_string(p.lane) + " " + text(p.event);
        if (p.conflate_key.len) line += " conflate=" + text(p.conflate_key);
        if (p.author) line += " author=" + std::to_string(p.author) + " " + text(p.author_event);
        for (size_t i = 0; i < p.excluded_count; ++i) line += " not=" + std::to_string(p.excluded[i]);
        return line;
    }

    void fill_channel() {
        channel_.size = sizeof(channel_);
        channel_.publish = [](const tg_host* host, tg_hook* hook, const tg_publication* p, tg_result* now,
                              tg_done done) -> tg_rc {
            FakeHost& self = of(host);
            self.note(publication(*p) + (hook ? "" : " without a hook"));
            return self.begin("channel.publish", hook, now, done);
        };
        channel_.subscribers = [](const tg_host*, tg_hook*, tg_str, tg_result* now) -> tg_rc {
            now->number = 3;
            return TG_OK;
        };
    }

    void fill_docs() {
        docs_.size = sizeof(docs_);
        docs_.patch = [](const tg_host* host, tg_hook* hook, const tg_patch* p, tg_result* now, tg_done done) -> tg_rc {
            FakeHost& self = of(host);
            std::string line = "patch " + text(p->type) + "/" + text(p->id);
            for (uint32_t i = 0; i < p->op_count; ++i)
                line += " " + std::to_string(p->ops[i].kind) + ":" + text(p->ops[i].path) + "=" +
                        text(p->ops[i].value) + (p->ops[i].fence ? "#" + std::to_string(p->ops[i].fence) : "");
            for (uint32_t i = 0; i < p->event_count; ++i)
                line += " " + text(p->events[i].name) + text(p->events[i].data);
            line += " base=" + (p->base_revision == TG_ANY_REVISION ? "any" : std::to_string(p->base_revision)) +
                    " fence=" + std::to_string(p->fence) + " key=" + text(p->idempotency_key) +
                    " actor=" + text(p->actor) + (p->note.len ? " note=" + text(p->note) : "");
            for (uint32_t i = 0; i < p->publication_count; ++i) line += "; " + publication(p->publications[i]);
            self.note(line);
            return self.begin("docs.patch", hook, now, done);
        };
        docs_.get = [](const tg_host* host, tg_hook* hook, tg_str type, tg_str id, tg_result* now,
                       tg_done done) -> tg_rc {
            of(host).note("get " + text(type) + "/" + text(id));
            return of(host).begin("docs.get", hook, now, done);
        };
        docs_.get_part = [](const tg_host* host, tg_hook* hook, tg_str type, tg_str id, tg_str path, tg_result* now,
                            tg_done done) -> tg_rc {
            of(host).note("get " + text(type) + "/" + text(id) + " at " + text(path));
            return of(host).begin("docs.get_part", hook, now, done);
        };
        docs_.list = [](const tg_host* host, tg_hook* hook, const tg_doc_query* q, tg_result* now,
                        tg_done done) -> tg_rc {
            of(host).note("list " + text(q->type) + " " + text(q->index) + "=" + text(q->equals) + " after " +
                          text(q->after) + " limit " + std::to_string(q->limit));
            return of(host).begin("docs.list", hook, now, done);
        };
        docs_.versions = [](const tg_host* host, tg_hook* hook, tg_str type, tg_str id, const tg_version_query* q,
                            tg_result* now, tg_done done) -> tg_rc {
            of(host).note("versions " + text(type) + "/" + text(id) + " after " + std::to_string(q->after) +
                          " before " + std::to_string(q->before) + (q->newest_first ? " newest first" : "") +
                          " limit " + std::to_string(q->limit));
            return of(host).begin("docs.versions", hook, now, done);
        };
    }

    void fill_exec() {
        exec_.size = sizeof(exec_);
        exec_.post = [](const tg_host* host, tg_hook* hook, tg_str key, tg_str name, tg_str payload) -> tg_rc {
            of(host).note("post " + text(key) + " " + text(name) + " " + text(payload) +
                          (hook ? "" : " without a hook"));
            return TG_OK;
        };
        exec_.post_after = [](const tg_host* host, tg_hook*, uint64_t delay_ms, tg_str key, tg_str name, tg_str payload,
                              uint64_t* timer) -> tg_rc {
            of(host).note("post_after " + std::to_string(delay_ms) + " " + text(key) + " " + text(name) + " " +
                          text(payload));
            *timer = 11;
            return TG_OK;
        };
        exec_.cancel = [](const tg_host*, uint64_t timer) -> tg_rc { return timer == 11 ? TG_OK : TG_E_NOT_FOUND; };
        exec_.sleep = [](const tg_host* host, tg_hook* hook, uint64_t delay_ms, tg_result* now, tg_done done) -> tg_rc {
            of(host).note("sleep " + std::to_string(delay_ms));
            return of(host).begin("exec.sleep", hook, now, done);
        };
        exec_.post_blocking = [](const tg_host* host, tg_hook* hook, tg_rc (*work)(void*), void* ctx, tg_result* now,
                                 tg_done done) -> tg_rc {
            return of(host).begin("exec.blocking", hook, now, done, [work, ctx] { return work(ctx); });
        };
    }

    void fill_http() {
        http_.size = sizeof(http_);
        http_.respond = [](const tg_host*, tg_hook* hook, uint32_t status, tg_str, tg_str body) -> tg_rc {
            ++hook->answers;
            hook->http_status = status;
            hook->answer = text(body);
            return TG_OK;
        };
        http_.fail = session_.fail;
    }

    void fill_metrics() {
        metrics_.size = sizeof(metrics_);
        metrics_.counter = [](const tg_host* host, tg_str name, tg_str) { return &of(host).metrics[text(name)]; };
        metrics_.histogram = [](const tg_host* host, tg_str name, tg_str, const double*, size_t) {
            return &of(host).metrics[text(name)];
        };
        metrics_.add = [](tg_metric* metric, double amount) { metric->sum += amount; };
        metrics_.observe = [](tg_metric* metric, double value) { metric->sum += value; };
    }

    tg_host host_{};
    tg_ext_session session_{};
    tg_ext_channel channel_{};
    tg_ext_docs docs_{};
    tg_ext_exec exec_{};
    tg_ext_http http_{};
    tg_ext_metrics metrics_{};
    tg_ext_lease lease_ = fake_leases<FakeHost>();
    tg_ext_presence presence_ = fake_presence<FakeHost>();
    tg_ext_bus bus_ = fake_bus<FakeHost>();
    tg_ext_stream streams_ = fake_streams<FakeHost>();
    tg_ext_kv values_ = fake_values<FakeHost>();
    tg_str permissions_[2] = {str("quotes:own"), str("dashboard:*")};
    tg_principal principal_{sizeof(tg_principal), str("user-1"), str("Ada"), str("agent"), permissions_, 2, 0};
    std::deque<std::string> kept_;
    Answer inline_;
};

}  // namespace tidegate::testing
