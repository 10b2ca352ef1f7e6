#include "wire/http_head.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tidegate {
namespace {

const std::string kHost = "Host: example.com\r\n";

std::string get(const std::string& fields, const std::string& line = "GET / HTTP/1.1") {
    return line + "\r\n" + kHost + fields + "\r\n";
}

HeadResult parse(std::string_view bytes) {
    HeadParser parser;
    return parser.parse(bytes);
}

// The outcome byte by byte must be that of the whole; returns the latter.
HeadResult parse_both_ways(std::string_view bytes) {
    const HeadResult whole = parse(bytes);
    HeadParser parser;
    HeadResult stepwise;
    for (std::size_t size = 0; size <= bytes.size() && stepwise.state == HeadState::kNeedMore; ++size) {
        stepwise = parser.parse(bytes.substr(0, size));
    }
    EXPECT_EQ(stepwise.state, whole.state);
    EXPECT_EQ(stepwise.status, whole.status);
    EXPECT_EQ(stepwise.consumed, whole.consumed);
    EXPECT_STREQ(stepwise.reason, whole.reason);
    EXPECT_EQ(stepwise.head.fields, whole.head.fields);
    return whole;
}

void expect_bad(std::string_view bytes, int status, const char* reason) {
    const HeadResult result = parse_both_ways(bytes);
    EXPECT_EQ(result.state, HeadState::kBad) << bytes;
    EXPECT_EQ(result.status, status) << bytes;
    EXPECT_STREQ(result.reason, reason) << bytes;
}

TEST(HttpHead, ParsesABrowsersUpgrade) {
    const std::string bytes =
        get("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "sec-websocket-key:\tdGhlIHNhbXBsZSBub25jZQ== \r\nX-Empty:\r\n",
            "GET /ws/quotes/q%201?token=t HTTP/1.1");
    const HeadResult result = parse_both_ways(bytes + "frames follow");
    ASSERT_EQ(result.state, HeadState::kComplete) << result.reason;
    EXPECT_EQ(result.consumed, bytes.size());
    EXPECT_EQ(result.head.method, "GET");
    EXPECT_EQ(result.head.target, "/ws/quotes/q%201?token=t");
    EXPECT_EQ(result.head.path, "/ws/quotes/q 1");
    EXPECT_EQ(result.head.query, "token=t");
    EXPECT_EQ(result.head.field("Sec-WebSocket-Key"), "dGhlIHNhbXBsZSBub25jZQ==");
    EXPECT_EQ(result.head.field("x-empty"), "");
    EXPECT_EQ(result.head.field("absent"), std::nullopt);
    EXPECT_EQ(result.head.fields.size(), 6u);
    EXPECT_TRUE(result.head.upgrade_requested);
    EXPECT_TRUE(result.head.keep_alive);
    EXPECT_EQ(result.head.content_length, std::nullopt);
}

TEST(HttpHead, ReadsContentLengthAndConnectionClose) {
    const HeadResult result = parse_both_ways(get("Content-Length: 42\r\nConnection: Close\r\n", "POST /api HTTP/1.1"));
    ASSERT_EQ(result.state, HeadState::kComplete);
    EXPECT_EQ(result.head.content_length, 42u);
    EXPECT_FALSE(result.head.keep_alive);
    EXPECT_FALSE(result.head.upgrade_requested);
}

TEST(HttpHead, IgnoresAnUpgradeToSomethingElse) {
    const HeadResult result = parse(get("Connection: Upgrade\r\nUpgrade: h2c\r\n"));
    ASSERT_EQ(result.state, HeadState::kComplete);
    EXPECT_FALSE(result.head.upgrade_requested);
}

TEST(HttpHead, AsksForMoreUntilTheEmptyLine) {
    const std::string bytes = get("");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(parse(std::string_view(bytes).substr(0, size)).state, HeadState::kNeedMore) << size;
    }
}

TEST(HttpHead, ReadsTheNextHeadAfterAReset) {
    HeadParser parser;
    ASSERT_EQ(parser.parse(get("")).state, HeadState::kComplete);
    parser.reset();
    const HeadResult next = parser.parse(get("", "HEAD /next HTTP/1.1"));
    ASSERT_EQ(next.state, HeadState::kComplete);
    EXPECT_EQ(next.head.path, "/next");
}

TEST(HttpHead, RefusesABadRequestLine) {
    expect_bad("\r\n", 400, "empty request line");
    expect_bad("GET\r\n" + kHost + "\r\n", 400, "bad request line");
    expect_bad("GET /\r\n" + kHost + "\r\n", 400, "bad request line");
    expect_bad("G@T / HTTP/1.1\r\n" + kHost + "\r\n", 400, "bad method");
    expect_bad(" GET / HTTP/1.1\r\n" + kHost + "\r\n", 400, "bad method");
    expect_bad(std::string(33, 'M') + " / HTTP/1.1\r\n" + kHost + "\r\n", 400, "bad method");
    expect_bad("GET  / HTTP/1.1\r\n" + kHost + "\r\n", 400, "target is not in origin form");
    expect_bad("GET / HTTP/1.1 \r\n" + kHost + "\r\n", 400, "bad HTTP version");
    expect_bad("GET / FOO\r\n" + kHost + "\r\n", 400, "bad HTTP version");
    expect_bad("GET / http/1.1\r\n" + kHost + "\r\n", 400, "bad HTTP version");
    expect_bad("GET / HTTP/1.0\r\n" + kHost + "\r\n", 505, "only HTTP/1.1 is spoken");
    expect_bad("GET / HTTP/2.0\r\n" + kHost + "\r\n", 505, "only HTTP/1.1 is spoken");
    expect_bad("GET http://example.com/ HTTP/1.1\r\n" + kHost + "\r\n", 400, "target is not in origin form");
    expect_bad("GET /#x HTTP/1.1\r\n" + kHost + "\r\n", 400, "fragment in target");
    expect_bad("GET /a/../b HTTP/1.1\r\n" + kHost + "\r\n", 400, "dot segment in path");
}

TEST(HttpHead, RefusesBadLineEndsAndControls) {
    expect_bad("GET / HTTP/1.1\n" + kHost + "\r\n", 400, "bare LF");
    expect_bad("GET / HTTP/1.1\r\nHost: a\n\r\n", 400, "bare LF");
    expect_bad("GET / HTTP/1.1\r\n" + kHost + "\n", 400, "bare LF");
    expect_bad("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400, "bare CR");
    expect_bad("GET / HTTP/1.1\r\r\n" + kHost + "\r\n", 400, "bare CR");
    expect_bad(get(std::string("X: a\0b\r\n", 8)), 400, "control character in head");
    expect_bad(get("X: a\x01\r\n"), 400, "control character in head");
    expect_bad(get("X: a\x7F\r\n"), 400, "control character in head");
}

TEST(HttpHead, RefusesBadFieldLines) {
    expect_bad(get("X: a\r\n folded\r\n"), 400, "folded field line");
    expect_bad(get("X: a\r\n\tfolded\r\n"), 400, "folded field line");
    expect_bad(get("no colon\r\n"), 400, "field line without a colon");
    expect_bad(get("X : a\r\n"), 400, "bad field name");
    expect_bad(get(": a\r\n"), 400, "bad field name");
    expect_bad(get("X(y): a\r\n"), 400, "bad field name");
    expect_bad(get("X: =?utf-8?Q?a=0D=0AInjected:_1?=\r\n"), 400, "encoded word in a field value");
}

TEST(HttpHead, RefusesAnAmbiguousHost) {
    expect_bad("GET / HTTP/1.1\r\n\r\n", 400, "no Host");
    expect_bad(get("HOST: other\r\n"), 400, "more than one Host");
    expect_bad("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "bad Host");
    expect_bad("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "bad Host");
    EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n").state, HeadState::kComplete);
}

TEST(HttpHead, RefusesAnAmbiguousLength) {
    expect_bad(get("Content-Length: 1\r\nContent-Length: 1\r\n"), 400, "more than one Content-Length");
    for (const char* bad : {"", "1, 1", "+1", "-1", "0x1", "1 1", "18446744073709551616"}) {
        expect_bad(get(std::string("Content-Length: ") + bad + "\r\n"), 400, "bad Content-Length");
    }
    expect_bad(get("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400,
               "Content-Length with Transfer-Encoding");
    expect_bad(get("Transfer-Encoding: Chunked\r\n"), 411, "Content-Length is required");
    expect_bad(get("Transfer-Encoding: gzip, chunked\r\n"), 501, "unknown Transfer-Encoding");
    expect_bad(get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 501, "unknown Transfer-Encoding");
}

TEST(HttpHead, BoundsTheNumberOfFields) {
    std::string fields;
    for (std::size_t i = 1; i < limits::kHttpFields; ++i) fields += "X: a\r\n";
    EXPECT_EQ(parse_both_ways(get(fields)).state, HeadState::kComplete);
    expect_bad(get(fields + "X: a\r\n"), 431, "too many fields");
}

TEST(HttpHead, BoundsTheWholeHead) {
    const std::size_t frame = get("X: \r\n").size();
    const std::string exact = get("X: " + std::string(limits::kHttpHeadBytes - frame, 'x') + "\r\n");
    ASSERT_EQ(exact.size(), limits::kHttpHeadBytes);
    EXPECT_EQ(parse_both_ways(exact).state, HeadState::kComplete);
    expect_bad(get("X: " + std::string(limits::kHttpHeadBytes - frame + 1, 'x') + "\r\n"), 431, "head too large");
    EXPECT_EQ(parse("GET / HTTP/1.1\r\nX: " + std::string(limits::kHttpHeadBytes, 'x')).status, 431);
}

TEST(HttpHead, BoundsTheTarget) {
    const std::string longest = "/" + std::string(kHttpTargetBytes - 1, 'a');
    EXPECT_EQ(parse_both_ways(get("", "GET " + longest + " HTTP/1.1")).state, HeadState::kComplete);
    expect_bad(get("", "GET " + longest + "a HTTP/1.1"), 414, "target too long");
    expect_bad("GET " + longest + std::string(100, 'a'), 414, "target too long");
}

// What was searched is overwritten with bytes that would be refused if they were searched again.
TEST(HttpHead, SearchesNoByteTwiceWhenTheyComeOneByOne) {
    const std::string bytes = get("X: y\r\nLonger-Name: " + std::string(500, 'x') + "\r\n", "GET /a?b HTTP/1.1");
    HeadParser parser;
    std::string so_far;
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        so_far.push_back(bytes[size - 1]);
        ASSERT_EQ(parser.parse(so_far).state, HeadState::kNeedMore) << size;
        if (size > 1) so_far[size - 2] = '\0';
    }
    EXPECT_EQ(parser.parse(bytes).state, HeadState::kComplete);
}

TEST(HttpHead, EverySplitOfADamagedHeadGivesTheSameOutcome) {
    const std::string good =
        get("Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\nX: y\r\n", "GET /a?b HTTP/1.1");
    std::mt19937 random(7);
    int complete = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string bytes = good;
        const std::size_t at = random() % bytes.size();
        if (random() % 2) {
            bytes[at] = static_cast<char>(random() % 256);
        } else {
            bytes.insert(at, 1, "\r\n :\t/"[random() % 6]);
        }
        complete += parse_both_ways(bytes).state == HeadState::kComplete;
    }
    EXPECT_GT(complete, 100);
    EXPECT_LT(complete, 1900);
}

}  // namespace
}  // namespace tidegate
