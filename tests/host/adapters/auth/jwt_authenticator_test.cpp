#include "adapters/auth/jwt_authenticator.hpp"

#include "adapters/auth/claims.hpp"
#include "tests/host/adapters/auth/token_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidegate {
namespace {

using nlohmann::json;
using testing::base64url;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hmac;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::signed_token;

constexpr std::int64_t kNowS = 1'700'000'000;
constexpr const char* kKey = "0123456789abcdef0123456789abcdef";
constexpr const char* kUser = "8f14e45f-ceea-467f-a1d2-1c5b3a9e7b10";
constexpr const char* kHeader = R"({"alg":"HS256","typ":"JWT"})";

class JwtAuthenticatorTest : public ::testing::Test {
protected:
    static json person() { return {{"sub", kUser}, {"name", "Ada"}, {"role", "agent"}, {"exp", kNowS + 60}}; }
    Result<Principal> ask(std::string_view token) const {
        auto answer = JwtAuthenticator(settings, clock).authenticate(token);
        // Whatever the reason, the error repeats nothing of the token.
        if (!answer && token.size() >= 20) {
            EXPECT_THAT(answer.error().text, HasSubstr("token: "));
            EXPECT_THAT(answer.error().text, Not(HasSubstr(std::string(token.substr(0, 20)))));
        }
        return answer;
    }
    Result<Principal> ask(const json& payload, const char* header = kHeader) const {
        return ask(std::string_view(signed_token(header, payload.dump(), kKey)));
    }
    std::string refusal(const json& payload, const char* header = kHeader) const {
        const auto answer = ask(payload, header);
        return answer ? "accepted" : answer.error().text;
    }
    std::string refusal(const std::string& token) const {
        const auto answer = ask(std::string_view(token));
        return answer ? "accepted" : answer.error().text;
    }
    json with(const char* claim, json value) const {
        json payload = person();
        payload[claim] = std::move(value);
        return payload;
    }

    ManualClock clock{kNowS * 1000};
    JwtSettings settings{.hs256_key = kKey, .leeway_s = 30, .roles = {{"agent", {"quotes:*", "x"}}}};
};

TEST_F(JwtAuthenticatorTest, TakesThePersonFromTheClaims) {
    const auto principal = ask(with("permissions", {"x", "quotes:1", "quotes:1"}));
    ASSERT_TRUE(principal) << principal.error();
    EXPECT_EQ(principal->sub, kUser);
    EXPECT_EQ(principal->name, "Ada");
    EXPECT_EQ(principal->role, "agent");
    EXPECT_EQ(principal->tenant, "default");
    EXPECT_EQ(principal->expires_ms, (kNowS + 60) * 1000);
    EXPECT_THAT(principal->permissions, ElementsAre("quotes:*", "x", "quotes:1"));
}

TEST_F(JwtAuthenticatorTest, KnowsThePublishedExampleOfRfc7515) {
    // Appendix A.1; its payload has no sub, so a right signature shows as a complaint about what comes after it.
    const std::string token =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    settings.hs256_key =
        "\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f\x5a\xb3\x28\xe6\xf0\x54\xc9\x28\xa9\x0f\x84"
        "\xb2\xd2\x50\x2e\xbf\xd3\xfb\x5a\x92\xd2\x06\x47\xef\x96\x8a\xb4\xc3\x77\x62\x3d\x22\x3d\x2e\x21\x72\x05\x2e"
        "\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80\xa3";
    EXPECT_THAT(refusal(token), HasSubstr("has expired"));
    settings.hs256_key.back() ^= 1;
    EXPECT_THAT(refusal(token), HasSubstr("signature is wrong"));
}

TEST_F(JwtAuthenticatorTest, GivesAnUnknownRoleNoPermissions) {
    EXPECT_THAT(ask(with("role", "nobody"))->permissions, IsEmpty());
    json payload = person();
    payload.erase("role");
    EXPECT_THAT(ask(payload)->permissions, IsEmpty());
}

TEST_F(JwtAuthenticatorTest, RefusesEveryOtherAlgorithm) {
    for (const char* algorithm : {"none", "None", "NONE", "", "hs256", "HS384", "HS512", "RS256", "ES256", "HS256 "}) {
        const json header = {{"alg", algorithm}};
        EXPECT_THAT(refusal(person(), header.dump().c_str()), HasSubstr("alg is not HS256")) << algorithm;
    }
    for (const char* header : {R"({})", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"alg":256})"})
        EXPECT_THAT(refusal(person(), header), HasSubstr("alg is not HS256")) << header;
}

TEST_F(JwtAuthenticatorTest, RefusesAnUnsignedTokenHoweverItIsWritten) {
    const std::string none = base64url(R"({"alg":"none"})") + "." + base64url(person().dump());
    EXPECT_NE(refusal(none + "."), "accepted");
    EXPECT_NE(refusal(none), "accepted");
    const std::string hs256 = base64url(kHeader) + "." + base64url(person().dump());
    EXPECT_NE(refusal(hs256 + "."), "accepted");
    EXPECT_THAT(refusal(hs256 + ".AA"), HasSubstr("signature is wrong"));
}

TEST_F(JwtAuthenticatorTest, RefusesASignatureOfAnotherKeyOrDigest) {
    EXPECT_THAT(refusal(signed_token(kHeader, person().dump(), "another key that is long enough...")),
                HasSubstr("signature is wrong"));
    EXPECT_THAT(refusal(signed_token(kHeader, person().dump(), "")), HasSubstr("signature is wrong"));
    const std::string text = base64url(kHeader) + "." + base64url(person().dump());
    EXPECT_THAT(refusal(text + "." + base64url(hmac(text, kKey, EVP_sha512()))), HasSubstr("signature is wrong"));
}

TEST_F(JwtAuthenticatorTest, AcceptsNothingWithoutAKey) {
    settings.hs256_key.clear();
    EXPECT_THAT(refusal(signed_token(kHeader, person().dump(), "")), HasSubstr("signature is wrong"));
}

TEST_F(JwtAuthenticatorTest, RefusesATokenWithAnyCharacterChanged) {
    const std::string token = signed_token(kHeader, person().dump(), kKey);
    ASSERT_EQ(refusal(token), "accepted");
    for (std::size_t at = 0; at < token.size(); ++at) {
        std::string changed = token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_NE(refusal(changed), "accepted") << at;
    }
}

TEST_F(JwtAuthenticatorTest, RefusesATokenCutOffAnywhere) {
    const std::string token = signed_token(kHeader, person().dump(), kKey);
    for (std::size_t length = 0; length < token.size(); ++length)
        EXPECT_NE(refusal(token.substr(0, length)), "accepted") << length;
}

TEST_F(JwtAuthenticatorTest, RefusesWhatIsNotThreeSegmentsOfBase64url) {
    const std::string token = signed_token(kHeader, person().dump(), kKey);
    for (const std::string& bad :
         {token + ".", token + ".AAAA", "." + token, token + "=", token + "\n", " " + token, std::string(".."),
          std::string("...."), std::string(1, '\0') + token, "Bearer " + token, std::string("\xff\xfe.\x80.\xc0")})
        EXPECT_NE(refusal(bad), "accepted") << bad;
}

TEST_F(JwtAuthenticatorTest, RefusesATokenOfMoreThan8KiB) {
    const json big = with("extra", std::string(7000, 'x'));
    EXPECT_THAT(refusal(big), HasSubstr("longer than 8 KiB"));
    EXPECT_EQ(refusal(with("extra", std::string(5000, 'x'))), "accepted");
}

TEST_F(JwtAuthenticatorTest, RefusesSegmentsThatAreNoJsonObjects) {
    for (const char* text : {"", "[]", "1", "\"x\"", "null", "{", "{}{}", "\xff", "{\"sub\":\"\xff\"}"}) {
        EXPECT_NE(refusal(signed_token(text, person().dump(), kKey)), "accepted") << text;
        EXPECT_NE(refusal(signed_token(kHeader, text, kKey)), "accepted") << text;
    }
    const std::string deep = std::string(3000, '[') + std::string(3000, ']');
    EXPECT_NE(refusal(signed_token(kHeader, "{\"a\":" + deep.substr(0, 2000), kKey)), "accepted");
}

TEST_F(JwtAuthenticatorTest, AsksForTheConfiguredKeyId) {
    settings.key_id = "k1";
    EXPECT_THAT(refusal(person()), HasSubstr("kid"));
    EXPECT_THAT(refusal(person(), R"({"alg":"HS256","kid":"k2"})"), HasSubstr("kid"));
    EXPECT_THAT(refusal(person(), R"({"alg":"HS256","kid":1})"), HasSubstr("kid"));
    EXPECT_EQ(refusal(person(), R"({"alg":"HS256","kid":"k1"})"), "accepted");
}

TEST_F(JwtAuthenticatorTest, RefusesCriticalHeadersItDoesNotKnow) {
    EXPECT_THAT(refusal(person(), R"({"alg":"HS256","crit":["b64"],"b64":false})"), HasSubstr("crit"));
}

TEST_F(JwtAuthenticatorTest, AsksForAnExpiry) {
    json payload = person();
    payload.erase("exp");
    EXPECT_THAT(refusal(payload), HasSubstr("exp is missing"));
    EXPECT_THAT(refusal(with("exp", "1900000000")), HasSubstr("exp is no number"));
    EXPECT_THAT(refusal(with("exp", nullptr)), HasSubstr("exp is no number"));
    EXPECT_THAT(refusal(with("exp", -1)), HasSubstr("exp is out of range"));
    EXPECT_THAT(refusal(with("exp", 1e300)), HasSubstr("exp is out of range"));
    EXPECT_THAT(refusal(with("exp", kNowS * 1000)), HasSubstr("exp is out of range"));
}

TEST_F(JwtAuthenticatorTest, ExpiresAfterTheLeewayAndNotBefore) {
    EXPECT_EQ(refusal(with("exp", kNowS - 29)), "accepted");
    EXPECT_THAT(refusal(with("exp", kNowS - 30)), HasSubstr("has expired"));
    EXPECT_EQ(ask(with("exp", kNowS + 0.5))->expires_ms, kNowS * 1000 + 500);
}

TEST_F(JwtAuthenticatorTest, BecomesValidAtItsNotBefore) {
    EXPECT_EQ(refusal(with("nbf", kNowS + 30)), "accepted");
    EXPECT_THAT(refusal(with("nbf", kNowS + 31)), HasSubstr("not valid yet"));
    EXPECT_THAT(refusal(with("nbf", "now")), HasSubstr("nbf is no number"));
}

TEST_F(JwtAuthenticatorTest, AsksForTheConfiguredAudience) {
    EXPECT_EQ(refusal(with("aud", "somebody")), "accepted");
    settings.audience = "tidegate";
    EXPECT_THAT(refusal(person()), HasSubstr("aud is missing"));
    EXPECT_EQ(refusal(with("aud", "tidegate")), "accepted");
    EXPECT_EQ(refusal(with("aud", {"other", "tidegate"})), "accepted");
    for (const json& wrong : {json("other"), json::array({"other"}), json::array(), json(1), json(nullptr),
                              json::array({json::array({"tidegate"})}), json{{"tidegate", true}}})
        EXPECT_THAT(refusal(with("aud", wrong)), HasSubstr("aud is not")) << wrong;
}

TEST_F(JwtAuthenticatorTest, AsksForTheConfiguredIssuer) {
    settings.issuer = "https://login";
    EXPECT_THAT(refusal(person()), HasSubstr("iss"));
    EXPECT_THAT(refusal(with("iss", {"https://login"})), HasSubstr("iss"));
    EXPECT_EQ(refusal(with("iss", "https://login")), "accepted");
}

TEST_F(JwtAuthenticatorTest, AsksForAUuidAsSubject) {
    json payload = person();
    payload.erase("sub");
    EXPECT_THAT(refusal(payload), HasSubstr("sub"));
    for (const json& wrong : {json("ada"), json(""), json(7), json::array({kUser}), json(std::string(kUser) + "\n")})
        EXPECT_THAT(refusal(with("sub", wrong)), HasSubstr("sub")) << wrong;
}

TEST_F(JwtAuthenticatorTest, BoundsEveryOtherClaim) {
    EXPECT_EQ(refusal(with("name", std::string(kNameBytes, 'n'))), "accepted");
    EXPECT_THAT(refusal(with("name", std::string(kNameBytes + 1, 'n'))), HasSubstr("name"));
    EXPECT_THAT(refusal(with("name", 7)), HasSubstr("name"));
    EXPECT_THAT(refusal(with("name", "a\nb")), HasSubstr("name"));
    EXPECT_EQ(refusal(with("role", std::string(kRoleBytes, 'r'))), "accepted");
    EXPECT_THAT(refusal(with("role", std::string(kRoleBytes + 1, 'r'))), HasSubstr("role"));
    EXPECT_EQ(refusal(with("tenant", "acme-1_b")), "accepted");
    for (const json& wrong : {json(""), json("Acme"), json("a:b"), json("a/b"), json(std::string(65, 'a')), json(1)})
        EXPECT_THAT(refusal(with("tenant", wrong)), HasSubstr("tenant")) << wrong;
}

TEST_F(JwtAuthenticatorTest, BoundsThePermissions) {
    EXPECT_EQ(refusal(with("permissions", std::vector<std::string>(kPermissions, "p"))), "accepted");
    EXPECT_THAT(refusal(with("permissions", std::vector<std::string>(kPermissions + 1, "p"))),
                HasSubstr("permissions"));
    EXPECT_EQ(refusal(with("permissions", {std::string(kPermissionBytes, 'p')})), "accepted");
    EXPECT_THAT(refusal(with("permissions", {std::string(kPermissionBytes + 1, 'p')})), HasSubstr("permissions"));
    for (const json& wrong : {json("*"), json{{"0", "*"}}, json::array({1}), json::array({nullptr}),
                              json::array({json::array({"*"})}), json::array({""}), json::array({"a\r\nb"})})
        EXPECT_THAT(refusal(with("permissions", wrong)), HasSubstr("permissions")) << wrong;
}

}  // namespace
}  // namespace tidegate
