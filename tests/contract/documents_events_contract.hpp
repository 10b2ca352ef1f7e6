#pragma once

// What every adapter of ports/documents.hpp promises of domain events, as one typed suite over the fixture of
// documents_contract.hpp.

#include "tests/contract/documents_contract.hpp"

namespace tidegate::contract {

inline Result<std::uint64_t> append(Documents& documents, LooseEvent event) {
    return wait_for<std::uint64_t>(
        [&](auto done) { return documents.append_event(std::move(event), std::move(done)); });
}
// Its sequence; 0 for a refusal.
inline std::uint64_t sequence_of(Documents& documents, const LooseEvent& event) {
    const auto outcome = append(documents, event);
    EXPECT_TRUE(outcome) << outcome.error();
    return outcome ? *outcome : 0;
}
inline LooseEvent loose(std::string name, std::string data, DocumentKey about = {"default", "", ""}) {
    LooseEvent event;
    event.about = std::move(about);
    event.event = {std::move(name), std::move(data)};
    event.source = "collaboration";
    return event;
}

inline Result<void> save_cursor(Documents& documents, std::string reader, std::uint64_t sequence) {
    return wait_for<void>(
        [&](auto done) { return documents.save_cursor(std::move(reader), sequence, std::move(done)); });
}

template <class Fixture>
class DocumentsEventsContract : public DocumentsContract<Fixture> {};

TYPED_TEST_SUITE_P(DocumentsEventsContract);

TYPED_TEST_P(DocumentsEventsContract, AppendsEventsWithThePatchAndOnlyThen) {
    auto patch = patch_of(quote("q"), {set("status", R"("rated")")});
    patch.events = {{"quote.rated", R"({"total": 12.50})"}, {"quote.shown", "null"}};
    this->must(patch);
    auto failing = patch;
    failing.ops = {set("status/deep", "1")};
    this->refused(Errc::kInvalid, failing);
    auto bad = patch;
    bad.events = {{"quote.bound", "{"}};
    this->refused(Errc::kInvalid, bad);
    patch.events = {{"quote.bound", "{}"}};
    this->must(patch);
    const auto all = events(*this->documents_);
    ASSERT_TRUE(all) << all.error();
    ASSERT_EQ(all->size(), 3u);
    EXPECT_EQ((*all)[0].name, "quote.rated");
    EXPECT_EQ((*all)[0].data, R"({"total":12.50})");
    EXPECT_EQ((*all)[0].key.id, "q");
    EXPECT_EQ((*all)[0].actor, "anna");
    EXPECT_EQ((*all)[0].at_ms, this->clock_.wall_ms());
    EXPECT_EQ((*all)[1].revision, 1u);
    EXPECT_EQ((*all)[2].revision, 2u);
    EXPECT_LT((*all)[1].sequence, (*all)[2].sequence);
    const auto rest = events(*this->documents_, (*all)[0].sequence, 1);
    ASSERT_EQ(rest->size(), 1u);
    EXPECT_EQ(rest->front().name, "quote.shown");
}

TYPED_TEST_P(DocumentsEventsContract, PutsLooseEventsAmongThoseOfPatches) {
    auto patch = patch_of(quote("q"), {set("a", "1")});
    patch.events = {{"quote.changed", "{}"}};
    this->must(patch);
    auto joined = loose("session.joined", R"({"at": 1.50})", quote("not there"));
    joined.actor = "ben";
    const auto first = append(*this->documents_, joined);
    ASSERT_TRUE(first) << first.error();
    this->must(patch);
    const auto second = append(*this->documents_, loose("alert.raised", "{}"));
    ASSERT_TRUE(second) << second.error();
    const auto all = events(*this->documents_);
    ASSERT_EQ(all->size(), 4u);
    const StoredEvent& event = (*all)[1];
    EXPECT_EQ(event.sequence, *first);
    EXPECT_EQ(event.name, "session.joined");
    EXPECT_EQ(event.data, R"({"at":1.50})");
    EXPECT_EQ(event.key.tenant, "default");
    EXPECT_EQ(event.key.type, "quote");
    EXPECT_EQ(event.key.id, "not there");
    EXPECT_EQ(event.actor, "ben");
    EXPECT_EQ(event.revision, 0u);
    EXPECT_EQ(event.at_ms, this->clock_.wall_ms());
    EXPECT_EQ((*all)[3].sequence, *second);
    EXPECT_EQ((*all)[3].key.type, "");
    EXPECT_EQ((*all)[3].key.id, "");
    EXPECT_EQ(*this->documents_->last_event(), *second);
    EXPECT_EQ(get(*this->documents_, quote("not there")).error().code, Errc::kNotFound);
}

TYPED_TEST_P(DocumentsEventsContract, PutsALooseEventOfOneKeyOnce) {
    auto event = loose("session.joined", "{}", quote("q"));
    event.idempotency_key = "k1";
    const auto first = sequence_of(*this->documents_, event);
    EXPECT_EQ(sequence_of(*this->documents_, event), first);
    auto elsewhere = event;
    elsewhere.about.id = "q2";
    EXPECT_GT(sequence_of(*this->documents_, elsewhere), first);
    elsewhere = event;
    elsewhere.about.tenant = "other tenant";
    EXPECT_GT(sequence_of(*this->documents_, elsewhere), first);
    elsewhere = event;
    elsewhere.source = "quote";
    EXPECT_GT(sequence_of(*this->documents_, elsewhere), first);
    elsewhere = event;
    elsewhere.event.name = "session.left";
    EXPECT_GT(sequence_of(*this->documents_, elsewhere), first) << "another event, not this one again";
    EXPECT_EQ(events(*this->documents_)->size(), 5u);
    this->clock_.advance_ms(10 * 60 * 1000);
    const auto anew = sequence_of(*this->documents_, event);
    EXPECT_GT(anew, first);
    EXPECT_EQ(sequence_of(*this->documents_, event), anew);
    EXPECT_EQ(events(*this->documents_)->size(), 6u);
}

TYPED_TEST_P(DocumentsEventsContract, RefusesLooseEventsThatAreNone) {
    const auto code = [&](LooseEvent event) {
        const auto outcome = append(*this->documents_, std::move(event));
        return outcome ? std::optional<Errc>() : std::optional(outcome.error().code);
    };
    EXPECT_EQ(code(loose("", "{}")), Errc::kInvalid);
    EXPECT_EQ(code(loose("a\nb", "{}")), Errc::kInvalid);
    EXPECT_EQ(code(loose("a.b", "{")), Errc::kInvalid);
    EXPECT_EQ(code(loose("a.b", "[]")), Errc::kInvalid);
    EXPECT_EQ(code(loose("a.b", R"({"a":")" + std::string(64 * 1024, 'x') + "\"}")), Errc::kTooLarge);
    EXPECT_EQ(code(loose("a.b", "{}", {"", "", ""})), Errc::kInvalid);
    EXPECT_EQ(code(loose("a.b", "{}", {"default", "quote", ""})), Errc::kInvalid);
    EXPECT_EQ(code(loose("a.b", "{}", {"default", "", "q"})), Errc::kInvalid);
    auto event = loose("a.b", "{}");
    event.source.clear();
    EXPECT_EQ(code(event), Errc::kInvalid);
    event = loose("a.b", "{}");
    event.actor = std::string(129, 'a');
    EXPECT_EQ(code(event), Errc::kInvalid);
    event = loose("a.b", "{}");
    event.idempotency_key = "\x01";
    EXPECT_EQ(code(event), Errc::kInvalid);
    EXPECT_EQ(events(*this->documents_)->size(), 0u);
}

TYPED_TEST_P(DocumentsEventsContract, LooseEventsOfManyThreadsAllHaveTheirOwnSequence) {
    constexpr int kThreads = 4, kEach = 50;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            for (int n = 0; n < kEach; ++n) {
                auto event = loose("a.b", "{}");
                event.idempotency_key = std::to_string(thread % 2) + "/" + std::to_string(n);  // each key from two
                EXPECT_TRUE(append(*this->documents_, std::move(event)));
            }
        });
    }
    for (auto& thread : threads) thread.join();
    const auto all = events(*this->documents_);
    ASSERT_EQ(all->size(), std::size_t{kThreads / 2 * kEach});
    for (std::size_t at = 1; at < all->size(); ++at) EXPECT_LT((*all)[at - 1].sequence, (*all)[at].sequence);
}

TYPED_TEST_P(DocumentsEventsContract, WakesTheReaderOfEvents) {
    // This test's own store: the wake is set before the first patch.
    std::mutex mutex;
    std::condition_variable called;
    int wakes = 0;
    this->documents_->on_events([&] {
        const std::lock_guard lock(mutex);
        ++wakes;
        called.notify_all();
    });
    EXPECT_EQ(*this->documents_->last_event(), 0u);
    this->must({set("a", "1")});
    auto patch = patch_of(quote("q"), {set("a", "2")});
    patch.events = {{"quote.changed", "1"}, {"quote.changed", "2"}};
    this->must(patch);
    std::unique_lock lock(mutex);
    EXPECT_TRUE(called.wait_for(lock, std::chrono::seconds(60), [&] { return wakes == 1; }));
    lock.unlock();
    const auto all = events(*this->documents_);
    ASSERT_EQ(all->size(), 2u);
    EXPECT_EQ(*this->documents_->last_event(), all->back().sequence);
    this->documents_.reset();  // nobody is called any more
    EXPECT_EQ(wakes, 1);
}

TYPED_TEST_P(DocumentsEventsContract, WakesTheReaderForALooseEvent) {
    std::atomic<int> wakes{0};
    std::promise<void> called;
    this->documents_->on_events([&] {
        if (++wakes == 1) called.set_value();
    });
    auto event = loose("a.b", "{}");
    event.idempotency_key = "k";
    ASSERT_TRUE(append(*this->documents_, event));
    EXPECT_EQ(called.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
    ASSERT_TRUE(append(*this->documents_, event));  // the same again is no news
    this->documents_.reset();
    EXPECT_EQ(wakes, 1);
}

TYPED_TEST_P(DocumentsEventsContract, KeepsWhereReadersOfEventsStand) {
    EXPECT_EQ(*this->documents_->load_cursor("rating"), std::nullopt);
    ASSERT_TRUE(save_cursor(*this->documents_, "rating", 7));
    ASSERT_TRUE(save_cursor(*this->documents_, "mail", 0));
    ASSERT_TRUE(save_cursor(*this->documents_, "rating", 12));
    EXPECT_EQ(*this->documents_->load_cursor("rating"), 12u);
    EXPECT_EQ(*this->documents_->load_cursor("mail"), 0u);
    EXPECT_EQ(*this->documents_->load_cursor("other"), std::nullopt);
    EXPECT_EQ(save_cursor(*this->documents_, "", 1).error().code, Errc::kInvalid);
}

REGISTER_TYPED_TEST_SUITE_P(DocumentsEventsContract, AppendsEventsWithThePatchAndOnlyThen,
                            PutsLooseEventsAmongThoseOfPatches, PutsALooseEventOfOneKeyOnce,
                            RefusesLooseEventsThatAreNone, LooseEventsOfManyThreadsAllHaveTheirOwnSequence,
                            WakesTheReaderOfEvents, WakesTheReaderForALooseEvent, KeepsWhereReadersOfEventsStand);

}  // namespace tidegate::contract
