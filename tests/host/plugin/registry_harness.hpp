#pragma once

// A whole registry over a folder of its own, with fakes around it.

#include "plugin/registry.hpp"
#include "tests/host/plugin/harness.hpp"

#include <link.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <thread>

namespace tidegate::plugin::testing {

// How many images from below `folder` are mapped in this process.
inline int mapped_below(const std::filesystem::path& folder) {
    struct Search {
        std::string prefix;
        int count = 0;
    } search{folder.string() + "/", 0};
    ::dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* context) {
            auto* wanted = static_cast<Search*>(context);
            wanted->count += std::string_view(info->dlpi_name).starts_with(wanted->prefix);
            return 0;
        },
        &search);
    return search.count;
}

// Waits for what other threads are about to do; false after ten seconds.
template <class Predicate>
bool eventually(Predicate&& predicate) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!predicate()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

class RegistryFixture : public ::testing::Test {
protected:
    RegistryFixture() {
        settings.dir = folder.path() / "plugins";
        settings.run_dir = folder.path() / "run";
        settings.data_dir = folder.path() / "data";
        settings.auto_enable = true;
        settings.debounce_ms = 20;
        for (const auto& made : {settings.dir, settings.data_dir}) std::filesystem::create_directories(made);
    }
    ~RegistryFixture() override {
        registry.reset();
        EXPECT_EQ(mapped_below(settings.run_dir), expected_mapped);
    }

    void put(const std::string& variant, const std::string& id = "probe") {
        drop(settings.dir / (id + ".so"), bytes_of(image_of(variant, id)));
    }
    void start() {
        registry = std::make_unique<Registry>(
            settings, Services{gateway, documents, leases, presence, values, streams, metrics, clock},
            [this](Ref<routing::RouteTable> table) {
                const std::lock_guard lock(routes_mutex);
                routes = std::move(table);
            });
        const auto started = registry->start();
        ASSERT_TRUE(started) << started.error().text;
    }
    routing::RouteTable::MessageMatch match(std::string_view type) {
        const std::lock_guard lock(routes_mutex);
        return routes->match_message(type);
    }
    nlohmann::json status(const std::string& id = "probe") {
        for (auto& plugin : nlohmann::json::parse(registry->status_json()))
            if (plugin["id"] == id) return plugin;
        return nullptr;
    }
    std::string state(const std::string& id = "probe") {
        const auto plugin = status(id);
        return plugin.is_null() ? "unknown" : plugin["state"].get<std::string>();
    }
    std::string version(const std::string& id = "probe") {
        const auto plugin = status(id);
        return plugin.is_null() || plugin["version"].is_null() ? "none" : plugin["version"].get<std::string>();
    }
    // What the plugin answers to a message on a key; waits for it.
    std::string ask(const std::string& type, const std::string& key = "k") {
        const auto before = gateway.ended.load();
        const auto found = match(type);
        if (!found.plugin || !found.available) return "no route";
        if (found.plugin->dispatch(message(session, type, key, "1", found.route)) != routing::Dispatched::kAccepted)
            return "not accepted";
        if (!eventually([&] { return gateway.ended.load() > before; })) return "no end";
        const auto sent = gateway.take();
        return sent.empty() ? "nothing" : sent.front().what + " " + sent.front().text;
    }

    TestFolder folder;
    RegistrySettings settings;
    SystemClock clock;
    FakeGateway gateway;
    FakeMetrics metrics;
    FakeDocuments documents;
    FakeLeases leases;
    FakePresence presence;
    MemoryKeyValues values{clock, 1024 * 1024};
    MemoryStreams streams{clock, 1024 * 1024};
    std::mutex routes_mutex;
    Ref<routing::RouteTable> routes;
    std::unique_ptr<Registry> registry;
    session::SessionInfoRef session = make_session();
    int expected_mapped = 0;
};

}  // namespace tidegate::plugin::testing
