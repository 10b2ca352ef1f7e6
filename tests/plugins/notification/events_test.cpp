#include "notification_host.hpp"

namespace tidegate::notification::testing {
namespace {

class Events : public NotificationTest {
protected:
    Json alert(const std::string& id, Json roles) {
        return {{"id", id},         {"rule", "hit_ratio"},           {"severity", "critical"},   {"value", 0.1},
                {"threshold", 0.2}, {"message", "hit ratio is low"}, {"roles", std::move(roles)}};
    }
    Json comment(const std::string& id, Json mentions) {
        return {{"quote_id", "q"},
                {"field", "aoi"},
                {"comment_id", id},
                {"author", ada.sub},
                {"mentions", std::move(mentions)}};
    }
};

TEST_F(Events, AnAlertGoesToItsRoles) {
    Client manager = open(ben);
    Client agent = open(ada);
    host.emit("alert.raised", alert("a1", {"manager", "king"}));
    ASSERT_EQ(titles(manager, "system:notification"), Titles{"Alert: hit_ratio"});
    EXPECT_EVENT(manager, "system:notification",
                 {{"notification", {{"level", "critical"}, {"message", "hit ratio is low"}, {"topic", "alerts"}}}});
    EXPECT_NOTHING(agent, "system:notification");
    host.emit("alert.raised", alert("a2", {"king"}));
    EXPECT_EQ(titles(manager, "system:notification").size(), 1u) << "for nobody";
}

TEST_F(Events, AMentionGoesToWhoIsMentionedButNotToTheAuthor) {
    Client author = open(ada);
    Client mentioned = open(ben);
    host.emit("comment.added", comment("c1", {ben.sub, ada.sub, "nobody", ben.sub}));
    ASSERT_EQ(titles(mentioned), Titles{"You were mentioned"});
    const Json action = mentioned.last("notification")["notification"]["action"];
    EXPECT_EQ(action, Json({{"quote_id", "q"}, {"field", "aoi"}, {"comment_id", "c1"}}));
    EXPECT_NOTHING(author, "notification");
    host.emit("comment.added", comment("c1", {ben.sub}));
    EXPECT_EQ(titles(mentioned).size(), 1u) << "of one comment once";
}

}  // namespace
}  // namespace tidegate::notification::testing
