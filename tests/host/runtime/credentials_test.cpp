#include "runtime/credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidegate::runtime {
namespace {

using testing::ElementsAre;
using testing::Pair;

RequestHead head(std::string authorization, std::string query) {
    RequestHead made;
    if (!authorization.empty()) made.fields.emplace_back("authorization", std::move(authorization));
    made.query = std::move(query);
    return made;
}

TEST(Credentials, PreferTheSubprotocolThenTheHeaderThenTheQuery) {
    EXPECT_EQ(find_token(head("Bearer b", "token=c"), {"tidegate.v1", "bearer.a"}, true), "a");
    EXPECT_EQ(find_token(head("bearer  b ", "token=c"), {"tidegate.v1"}, true), "b");
    EXPECT_EQ(find_token(head("", "x=1&token=c"), {}, true), "c");
    EXPECT_EQ(find_token(head("Basic b", "token=c"), {}, false), std::nullopt);
    EXPECT_EQ(find_token(head("", ""), {}, true), std::nullopt);
}

TEST(Credentials, NeverSelectAProtocolThatCarriesASecret) {
    EXPECT_EQ(choose_protocol({"bearer.a", "chat", "tidegate.v1"}), "tidegate.v1");
    EXPECT_EQ(choose_protocol({"bearer.a", "resume.b", "chat"}), "chat");
    EXPECT_EQ(choose_protocol({"bearer.a"}), std::nullopt);
    EXPECT_EQ(choose_protocol({}), std::nullopt);
}

TEST(Credentials, HideSecretsFromThePublicQuery) {
    EXPECT_THAT(public_query("dashboard_type=a%20b&token=x&resume=y&flag&=z&bad=%zz"),
                ElementsAre(Pair("dashboard_type", "a b"), Pair("flag", "")));
    std::string many;
    for (int i = 0; i < 100; ++i) many += "a" + std::to_string(i) + "=1&";
    EXPECT_EQ(public_query(many).size(), 32u);
}

}  // namespace
}  // namespace tidegate::runtime
