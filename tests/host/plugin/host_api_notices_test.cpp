#include "tests/host/plugin/harness.hpp"

#include <nlohmann/json.hpp>

namespace tidegate::plugin {
namespace {

class HostApiNotices : public testing::PumpedEngine {
protected:
    void SetUp() override { slot.publish(&load()); }
    nlohmann::json echo(const std::string& type) {
        say(type);
        pump();
        const auto text = answers();
        const auto at = text.find("reply ");
        if (at == std::string::npos) return text;
        const auto answer = nlohmann::json::parse(text.substr(at + 6, text.find('|', at) - at - 6));
        return answer.at("echo");
    }
};

TEST_F(HostApiNotices, ALeaseIsTheJsonOfTheAbiAndBelongsToThePlugin) {
    const auto got = echo("probe:lease");
    EXPECT_EQ(got.at("number"), 1);
    EXPECT_EQ(got.at("bytes").dump(),
              R"({"blocked_by":[],"evicted":[],"granted":true,"leases":[{"data":{"name":"Ada"},"expires_ms":2000,)"
              R"("holder":"ada","implicit":false,"path":"a/b","session":"s1","token":1,"ttl_ms":1000}]})");
    EXPECT_EQ(leases.asked.owner, "probe");
    EXPECT_EQ(leases.asked.space.tenant, "default");
    EXPECT_EQ(leases.asked.space.space, "probe:q");
    EXPECT_EQ(echo("probe:leases").at("bytes").at("leases").size(), 1u);
    EXPECT_EQ(echo("probe:unlease").at("bytes").at("released").size(), 1u);
    EXPECT_EQ(leases.asked_match.token, 1u);
    EXPECT_EQ(echo("probe:unlease_all").get<std::string>().rfind("fail invalid", 0), 0u);
}

TEST_F(HostApiNotices, SpacesAndChannelsOfNobodyAreForbiddenAndThoseOfPublishesAreNot) {
    for (const char* type : {"probe:lease_elsewhere", "probe:join_elsewhere"})
        EXPECT_EQ(echo(type).get<std::string>().rfind("fail forbidden", 0), 0u) << type;
    EXPECT_EQ(echo("probe:lease_shared").at("bytes").at("granted"), true);
}

TEST_F(HostApiNotices, AnExtensionIsOnlyForWhoAsksForIt) {
    const auto& asks = generations[0]->host();
    EXPECT_NE(asks.get_extension(&asks, TG_EXT_LEASE), nullptr);
    const auto& silent = load("needs_gate").host();
    for (const char* id : {TG_EXT_LEASE, TG_EXT_PRESENCE, TG_EXT_BUS})
        EXPECT_EQ(silent.get_extension(&silent, id), nullptr) << id;
}

TEST_F(HostApiNotices, AnExpiredLeaseIsToldOnceToWhoeverServesByThen) {
    echo("probe:lease");
    slot.publish(&load("good_b"));
    pass_ms(49);
    EXPECT_EQ(leases.sweeps, 0);
    pass_ms(1);
    EXPECT_EQ(leases.sweeps, 1);
    leases.expire_all = true;
    pass_ms(50);
    const auto told = answers();
    EXPECT_EQ(told.rfind(R"(publish probe:told {"type":"probe:lease","version":"1.1.0","key":"probe:q","payload":)"
                         R"({"expired":[{"path":"a/b")",
                         0),
              0u)
        << told;
    EXPECT_EQ(told.find('|'), std::string::npos);
    pass_ms(500);
    EXPECT_EQ(leases.sweeps, 2) << "nothing is left to look for";
    EXPECT_EQ(answers(), "");
}

TEST_F(HostApiNotices, ANoticeCarriesItsTenant) {
    session = testing::make_session(2, "acme");
    echo("probe:lease");
    leases.expire_all = true;
    pass_ms(50);
    EXPECT_NE(answers().find("|tenant acme"), std::string::npos);
}

TEST_F(HostApiNotices, ANoticeForNobodyIsCounted) {
    echo("probe:lease");
    slot.publish(nullptr);
    leases.expire_all = true;
    pass_ms(50);
    EXPECT_EQ(answers(), "");
    EXPECT_EQ(metrics.count("tidegate_plugin_notices_lost_total probe"), 1u);
}

TEST_F(HostApiNotices, ComingAndGoingIsTold) {
    say("probe:join");
    pump();
    const auto told = answers();
    const auto number = std::to_string(session->id().bits());
    EXPECT_NE(told.find(R"("key":"probe:q","payload":{"joined":[{"user":"ada","info":{"name":"Ada"},"sessions":[")" +
                        number + R"("]}],"left":[]}})"),
              std::string::npos)
        << told;
    EXPECT_EQ(presence.asked.owner, "probe");
    EXPECT_EQ(presence.asked.session, session->id().bits());
    const auto who = echo("probe:who");
    EXPECT_EQ(who.at("number"), 1);
    EXPECT_EQ(who.at("bytes").dump(),
              R"({"users":[{"connections":1,"info":{"name":"Ada"},"state":null,"user":"ada"}]})");
    EXPECT_EQ(echo("probe:leave").at("number"), 0);
    EXPECT_EQ(echo("probe:leave").get<std::string>().rfind("fail not_found", 0), 0u);
    pass_ms(50);
    EXPECT_NE(answers().find(R"("payload":{"joined":[],"left":[{"user":"ada","info":{"name":"Ada"}}]})"),
              std::string::npos);
}

TEST_F(HostApiNotices, TheBusIsReadByNameAndTenant) {
    documents.append("probe.one", R"({"n":1})");
    documents.append("probe.two", R"({"n":2})", "acme");
    documents.append("other", "{}");
    documents.append("probe.three", R"({"n":3})");
    documents.append("probe.four", R"({"n":4})");
    const auto got = echo("probe:bus");
    EXPECT_EQ(got.at("number"), 4) << "two were found, and the stream was looked through up to the second";
    ASSERT_EQ(got.at("bytes").at("events").size(), 2u);
    EXPECT_EQ(got.at("bytes").at("events")[0].dump(),
              R"({"actor":"ada","at_ms":5,"data":{"n":1},"doc_id":"t1","doc_type":"thing","name":"probe.one",)"
              R"("revision":1,"sequence":1})");
    EXPECT_EQ(got.at("bytes").at("events")[1].at("sequence"), 4);
}

}  // namespace
}  // namespace tidegate::plugin
