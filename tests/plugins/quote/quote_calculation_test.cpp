// Calculations, task by task: progress, results, supersession, cancelling, failures, reloads.

#include "plugins/quote/rating/verifier.hpp"
#include "quote_host.hpp"

namespace tidegate::quote::testing {
namespace {

class Calculating : public WithQuoteHost {
protected:
    json started() const { return host.inbox(1, "calculation:started").back(); }
    std::vector<int> percentages(tg_session session) const {
        std::vector<int> out;
        for (const json& progress : host.inbox(session, "calculation:progress")) out.push_back(progress["percentage"]);
        return out;
    }
    // What the newest calculation.failed says; null when there is none.
    json last_failure() {
        json told;
        for (const StoredEvent& event : host.events())
            if (event.name == "calculation.failed") told = json::parse(event.data);
        return told;
    }
};
INSTANTIATE_TEST_SUITE_P(Calls, Calculating, ::testing::Values(false, true),
                         [](const auto& mode) { return mode.param ? "CompleteLater" : "CompleteInline"; });

const std::vector<int> kTen = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100};

TEST_P(Calculating, GivesThePublishedPremiumAfterTenSteps) {
    json message = update(home(), 1);
    message["input_rev"] = 41;
    host.send(1, message);
    host.drain();
    const auto final_answers = answers();
    ASSERT_EQ(final_answers.size(), 1u);
    const json& complete = final_answers[0];
    ASSERT_EQ(complete["type"], "calculation:complete") << complete;
    EXPECT_EQ(complete["premium"]["total"], 501.0);
    EXPECT_NE(host.texts(1).back().find(R"("total":501.00)"), std::string::npos);
    EXPECT_EQ(complete["input_rev"], 41);
    EXPECT_EQ(complete["revision"], 1);
    EXPECT_EQ(complete["offset"], 2);
    EXPECT_EQ(percentages(1), kTen);
    EXPECT_EQ(percentages(2), kTen);
    const auto progress = host.inbox(2, "calculation:progress");
    EXPECT_EQ(progress[0]["step"], "Validating input data");
    EXPECT_EQ(progress[0]["message"], "Completed: Validating input data");
    for (const json& step : progress) EXPECT_TRUE(step["detail"]["elapsed_us"].is_number_unsigned());
    EXPECT_EQ(host.conflate_keys, std::vector<std::string>(10, complete["calculation_id"]));

    const auto updated = host.inbox(2, "quote:updated");
    ASSERT_EQ(updated.size(), 1u);
    EXPECT_EQ(updated[0]["premium"], complete["premium"]);
    EXPECT_EQ(updated[0]["offset"], complete["offset"]);
    EXPECT_FALSE(updated[0].contains("ref"));
    EXPECT_TRUE(host.inbox(2, "calculation:complete").empty());
    EXPECT_TRUE(host.inbox(1, "quote:updated").empty());
}

TEST_P(Calculating, StoresResultTraceAndEvent) {
    host.send(1, update(home()));
    host.drain();
    const json complete = answers().at(0);
    const json result = host.document("quote_result", kQuote);
    EXPECT_EQ(result["premium"]["total"], 501);
    EXPECT_EQ(result["trace_id"], complete["trace_id"]);
    EXPECT_EQ(result["state"], "US-TX");
    EXPECT_EQ(result["product"], "home");
    const json trace = host.document("trace", complete["trace_id"]);
    EXPECT_EQ(trace["quote_id"], kQuote);
    const auto verified = rating::verify_trace(trace.dump());
    EXPECT_TRUE(verified.ok()) << verified.problems.front();
    const auto events = host.events();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[1].name, "quote.rated");
    const json rated = json::parse(events[1].data);
    EXPECT_EQ(rated["first"], true);
    EXPECT_NE(events[1].data.find(R"("total":501.00)"), std::string::npos);
    EXPECT_EQ(rated["currency"], "USD");

    host.send(1, update(json{{"tier", "A"}}, 2));
    host.drain();
    EXPECT_EQ(json::parse(host.events().back().data)["first"], false);
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["tier"], "A");
    EXPECT_EQ(answers().back()["revision"], 2) << "rating does not raise the quote's revision";
    EXPECT_EQ(host.metrics["calculations_total"].sum, 2);
    EXPECT_EQ(host.metrics["phase_us"].sum, 20);
}

TEST_P(Calculating, OfTheNewestRevisionWins) {
    for (int n = 0; n < 40; ++n) {
        host.send(1, update(home({{"aoi", 100'000 + 2'500 * n}}), n));
        if (n % 3 == 0) host.run_tasks(std::min<std::size_t>(host.waiting(), 2));
    }
    host.drain();
    std::map<int, json> final;
    for (const json& answer : answers()) {
        EXPECT_TRUE(final.emplace(answer["ref"].get<int>(), answer).second) << "two final answers: " << answer;
    }
    ASSERT_EQ(final.size(), 40u);
    EXPECT_EQ(final[39]["type"], "calculation:complete");
    EXPECT_EQ(final[39]["revision"], 40);
    for (int n = 0; n < 39; ++n) {
        EXPECT_EQ(final[n]["type"], "calculation:cancelled");
        EXPECT_EQ(final[n]["superseded_by"].get<std::string>().size(), 36u);
        EXPECT_EQ(final[n]["channel"], "quote:" + kQuote);
    }
    EXPECT_TRUE(host.inbox(2, "calculation:cancelled").empty()) << "only its requester is told";
    EXPECT_EQ(host.inbox(2, "quote:updated").size(), 1u);
    EXPECT_EQ(host.metrics["calculations_cancelled_total"].sum, 39);
}

TEST_P(Calculating, IsCancelledByItsRequester) {
    host.send(1, update(home(), 1));
    host.run_tasks(4);
    host.send(1, {{"type", "calculation:cancel"}, {"id", 2}, {"calculation_id", started()["calculation_id"]}});
    host.drain();
    const auto final_answers = answers();
    ASSERT_EQ(final_answers.size(), 2u);
    for (const json& answer : final_answers) {
        EXPECT_EQ(answer["type"], "calculation:cancelled");
        EXPECT_FALSE(answer.contains("superseded_by"));
    }
    EXPECT_EQ(final_answers[0]["ref"], 2);
    EXPECT_EQ(final_answers[1]["ref"], 1);
    ASSERT_EQ(host.inbox(2, "calculation:cancelled").size(), 1u);
    EXPECT_FALSE(host.inbox(2, "calculation:cancelled")[0].contains("ref"));
    EXPECT_TRUE(host.document("quote_result", kQuote).is_null());
    host.send(1, update(json::object(), 3));
    host.drain();
    EXPECT_EQ(answers().back()["type"], "calculation:complete");
}

TEST_P(Calculating, IsCancelledByAnotherSession) {
    host.send(1, update(home(), 1));
    host.run_tasks(2);
    const json cancel = {{"type", "calculation:cancel"}, {"id", 9}, {"calculation_id", started()["calculation_id"]}};
    host.connect(3, kReader, "quote:" + kQuote);
    host.send(3, cancel);
    EXPECT_EQ(host.inbox(3, "error").at(0)["code"], "forbidden");
    host.send(2, cancel);
    host.send(2, cancel);
    host.drain();
    EXPECT_EQ(answers(2).size(), 2u);
    EXPECT_EQ(answers(2)[0]["type"], "calculation:cancelled");
    EXPECT_EQ(answers(2)[1]["code"], "not_found");
    ASSERT_EQ(answers(1).size(), 1u);
    EXPECT_EQ(answers(1)[0]["type"], "calculation:cancelled");
}

TEST_P(Calculating, ThatDoesNotRunIsNotFound) {
    host.send(1, update(home()));
    host.drain();
    host.send(1, {{"type", "calculation:cancel"}, {"id", 2}, {"calculation_id", started()["calculation_id"]}});
    host.send(1, {{"type", "calculation:cancel"}, {"id", 3}, {"calculation_id", kQuote}});
    EXPECT_EQ(answers()[1]["code"], "not_found");
    EXPECT_EQ(answers()[2]["code"], "not_found");
    host.send(1, {{"type", "calculation:cancel"}, {"id", 4}, {"calculation_id", kQuote}}, "room:1");
    EXPECT_EQ(answers()[3]["code"], "invalid");
}

TEST_P(Calculating, NamesWhatIsMissingOrWrong) {
    host.send(1, update(json{{"product", "home"}, {"state", "US-TX"}}, 1));
    host.drain();
    json error = answers().back();
    EXPECT_EQ(error["type"], "calculation:error");
    EXPECT_EQ(error["code"], "incomplete");
    EXPECT_EQ(host.document("quote_result", kQuote)["failure"]["code"], "incomplete");
    EXPECT_EQ(host.events().back().name, "calculation.failed");
    host.send(1, update(home({{"aoi", 1}}), 2));
    host.drain();
    error = answers().back();
    EXPECT_EQ(error["code"], "invalid");
    EXPECT_EQ(error["errors"][0]["path"], "aoi");
    host.send(1, update(home({{"state", "US-NY"}}), 3));
    host.drain();
    EXPECT_EQ(answers().back()["code"], "no_manual");
    EXPECT_EQ(host.inbox(2, "calculation:error").size(), 3u);
    EXPECT_FALSE(host.inbox(2, "calculation:error")[0].contains("ref"));
    host.send(1, update(json{{"state", "US-TX"}}, 4));
    host.drain();
    EXPECT_EQ(answers().back()["type"], "calculation:complete");
    const json result = host.document("quote_result", kQuote);
    EXPECT_FALSE(result.contains("failure"));
    EXPECT_EQ(json::parse(host.events().back().data)["first"], true) << "a failure is no rating";
    EXPECT_EQ(host.metrics["calculation_failed_total"].sum, 3);
}

TEST_P(Calculating, ThatFailsLeavesTheLastRatingStanding) {
    host.send(1, update(home(), 1));
    host.drain();
    host.send(1, update(json{{"aoi", nullptr}}, 2));
    host.drain();
    const json result = host.document("quote_result", kQuote);
    EXPECT_EQ(result["premium"]["total"], 501);
    EXPECT_EQ(result["revision"], 1);
    EXPECT_EQ(result["failure"]["revision"], 2);
    host.send(1, update(home(), 3));
    host.drain();
    EXPECT_EQ(json::parse(host.events().back().data)["first"], false);
}

TEST_P(Calculating, GoesOnInANewGenerationAtEveryPhase) {
    for (std::size_t phases = 0; phases <= 10; ++phases) {
        host.clear();
        const int ref = static_cast<int>(phases) + 1;
        host.send(1, update(home({{"tier", phases % 2 ? "C" : "B"}}), ref));
        host.run_tasks(phases);
        host.reload();
        host.drain();
        EXPECT_EQ(percentages(2), kTen) << "reloaded after " << phases;
        ASSERT_EQ(answers().size(), 1u);
        EXPECT_EQ(answers()[0]["type"], "calculation:complete");
        EXPECT_EQ(answers()[0]["ref"], ref);
        EXPECT_EQ(answers()[0]["calculation_id"], started()["calculation_id"]);
        EXPECT_EQ(answers()[0]["premium"]["total"] == 501, phases % 2 == 1);
    }
}

TEST_P(Calculating, OfTheNewestRevisionWinsOverAReload) {
    host.send(1, update(home(), 1));
    host.run_tasks(3);
    host.send(1, update(json{{"tier", "A"}}, 2));
    host.reload();
    host.drain();
    ASSERT_EQ(answers().size(), 2u);
    EXPECT_EQ(answers()[0]["ref"], 1);
    EXPECT_EQ(answers()[0]["type"], "calculation:cancelled");
    EXPECT_EQ(answers()[1]["ref"], 2);
    EXPECT_EQ(answers()[1]["type"], "calculation:complete");
    EXPECT_EQ(answers()[0]["superseded_by"], answers()[1]["calculation_id"]);
}

TEST_P(Calculating, FinishesWhenItsRequesterIsGone) {
    host.send(1, update(home(), 1));
    host.run_tasks(2);
    host.disconnect(1);
    host.drain();
    EXPECT_EQ(host.inbox(2, "quote:updated").size(), 1u);
    EXPECT_EQ(host.document("quote_result", kQuote)["premium"]["total"], 501);
}

TEST_P(Calculating, GoesOnInOneTaskWhenTheQueueIsFull) {
    host.send(1, update(home(), 1));
    host.run_tasks(3);
    host.queue_full = true;
    host.run_task();
    EXPECT_EQ(host.waiting(), 0u);
    EXPECT_EQ(percentages(2), kTen);
    EXPECT_EQ(answers().at(0)["type"], "calculation:complete");
}

TEST_P(Calculating, AnswersWhenItsResultCannotBeStored) {
    for (const std::string call : {"patch trace", "get quote_result", "patch quote_result", "publish"}) {
        host.clear();
        host.send(1, update(home(), call));
        host.run_tasks(10);
        host.fail[call] = {TG_E_UNAVAILABLE, 1};
        host.drain();
        ASSERT_EQ(answers().size(), 1u) << call;
        EXPECT_EQ(answers()[0]["type"], "calculation:error") << call;
        EXPECT_EQ(answers()[0]["code"], "unavailable");
        EXPECT_EQ(answers()[0]["error"].get<std::string>().find("secret"), std::string::npos);
        const json told = last_failure();
        EXPECT_EQ(told["calculation_id"], answers()[0]["calculation_id"]) << call;
        EXPECT_EQ(told["code"], "unavailable");
    }
}

TEST_P(Calculating, TellsOfAFailureOnceAndAfterItsAnswer) {
    host.send(1, update(home(), 1));
    host.fail["get quote"] = {TG_E_UNAVAILABLE, 1};
    while (answers().empty()) host.run_task();
    EXPECT_TRUE(last_failure().is_null()) << "nobody waited for it";
    host.drain();
    const json told = last_failure();
    EXPECT_EQ(told["quote_id"], kQuote);
    EXPECT_EQ(told["user_id"], kAgent.sub);
    EXPECT_EQ(told["calculation_id"], answers()[0]["calculation_id"]);
    const auto count = host.events().size();
    host.send(1, update(home(), 2));
    host.fail["get quote"] = {TG_E_UNAVAILABLE, 1};
    host.fail["emit"] = {TG_E_UNAVAILABLE, 1};
    host.drain();
    EXPECT_EQ(answers().size(), 2u) << "what cannot be told is logged, and no more";
    EXPECT_EQ(host.events().size(), count);
}

TEST_P(Calculating, AnswersWhenTheQuoteCannotBeRead) {
    host.send(1, update(home(), 1));
    host.fail["get quote"] = {TG_E_UNAVAILABLE, 1};
    host.drain();
    ASSERT_EQ(answers().size(), 1u);
    EXPECT_EQ(answers()[0]["code"], "unavailable");
    host.send(1, update(json::object(), 2));
    host.drain();
    EXPECT_EQ(answers().back()["type"], "calculation:complete");
}

TEST_P(Calculating, IsPostedAgainWhenItsHookHadToEnd) {
    for (const std::string call : {"get quote", "patch trace", "patch quote_result"}) {
        host.clear();
        host.send(1, update(home(), call));
        host.fail[call] = {TG_E_CANCELLED, 1};
        host.drain();
        ASSERT_EQ(answers().size(), 1u) << call;
        EXPECT_EQ(answers()[0]["type"], "calculation:complete") << call;
        EXPECT_EQ(percentages(2), kTen) << call;
    }
    EXPECT_EQ(host.events().size(), 4u) << "one creation, three ratings";
}

TEST_P(Calculating, IsGivenUpAfterThreeAttempts) {
    host.send(1, update(home(), 1));
    host.fail["get quote"] = {TG_E_DEADLINE, 100};
    host.drain();
    ASSERT_EQ(answers().size(), 1u);
    EXPECT_EQ(answers()[0]["type"], "calculation:error");
    EXPECT_EQ(answers()[0]["code"], "unavailable");
    EXPECT_EQ(host.fail["get quote"].second, 97);
}

TEST_P(Calculating, RatesWhatStandsWhenAnotherWriterCameBetween) {
    host.send(1, update(home({{"tier", "A"}}), 1));
    host.patch(kQuote, "quote_data/tier", R"("C")");
    host.drain();
    EXPECT_EQ(answers().at(0)["revision"], 2);
    EXPECT_EQ(answers()[0]["premium"]["total"], 501);
}

}  // namespace
}  // namespace tidegate::quote::testing
