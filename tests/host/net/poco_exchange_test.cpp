#include "net/poco_exchange.hpp"

#include "tests/host/net/loopback.hpp"

#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <gmock/gmock.h>

namespace tidegate::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

CompleteRequest request_of(std::string method, std::string target, std::string_view body = {}) {
    CompleteRequest request;
    request.head.method = std::move(method);
    request.head.target = std::move(target);
    request.head.path = request.head.target;
    request.head.fields = {{"Host", "here"}};
    request.body = Buffer::copy_of(body);
    request.peer = {"192.0.2.7", 4711};
    return request;
}

HttpAnswer run(CompleteRequest request, test::PocoBody body, std::size_t max_bytes = 1024 * 1024) {
    HttpAnswer result;
    auto* exchange = new PocoExchange(std::move(request), new test::PocoHandlers(std::move(body)), max_bytes,
                                      [&](HttpAnswer answer) { result = std::move(answer); });
    exchange->run();
    return result;
}

TEST(PocoExchange, SerialisesARequestInOnlyOneWayToReadIt) {
    CompleteRequest request = request_of("POST", "/a?b=c", "body");
    request.head.fields = {{"Host", "here"},    {"Connection", "X-Hop"},      {"content-length", "4"},
                           {"X-Other", "kept"}, {"Expect", "100-continue"},   {"Transfer-Encoding", "chunked"},
                           {"TE", "trailers"},  {"Upgrade", "something-else"}};
    EXPECT_EQ(serialise_strictly(request.head, request.body.get()),
              "POST /a?b=c HTTP/1.1\r\nHost: here\r\nX-Other: kept\r\nContent-Length: 4\r\n"
              "Connection: keep-alive\r\n\r\nbody");
}

TEST(PocoExchange, ShowsTheHandlerTheRequestAndItsPeer) {
    const HttpAnswer answer = run(request_of("POST", "/x?y=1", "the body"), [](auto& request, auto& response) {
        std::string body;
        Poco::StreamCopier::copyToString(request.stream(), body);
        const std::string text =
            request.getMethod() + " " + request.getURI() + " " + body + " " + request.clientAddress().toString();
        response.sendBuffer(text.data(), text.size());
    });
    EXPECT_THAT(answer.bytes, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(answer.bytes.ends_with("\r\n\r\nPOST /x?y=1 the body 192.0.2.7:4711"));
    EXPECT_TRUE(answer.keep_alive);
}

TEST(PocoExchange, AMethodItDoesNotKnowDoesNotWaitForABody) {
    const HttpAnswer answer = run(request_of("BREW", "/pot"), [](auto& request, auto& response) {
        std::string body;
        Poco::StreamCopier::copyToString(request.stream(), body);
        response.setContentLength(0);
        response.send();
    });
    EXPECT_THAT(answer.bytes, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(PocoExchange, AnswersForAHandlerThatThrows) {
    const HttpAnswer poco =
        run(request_of("GET", "/"), [](auto&, auto&) { throw Poco::NotFoundException("on purpose"); });
    EXPECT_THAT(poco.bytes, StartsWith("HTTP/1.1 500 "));
    EXPECT_FALSE(poco.keep_alive);
    const HttpAnswer standard =
        run(request_of("GET", "/"), [](auto&, auto&) { throw std::runtime_error("on purpose"); });
    EXPECT_THAT(standard.bytes, StartsWith("HTTP/1.1 500 "));
    const HttpAnswer odd = run(request_of("GET", "/"), [](auto&, auto&) { throw 7; });
    EXPECT_THAT(odd.bytes, StartsWith("HTTP/1.1 500 "));
}

TEST(PocoExchange, AnswersForAHandlerThatSaysNothing) {
    const HttpAnswer answer = run(request_of("GET", "/"), [](auto&, auto&) {});
    EXPECT_THAT(answer.bytes, StartsWith("HTTP/1.1 500 "));
}

TEST(PocoExchange, BoundsTheAnswer) {
    const HttpAnswer answer = run(
        request_of("GET", "/"),
        [](auto&, auto& response) {
            response.setChunkedTransferEncoding(true);
            std::ostream& out = response.send();
            for (int i = 0; i < 1000; ++i) out << std::string(1000, 'x');
        },
        64 * 1024);
    EXPECT_THAT(answer.bytes, HasSubstr("answer too large"));
    EXPECT_FALSE(answer.keep_alive);
}

TEST(PocoExchange, AChunkedAnswerIsWhole) {
    const HttpAnswer answer = run(request_of("GET", "/"), [](auto&, auto& response) {
        response.setChunkedTransferEncoding(true);
        response.send() << "piece";
    });
    EXPECT_TRUE(answer.bytes.ends_with("5\r\npiece\r\n0\r\n\r\n"));
    EXPECT_TRUE(answer.keep_alive);
}

TEST(PocoExchange, AnAnswerWithoutLengthClosesTheConnection) {
    const HttpAnswer answer = run(request_of("GET", "/"), [](auto&, auto& response) { response.send() << "text"; });
    EXPECT_TRUE(answer.bytes.ends_with("\r\n\r\ntext"));
    EXPECT_FALSE(answer.keep_alive);
}

}  // namespace
}  // namespace tidegate::net
