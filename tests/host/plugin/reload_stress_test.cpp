// Generations replaced, refused and brought back under load, with an oracle at the gateway: every message is answered
// exactly once, in order per key, and nothing stays mapped.

#include "tests/host/plugin/registry_harness.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <random>

namespace tidegate::plugin {
namespace {

using testing::eventually;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kSwaps = 150;
constexpr int kMessages = 20'000;
#else
constexpr int kSwaps = 300;
constexpr int kMessages = 300'000;
#endif
constexpr int kKeys = 200;
constexpr int kStrictKeys = 180;

struct Key {
    std::atomic<std::uint64_t> sent{0};
    std::atomic<std::uint64_t> answered{0};
};

std::string percentiles(std::vector<double> values) {
    if (values.empty()) return "none";
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) { return values[static_cast<std::size_t>(share * (values.size() - 1))]; };
    char text[120];
    std::snprintf(text, sizeof text, "p50 %.1f p99 %.1f max %.1f (n=%zu)", at(0.5), at(0.99), at(1), values.size());
    return text;
}

class ReloadStress : public testing::RegistryFixture {
protected:
    ReloadStress() {
        gateway.on_answer = [this](const testing::Sent& sent) { check(sent); };
    }

    // Every answer carries the id of its message: key and number.
    void check(const testing::Sent& sent) {
        if (sent.what != "reply" && sent.what != "fail") return;
        const auto colon = sent.id.find('-');
        Key& key = keys[std::stoul(sent.id.substr(0, colon))];
        const auto number = std::stoull(sent.id.substr(colon + 1));
        const auto before = key.answered.fetch_add(1);
        if (&key < &keys[kStrictKeys] && before + 1 != number) out_of_order.fetch_add(1);
    }

    bool send(std::size_t index, const std::string& type, const routing::RouteTable::MessageMatch& found) {
        Key& key = keys[index];
        if (key.sent - key.answered > 64) return false;
        const auto id = std::to_string(index) + "-" + std::to_string(key.sent + 1);
        routing::Invocation call;
        call.kind = routing::InvocationKind::kMessage;
        call.key = "key-" + std::to_string(index);
        call.session = session;
        call.buffer = Buffer::copy_of(type + id + "1");
        call.type = call.buffer->view().substr(0, type.size());
        call.id = call.buffer->view().substr(type.size(), id.size());
        call.payload = call.buffer->view().substr(type.size() + id.size());
        call.route = found.route;
        if (found.plugin->dispatch(std::move(call)) != routing::Dispatched::kAccepted) return false;
        key.sent.fetch_add(1);
        return true;
    }

    void produce() {
        std::mt19937 random(42);
        const auto strict = match("probe:say");
        const auto many = match("probe_many:say");
        while (running.load()) {
            for (int i = 0; i < 16; ++i) {
                const auto index = random() % kKeys;
                const bool is_strict = index < kStrictKeys;
                const std::string prefix = is_strict ? "probe:" : "probe_many:";
                const auto dice = random() % 100;
                const auto what = dice < 60   ? std::string("say")
                                  : dice < 90 ? "sleep_" + std::to_string(random() % 4)
                                  : dice < 95 ? std::string("blocking")
                                              : std::string("throw");
                send(index, prefix + what, is_strict ? strict : many);
            }
            std::this_thread::sleep_for(std::chrono::microseconds(300));
        }
    }

    std::uint64_t sent() const {
        std::uint64_t total = 0;
        for (const auto& key : keys) total += key.sent;
        return total;
    }
    std::uint64_t answered() const {
        std::uint64_t total = 0;
        for (const auto& key : keys) total += key.answered;
        return total;
    }

    std::array<Key, kKeys> keys;
    std::atomic<std::uint64_t> out_of_order{0};
    std::atomic<bool> running{true};
};

TEST_F(ReloadStress, LosesNothingAndKeepsTheOrderOfEveryKey) {
    put("good_a");
    start();
    std::thread producer([this] { produce(); });
    std::mt19937 random(7);
    static constexpr const char* kRefused[] = {"throws_in_configure", "self_check_fails", "throws_in_start",
                                               "wrong_abi_major",     "null_create",      "needs_gate",
                                               "no_manifest",         "entry_id_mismatch"};
    int refused = 0, swapped = 0, rolled_back = 0;
    for (int swap = 0; swap < kSwaps; ++swap) {
        const auto dice = random() % 100;
        if (dice < 35) {
            put(kRefused[random() % std::size(kRefused)]);
            const auto outcome = registry->reload("probe");
            EXPECT_FALSE(outcome);
            refused += !outcome;
        } else {
            put(swap % 2 ? "good_b" : "good_a");
            const auto outcome = registry->reload("probe");
            ASSERT_TRUE(outcome) << outcome.error().text;
            ++swapped;
            if (dice < 55) {
                if (dice < 45) std::this_thread::sleep_for(std::chrono::microseconds(random() % 8000));
                const auto back = registry->rollback("probe");
                ASSERT_TRUE(back) << back.error().text;
                ++rolled_back;
            }
        }
    }
    running = false;
    producer.join();
    EXPECT_TRUE(eventually([&] { return gateway.ended.load() == sent(); }));
    EXPECT_EQ(answered(), sent());
    EXPECT_EQ(gateway.ended.load(), sent());
    EXPECT_EQ(out_of_order.load(), 0u);
    EXPECT_GE(refused, kSwaps * 30 / 100);
    EXPECT_GE(rolled_back, kSwaps / 10);
    registry->stop(5000);
    EXPECT_EQ(testing::mapped_below(settings.run_dir), 0);
    EXPECT_EQ(metrics.gauge_now("tidegate_plugin_generations_mapped probe"), 0);
    std::printf("attempts %d: swapped %d, rolled back %d, refused %d; sent %llu = answered %llu\n", kSwaps, swapped,
                rolled_back, refused, static_cast<unsigned long long>(sent()),
                static_cast<unsigned long long>(answered()));
    std::printf("publish+grace µs: %s\n",
                percentiles(metrics.values("tidegate_plugin_publish_microseconds probe")).c_str());
    std::printf("drain ms: %s\n", percentiles(metrics.values("tidegate_plugin_drain_milliseconds probe")).c_str());
}

TEST_F(ReloadStress, AMessageThroughAStrandIsCheap) {
    put("good_a");
    gateway.on_answer = [](const testing::Sent&) {};
    start();
    const auto route = match("probe:say");
    const auto cpu_ns = [] {
        timespec now{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return now.tv_sec * 1e9 + static_cast<double>(now.tv_nsec);
    };
    const auto make = [&](int i) {
        return testing::message(session, "probe:say", "key-" + std::to_string(i % 64), "1", route.route);
    };
    const auto making = cpu_ns();
    for (int i = 0; i < kMessages; ++i) make(i);
    const auto made_ns = (cpu_ns() - making) / kMessages;
    const auto began = cpu_ns();
    for (int i = 0; i < kMessages; ++i) {
        // As many in flight as sixteen busy sessions may have.
        while (static_cast<std::uint64_t>(i) - gateway.ended.load() > 1024) std::this_thread::yield();
        while (route.plugin->dispatch(make(i)) != routing::Dispatched::kAccepted) std::this_thread::yield();
    }
    ASSERT_TRUE(eventually([&] { return gateway.ended.load() == static_cast<std::uint64_t>(kMessages); }));
    std::printf("CPU per message: %.0f ns through dispatch, strand, hook and reply; %.0f ns to make it\n",
                (cpu_ns() - began) / kMessages - made_ns, made_ns);
}

}  // namespace
}  // namespace tidegate::plugin
