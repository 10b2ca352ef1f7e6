#include "sent_log.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tidegate::notification {
namespace {

SentEntry receipt(const std::string& user, Receipt what, const std::string& id = "n") {
    Received out;
    out.id = id;
    out.user = user;
    out.what = what;
    return *read_sent_entry(entry_json(out));
}

TEST(SentCounts, CountEachUserOnceAndOthersNotAtAll) {
    Sent sent;
    sent.id = "n";
    sent.answer = R"({"id":"n","target_count":2})";
    sent.digest = "d";
    SentCounts counts("n");
    EXPECT_FALSE(counts.known());
    counts.add(*read_sent_entry(entry_json(sent)));
    counts.add(receipt("a", Receipt::kRead));
    counts.add(receipt("a", Receipt::kRead));
    counts.add(receipt("b", Receipt::kRead));
    counts.add(receipt("b", Receipt::kDelivered));
    counts.add(receipt("c", Receipt::kActed, "other"));
    const auto json = nlohmann::json::parse(counts.json());
    EXPECT_EQ(json["target_count"], 2);
    EXPECT_EQ(json["receipts"]["read"], 2);
    EXPECT_EQ(json["receipts"]["delivered"], 1);
    EXPECT_EQ(json["receipts"]["acted"], 0);
}

TEST(SentCounts, ADuplicateIsNotWhatWasSent) {
    Sent sent;
    sent.id = "n";
    sent.answer = R"({"id":"n"})";
    sent.duplicate = true;
    SentCounts counts("n");
    counts.add(*read_sent_entry(entry_json(sent)));
    EXPECT_FALSE(counts.known());
    sent.duplicate = false;
    counts.add(*read_sent_entry(entry_json(sent)));
    EXPECT_TRUE(counts.known());
}

TEST(SentLog, IsNothingInAnUnknownForm) {
    for (const char* text : {"{}", R"({"sent":{}})", R"({"receipt":{"id":"n","what":"eaten"}})", R"({"x":{}})", "1"})
        EXPECT_FALSE(read_sent_entry(text)) << text;
}

}  // namespace
}  // namespace tidegate::notification
