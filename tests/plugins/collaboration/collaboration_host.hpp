// What the tests of collaboration.so share: quote.so and it in a host of the testing kit, a quote, a few people.
// Not a scheduler: a test is one thread.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tidegate/testing/expect.hpp>
#include <tidegate/testing/host.hpp>

namespace tidegate::collaboration::testing {

using tg::testing::Client;
using tg::testing::Host;
using tg::testing::Json;
using tg::testing::Options;
using tg::testing::User;

inline User user(char letter, const std::string& name, const std::string& role = "agent",
                 std::vector<std::string> permissions = {"quotes:*"}) {
    return {std::string("00000000-0000-4000-8000-00000000000") + letter, name, role, std::move(permissions)};
}

class CollaborationTest : public ::testing::Test {
protected:
    explicit CollaborationTest(Options options = {}) : host(options) {
        host.load(QUOTE_SO, R"({"manuals":")" QUOTE_MANUALS R"("})");
        host.load(COLLABORATION_SO);
    }
    void TearDown() override { EXPECT_EQ(host.stop(), ""); }

    Client open(const User& who) { return host.connect(who, "/ws/quotes/" + quote); }
    // On /ws, subscribed to the quote's channel, not yet in its session.
    Client subscribe(const User& who) { return host.join(channel, who); }

    // Sends it under a new id and gives its one answer.
    Json ask(Client client, Json message) {
        message["id"] = ++last_id;
        client.push(message);
        const Json answer = client.reply(last_id);
        EXPECT_FALSE(answer.is_null()) << message << " was not answered";
        return answer.is_null() ? Json::object() : answer;
    }
    Json edit(Client client, const std::string& field, Json value, Json more = Json::object()) {
        more.update({{"type", "field:update"}, {"field", field}, {"value", std::move(value)}});
        return ask(client, std::move(more));
    }
    Json lock(Client client, const std::string& field, bool take_over = false) {
        Json message{{"type", "field:lock"}, {"field", field}};
        if (take_over) message["take_over"] = true;
        return ask(client, std::move(message));
    }
    Json data() {
        const auto document = host.document("quote", quote);
        return document ? document->data["quote_data"] : Json();
    }
    std::uint64_t revision() {
        const auto document = host.document("quote", quote);
        return document ? document->revision : 0;
    }
    int events_named(std::string_view name) {
        int count = 0;
        for (const auto& event : host.events()) count += event.name == name;
        return count;
    }

    Host host;
    const std::string quote = "11111111-1111-4111-8111-111111111111";
    const std::string channel = "quote:" + quote;
    const User ada = user('a', "Ada");
    const User ben = user('b', "Ben");
    const User uma = user('c', "Uma", "underwriter");
    const User eve = user('e', "Eve", "customer", {"quotes:read"});
    int last_id = 0;
};

inline ::testing::AssertionResult is_answer(const Json& answer, std::string_view type,
                                            const Json& part = Json::object()) {
    if (answer.value("type", "") == type && tg::testing::holds(answer, part)) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << answer << " is not " << type << " with " << part;
}

// The answer has this type, and holds this.
#define EXPECT_ANSWER(...) EXPECT_TRUE(is_answer(__VA_ARGS__))

}  // namespace tidegate::collaboration::testing
