// What the tests of analytics.so share: it alone in a host of the testing kit, events as other plugins emit them, a few
// people who look.
// Not a scheduler: a test is one thread.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tidegate/testing/expect.hpp>
#include <tidegate/testing/host.hpp>

namespace tidegate::analytics::testing {

using tg::testing::Client;
using tg::testing::Host;
using tg::testing::Json;
using tg::testing::Options;
using tg::testing::User;

constexpr std::int64_t kTickMs = 2000;

inline User user(char letter, const std::string& role, std::vector<std::string> permissions,
                 std::string tenant = "default") {
    return {std::string("00000000-0000-4000-8000-00000000000") + letter, role, role, std::move(permissions),
            std::move(tenant)};
}

class AnalyticsTest : public ::testing::Test {
protected:
    explicit AnalyticsTest(Options options = {}, Json config_of = Json::object())
        : host(options), config(std::move(config_of)) {
        load();
    }
    void TearDown() override { EXPECT_EQ(host.stop(), ""); }

    // And until it is ready.
    void load() {
        host.load(ANALYTICS_SO, config.dump());
        host.advance_ms(100);
    }
    void emit(const std::string& name, Json data, const std::string& tenant = "default") {
        const bool of_quote = data.contains("quote_id") && data["quote_id"].is_string();
        host.emit(name, data, of_quote ? "quote" : "", of_quote ? data["quote_id"].get<std::string>() : "", "", tenant);
    }
    // One more quote that is made and rated for the first time.
    void rate(const std::string& state = "US-TX", const std::string& tenant = "default") {
        const std::string quote = "q" + std::to_string(++quotes);
        emit("quote.created", {{"quote_id", quote}, {"user_id", "u1"}}, tenant);
        emit("quote.rated",
             {{"quote_id", quote},
              {"product", "home"},
              {"state", state},
              {"total", 501},
              {"currency", "USD"},
              {"first", true}},
             tenant);
    }
    void fail_calculations(int count) {
        for (int n = 0; n < count; ++n)
            emit("calculation.failed", {{"quote_id", "q" + std::to_string(n)}, {"code", "incomplete"}});
    }
    // To the next tick and what comes of it.
    void tick() { host.advance_ms(kTickMs); }

    Client watch(const std::string& type = "general") { return watch(type, mia); }
    Client watch(const std::string& type, const User& who) {
        return host.connect(who, "/ws/dashboard?dashboard_type=" + type);
    }
    // What somebody who comes now is shown.
    Json shown(const std::string& type = "general") {
        tick();  // a picture of before is too old then
        Client client = watch(type);
        const Json data = client.last("dashboard:initial").value("data", Json());
        client.close();
        return data;
    }
    std::int64_t completed() { return shown()["quotes"].value("completed_today", std::int64_t{-1}); }

    Json ask(Client client, Json message) {
        message["id"] = ++last_id;
        client.push(message);
        const Json answer = client.reply(last_id);
        EXPECT_FALSE(answer.is_null()) << message << " was not answered";
        return answer.is_null() ? Json::object() : answer;
    }
    std::uint64_t counted(const std::string& name) { return host.counter("tidegate_plugin_analytics_" + name); }

    // What a viewer of changes makes of them.
    static void merge(Json& target, const Json& patch) { target.merge_patch(patch); }
    // null and missing are the same in a merge patch.
    static Json without_nulls(const Json& value) {
        if (!value.is_object()) return value;
        Json out = Json::object();
        for (const auto& [name, member] : value.items())
            if (!member.is_null()) out[name] = without_nulls(member);
        return out;
    }

    Host host;
    Json config;
    int quotes = 0;
    int last_id = 0;
    const User mia = user('a', "manager", {"dashboard:*"});
    const User uma = user('b', "underwriter", {"dashboard:underwriting"});
    const User ada = user('c', "agent", {"quotes:*"});
    const User root = user('d', "admin", {"*"});
};

}  // namespace tidegate::analytics::testing
