#pragma once

// One loop's switchboard with fakes around it, for the tests of its flows. One thread.

#include "protocol/json_text.hpp"
#include "routing/loop_gateway.hpp"
#include "routing/switchboard.hpp"
#include "tests/support/fake_metrics.hpp"
#include "tests/support/fake_plugin.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/manual_executor.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tidegate::routing {

using Json = nlohmann::json;
using testing::FakePlugin;
using testing::FakeTransport;
using testing::message_route;

// "good:<sub>[:<expires_ms>]" is accepted.
class FakeAuthenticator final : public Authenticator {
public:
    Result<Principal> authenticate(std::string_view token) const override {
        if (!token.starts_with("good:")) return tidegate::fail(Errc::kForbidden, "not a good token");
        Principal principal;
        const std::string rest(token.substr(5));
        principal.sub = rest.substr(0, rest.find(':'));
        if (const auto colon = rest.find(':'); colon != std::string::npos) {
            principal.expires_ms = std::stoll(rest.substr(colon + 1));
        }
        return principal;
    }
};

class RoutingFixture : public ::testing::Test {
protected:
    explicit RoutingFixture(SwitchboardSettings wanted = {}) : settings(on_node_n1(std::move(wanted))) {
        publish_routes();
    }

    static SwitchboardSettings on_node_n1(SwitchboardSettings wanted) {
        wanted.node = "n1";
        return wanted;
    }
    PluginRoutes quote_routes() {
        PluginRoutes routes;
        routes.plugin = &quote;
        routes.messages = {message_route("quote", KeyKind::kChannel),
                           message_route("calc", KeyKind::kField, "quote_id")};
        routes.endpoints = {{"/ws/quotes/{quote_id}", "quote", "quote:{quote_id}", 0}};
        routes.channels = {{"quote:*", true}};
        return routes;
    }
    PluginRoutes collab_routes() {
        PluginRoutes routes;
        routes.plugin = &collab;
        routes.messages = {message_route("field", KeyKind::kChannel)};
        routes.attaches = {"quote"};
        return routes;
    }
    PluginRoutes echo_routes() {
        PluginRoutes routes;
        routes.plugin = &echo;
        routes.messages = {message_route("echo")};
        routes.messages[0].max_payload = 1000;
        routes.channels = {{"room:*", false}};
        return routes;
    }
    void publish_routes() {
        board.set_routes(RouteTable::build({quote_routes(), collab_routes(), echo_routes()}).value());
    }

    OpenRequest request(const std::string& path, FakeTransport& transport, const std::string& sub = "u1") {
        OpenRequest open;
        open.transport = &transport;
        open.endpoint = board.routes().match_endpoint(path);
        open.path = path;
        open.client_id = "client-" + std::to_string(++clients);
        open.address = "10.0.0.1";
        auto principal = std::make_shared<Principal>();
        principal->sub = sub;
        open.principal = principal;
        return open;
    }
    session::Session& open(OpenRequest open_request) {
        auto* transport = static_cast<FakeTransport*>(open_request.transport);
        session::Session& session = board.open(std::move(open_request));
        transport->sink = &session;
        return session;
    }
    session::Session& open(const std::string& path, FakeTransport& transport) { return open(request(path, transport)); }
    // Opened, and what it was told until now is forgotten.
    session::Session& open_quietly(const std::string& path, FakeTransport& transport) {
        session::Session& session = open(path, transport);
        executor.settle();
        transport.take_texts();
        return session;
    }
    void say(FakeTransport& transport, const std::string& text) {
        transport.say(text);
        executor.settle();
    }
    std::vector<std::string> types(FakeTransport& transport) {
        std::vector<std::string> out;
        for (const std::string& text : transport.take_texts()) out.push_back(Json::parse(text).at("type"));
        return out;
    }
    Json only(FakeTransport& transport) {
        const auto texts = transport.take_texts();
        EXPECT_EQ(texts.size(), 1u);
        return texts.empty() ? Json::object() : Json::parse(texts.back());
    }
    void publish(std::string_view channel, std::string_view event, bool recorded = true, Lane lane = Lane::kBulk) {
        Publication publication;
        publication.tenant = "default";
        publication.channel = channel;
        publication.event = event;
        publication.recorded = recorded;
        publication.lane = lane;
        ASSERT_TRUE(gateway.publish(publication));
    }
    // As the plugin layer does when a message's hook has ended.
    void end_message(const Invocation& invocation) {
        gateway.message_ended(invocation.session, invocation.payload.size());
    }

    SwitchboardSettings settings;
    int clients = 0;
    ManualClock clock;
    testing::ManualExecutor executor{clock};
    testing::FakeMetrics metrics;
    FakeAuthenticator authenticator;
    RoutingCommons commons{1, metrics, settings};
    FakePlugin quote{"quote"}, collab{"collaboration"}, echo{"echo"};
    Switchboard board{0, executor, clock, authenticator, commons, settings};
    LoopGateway gateway{{&board}, commons};
};

}  // namespace tidegate::routing
