#include "messages.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidegate::quote {
namespace {

Ticket ticket() {
    Ticket out;
    out.calculation_id = "c1";
    out.quote_id = "q1";
    out.trace_id = "t1";
    out.revision = 3;
    out.started_ns = 9'007'199'254'740'993;
    out.phase = 4;
    out.attempt = 1;
    out.day = "2026-03-01";
    out.sub = "ada \"A\"";
    out.client = "client-1";
    out.session = 18'446'744'073'709'551'615u;
    out.ref = R"("r-1")";
    out.input_rev = "41";
    return out;
}

Rated rated() {
    Rated out;
    out.premium = R"({"total":501.00})";
    out.flags = "[]";
    out.product = "home";
    out.state = "US-TX";
    out.total = "501.00";
    out.currency = "USD";
    return out;
}

Refusal refusal() {
    rating::Failure failure;
    failure.code = "incomplete";
    failure.message = "aoi is missing";
    failure.errors.push_back({"aoi", "required", "aoi is missing"});
    return Refusal(failure);
}

TEST(Messages, OfATicketComeBackAsTheyWent) {
    const std::string text = write_ticket(ticket());
    const auto back = read_ticket(text);
    ASSERT_TRUE(back);
    EXPECT_EQ(write_ticket(*back), text);
    EXPECT_EQ(back->session, 18'446'744'073'709'551'615u);
    EXPECT_EQ(back->ref, R"("r-1")");
    EXPECT_EQ(back->sub, "ada \"A\"");
    EXPECT_EQ(back->phase, 4);
}

TEST(Messages, OfATicketMayHaveMembersOfANewerVersion) {
    EXPECT_TRUE(read_ticket(R"({"calculation_id":"c","quote_id":"q","new":{"x":[1]}})"));
    for (const char* text : {"", "{", "[]", "{}", R"({"calculation_id":"c"})", R"({"calculation_id":1,"quote_id":"q"})",
                             R"({"calculation_id":"c","quote_id":"q","phase":-1})",
                             R"({"calculation_id":"c","quote_id":"q","session":"x"})"}) {
        EXPECT_FALSE(read_ticket(text)) << text;
    }
}

TEST(Messages, OfAnUpdateAreReadWithTheirNumbersAsWritten) {
    const auto update = read_update(
        R"({"type":"quote:update","id":1,"quote_id":"q1","input_rev":41,"quote_data":{"aoi": 215000.00, "x":[{}]}})");
    ASSERT_TRUE(update);
    EXPECT_EQ(update->quote_id, "q1");
    EXPECT_EQ(update->quote_data, R"({"aoi": 215000.00, "x":[{}]})");
    EXPECT_EQ(update->input_rev, "41");
    EXPECT_FALSE(read_update(R"({"quote_id":"q1"})"));
    EXPECT_EQ(read_cancel(R"({"calculation_id":"c1"})"), "c1");
    EXPECT_FALSE(read_cancel("{}"));
    EXPECT_EQ(read_creation(R"({"quote_data":{"a":1.50}})"), R"({"a":1.50})");
}

TEST(Messages, OfRefusalsNameTheFieldAndItsHolder) {
    EXPECT_EQ(locked_fields("vehicles/V1", R"({"id":"ben","name":"Ben","role":"agent"})"),
              R"({"field":"vehicles/V1","holder":{"id":"ben","name":"Ben","role":"agent"}})");
    EXPECT_EQ(error_fields(R"([{"path":"aoi"}])"), R"({"errors":[{"path":"aoi"}]})");
}

TEST(Messages, OfAnEditedFieldAreReadWhateverElseTheyCarry) {
    const auto event = read_field_event(R"({"quote_id":"q1","field":"aoi","by":"ada","kind":"edit","x":[1]})");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->quote_id + event->field + event->by, "q1aoiada");
    for (const char* text : {"", "[]", "{}", R"({"quote_id":7})", R"({"quote_id":"q1")"}) {
        EXPECT_FALSE(read_field_event(text)) << text;
    }
}

TEST(Messages, ToClientsAreTheProtocols) {
    EXPECT_EQ(
        quote_patched("q1", R"({"aoi":1.50})", "ada", "T"),
        R"({"type":"quote:patched","quote_id":"q1","quote_data":{"aoi":1.50},"updated_by":"ada","timestamp":"T"})");
    EXPECT_EQ(calculation_started(ticket(), "T", Copy::kViewers),
              R"({"type":"calculation:started","calculation_id":"c1","quote_id":"q1","revision":3,"timestamp":"T"})");
    EXPECT_EQ(
        calculation_started(ticket(), "T", Copy::kRequester),
        R"({"type":"calculation:started","calculation_id":"c1","quote_id":"q1","revision":3,"timestamp":"T","input_rev":41,"ref":"r-1"})");
    EXPECT_EQ(calculation_cancelled("c1", Copy::kViewers, "7"),
              R"({"type":"calculation:cancelled","calculation_id":"c1"})");
    EXPECT_EQ(calculation_cancelled("c1", Copy::kRequester, "7"),
              R"({"type":"calculation:cancelled","calculation_id":"c1","ref":7})");
    EXPECT_EQ(
        calculation_superseded(ticket(), "c2"),
        R"({"type":"calculation:cancelled","channel":"quote:q1","calculation_id":"c1","superseded_by":"c2","input_rev":41,"ref":"r-1"})");
    EXPECT_EQ(
        calculation_error(ticket(), refusal(), Copy::kViewers),
        R"({"type":"calculation:error","calculation_id":"c1","code":"incomplete","error":"aoi is missing","errors":[{"path":"aoi","code":"required","message":"aoi is missing"}]})");
}

TEST(Messages, OfProgressCarryTheTimeOfThePhase) {
    rating::PhaseResult phase;
    phase.phase = 3;
    phase.step = "Calculating base premium";
    phase.percentage = 30;
    phase.detail = R"({"steps":[{}]})";
    EXPECT_EQ(
        calculation_progress(ticket(), phase, 12),
        R"({"type":"calculation:progress","calculation_id":"c1","step":"Calculating base premium","percentage":30,"message":"Completed: Calculating base premium","detail":{"steps":[{}],"elapsed_us":12}})");
    phase.detail = "{}";
    EXPECT_NE(calculation_progress(ticket(), phase, 0).find(R"("detail":{"elapsed_us":0})"), std::string::npos);
}

TEST(Messages, OfAResultKeepTwoDecimals) {
    EXPECT_EQ(
        quote_updated(ticket(), rated(), "T"),
        R"({"type":"quote:updated","quote_id":"q1","premium":{"total":501.00},"updated_by":"ada \"A\"","revision":3,"timestamp":"T","trace_id":"t1","calculation_id":"c1"})");
    EXPECT_EQ(
        calculation_complete(ticket(), rated(), "T"),
        R"({"type":"calculation:complete","calculation_id":"c1","quote_id":"q1","revision":3,"premium":{"total":501.00},"flags":[],"trace_id":"t1","timestamp":"T","input_rev":41,"ref":"r-1"})");
    EXPECT_EQ(
        rated_event(ticket(), rated(), true),
        R"({"quote_id":"q1","revision":3,"product":"home","state":"US-TX","total":501.00,"currency":"USD","calculation_id":"c1","first":true})");
}

TEST(Messages, OfDocumentsAreReadAsWritten) {
    const std::string document = new_quote("q1", "ada", "T", R"({"aoi":1.50,"product":"home","state":7})");
    const auto quote = read_quote(document);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->created_by, "ada");
    EXPECT_EQ(quote->status, "draft");
    EXPECT_EQ(quote->product, "home");
    EXPECT_EQ(quote->state, "");
    EXPECT_FALSE(read_quote("{}"));
    const StoredResult result = read_result(rated_record(ticket(), rated(), "T"));
    EXPECT_TRUE(result.rated());
    EXPECT_FALSE(read_result(R"({"failure":{"premium":{}}})").rated());
    EXPECT_EQ(
        quote_answer("q1", 4, *quote, result),
        R"({"quote_id":"q1","quote_data":{"aoi":1.50,"product":"home","state":7},"revision":4,"status":"draft","created_by":"ada","premium":{"total":501.00},"trace_id":"t1","rated_revision":3})");
    EXPECT_EQ(
        list_answer(
            R"({"items":[{"id":"q1","revision":4,"data":)" + document +
            R"(,"updated_at":"U","updated_by":"ben"},{"id":"q2","revision":1,"data":{"quote_data":{},"status":"draft"},"updated_at":"V"}],"after":"q2"})"),
        R"({"items":[{"quote_id":"q1","revision":4,"status":"draft","product":"home","updated_at":"U","updated_by":"ben"},{"quote_id":"q2","revision":1,"status":"draft","updated_at":"V"}],"after":"q2"})");
    EXPECT_EQ(list_answer(R"({"items":[],"after":null})"), R"({"items":[],"after":null})");
}

}  // namespace
}  // namespace tidegate::quote
