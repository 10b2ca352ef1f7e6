#include "inbox.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tidegate::notification {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr std::size_t kBytes = 8 * 1024 * 1024;

NoticePtr notice(const std::string& id, Priority priority = Priority::kNormal, const std::string& collapse = "") {
    Notice out;
    out.id = id;
    out.title = "t";
    out.message = "m";
    out.priority = priority;
    out.collapse_key = collapse;
    out.at_ms = kNow;
    out.expires_ms = kNow + 1000;
    return std::make_shared<const Notice>(out);
}

NoticePtr broadcast(const std::string& id) {
    Notice out = *notice(id);
    out.broadcast = true;
    return std::make_shared<const Notice>(out);
}

Place at(std::uint64_t position, std::uint32_t source = 0) { return {kNow, source, position}; }

Act act(ActKind kind, std::vector<std::string> ids, const std::string& device = "") {
    Act out;
    out.kind = kind;
    out.ids = std::move(ids);
    out.device = device;
    return out;
}

std::vector<std::string> order(const Inbox& inbox) {
    std::vector<std::string> out;
    for (const auto& [rank, id] : inbox.ranked()) out.push_back(id);
    return out;
}

// Written as entries, read back, restored: what a restart makes of it.
Inbox again(const Inbox& inbox, const std::vector<std::pair<NoticePtr, Place>>& broadcasts = {}) {
    Inbox out(100, kBytes);
    for (const auto& [one, place] : broadcasts) out.add(one, place, kNow);
    std::vector<SnapshotPart> parts;
    for (const std::string& entry : inbox.snapshot(7)) {
        auto read = read_entry(entry);
        EXPECT_TRUE(read && std::holds_alternative<SnapshotPart>(*read)) << entry;
        parts.push_back(std::get<SnapshotPart>(*read));
    }
    out.restore(parts, kNow);
    return out;
}

TEST(Inbox, DeliversTheUrgentFirstAndEqualsAsTheyCame) {
    Inbox inbox(10, kBytes);
    inbox.add(notice("a"), at(1), kNow);
    inbox.add(notice("low", Priority::kLow), at(2), kNow);
    inbox.add(notice("b"), at(3), kNow);
    inbox.add(notice("now", Priority::kUrgent), at(4), kNow);
    EXPECT_EQ(order(inbox), (std::vector<std::string>{"now", "a", "b", "low"}));
    EXPECT_EQ(inbox.unread(), 4u);
}

TEST(Inbox, AnIdIsInItOnce) {
    Inbox inbox(10, kBytes);
    inbox.add(notice("a"), at(1), kNow);
    inbox.add(notice("a"), at(2), kNow);
    EXPECT_EQ(inbox.size(), 1u);
    EXPECT_EQ(inbox.find("a")->place.position, 1u);
}

TEST(Inbox, WhatIsExpiredIsNeverInIt) {
    Inbox inbox(10, kBytes);
    inbox.add(notice("a"), at(1), kNow + 1000);
    EXPECT_EQ(inbox.size(), 0u);
    inbox.add(notice("b"), at(2), kNow);
    inbox.expire(kNow + 999);
    EXPECT_EQ(inbox.size(), 1u);
    inbox.expire(kNow + 1000);
    EXPECT_EQ(inbox.size(), 0u);
    EXPECT_EQ(inbox.unread(), 0u);
}

TEST(Inbox, ReadStateIsOneForAllDevicesAndWhatWasShownIsPerDevice) {
    Inbox inbox(10, kBytes);
    inbox.add(notice("a"), at(1), kNow);
    inbox.apply(act(ActKind::kAck, {"a"}, "phone"), kNow);
    EXPECT_TRUE(inbox.was_shown(*inbox.find("a"), "phone"));
    EXPECT_FALSE(inbox.was_shown(*inbox.find("a"), "desk"));
    EXPECT_TRUE(inbox.was_shown(*inbox.find("a"), ""));
    EXPECT_EQ(inbox.unread(), 1u);
    inbox.apply(act(ActKind::kRead, {"a", "b"}), kNow);
    inbox.apply(act(ActKind::kRead, {"a"}), kNow);
    EXPECT_EQ(inbox.unread(), 0u);
}

TEST(Inbox, SnoozingMakesItUnreadAndUnshown) {
    Inbox inbox(10, kBytes);
    inbox.add(notice("a"), at(1), kNow);
    inbox.apply(act(ActKind::kAck, {"a"}, "phone"), kNow);
    inbox.apply(act(ActKind::kRead, {"a"}), kNow);
    Act snooze = act(ActKind::kSnooze, {"a"});
    snooze.until_ms = kNow + 500;
    inbox.apply(snooze, kNow);
    EXPECT_EQ(inbox.unread(), 1u);
    EXPECT_TRUE(inbox.find("a")->is_snoozed(kNow));
    EXPECT_FALSE(inbox.was_shown(*inbox.find("a"), "phone"));
}

TEST(Inbox, ANewerOneReplacesAnUnreadOneOfItsCollapseKey) {
    Inbox inbox(10, kBytes);
    inbox.add(notice("old", Priority::kNormal, "k"), at(1), kNow);
    inbox.add(notice("new", Priority::kNormal, "k"), at(2), kNow);
    EXPECT_EQ(order(inbox), std::vector<std::string>{"new"});
    inbox.apply(act(ActKind::kRead, {"new"}), kNow);
    inbox.add(notice("newer", Priority::kNormal, "k"), at(3), kNow);
    EXPECT_EQ(order(inbox), (std::vector<std::string>{"new", "newer"})) << "what was read stays";
    inbox.add(notice("late", Priority::kNormal, "k"), at(0), kNow);
    EXPECT_EQ(inbox.find("late"), nullptr) << "an older one that comes late";
    EXPECT_EQ(inbox.unread(), 1u);
}

TEST(Inbox, AFullOneLosesTheOldestOfTheLeastUrgentAndCounts) {
    Inbox inbox(3, kBytes);
    inbox.add(notice("low1", Priority::kLow), at(1), kNow);
    inbox.add(notice("a"), at(2), kNow);
    inbox.add(notice("low2", Priority::kLow), at(3), kNow);
    inbox.add(notice("b"), at(4), kNow);
    EXPECT_EQ(order(inbox), (std::vector<std::string>{"a", "b", "low2"}));
    inbox.add(notice("c"), at(5), kNow);
    inbox.add(notice("d"), at(6), kNow);
    EXPECT_EQ(order(inbox), (std::vector<std::string>{"b", "c", "d"}));
    EXPECT_EQ(inbox.evicted(), 3u);
    EXPECT_EQ(inbox.unread(), 3u);
}

TEST(Inbox, IsBoundedInBytesToo) {
    Inbox inbox(1000, 64 * 1024);
    for (std::uint64_t i = 1; i <= 100; ++i) {
        Notice big = *notice("n" + std::to_string(i));
        big.message = std::string(4000, 'x');
        inbox.add(std::make_shared<const Notice>(big), at(i), kNow);
    }
    EXPECT_LT(inbox.size(), 17u);
    EXPECT_EQ(inbox.size() + inbox.evicted(), 100u);
    EXPECT_NE(inbox.find("n100"), nullptr);
}

TEST(Inbox, TheDeviceThatWasSilentLongestIsForgotten) {
    Inbox inbox(10, kBytes);
    inbox.add(notice("a"), at(1), kNow);
    for (std::size_t i = 0; i < Inbox::kDevices; ++i)
        inbox.apply(act(ActKind::kAck, {"a"}, "d" + std::to_string(i)), kNow);
    inbox.apply(act(ActKind::kAck, {"a"}, "d0"), kNow);
    inbox.apply(act(ActKind::kAck, {"a"}, "new"), kNow);
    EXPECT_TRUE(inbox.was_shown(*inbox.find("a"), "d0"));
    EXPECT_TRUE(inbox.was_shown(*inbox.find("a"), "new"));
    EXPECT_FALSE(inbox.was_shown(*inbox.find("a"), "d1"));
}

TEST(Inbox, ASnapshotKeepsWhatWasDone) {
    Inbox inbox(100, kBytes);
    inbox.add(notice("read"), at(1), kNow);
    inbox.add(notice("old", Priority::kNormal, "k"), at(2), kNow);
    inbox.apply(act(ActKind::kRead, {"read", "old"}), kNow);
    inbox.add(notice("new", Priority::kNormal, "k"), at(3), kNow);
    inbox.add(notice("gone"), at(4), kNow);
    inbox.apply(act(ActKind::kDismiss, {"gone"}), kNow);
    inbox.apply(act(ActKind::kSeen, {"new"}, "phone"), kNow);
    const Inbox copy = again(inbox);
    EXPECT_EQ(order(copy), order(inbox));
    EXPECT_EQ(copy.unread(), 1u);
    EXPECT_TRUE(copy.was_shown(*copy.find("new"), "phone"));
    EXPECT_TRUE(copy.find("new")->standing.seen);
    EXPECT_EQ(copy.find("gone"), nullptr);
}

TEST(Inbox, ASnapshotRemembersWhatWasDoneToBroadcasts) {
    const std::vector<std::pair<NoticePtr, Place>> all = {
        {broadcast("x"), at(1, 1)}, {broadcast("y"), at(2, 1)}, {broadcast("z"), at(3, 1)}};
    Inbox inbox(100, kBytes);
    for (const auto& [one, place] : all) inbox.add(one, place, kNow);
    inbox.apply(act(ActKind::kDismiss, {"x"}), kNow);
    inbox.apply(act(ActKind::kRead, {"y"}), kNow);
    const Inbox copy = again(inbox, all);
    EXPECT_EQ(order(copy), (std::vector<std::string>{"y", "z"}));
    EXPECT_EQ(copy.unread(), 1u);
}

Act of_role(Act act, std::int64_t expires_ms = kNow + 1000) {
    for (const std::string& id : act.ids) act.of_roles[id] = expires_ms;
    return std::get<Act>(*read_entry(entry_json(act)));
}

TEST(Inbox, WhatWasDoneToARolesBroadcastIsCarriedByWhoDoesNotHaveIt) {
    const std::vector<std::pair<NoticePtr, Place>> all = {{broadcast("x"), at(1, Place::kRole)},
                                                          {broadcast("y"), at(2, Place::kRole)},
                                                          {broadcast("z"), at(3, Place::kRole)}};
    Inbox with(100, kBytes);
    for (const auto& [one, place] : all) with.add(one, place, kNow);
    with.apply(of_role(act(ActKind::kDismiss, {"x"})), kNow);
    Inbox without = again(with);
    without.apply(of_role(act(ActKind::kRead, {"y"})), kNow);
    without.apply(of_role(act(ActKind::kAck, {"z"}, "desk")), kNow);
    without.apply(act(ActKind::kRead, {"nobody knows it"}), kNow);
    const Inbox later = again(again(without), all);
    EXPECT_EQ(order(later), (std::vector<std::string>{"y", "z"}));
    EXPECT_EQ(later.unread(), 1u);
    EXPECT_TRUE(later.was_shown(*later.find("z"), "desk"));
}

TEST(Inbox, WhatIsCarriedExpiresAndIsBounded) {
    Inbox inbox(100, kBytes);
    inbox.apply(of_role(act(ActKind::kRead, {"a"}), kNow + 1), kNow);
    EXPECT_NE(inbox.snapshot(1)[0].find("\"a\""), std::string::npos);
    for (std::size_t i = 0; i < Inbox::kCarried; ++i)
        inbox.apply(of_role(act(ActKind::kRead, {std::to_string(i)}), kNow + 2), kNow);
    EXPECT_EQ(inbox.snapshot(1)[0].find("\"a\""), std::string::npos) << "the soonest went";
    const std::size_t full = inbox.snapshot(1).size();
    EXPECT_GT(full, 1u);
    inbox.expire(kNow + 2);
    EXPECT_EQ(inbox.snapshot(1).size(), 1u);
}

TEST(Inbox, ASnapshotOfManyIsCutIntoEntriesThatFit) {
    Inbox inbox(10'000, 64 * kBytes);
    for (std::uint64_t i = 1; i <= 10'000; ++i) inbox.add(notice("n" + std::to_string(i)), at(i), kNow);
    const auto parts = inbox.snapshot(10'000);
    ASSERT_GT(parts.size(), 10u);
    ASSERT_LE(parts.size(), 256u);
    for (const std::string& part : parts) EXPECT_LE(part.size(), 64u * 1024);
}

// Folding everything equals restoring a snapshot taken anywhere and folding the rest.
TEST(Inbox, SnapshotAndRestEqualTheWhole) {
    std::mt19937 random(7);
    for (int round = 0; round < 50; ++round) {
        Inbox whole(20, kBytes);
        std::vector<InboxEntry> entries;
        for (int i = 0; i < 200; ++i) {
            const std::string id = "n" + std::to_string(random() % 60);
            if (random() % 2 == 0) {
                entries.emplace_back(*notice(id, static_cast<Priority>(random() % 4), random() % 3 == 0 ? "k" : ""));
            } else {
                const std::string device = "d" + std::to_string(random() % 3);
                entries.emplace_back(act(static_cast<ActKind>(random() % 5), {id}, device));
            }
        }
        const auto fold = [](Inbox& into, const InboxEntry& entry, std::uint64_t position) {
            if (const auto* one = std::get_if<Notice>(&entry))
                into.add(std::make_shared<const Notice>(*one), at(position), kNow);
            else
                into.apply(std::get<Act>(entry), kNow);
        };
        const std::size_t cut = random() % entries.size();
        std::vector<SnapshotPart> parts;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            fold(whole, entries[i], i + 1);
            if (i != cut) continue;
            for (const std::string& text : whole.snapshot(i + 1))
                parts.push_back(std::get<SnapshotPart>(*read_entry(text)));
        }
        Inbox restored(20, kBytes);
        restored.restore(parts, kNow);
        for (std::size_t i = cut + 1; i < entries.size(); ++i) fold(restored, entries[i], i + 1);
        ASSERT_EQ(order(restored), order(whole)) << "round " << round;
        ASSERT_EQ(restored.unread(), whole.unread());
        ASSERT_EQ(restored.evicted(), whole.evicted());
        for (const std::string& id : order(whole))
            for (const char* device : {"d0", "d1", "d2", ""})
                ASSERT_EQ(restored.was_shown(*restored.find(id), device), whole.was_shown(*whole.find(id), device));
    }
}

TEST(InboxEntry, KeepsWhatItIs) {
    Notice one = *notice("a", Priority::kHigh, "k");
    one.title = "<b>\"x\"</b>";
    one.action = R"({"open":"/q"})";
    one.actions = {{"ok", "OK", "POST /x", true}};
    one.sender = "s";
    const auto read = read_entry(entry_json(one));
    ASSERT_TRUE(read);
    EXPECT_EQ(stored_json(std::get<Notice>(*read)), stored_json(one));
    Act snooze = act(ActKind::kSnooze, {"a", "b"}, "d");
    snooze.until_ms = 5;
    const auto back = read_entry(entry_json(snooze));
    ASSERT_TRUE(back);
    EXPECT_EQ(entry_json(std::get<Act>(*back)), entry_json(snooze));
}

TEST(InboxEntry, IsNothingInAnUnknownForm) {
    for (const char* text : {"", "{}", "[]", R"({"a":"eat","ids":[]})", R"({"n":{}})", R"({"q":1})", R"({"a":1})"})
        EXPECT_FALSE(read_entry(text)) << text;
}

}  // namespace
}  // namespace tidegate::notification
