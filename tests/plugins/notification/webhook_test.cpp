#include "webhook.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "webhook_client.hpp"

namespace tidegate::notification {
namespace {

// RFC 4231, test cases 1, 2, 3 and 6.
TEST(Webhook, SignsByHmacSha256) {
    EXPECT_EQ(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac_sha256_hex(std::string(20, '\xaa'), std::string(50, '\xdd')),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Webhook, TheSignatureIsOfTimeAndBody) {
    EXPECT_EQ(signature_of("secret", 12, "{}"), "t=12,v1=" + hmac_sha256_hex("secret", "12.{}"));
}

TEST(Webhook, ResolvesAndConnectsWithinItsDeadline) {
    for (const char* url : {"http://localhost:1/", "http://127.0.0.1:1/", "http://nowhere.invalid/"}) {
        const auto began = std::chrono::steady_clock::now();
        const WebhookOutcome outcome = post_webhook(*read_address(url), "x", 300);
        EXPECT_EQ(outcome.status, 0);
        const bool resolves = std::string(url).find("invalid") == std::string::npos;
        EXPECT_TRUE(outcome.why.starts_with(resolves ? "connect to the webhook: " : "resolve the webhook's host: "))
            << outcome.why;
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2)) << url;
    }
}

TEST(Webhook, TakesPlainHttpAddressesOnly) {
    const auto address = read_address("http://hooks.local:8080/a/b?c=1");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "hooks.local");
    EXPECT_EQ(address->port, "8080");
    EXPECT_EQ(address->path, "/a/b?c=1");
    EXPECT_EQ(read_address("http://h")->path, "/");
    for (const char* url : {"", "https://h/", "http://", "http://u@h/", "http://h:0/", "http://h:99999/",
                            "http://h/\r\nX: y", "http://h/#x", "http://h:/", "file:///etc/passwd"})
        EXPECT_FALSE(read_address(url)) << url;
}

TEST(Webhook, SaysWhatItIsAbout) {
    Escalation one;
    one.id = "n1";
    one.user_id = "u1";
    one.attempts = 2;
    one.notice.id = "n1";
    one.notice.title = "a \"b\"";
    const auto body = nlohmann::json::parse(webhook_body(one, 1'700'000'000'000));
    EXPECT_EQ(body["user_id"], "u1");
    EXPECT_EQ(body["attempt"], 3);
    EXPECT_EQ(body["notification"]["title"], "a \"b\"");
    const std::string request = webhook_request(*read_address("http://h:1/p"), "{}", "t=1,v1=x", "n1");
    EXPECT_TRUE(request.starts_with("POST /p HTTP/1.1\r\nHost: h:1\r\n"));
    EXPECT_NE(request.find("Content-Length: 2\r\n"), std::string::npos);
    EXPECT_NE(request.find("X-Tidegate-Signature: t=1,v1=x\r\n"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\n{}"));
}

TEST(Webhook, ReadsTheStatusOfAnAnswer) {
    EXPECT_EQ(status_of("HTTP/1.1 204 No Content\r\n"), 204);
    EXPECT_EQ(status_of("HTTP/1.0 500 x"), 500);
    for (const char* text : {"", "HTTP/1.1", "HTTP/1.1 2x4 ", "SSH-2.0-OpenSSH_9.2", "HTTP/2 200 OK"})
        EXPECT_EQ(status_of(text), 0) << text;
}

}  // namespace
}  // namespace tidegate::notification
