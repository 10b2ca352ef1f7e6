#pragma once

// What the tests of host/plugin stand on: fakes of the ports, messages, images, and an engine that the test pumps by
// hand.

#include "adapters/memory/memory_key_values.hpp"
#include "adapters/memory/memory_streams.hpp"
#include "base/clock.hpp"
#include "plugin/candidate.hpp"
#include "plugin/engine.hpp"
#include "plugin/generation.hpp"
#include "plugin/slot.hpp"
#include "tests/host/plugin/fake_ports.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::plugin::testing {

struct Sent {
    std::string what;  // send reply fail close join leave publish
    std::uint64_t session = 0;
    std::string text;
    std::string id;
};

class FakeGateway final : public routing::Gateway {
public:
    void send(SessionId session, std::string_view object, session::Lane) override { note("send", session, object, {}); }
    void reply(SessionId session, std::string_view object, std::string_view id, session::Lane) override {
        note("reply", session, object, id);
    }
    void fail(SessionId session, std::string_view code, std::string_view message, std::string_view id,
              std::string_view) override {
        note("fail", session, std::string(code) + ": " + std::string(message), id);
    }
    void close(SessionId session, std::uint16_t code, std::string_view) override {
        note("close", session, std::to_string(code), {});
    }
    void join(const session::SessionInfoRef& session, std::string_view channel) override {
        note("join", session->id(), channel, {});
    }
    void leave(const session::SessionInfoRef& session, std::string_view channel) override {
        note("leave", session->id(), channel, {});
    }
    Result<std::uint64_t> publish(const routing::Publication& publication) override {
        std::string text(publication.channel);
        text += ' ';
        text += publication.event;
        if (publication.author) text += " author " + std::string(publication.author_event);
        if (!publication.excluded.empty()) text += " without " + std::to_string(publication.excluded.size());
        note("publish", publication.author, text, {});
        if (publication.tenant != "default") note("tenant", {}, publication.tenant, {});
        all_committed = all_committed && publication.committed;
        return std::uint64_t{1};
    }
    std::uint64_t subscribers(std::string_view, std::string_view) const override { return 0; }
    void message_ended(const session::SessionInfoRef&, std::size_t) override { ended.fetch_add(1); }
    void strand_has_space(SessionId session) override { note("space", session, {}, {}); }
    session::SessionInfoRef find(SessionId) const override { return nullptr; }

    std::vector<Sent> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(sent_, {});
    }
    // When set, replies and failures go here instead.
    std::function<void(const Sent&)> on_answer;
    std::atomic<std::uint64_t> ended{0};
    std::atomic<bool> all_committed{true};

private:
    void note(const char* what, SessionId session, std::string_view text, std::string_view id) {
        Sent sent{what, session.bits(), std::string(text), std::string(id)};
        if (on_answer) return on_answer(sent);
        const std::lock_guard lock(mutex_);
        sent_.push_back(std::move(sent));
    }
    std::mutex mutex_;
    std::vector<Sent> sent_;
};

class FakeHistogram final : public Histogram {
public:
    void observe(double value) override {
        const std::lock_guard lock(mutex_);
        values_.push_back(value);
    }
    std::vector<double> values() const {
        const std::lock_guard lock(mutex_);
        return values_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<double> values_;
};

class FakeMetrics final : public Metrics {
public:
    Counter& counter(std::string_view name, std::string_view, std::vector<Label> labels) override {
        const std::lock_guard lock(mutex_);
        return counters_[name_of(name, labels)];
    }
    Histogram& histogram(std::string_view name, std::string_view, std::vector<double>,
                         std::vector<Label> labels) override {
        const std::lock_guard lock(mutex_);
        return histograms_[name_of(name, labels)];
    }
    void gauge(std::string_view name, std::string_view, std::function<double()> read,
               std::vector<Label> labels) override {
        const std::lock_guard lock(mutex_);
        gauges_[name_of(name, labels)] = std::move(read);
    }
    std::string text() const override { return {}; }

    // "tidegate_plugin_faults_total probe"
    std::uint64_t count(const std::string& name) {
        const std::lock_guard lock(mutex_);
        return counters_[name].value();
    }
    std::vector<double> values(const std::string& name) {
        const std::lock_guard lock(mutex_);
        return histograms_[name].values();
    }
    double gauge_now(const std::string& name) {
        const std::lock_guard lock(mutex_);
        return gauges_.at(name)();
    }

private:
    static std::string name_of(std::string_view name, const std::vector<Label>& labels) {
        std::string full(name);
        for (const auto& label : labels) full += " " + label.value;
        return full;
    }
    std::mutex mutex_;
    std::map<std::string, Counter> counters_;
    std::map<std::string, FakeHistogram> histograms_;
    std::map<std::string, std::function<double()>> gauges_;
};

inline session::SessionInfoRef make_session(std::uint32_t number = 1, const std::string& tenant = "default") {
    session::SessionIdentity identity;
    identity.id = SessionId(0, number, 1);
    identity.client_id = "client-" + std::to_string(number);
    identity.tenant = tenant;
    identity.key = "session:" + identity.client_id;
    auto principal = std::make_shared<Principal>();
    principal->sub = "00000000-0000-4000-8000-000000000001";
    principal->permissions = {"quotes:*"};
    return make_ref<session::SessionInfo>(std::move(identity), std::move(principal));
}

inline std::filesystem::path image_of(const std::string& variant, const std::string& id = "probe") {
    return std::filesystem::path(TIDEGATE_TEST_IMAGES) / variant / (id + ".so");
}

// A folder of its own, gone with the test.
class TestFolder {
public:
    TestFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "tidegate-plugin-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Complete at once under its name, as a careful deployment does it.
inline void drop(const std::filesystem::path& to, std::string_view bytes) {
    const auto part = to.string() + ".part";
    std::ofstream(part, std::ios::binary) << bytes;
    std::filesystem::rename(part, to);
}

inline routing::Invocation message(const session::SessionInfoRef& session, const std::string& type,
                                   const std::string& key, const std::string& payload = "{}",
                                   const routing::MessageRoute* route = nullptr) {
    routing::Invocation call;
    call.kind = routing::InvocationKind::kMessage;
    call.key = key;
    call.session = session;
    call.buffer = Buffer::copy_of(type + payload);
    call.type = call.buffer->view().substr(0, type.size());
    call.payload = call.buffer->view().substr(type.size());
    call.id = "1";
    call.route = route;
    return call;
}

// An engine that runs only when pumped, by a clock that only the test moves, and images of probe.
class PumpedEngine : public ::testing::Test {
protected:
    PumpedEngine() : slot(engine->add_slot("probe")) {}
    ~PumpedEngine() override {
        slot.publish(nullptr);
        for (auto& generation : generations) {
            if (generation->counters().quiet())
                EXPECT_TRUE(generation->unload());
            else
                generation->abandon();
        }
    }

    Generation& load(const std::string& variant = "good_a") {
        auto candidate = verify(*read_image(image_of(variant)));
        auto copy = copies.write("probe", candidate->image, ++last);
        auto loaded = Generation::load(slot, last, candidate->manifest, *copy, candidate->image.hash);
        EXPECT_TRUE(loaded) << loaded.error().text;
        EXPECT_TRUE((*loaded)->start());
        generations.push_back(std::move(*loaded));
        return *generations.back();
    }
    void pump() {
        while (engine->workers.pump_one()) continue;
    }
    void pass_ms(std::int64_t ms) {
        clock.advance_ms(ms);
        engine->timers.pump();
        pump();
    }
    routing::Dispatched say(const std::string& type, const std::string& key = "k", const std::string& payload = "{}",
                            const routing::MessageRoute* route = nullptr) {
        return slot.dispatch(message(session, type, key, payload, route));
    }
    std::string answers() {
        std::string all;
        for (const auto& sent : gateway.take()) all += (all.empty() ? "" : "|") + sent.what + " " + sent.text;
        return all;
    }

    ManualClock clock;
    FakeGateway gateway;
    FakeMetrics metrics;
    FakeDocuments documents;
    FakeLeases leases;
    FakePresence presence;
    MemoryKeyValues values{clock, 1024 * 1024};
    MemoryStreams streams{clock, 1024 * 1024};
    TestFolder folder;
    PrivateCopies copies{folder.path()};
    std::shared_ptr<Engine> engine =
        std::make_shared<Engine>(Services{gateway, documents, leases, presence, values, streams, metrics, clock});
    Slot& slot;
    std::vector<std::unique_ptr<Generation>> generations;
    std::uint64_t last = 0;
    session::SessionInfoRef session = make_session();
};

}  // namespace tidegate::plugin::testing
