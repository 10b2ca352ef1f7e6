#include "wire/handshake.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tidegate {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

RequestHead upgrade_head() {
    RequestHead head;
    head.method = "GET";
    head.fields = {{"Host", "h"},
                   {"Upgrade", "WebSocket"},
                   {"Connection", "keep-alive, Upgrade"},
                   {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                   {"Sec-WebSocket-Version", "13"}};
    return head;
}

void set(RequestHead& head, std::string_view name, std::string value) {
    for (auto& field : head.fields) {
        if (field.first == name) field.second = value;
    }
}

void remove(RequestHead& head, std::string_view name) {
    std::erase_if(head.fields, [&](const auto& field) { return field.first == name; });
}

void expect_refused(const RequestHead& head, int status, const char* reason) {
    const HandshakeResult result = check_upgrade(head);
    const auto* refusal = std::get_if<UpgradeRefusal>(&result);
    ASSERT_NE(refusal, nullptr) << reason;
    EXPECT_EQ(refusal->status, status);
    EXPECT_STREQ(refusal->reason, reason);
}

TEST(Handshake, ComputesTheAcceptKeyOfTheRfc) {
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Handshake, AcceptsAWellFormedUpgrade) {
    RequestHead head = upgrade_head();
    head.fields.emplace_back("Sec-WebSocket-Protocol", "tidegate.v1, bearer.a.b-c_d");
    head.fields.emplace_back("sec-websocket-protocol", "resume.x");
    const HandshakeResult result = check_upgrade(head);
    const auto* offer = std::get_if<UpgradeOffer>(&result);
    ASSERT_NE(offer, nullptr);
    EXPECT_EQ(offer->key, "dGhlIHNhbXBsZSBub25jZQ==");
    EXPECT_THAT(offer->protocols, ElementsAre("tidegate.v1", "bearer.a.b-c_d", "resume.x"));
}

TEST(Handshake, RefusesAnotherMethodOrABody) {
    RequestHead head = upgrade_head();
    head.method = "POST";
    expect_refused(head, 400, "a WebSocket handshake is a GET");
    head = upgrade_head();
    head.content_length = 5;
    expect_refused(head, 400, "a WebSocket handshake has no body");
    head.content_length = 0;
    EXPECT_TRUE(std::holds_alternative<UpgradeOffer>(check_upgrade(head)));
}

TEST(Handshake, AnswersUpgradeRequiredToAPlainRequest) {
    RequestHead head = upgrade_head();
    remove(head, "Upgrade");
    const HandshakeResult result = check_upgrade(head);
    EXPECT_EQ(std::get<UpgradeRefusal>(result).status, 426);
    EXPECT_THAT(std::get<UpgradeRefusal>(result).extra, ElementsAre(Pair("Upgrade", "websocket")));
}

TEST(Handshake, RefusesAConnectionFieldWithoutUpgrade) {
    RequestHead head = upgrade_head();
    set(head, "Connection", "keep-alive");
    expect_refused(head, 400, "Connection does not name upgrade");
}

TEST(Handshake, SaysWhichVersionItSpeaks) {
    for (const char* version : {"8", "14", "", "13, 8"}) {
        RequestHead head = upgrade_head();
        set(head, "Sec-WebSocket-Version", version);
        const HandshakeResult result = check_upgrade(head);
        EXPECT_EQ(std::get<UpgradeRefusal>(result).status, 426);
        EXPECT_THAT(std::get<UpgradeRefusal>(result).extra, ElementsAre(Pair("Sec-WebSocket-Version", "13")));
    }
}

TEST(Handshake, RefusesAKeyThatIsNotSixteenBytes) {
    for (const char* key : {"", "short==", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQAA",
                            "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25jZQ==x"}) {
        RequestHead head = upgrade_head();
        set(head, "Sec-WebSocket-Key", key);
        expect_refused(head, 400, "bad Sec-WebSocket-Key");
    }
    RequestHead twice = upgrade_head();
    twice.fields.emplace_back("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    expect_refused(twice, 400, "not exactly one Sec-WebSocket-Key");
}

TEST(Handshake, RefusesBadSubprotocols) {
    RequestHead head = upgrade_head();
    head.fields.emplace_back("Sec-WebSocket-Protocol", "a b");
    expect_refused(head, 400, "bad subprotocol");
    head.fields.back().second = "a, b, a";
    expect_refused(head, 400, "subprotocol offered twice");
    head.fields.back().second = "p0";
    for (int i = 1; i < 17; ++i) head.fields.back().second += ",p" + std::to_string(i);
    expect_refused(head, 400, "too many subprotocols");
}

TEST(Handshake, WritesTheSwitch) {
    EXPECT_EQ(upgrade_response("dGhlIHNhbXBsZSBub25jZQ=="),
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    EXPECT_EQ(upgrade_response("dGhlIHNhbXBsZSBub25jZQ==", "tidegate.v1"),
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: tidegate.v1\r\n\r\n");
}

TEST(Handshake, WritesACannedAnswer) {
    EXPECT_EQ(
        plain_response(404, "application/json", "{}"),
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    EXPECT_EQ(plain_response(503, "", "", {{"Retry-After", "1"}}),
              "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(plain_response(426, "", "", {{"Upgrade", "websocket"}}),
              "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nUpgrade: websocket\r\nConnection: close, "
              "Upgrade\r\n\r\n");
}

TEST(Handshake, NeverWritesAFieldThatWouldEndItsLine) {
    EXPECT_DEATH(plain_response(302, "", "", {{"Location", "/a\r\nX: y"}}), "a field value ends its line");
}

}  // namespace
}  // namespace tidegate
