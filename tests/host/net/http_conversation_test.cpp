#include "net/http_conversation.hpp"

#include "tests/host/net/loopback.hpp"

#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <gmock/gmock.h>

namespace tidegate::net {
namespace {

using test::Client;
using test::eventually;
using test::TestServer;
using testing::HasSubstr;
using testing::StartsWith;

void echo(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) {
    std::string body;
    Poco::StreamCopier::copyToString(request.stream(), body);
    const std::string text = request.getMethod() + request.getURI() + "[" + body + "]";
    response.sendBuffer(text.data(), text.size());
}

std::string get(std::string_view target, std::string_view fields = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: here\r\n" + std::string(fields) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view fields = {}) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

TEST(HttpConversation, ServesGetAndPostByAHandlerOverOneConnection) {
    TestServer server({.poco = echo});
    Client client(server.port());
    ASSERT_TRUE(client.send(get("/one")));
    ASSERT_TRUE(client.receive_until("GET/one[]"));
    EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(client.received(), HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    client.forget();
    const std::string body(300'000, 'b');
    ASSERT_TRUE(client.send(post("/two", body)));
    ASSERT_TRUE(client.receive_until("POST/two[" + body + "]"));
    EXPECT_EQ(server.stats().accepted.value(), 1U);
    EXPECT_EQ(server.stats().exchanges.value(), 2U);
}

TEST(HttpConversation, ServesByTheDispatcherFirstAndFromAnyThread) {
    TestServer server({.poco = echo});
    std::thread answering;
    server.dispatcher().on_request_ = [&](const RequestHead&, std::string body, auto done) {
        answering = std::thread([body, done = std::move(done)] {
            done({201, "application/json", "\"" + body + "\"", {{"Location", "/plugin/7"}}});
        });
    };
    Client client(server.port());
    ASSERT_TRUE(client.send(post("/plugin/new", "hello")));
    ASSERT_TRUE(client.receive_until("\"hello\""));
    EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 201 Created\r\n"));
    EXPECT_THAT(client.received(), HasSubstr("Location: /plugin/7\r\n"));
    answering.join();
}

TEST(HttpConversation, ReadsAHeadAndABodyInWhateverPiecesTheyCome) {
    TestServer server({});
    const std::string request = post("/plugin", "split body");
    for (std::size_t cut = 1; cut < request.size(); cut += 3) {
        Client client(server.port());
        ASSERT_TRUE(client.send(request.substr(0, cut)));
        // The first piece must have been read alone.
        ASSERT_TRUE(eventually([&] { return server.stats().bytes_in.value() % request.size() == cut; })) << cut;
        ASSERT_TRUE(client.send(request.substr(cut)));
        ASSERT_TRUE(client.receive_until("plugin:split body")) << cut;
    }
}

TEST(HttpConversation, AnswersPipelinedRequestsInTheirOrder) {
    TestServer server({});
    server.dispatcher().on_request_ = [](const RequestHead& head, std::string, auto done) {
        done({200, "text/plain", "<" + head.path + ">", {}});
    };
    Client client(server.port());
    ASSERT_TRUE(client.send(get("/plugin/1") + get("/plugin/2") + get("/plugin/3", "Connection: close\r\n")));
    const std::string all = client.receive_all();
    EXPECT_TRUE(client.at_end());
    const auto first = all.find("</plugin/1>");
    const auto second = all.find("</plugin/2>");
    const auto third = all.find("</plugin/3>");
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_NE(third, std::string::npos);
}

TEST(HttpConversation, HonoursConnectionClose) {
    TestServer server({});
    Client client(server.port());
    ASSERT_TRUE(client.send(get("/plugin", "Connection: close\r\n")));
    EXPECT_THAT(client.receive_all(), HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(client.at_end());
}

TEST(HttpConversation, AnswersAClientThatHasFinishedSending) {
    TestServer server({});
    Client client(server.port());
    ASSERT_TRUE(client.send(get("/plugin")));
    client.shutdown_writing();
    EXPECT_THAT(client.receive_all(), HasSubstr("plugin:"));
    EXPECT_TRUE(eventually([&] { return server.listener().open_connections() == 0; }));
}

TEST(HttpConversation, AnswersHeadWithoutABodyAndGoesOn) {
    TestServer server({.poco = [](auto&, auto& response) { response.sendBuffer("12345", 5); }});
    for (const char* target : {"/plugin", "/poco"}) {
        Client client(server.port());
        ASSERT_TRUE(client.send("HEAD " + std::string(target) + " HTTP/1.1\r\nHost: here\r\n\r\n"));
        ASSERT_TRUE(client.receive_until("\r\n\r\n"));
        EXPECT_TRUE(client.received().ends_with("\r\n\r\n")) << target;
        EXPECT_THAT(client.received(), HasSubstr("Content-Length: ")) << target;
        client.forget();
        ASSERT_TRUE(client.send(get("/plugin", "Connection: close\r\n")));
        EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 200 OK\r\n")) << target;
    }
}

TEST(HttpConversation, SaysContinueBeforeTheBody) {
    TestServer server({});
    Client client(server.port());
    ASSERT_TRUE(
        client.send("POST /plugin HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
    ASSERT_TRUE(client.receive_until("\r\n\r\n"));
    EXPECT_EQ(client.received(), "HTTP/1.1 100 Continue\r\n\r\n");
    ASSERT_TRUE(client.send("body"));
    EXPECT_TRUE(client.receive_until("plugin:body"));
}

TEST(HttpConversation, RefusesByTheRightStatusAndCloses) {
    TestServer server({});
    const struct {
        std::string request;
        int status;
    } cases[] = {
        {"POST /plugin HTTP/1.1\r\nHost: here\r\nContent-Length: 1048577\r\n\r\n", 413},
        {get("/plugin", "X-Long: " + std::string(17'000, 'x') + "\r\n"), 431},
        {get("/" + std::string(9'000, 'x')), 414},
        {"POST /plugin HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n", 411},
        {post("/plugin", "x", "Expect: a-miracle\r\n"), 417},
        {"GET / HTTP/1.1\nHost: here\n\n", 400},
        {"GET / HTTP/1.0\r\nHost: here\r\n\r\n", 505},
        {get("/nobody"), 404},
        {"GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx", 400},
    };
    for (const auto& [request, status] : cases) {
        const auto before = server.stats().refused_by_status[static_cast<std::size_t>(status)].value();
        Client client(server.port());
        ASSERT_TRUE(client.send(request));
        EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 " + std::to_string(status) + " "));
        EXPECT_TRUE(client.at_end()) << status;
        EXPECT_EQ(server.stats().refused_by_status[static_cast<std::size_t>(status)].value(), before + 1);
    }
}

TEST(HttpConversation, ClosesASlowRequestAtItsDeadlineHoweverBusyItLooks) {
    ServerOptions options;
    options.request_deadline_ms = 60;
    TestServer server({.options = options});
    Client client(server.port());
    ASSERT_TRUE(client.send("GET /plugin HTTP/1.1\r\nHost: here\r\nX-Slow: "));
    std::atomic<bool> over{false};
    std::thread dripping([&] {
        for (int i = 0; i < 8000 && !over && client.send("x"); ++i) std::this_thread::yield();
    });
    EXPECT_TRUE(eventually([&] { return server.stats().refused_by_status[408].value() == 1; }));
    over = true;
    dripping.join();
    EXPECT_TRUE(client.receive_until("HTTP/1.1 408 "));
}

TEST(HttpConversation, ClosesAtTheDeadlineWhetherNothingCameOrHalfABody) {
    ServerOptions options;
    options.request_deadline_ms = 40;
    TestServer server({.options = options});
    Client silent(server.port());
    EXPECT_EQ(silent.receive_all(), "");
    EXPECT_TRUE(silent.at_end());
    Client half(server.port());
    ASSERT_TRUE(half.send("POST /plugin HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nhalf"));
    EXPECT_THAT(half.receive_all(), StartsWith("HTTP/1.1 408 "));
    EXPECT_TRUE(half.at_end());
    EXPECT_EQ(server.stats().deadlines.value(), 2U);
}

TEST(HttpConversation, LetsGoOfAConnectionThatIdlesBetweenRequests) {
    ServerOptions options;
    options.keep_alive_ms = 30;
    TestServer server({.options = options});
    Client client(server.port());
    ASSERT_TRUE(client.send(get("/plugin")));
    EXPECT_THAT(client.receive_all(), HasSubstr("Connection: keep-alive"));
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(server.stats().deadlines.value(), 0U);
}

TEST(HttpConversation, AnswersForADispatcherThatNeverDoesAndCountsWhatComesLate) {
    ServerOptions options;
    options.answer_deadline_ms = 30;
    TestServer server({.options = options});
    Guarded<test::ScriptedDispatcher::Done> late;
    server.dispatcher().on_request_ = [&](const RequestHead&, std::string, auto done) {
        late.with([&](auto& kept) { kept = std::move(done); });
    };
    Client client(server.port());
    ASSERT_TRUE(client.send(get("/plugin")));
    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 504 "));
    late.with([](auto& done) { done({200, "text/plain", "late", {}}); });
    EXPECT_TRUE(eventually([&] { return server.stats().stale_answers.value() == 1; }));
}

TEST(HttpConversation, CountsAnAnswerWhoseClientHasGone) {
    TestServer server({});
    Guarded<test::ScriptedDispatcher::Done> late;
    std::atomic<bool> asked{false};
    server.dispatcher().on_request_ = [&](const RequestHead&, std::string, auto done) {
        late.with([&](auto& kept) { kept = std::move(done); });
        asked = true;
    };
    Client client(server.port());
    ASSERT_TRUE(client.send(get("/plugin")));
    ASSERT_TRUE(eventually([&] { return asked.load(); }));
    client.reset();
    ASSERT_TRUE(eventually([&] { return server.listener().open_connections() == 0; }));
    late.with([](auto& done) { done({200, "text/plain", "late", {}}); });
    EXPECT_TRUE(eventually([&] { return server.stats().stale_answers.value() == 1; }));
}

TEST(HttpConversation, Says503WhenThePoolHasNoThreadLeft) {
    std::promise<void> release;
    auto released = release.get_future().share();
    std::atomic<int> inside{0};
    TestServer server({.pool_threads = 1, .poco = [&](auto&, auto& response) {
                           ++inside;
                           released.wait();
                           response.sendBuffer("ok", 2);
                       }});
    Client first(server.port());
    ASSERT_TRUE(first.send(get("/a")));
    ASSERT_TRUE(eventually([&] { return inside == 1; }));
    Client second(server.port());
    ASSERT_TRUE(second.send(get("/b")));
    EXPECT_THAT(second.receive_all(), StartsWith("HTTP/1.1 503 "));
    EXPECT_EQ(server.stats().pool_full.value(), 1U);
    release.set_value();
    EXPECT_TRUE(first.receive_until("\r\n\r\nok"));
}

TEST(HttpConversation, WritesALargeAnswerToASlowReader) {
    TestServer server({});
    const std::string large(4'000'000, '#');
    server.dispatcher().on_request_ = [&](const RequestHead&, std::string, auto done) {
        done({200, "text/plain", large, {}});
    };
    Client client(server.port(), 8 * 1024);
    ASSERT_TRUE(client.send(get("/plugin") + get("/plugin", "Connection: close\r\n")));
    ASSERT_TRUE(eventually([&] { return server.stats().short_sends.value() > 0; }));
    const std::string all = client.receive_all();
    EXPECT_EQ(std::count(all.begin(), all.end(), '#'), 8'000'000);
}

TEST(HttpConversation, GivesUpOnAReaderThatTakesNothing) {
    ServerOptions options;
    options.write_stall_ms = 40;
    TestServer server({.options = options});
    server.dispatcher().on_request_ = [](const RequestHead&, std::string, auto done) {
        done({200, "text/plain", std::string(4'000'000, '#'), {}});
    };
    Client client(server.port(), 8 * 1024);
    ASSERT_TRUE(client.send(get("/plugin")));
    EXPECT_TRUE(eventually([&] { return server.stats().deadlines.value() == 1; }));
    EXPECT_TRUE(eventually([&] { return server.listener().open_connections() == 0; }));
}

TEST(HttpConversation, WithoutAnUpgradeHandlerAnUpgradeIsAnOrdinaryRequest) {
    TestServer server({.poco = [](auto&, auto& response) { response.sendBuffer("plain", 5); }, .upgrades = false});
    Client client(server.port());
    ASSERT_TRUE(client.send(test::kUpgradeRequest));
    EXPECT_TRUE(client.receive_until("\r\n\r\nplain"));
}

}  // namespace
}  // namespace tidegate::net
