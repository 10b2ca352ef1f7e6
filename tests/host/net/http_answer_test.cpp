#include "net/http_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidegate::net {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::size_t kPlenty = 1024 * 1024;

TEST(HttpAnswer, OfADispatcherIsOneWholeAnswer) {
    const HttpAnswer answer =
        dispatcher_answer({200, "application/json", "{}", {{"ETag", "\"1\""}}}, false, true, kPlenty);
    EXPECT_TRUE(answer.keep_alive);
    EXPECT_EQ(answer.bytes,
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nETag: \"1\"\r\n"
              "X-Content-Type-Options: nosniff\r\nConnection: keep-alive\r\n\r\n{}");
}

TEST(HttpAnswer, LeavesOutFieldsThatWouldBreakTheFraming) {
    const HttpAnswer answer = dispatcher_answer({200,
                                                 "text/plain\r\nSet-Cookie: a=b",
                                                 "x",
                                                 {{"X-Evil", "a\r\nSet-Cookie: a=b"},
                                                  {"Bad Name", "x"},
                                                  {"content-length", "9"},
                                                  {"Transfer-Encoding", "chunked"},
                                                  {"X-Good", "y"}}},
                                                false, false, kPlenty);
    EXPECT_THAT(answer.bytes, Not(HasSubstr("Set-Cookie")));
    EXPECT_THAT(answer.bytes, Not(HasSubstr("Bad Name")));
    EXPECT_THAT(answer.bytes, Not(HasSubstr("length: 9")));
    EXPECT_THAT(answer.bytes, Not(HasSubstr("chunked")));
    EXPECT_THAT(answer.bytes, HasSubstr("X-Good: y\r\n"));
    EXPECT_THAT(answer.bytes, HasSubstr("Connection: close\r\n"));
}

TEST(HttpAnswer, ToHeadTellsTheLengthOfTheBodyItLeavesOut) {
    const HttpAnswer answer = dispatcher_answer({200, "text/plain", "12345", {}}, true, true, kPlenty);
    EXPECT_THAT(answer.bytes, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_TRUE(answer.bytes.ends_with("\r\n\r\n"));
}

TEST(HttpAnswer, WithoutContentHasNoLength) {
    const HttpAnswer answer = dispatcher_answer({204, "", "ignored", {}}, false, true, kPlenty);
    EXPECT_THAT(answer.bytes, Not(HasSubstr("Content-Length")));
    EXPECT_TRUE(answer.bytes.ends_with("\r\n\r\n"));
}

TEST(HttpAnswer, BadStatusOrTooLargeABodyBecomesA500) {
    EXPECT_THAT(dispatcher_answer({101, "", "", {}}, false, true, kPlenty).bytes, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(dispatcher_answer({700, "", "", {}}, false, true, kPlenty).bytes, StartsWith("HTTP/1.1 500 "));
    const HttpAnswer large = dispatcher_answer({200, "", "12345", {}}, false, true, 4);
    EXPECT_THAT(large.bytes, StartsWith("HTTP/1.1 500 "));
    EXPECT_FALSE(large.keep_alive);
}

TEST(HttpAnswer, OfAHandlerKeepsTheConnectionOnlyWhenItsEndIsCertain) {
    const auto keeps = [](std::string written, bool head_only = false) {
        return handler_answer(std::move(written), head_only, true).keep_alive;
    };
    EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"));
    EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", true));
    EXPECT_TRUE(keeps("HTTP/1.1 204 No Content\r\n\r\n"));
    EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"));
    EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"));
    EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\n\r\nab"));
    EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Close\r\n\r\nab"));
}

TEST(HttpAnswer, OfAHandlerIsMarkedNoSniffOnce) {
    const std::string marked = "HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(handler_answer(marked, false, true).bytes, marked);
    EXPECT_EQ(handler_answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, true).bytes, marked);
}

TEST(HttpAnswer, NothingOrHalfAHeadFromAHandlerBecomesA500) {
    for (const char* written : {"", "HTTP/1.1 200 OK\r\n", "nonsense\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
        const HttpAnswer answer = handler_answer(written, false, true);
        EXPECT_THAT(answer.bytes, StartsWith("HTTP/1.1 500 ")) << written;
        EXPECT_FALSE(answer.keep_alive);
    }
}

}  // namespace
}  // namespace tidegate::net
