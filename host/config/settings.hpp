#pragma once

// Settings: everything the configuration decides, as plain values. The initial values here are the defaults; what each
// one means, its bounds and its unit stand in field_table.cpp. Not tied to YAML. Values. [any-thread]

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tidegate::config {

// The key that config/dev.yaml carries for everybody to read. Refused wherever strangers could reach the host.
inline constexpr const char* kDevelopmentKey = "tidegate-development-key-never-use-it-in-production";

using RoleMap = std::map<std::string, std::vector<std::string>>;  // role -> permissions

struct ReloadSettings {
    std::int64_t drain_ms = 5'000;
};

struct FeatureSettings {
    bool enabled = true;
    std::string config = "{}";  // a JSON object, as the plugin gets it
    ReloadSettings reload;
};

struct Settings {
    // Of the file: relative paths, in it and in the environment, count from here.
    std::filesystem::path folder;

    struct Node {
        std::string id = "local";
    } node;
    struct Listen {
        std::string address = "127.0.0.1:8080";
        std::uint32_t loops = 0;
        std::uint32_t max_connections = 10'000;
        std::vector<std::string> allowed_origins;
        bool conformance = false;
    } listen;
    struct Admin {
        std::string address = "127.0.0.1:9090";
        std::filesystem::path token_file;
    } admin;
    struct Data {
        std::filesystem::path dir = "data";
    } data;
    struct Documents {
        std::string store = "sqlite";
    } documents;
    struct Streams {
        std::size_t max_bytes = std::size_t{4} * 1024 * 1024 * 1024;
    } streams;
    struct Values {
        std::size_t max_bytes = std::size_t{64} * 1024 * 1024;
    } values;
    struct Auth {
        std::string hs256_key;
        std::string key_id;
        std::string audience;
        std::string issuer;
        std::int64_t leeway_s = 30;
        bool query_token = true;
        RoleMap roles;
    } auth;
    struct Limits {
        std::size_t message_bytes = std::size_t{64} * 1024;
        std::size_t outbox_bytes = std::size_t{1024} * 1024;
        std::uint32_t connections_per_user = 20;
        std::uint32_t connections_per_address = 200;
        std::uint32_t messages_per_second = 50;
        std::uint32_t message_burst = 200;
        std::uint32_t errors_per_10s = 100;
    } limits;
    struct Heartbeat {
        std::int64_t interval_ms = 25'000;
    } heartbeat;
    struct Plugins {
        std::filesystem::path dir = "plugins";
        bool auto_enable = false;
        bool watch = true;
        std::int64_t debounce_ms = 300;
        std::uint32_t workers = 0;
    } plugins;
    std::map<std::string, FeatureSettings> features;  // by plugin id
    struct Log {
        std::string level = "info";
    } log;
    struct Web {
        std::filesystem::path dir;
    } web;
    struct Drain {
        std::int64_t deadline_ms = 10'000;
    } drain;
};

// 0 in the settings: half the machine's cores, at least one.
inline std::uint32_t loop_count(const Settings& settings, std::uint32_t cores) {
    if (settings.listen.loops != 0) return settings.listen.loops;
    return cores > 1 ? cores / 2 : 1;
}
// 0 in the settings: one per core, at least two.
inline std::uint32_t worker_count(const Settings& settings, std::uint32_t cores) {
    if (settings.plugins.workers != 0) return settings.plugins.workers;
    return cores > 2 ? cores : 2;
}

}  // namespace tidegate::config
