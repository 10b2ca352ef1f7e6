// What the tests of notification.so share: it in a host of the testing kit, people, and ways to send.
// Not a scheduler: a test is one thread.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tidegate/testing/expect.hpp>
#include <tidegate/testing/host.hpp>
#include <vector>

namespace tidegate::notification::testing {

using tg::testing::Client;
using tg::testing::Host;
using tg::testing::HttpReply;
using tg::testing::Json;
using tg::testing::Options;
using tg::testing::User;

inline User user(char letter, const std::string& name, const std::string& role = "agent",
                 std::vector<std::string> permissions = {}) {
    return {std::string("00000000-0000-4000-8000-00000000000") + letter, name, role, std::move(permissions)};
}

class NotificationTest : public ::testing::Test {
protected:
    explicit NotificationTest(Options options = {}, const std::string& config = "{}") : host(options) {
        host.load(NOTIFICATION_SO, config);
    }
    void TearDown() override { EXPECT_EQ(host.stop(), ""); }

    Client open(const User& who, const std::string& device = {}) {
        Client client = host.connect(who, "/ws/notifications" + (device.empty() ? "" : "?device=" + device));
        settle();
        return client;
    }
    // The queue is given in turns a millisecond apart.
    void settle() { host.advance_ms(50); }

    Json body_for(const User& to, const std::string& title, Json more = Json::object()) {
        Json body{{"user_id", to.sub}, {"title", title}, {"message", "m"}, {"level", "info"}};
        body.update(more);
        return body;
    }
    HttpReply post(const Json& body, const std::string& key = {}, const std::string& path = "/api/notifications") {
        return host.http("POST", path, sam, body.dump(), key);
    }
    // Sends it and gives its id.
    std::string send(const User& to, const std::string& title, const Json& more = Json::object()) {
        const HttpReply reply = post(body_for(to, title, more));
        EXPECT_EQ(reply.status, 202) << reply.body;
        return reply.json.value("id", "");
    }
    HttpReply broadcast(const std::string& title, Json more = Json::object()) {
        Json body{{"title", title}, {"message", "m"}, {"level", "info"}};
        body.update(more);
        return post(body, {}, "/api/notifications/broadcast");
    }
    Json statistics(const std::string& id) { return host.http("GET", "/api/notifications/" + id, sam).json; }

    // Sends it under a new id and gives its one answer.
    Json ask(Client client, Json message) {
        message["id"] = ++last_id;
        client.push(message);
        const Json answer = client.reply(last_id);
        EXPECT_FALSE(answer.is_null()) << message << " was not answered";
        return answer.is_null() ? Json::object() : answer;
    }

    static std::vector<std::string> titles(const Client& client, std::string_view type = "notification") {
        std::vector<std::string> out;
        for (const Json& message : client.received(type)) out.push_back(message["notification"]["title"]);
        return out;
    }

    Host host;
    const User ada = user('a', "Ada");
    const User ben = user('b', "Ben", "manager");
    const User sam = user('5', "Sam", "manager", {"notifications:send"});
    const User root = user('f', "Root", "admin", {"*"});
    int last_id = 0;
};

using Titles = std::vector<std::string>;

}  // namespace tidegate::notification::testing
