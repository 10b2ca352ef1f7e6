#include "adapters/auth/token_issuer.hpp"

#include "adapters/auth/jwt_authenticator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidegate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const JwtSettings kSettings{.hs256_key = "0123456789abcdef0123456789abcdef",
                            .key_id = "k1",
                            .audience = "tidegate",
                            .issuer = "https://login",
                            .leeway_s = 0,
                            .roles = {{"agent", {"quotes:*"}}}};

TokenRequest ada() {
    TokenRequest request;
    request.user = "8f14e45f-ceea-467f-a1d2-1c5b3a9e7b10";
    request.name = "Ada \"L\" Lovelace, Gräfin";
    request.role = "agent";
    request.tenant = "acme";
    request.permissions = {"notifications:send"};
    return request;
}

TEST(TokenIssuer, MakesWhatTheAuthenticatorAccepts) {
    const ManualClock clock;
    const auto principal = JwtAuthenticator(kSettings, clock).authenticate(issue_token(kSettings, ada(), clock));
    ASSERT_TRUE(principal) << principal.error();
    EXPECT_EQ(principal->sub, ada().user);
    EXPECT_EQ(principal->name, ada().name);
    EXPECT_EQ(principal->role, "agent");
    EXPECT_EQ(principal->tenant, "acme");
    EXPECT_THAT(principal->permissions, ElementsAre("quotes:*", "notifications:send"));
}

TEST(TokenIssuer, MakesTokensThatLastTwelveHours) {
    ManualClock clock;
    const JwtAuthenticator authenticator(kSettings, clock);
    const std::string token = issue_token(kSettings, ada(), clock);
    clock.advance_ms(12 * 3'600'000 - 1);
    EXPECT_TRUE(authenticator.authenticate(token));
    clock.advance_ms(1);
    EXPECT_FALSE(authenticator.authenticate(token));
}

TEST(TokenIssuer, MakesNoTwoTokensAlike) {
    const ManualClock clock;
    EXPECT_NE(issue_token(kSettings, ada(), clock), issue_token(kSettings, ada(), clock));
}

TEST(TokenIssuer, SaysBeforehandWhatWouldBeRefused) {
    EXPECT_TRUE(check_token_request(ada()));
    TokenRequest request = ada();
    request.user = "ada";
    EXPECT_THAT(check_token_request(request).error().text, HasSubstr("sub is no UUID"));
    request = ada();
    request.tenant = "ACME";
    EXPECT_THAT(check_token_request(request).error().text, HasSubstr("tenant"));
    request = ada();
    request.permissions = {std::string(129, 'p')};
    EXPECT_THAT(check_token_request(request).error().text, HasSubstr("permissions"));
}

}  // namespace
}  // namespace tidegate
