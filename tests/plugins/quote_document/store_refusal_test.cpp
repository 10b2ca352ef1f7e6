#include "quote_document/store_refusal.hpp"

#include <gtest/gtest.h>

namespace tidegate::quote {
namespace {

constexpr std::string_view kAct = "patch default/quote/q1: ";

tg::Status refusal(tg_rc rc, std::string_view why) { return tg::Status(rc, std::string(kAct).append(why)); }
EditKind kind(tg_rc rc, std::string_view why) { return outcome_of(refusal(rc, why)).kind(); }

TEST(StoreRefusal, BecomesTheKindThatItIs) {
    EXPECT_EQ(kind(TG_E_CONFLICT, "base: 'aoi' changed in revision 3"), EditKind::kConflict);
    EXPECT_EQ(kind(TG_E_FENCED, "fence: 'aoi' was written under a newer lease"), EditKind::kStale);
    EXPECT_EQ(kind(TG_E_TOO_LARGE, "it would exceed 1 MiB"), EditKind::kTooLarge);
    EXPECT_EQ(kind(TG_E_BUSY, ""), EditKind::kBusy);
    EXPECT_EQ(kind(TG_E_UNAVAILABLE, "the disk is gone at /var/secret"), EditKind::kUnavailable);
    EXPECT_EQ(kind(TG_E_DEADLINE, ""), EditKind::kUnavailable);
    EXPECT_EQ(kind(TG_E_INTERNAL, ""), EditKind::kInternal);
    EXPECT_EQ(kind(TG_E_INVALID, "the value at 'x' is not JSON"), EditKind::kInvalid);
}

TEST(StoreRefusal, TellsNothingOfTheStore) {
    for (const tg_rc rc : {TG_E_CONFLICT, TG_E_FENCED, TG_E_INVALID, TG_E_TOO_LARGE, TG_E_NOT_FOUND, TG_E_BUSY,
                           TG_E_UNAVAILABLE, TG_E_INTERNAL}) {
        const EditOutcome outcome = outcome_of(refusal(rc, "the disk is full at /var/secret"));
        EXPECT_FALSE(outcome.text().empty());
        EXPECT_EQ(outcome.text().find("secret"), std::string::npos);
        EXPECT_EQ(outcome.text().find("patch"), std::string::npos);
        EXPECT_FALSE(outcome.code().empty());
    }
}

TEST(StoreRefusal, OfATestIsWhatTheDocumentSays) {
    const tg::Status test = refusal(TG_E_CONFLICT, "test: 'review'");
    EXPECT_TRUE(needs_a_look(test));
    EXPECT_FALSE(needs_a_look(refusal(TG_E_CONFLICT, "base: 'aoi' changed in revision 3")));
    EXPECT_FALSE(needs_a_look(refusal(TG_E_FENCED, "fence: 'aoi'")));
    EXPECT_EQ(outcome_of(test, "").kind(), EditKind::kNoQuote);
    EXPECT_EQ(outcome_of(test, R"({"quote_data":{},"review":{"by":"uma"}})").kind(), EditKind::kUnderReview);
    EXPECT_EQ(outcome_of(test, R"({"quote_data":{}})").kind(), EditKind::kConflict);
    EXPECT_EQ(outcome_of(test, "{}").kind(), EditKind::kInternal);
    const tg::Status missing = refusal(TG_E_NOT_FOUND, "there is no element 'V9'");
    EXPECT_TRUE(needs_a_look(missing));
    EXPECT_EQ(outcome_of(missing, R"({"quote_data":{}})").kind(), EditKind::kInvalid);
}

TEST(StoreRefusal, BySchemaSaysWhere) {
    const EditOutcome outcome = outcome_of(
        refusal(TG_E_INVALID,
                "schema: quote_data/vehicles/V1/vin: too long; quote_data: no property 'x'; quote_data/aoi: a: b"));
    EXPECT_EQ(outcome.kind(), EditKind::kInvalid);
    EXPECT_EQ(outcome.text(),
              "quote_data/vehicles/V1/vin: too long; quote_data: no property 'x'; quote_data/aoi: a: b");
    EXPECT_EQ(outcome.errors(), R"([{"path":"vehicles/V1/vin","code":"schema","message":"too long"},)"
                                R"({"path":"","code":"schema","message":"no property 'x'"},)"
                                R"({"path":"aoi","code":"schema","message":"a: b"}])");
    EXPECT_EQ(schema_errors("a text is over 4096 bytes"), "");
    EXPECT_EQ(schema_errors("quote_data"), R"([{"path":"","code":"schema","message":""}])");
}

}  // namespace
}  // namespace tidegate::quote
