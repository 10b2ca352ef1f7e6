#pragma once

// What every adapter of ports/documents.hpp promises, as one typed suite. An adapter's test instantiates it with a
// fixture that has `std::unique_ptr<Documents> open(const Clock&)`; each test gets a fixture of its own.

#include "adapters/documents/json_tree.hpp"
#include "base/clock.hpp"
#include "ports/documents.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate::contract {

// Makes a call and waits for its outcome, however it comes; a second completion throws out of `done`.
template <class T, class Call>
Result<T> wait_for(Call&& call) {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto outcome = promise->get_future();
    if (std::optional<Result<T>> now = call([promise](Result<T> later) { promise->set_value(std::move(later)); })) {
        return std::move(*now);
    }
    return outcome.get();
}

inline Result<PatchOutcome> apply(Documents& documents, Patch patch) {
    return wait_for<PatchOutcome>([&](auto done) { return documents.patch(std::move(patch), std::move(done)); });
}
inline Result<Document> get(Documents& documents, DocumentKey key) {
    return wait_for<Document>([&](auto done) { return documents.get(std::move(key), std::move(done)); });
}
inline Result<DocumentPart> get_part(Documents& documents, DocumentKey key, std::string path) {
    return wait_for<DocumentPart>(
        [&](auto done) { return documents.get_part(std::move(key), std::move(path), std::move(done)); });
}
inline Result<Page> list(Documents& documents, ListQuery query) {
    return wait_for<Page>([&](auto done) { return documents.list(std::move(query), std::move(done)); });
}
inline Result<std::vector<DocumentVersion>> versions(Documents& documents, DocumentKey key, VersionQuery query = {}) {
    return wait_for<std::vector<DocumentVersion>>(
        [&](auto done) { return documents.versions(std::move(key), query, std::move(done)); });
}
inline Result<std::vector<StoredEvent>> events(Documents& documents, std::uint64_t after = 0,
                                               std::uint32_t limit = 1000) {
    return wait_for<std::vector<StoredEvent>>(
        [&](auto done) { return documents.read_events(after, limit, std::move(done)); });
}

inline DocumentKey quote(std::string id, std::string tenant = "default") {
    return {std::move(tenant), "quote", std::move(id)};
}
inline DocumentOp set(std::string path, std::string value) { return {OpKind::kSet, std::move(path), std::move(value)}; }
inline DocumentOp insert(std::string path, std::string value) {
    return {OpKind::kInsert, std::move(path), std::move(value)};
}
inline DocumentOp remove(std::string path) { return {OpKind::kRemove, std::move(path), ""}; }
inline DocumentOp test(std::string path, std::string value) {
    return {OpKind::kTest, std::move(path), std::move(value)};
}
inline DocumentOp under(std::uint64_t fence, DocumentOp op) {
    op.fence = fence;
    return op;
}

inline Patch patch_of(DocumentKey key, std::vector<DocumentOp> ops) {
    Patch patch;
    patch.key = std::move(key);
    patch.ops = std::move(ops);
    patch.actor = "anna";
    return patch;
}

template <class Fixture>
class DocumentsContract : public testing::Test {
protected:
    void SetUp() override {
        documents_ = fixture_.open(clock_);
        ASSERT_TRUE(documents_);
        declare("");
    }
    void declare(std::string schema, std::vector<DocumentIndex> indexes = {{"status", "status"}, {"aoi", "aoi"}}) {
        const auto declared = documents_->declare({"quote", std::move(schema), std::move(indexes)});
        ASSERT_TRUE(declared) << declared.error();
    }
    // The revision, or 0 and a failed test.
    std::uint64_t must(Patch patch) {
        const auto outcome = apply(*documents_, std::move(patch));
        EXPECT_TRUE(outcome) << outcome.error();
        return outcome ? outcome->revision : 0;
    }
    std::uint64_t must(std::vector<DocumentOp> ops) { return must(patch_of(quote("q"), std::move(ops))); }
    void refused(Errc code, Patch patch) {
        const auto outcome = apply(*documents_, std::move(patch));
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, code) << outcome.error();
        last_refusal_ = outcome.error().text;
    }
    void refused(Errc code, std::vector<DocumentOp> ops) { refused(code, patch_of(quote("q"), std::move(ops))); }
    std::string data(std::string id = "q") {
        const auto document = get(*documents_, quote(std::move(id)));
        return document ? document->data : document.error().text;
    }
    // What the newest version says it did.
    std::string newest_ops(std::string id = "q") {
        const auto newest = versions(*documents_, quote(std::move(id)), {0, UINT64_MAX, true, 1});
        return newest && newest->size() == 1 ? newest->front().ops : "none";
    }
    Patch based(std::uint64_t base, std::vector<DocumentOp> ops) {
        auto patch = patch_of(quote("q"), std::move(ops));
        patch.base_revision = base;
        return patch;
    }
    Patch fenced(std::uint64_t fence, std::vector<DocumentOp> ops) {
        auto patch = patch_of(quote("q"), std::move(ops));
        patch.fence = fence;
        return patch;
    }
    std::vector<std::string> ids(ListQuery query) {
        std::vector<std::string> found;
        query.tenant = query.tenant.empty() ? "default" : query.tenant;
        query.type = "quote";
        do {
            const auto page = list(*documents_, query);
            EXPECT_TRUE(page) << page.error();
            if (!page) break;
            EXPECT_LE(page->items.size(), query.limit);
            for (const auto& item : page->items) found.push_back(item.id);
            query.after = page->next;
        } while (!query.after.empty());
        return found;
    }

    ManualClock clock_;
    Fixture fixture_;
    std::unique_ptr<Documents> documents_;
    std::string last_refusal_;
};

using Ids = std::vector<std::string>;

TYPED_TEST_SUITE_P(DocumentsContract);

TYPED_TEST_P(DocumentsContract, CreatesWithTheFirstPatchAndCountsRevisions) {
    EXPECT_EQ(this->must({set("customer/name", R"("Ada")"), set("aoi", "250000")}), 1u);
    this->clock_.advance_ms(5);
    auto second = patch_of(quote("q"), {set("aoi", "260000")});
    second.actor = "ben";
    EXPECT_EQ(this->must(std::move(second)), 2u);
    const auto document = get(*this->documents_, quote("q"));
    ASSERT_TRUE(document) << document.error();
    EXPECT_EQ(document->data, R"({"aoi":260000,"customer":{"name":"Ada"}})");
    EXPECT_EQ(document->revision, 2u);
    EXPECT_EQ(document->updated_ms, this->clock_.wall_ms());
    EXPECT_EQ(document->created_ms, this->clock_.wall_ms() - 5);
    EXPECT_EQ(document->updated_by, "ben");
    EXPECT_EQ(document->created_by, "anna");
}

TYPED_TEST_P(DocumentsContract, KeepsTheTextOfNumbers) {
    this->must({set("", R"({"a":0.10,"b":123456789012345.67,"c":18446744073709551616,"d":-0,"e":1E-7,"f":0.1})")});
    EXPECT_EQ(this->data(), R"({"a":0.10,"b":123456789012345.67,"c":18446744073709551616,"d":-0,"e":1E-7,"f":0.1})");
    this->must({set("g", "9007199254740993.000000001")});
    EXPECT_NE(this->data().find("9007199254740993.000000001"), std::string::npos);
    EXPECT_NE(this->data().find("123456789012345.67"), std::string::npos);
}

TYPED_TEST_P(DocumentsContract, AddressesElementsByIdAndByIndex) {
    this->must({set("vehicles", R"([{"id":"V1","vin":"a"},{"id":"V2","vin":"b"}])"), set("tags", R"(["x","y"])")});
    this->must({set("vehicles/V2/vin", R"("c")"), insert("vehicles/V3", R"({"id":"V3"})"),
                insert("vehicles/-", R"({"id":"V4"})"), remove("vehicles/V1"), set("tags/1", R"("z")"),
                insert("tags/0", R"("w")"), insert("tags/-", "1.50"), insert("drivers/-", R"({"id":"D1"})")});
    EXPECT_EQ(
        this->data(),
        R"({"drivers":[{"id":"D1"}],"tags":["w","x","z",1.50],"vehicles":[{"id":"V2","vin":"c"},{"id":"V3"},{"id":"V4"}]})");
    this->refused(Errc::kNotFound, {set("vehicles/V9/vin", "1")});
    this->refused(Errc::kNotFound, {set("vehicles/V9", R"({"id":"V9"})")});
    this->refused(Errc::kNotFound, {set("tags/4", "1")});
    this->refused(Errc::kInvalid, {insert("vehicles/V5", R"({"id":"V6"})")});
    this->refused(Errc::kInvalid, {insert("vehicles/-", "7")});
    this->refused(Errc::kInvalid, {set("vehicles/V2/id", R"("V7")")});
    this->refused(Errc::kConflict, {insert("vehicles/V2", R"({"id":"V2"})")});
    this->refused(Errc::kConflict, {insert("tags", "1")});
    this->refused(Errc::kInvalid, {set("tags/0/deep", "1")});
}

TYPED_TEST_P(DocumentsContract, GivesWhatStandsAtAPath) {
    this->must({set("cars", R"([{"id":"V1","make":"A"},{"id":"V2"}])"), set("a/b", R"({"d":1.50,"c":null})"),
                set("list", "[7,8]")});
    this->must({set("a/e", R"("x")")});
    const auto part = [&](const char* path) {
        const auto found = get_part(*this->documents_, quote("q"), path);
        return found ? std::to_string(found->revision) + " " + found->value : found.error().text;
    };
    EXPECT_EQ(part("a/b"), R"(2 {"c":null,"d":1.50})");
    EXPECT_EQ(part("a/b/d"), "2 1.50");
    EXPECT_EQ(part("a/b/c"), "2 null");
    EXPECT_EQ(part("cars/V1/make"), R"(2 "A")");
    EXPECT_EQ(part("list/1"), "2 8");
    for (const char* absent : {"b", "a/b/x", "a/e/x", "cars/V3", "list/2", "list/-"}) EXPECT_EQ(part(absent), "2 ");
    EXPECT_EQ(part(""), "2 " + this->data());
    const auto error_of = [&](DocumentKey key, const char* path) {
        return get_part(*this->documents_, std::move(key), path).error().code;
    };
    EXPECT_EQ(error_of(quote("q"), "a//b"), Errc::kInvalid);
    EXPECT_EQ(error_of(quote("q"), "__proto__"), Errc::kInvalid);
    EXPECT_EQ(error_of(quote("other"), "a"), Errc::kNotFound);
    EXPECT_EQ(error_of({"default", "letter", "q"}, "a"), Errc::kNotFound);
    EXPECT_EQ(error_of(quote(""), "a"), Errc::kInvalid);
}

TYPED_TEST_P(DocumentsContract, RemovingWhatIsAbsentSucceeds) {
    this->must({set("a", "1")});
    EXPECT_EQ(this->must({remove("b"), remove("b/c"), remove("a/c")}), 2u);
    EXPECT_EQ(this->data(), R"({"a":1})");
    EXPECT_EQ(this->must({remove("a")}), 3u);
    EXPECT_EQ(this->data(), "{}");
}

TYPED_TEST_P(DocumentsContract, AppliesAllOperationsOrNone) {
    this->must({set("a", "1"), set("list", R"([{"id":"x"}])")});
    this->refused(Errc::kNotFound, {set("a", "2"), insert("list/-", R"({"id":"y"})"), set("list/z/v", "1")});
    EXPECT_EQ(this->data(), R"({"a":1,"list":[{"id":"x"}]})");
    EXPECT_EQ(get(*this->documents_, quote("q"))->revision, 1u);
    auto first = patch_of(quote("other"), {set("a", "1"), set("a/b", "1")});
    this->refused(Errc::kInvalid, std::move(first));
    EXPECT_EQ(get(*this->documents_, quote("other")).error().code, Errc::kNotFound);
}

TYPED_TEST_P(DocumentsContract, RefusesBadPathsAndValues) {
    std::string deep = "a";
    for (int i = 0; i < 32; ++i) deep += "/a";
    std::string long_path = std::string(127, 'a');
    while (long_path.size() <= 1024) long_path += "/" + std::string(127, 'a');
    const std::string bad_paths[] = {"a//b",          "/a",          "a/",     "..",
                                     "a/__proto__/b", "constructor", deep,     long_path,
                                     "a/prototype",   "a/\x01",      "a/\xff", std::string(129, 'x')};
    for (const auto& path : bad_paths) {
        this->refused(Errc::kInvalid, {set(path, "1")});
    }
    this->refused(Errc::kInvalid, {remove("")});
    this->refused(Errc::kInvalid, {insert("", "{}")});
    for (const char* value : {"", "{", "01", "[1,]", "NaN", "1e999", "\"\xff\"", R"({"a":1,"a":2})"}) {
        this->refused(Errc::kInvalid, {set("a", value)});
    }
    this->refused(Errc::kInvalid, {set("", "[]")});
    this->refused(Errc::kInvalid, {set("a", std::string(65, '[') + std::string(65, ']'))});
    this->refused(Errc::kInvalid, {set("a/b", std::string(63, '[') + std::string(63, ']'))});
    this->refused(Errc::kInvalid, std::vector<DocumentOp>());
    this->refused(Errc::kInvalid, std::vector<DocumentOp>(257, set("a", "1")));
    this->refused(Errc::kInvalid, patch_of({"default", "quote", ""}, {set("a", "1")}));
    this->refused(Errc::kInvalid, patch_of({"default", "quote", "a\nb"}, {set("a", "1")}));
    this->refused(Errc::kInvalid, this->fenced(std::uint64_t{1} << 53, {set("a", "1")}));
    EXPECT_EQ(get(*this->documents_, quote("q")).error().code, Errc::kNotFound);
}

TYPED_TEST_P(DocumentsContract, RefusesTypesNobodyDeclared) {
    this->refused(Errc::kInvalid, patch_of({"default", "stranger", "s"}, {set("a", "1")}));
}

TYPED_TEST_P(DocumentsContract, BoundsTheSizeOfADocument) {
    const std::string half = '"' + std::string(600 * 1024, 'x') + '"';
    this->must({set("a", half)});
    this->refused(Errc::kTooLarge, {set("b", half)});
    this->refused(Errc::kTooLarge, {set("a", '"' + std::string(1024 * 1024, 'x') + '"')});
    EXPECT_EQ(this->must({set("a", "1"), set("b", half)}), 2u);
}

TYPED_TEST_P(DocumentsContract, ConflictsOnlyWhereAPathItsParentOrItsChildChanged) {
    this->must({set("car/vin", "1"), set("car/year", "2000"), set("home", "{}")});  // 1
    this->must({set("car/vin", "2")});                                              // 2
    EXPECT_EQ(this->must(this->based(1, {set("car/year", "2001")})), 3u);
    this->refused(Errc::kConflict, this->based(1, {set("car/vin", "3")}));
    EXPECT_NE(this->last_refusal_.find("car/vin"), std::string::npos);
    EXPECT_NE(this->last_refusal_.find("2"), std::string::npos);
    this->refused(Errc::kConflict, this->based(2, {set("car", "{}")}));  // a child changed
    EXPECT_EQ(this->must(this->based(3, {set("car", "{}")})), 4u);
    this->refused(Errc::kConflict, this->based(3, {set("car/vin", "5")}));  // a parent changed
    EXPECT_EQ(this->must(this->based(1, {set("home/aoi", "1")})), 5u);
    this->refused(Errc::kConflict, this->based(99, {set("home/aoi", "1")}));
    this->refused(Errc::kConflict, this->based(0, {set("new", "1")}));  // it does exist
    auto absent = patch_of(quote("absent"), {set("a", "1")});
    absent.base_revision = 3;
    this->refused(Errc::kNotFound, absent);
    absent.base_revision = 0;
    EXPECT_EQ(this->must(absent), 1u);
}

TYPED_TEST_P(DocumentsContract, AppendsOfDifferentElementsDoNotConflict) {
    this->must({set("vehicles", R"([{"id":"V1"}])"), set("tags", R"(["a"])")});
    EXPECT_EQ(this->must(this->based(1, {insert("vehicles/-", R"({"id":"V2"})")})), 2u);
    EXPECT_EQ(this->must(this->based(1, {insert("vehicles/-", R"({"id":"V3"})")})), 3u);
    this->refused(Errc::kConflict, this->based(1, {set("vehicles/V2/vin", "1")}));
    EXPECT_EQ(this->must(this->based(1, {insert("tags/0", "1")})), 4u);
    this->refused(Errc::kConflict, this->based(1, {set("tags/1", "1")}));  // indexes moved
}

TYPED_TEST_P(DocumentsContract, RefusesFencesOlderThanOneSeenThere) {
    this->must({set("car/vin", "1"), set("car/year", "1")});
    this->must(this->fenced(7, {set("car/vin", "2")}));
    this->refused(Errc::kFenced, this->fenced(6, {set("car/vin", "3")}));
    this->refused(Errc::kFenced, this->fenced(6, {set("car", "{}")}));
    this->refused(Errc::kFenced, this->fenced(6, {set("car/vin/deep", "1")}));
    EXPECT_NE(this->must(this->fenced(6, {set("car/year", "2")})), 0u);
    EXPECT_NE(this->must(this->fenced(7, {set("car/vin", "4")})), 0u);
    EXPECT_NE(this->must({set("car/vin", "5")}), 0u);  // unfenced writers are not held back
    this->refused(Errc::kFenced, this->fenced(6, {set("car/vin", "6")}));
}

TYPED_TEST_P(DocumentsContract, RepeatsTheAnswerToAKeyItHasSeen) {
    auto patch = patch_of(quote("q"), {insert("log/-", "1")});
    patch.idempotency_key = "k1";
    patch.events = {{"quote.changed", "{}"}};
    EXPECT_EQ(this->must(patch), 1u);
    this->must({set("a", "1")});
    const auto again = apply(*this->documents_, patch);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->revision, 1u);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(this->data(), R"({"a":1,"log":[1]})");
    EXPECT_EQ(events(*this->documents_)->size(), 1u);
    auto elsewhere = patch;
    elsewhere.key = quote("q", "other tenant");
    EXPECT_FALSE(apply(*this->documents_, elsewhere)->replayed);
    this->clock_.advance_ms(10 * 60 * 1000);
    EXPECT_EQ(this->must(patch), 3u);
    EXPECT_EQ(this->data(), R"({"a":1,"log":[1,1]})");
}

TYPED_TEST_P(DocumentsContract, RemembersAThousandKeys) {
    const auto keyed = [](int n) {
        auto patch = patch_of(quote("q"), {set("n", std::to_string(n))});
        patch.idempotency_key = "k" + std::to_string(n);
        return patch;
    };
    for (int n = 0; n <= 1000; ++n) this->must(keyed(n));
    EXPECT_TRUE(apply(*this->documents_, keyed(1))->replayed);
    EXPECT_FALSE(apply(*this->documents_, keyed(0))->replayed);
}

TYPED_TEST_P(DocumentsContract, ChecksTheResultAgainstTheSchema) {
    this->declare(R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":false,
        "required":["status"],"properties":{"status":{"enum":["draft","bound"]},"premium":{"type":"number","minimum":0},
        "cars":{"type":"array","items":{"type":"object","properties":{"vin":{"type":"string","pattern":"^[A-Z0-9]+$"}}}}}})");
    this->refused(Errc::kInvalid, {set("premium", "1")});
    EXPECT_EQ(this->must({set("status", R"("draft")"), set("cars", R"([{"vin":"A1"}])"), set("premium", "12.50")}), 1u);
    this->refused(Errc::kInvalid, {set("cars/0/vin", R"("a b")")});
    EXPECT_NE(this->last_refusal_.find("cars/0/vin"), std::string::npos) << this->last_refusal_;
    this->refused(Errc::kInvalid, {set("colour", "1")});
    this->refused(Errc::kInvalid, {remove("status")});
    // What would make the expression matcher recurse too deep is refused before it.
    this->refused(Errc::kInvalid, {set("cars/0/vin", '"' + std::string(500'000, 'A') + '"')});
    EXPECT_EQ(this->must({set("status", R"("bound")")}), 2u);
    for (const char* schema : {"{", R"({"type":7})", R"({"$ref":"http://example.com/other.json"})",
                               R"({"properties":{"a":{"pattern":"("}}})", R"({"required":[1]})"}) {
        EXPECT_EQ(this->documents_->declare({"quote", schema, {}}).error().code, Errc::kInvalid) << schema;
    }
    this->declare("");
    EXPECT_EQ(this->must({set("colour", "1")}), 3u);
}

TYPED_TEST_P(DocumentsContract, KeepsEveryPatchAsAVersion) {
    this->must({set("a", "1.0"), insert("l/-", R"("ü")")});
    auto second = patch_of(quote("q"), {remove("a")});
    second.actor = "ben";
    this->must(std::move(second));
    this->must({set("b", "2")});
    const auto all = versions(*this->documents_, quote("q"));
    ASSERT_TRUE(all) << all.error();
    ASSERT_EQ(all->size(), 3u);
    EXPECT_EQ((*all)[0].ops, R"([{"op":"set","path":"a","value":1.0},{"op":"insert","path":"l/0","value":"ü"}])");
    EXPECT_EQ((*all)[1].actor, "ben");
    EXPECT_EQ((*all)[1].ops, R"([{"op":"remove","path":"a","from":1.0}])");
    EXPECT_EQ((*all)[1].at_ms, this->clock_.wall_ms());
    EXPECT_EQ(versions(*this->documents_, quote("none")).error().code, Errc::kNotFound);
}

TYPED_TEST_P(DocumentsContract, FencesEachOperationByItsOwn) {
    this->must({set("a", "1"), set("b", "1"), set("c", "1")});
    this->must(this->fenced(5, {under(9, set("a", "2")), under(3, set("b", "2")), set("c", "2")}));
    this->refused(Errc::kFenced, {under(8, set("a", "3"))});
    EXPECT_NE(this->last_refusal_.find("fence: 'a'"), std::string::npos) << this->last_refusal_;
    this->refused(Errc::kFenced, {under(9, set("a", "3")), under(2, set("b", "3"))});
    this->refused(Errc::kFenced, this->fenced(4, {set("c", "3")}));
    this->refused(Errc::kInvalid, {under(std::uint64_t{1} << 53, set("a", "3"))});
    EXPECT_EQ(this->must({under(9, set("a", "3")), under(3, set("b", "3")), under(5, set("c", "3"))}), 3u);
}

TYPED_TEST_P(DocumentsContract, TestsWhatStandsBeforeItChangesAnything) {
    this->must({set("a", R"({"x":1.0,"y":[{"id":"V1","n":2}]})"), set("s", R"("t")")});
    EXPECT_EQ(this->must({set("s", R"("u")"), test("s", R"("t")"), test("a", R"({ "y":[{"n":2,"id":"V1"}], "x":1.0 })"),
                          test("a/y/V1/n", "2"), test("none", ""), test("a/y/V9", ""), test("s/deep", "")}),
              2u);
    EXPECT_EQ(this->newest_ops(), R"([{"op":"set","path":"s","value":"u","from":"t"}])");
    for (const auto& [path, value] : std::vector<std::pair<std::string, std::string>>{
             {"a/x", "1"}, {"s", R"("t")"}, {"s", ""}, {"none", "null"}, {"a/y", "[]"}, {"a/y/0", "2"}}) {
        this->refused(Errc::kConflict, {set("s", "7"), test(path, value)});
        EXPECT_NE(this->last_refusal_.find("test: '" + path + "'"), std::string::npos) << this->last_refusal_;
        EXPECT_EQ(this->last_refusal_.find("base: "), std::string::npos) << this->last_refusal_;
    }
    this->refused(Errc::kInvalid, {set("s", "7"), test("s", "{")});
    this->refused(Errc::kInvalid, {set("s", "7"), test("a//b", "")});
    this->refused(Errc::kInvalid, {test("s", R"("u")")});
    EXPECT_EQ(get(*this->documents_, quote("q"))->revision, 2u);
}

TYPED_TEST_P(DocumentsContract, TestsOfADocumentThatIsNotThereFindNothing) {
    this->refused(Errc::kConflict, {set("a", "1"), test("quote_id", R"("q")")});
    this->refused(Errc::kConflict, {set("a", "1"), test("", "{}")});
    EXPECT_EQ(get(*this->documents_, quote("q")).error().code, Errc::kNotFound);
    EXPECT_EQ(this->must({set("a", "1"), test("a", ""), test("", "")}), 1u);
    this->refused(Errc::kConflict, {set("a", "2"), test("", "")});
    EXPECT_EQ(this->must({set("a", "2"), test("", R"({"a":1})")}), 2u);
}

TYPED_TEST_P(DocumentsContract, ChecksNeitherBaseNorFenceOfATest) {
    this->must({set("a", "1"), set("b", "1")});    // 1
    this->must(this->fenced(9, {set("a", "2")}));  // 2
    auto patch = this->based(1, {set("b", "2"), test("a", "2")});
    patch.fence = 3;
    EXPECT_EQ(this->must(std::move(patch)), 3u);
    EXPECT_EQ(this->must({under(9, set("b", "3")), under(3, test("a", "2"))}), 4u);
    this->refused(Errc::kConflict, this->based(1, {set("a", "3")}));
    EXPECT_NE(this->last_refusal_.find("base: 'a' changed in revision 2"), std::string::npos) << this->last_refusal_;
}

TYPED_TEST_P(DocumentsContract, KeepsTheNoteOfAVersion) {
    auto patch = patch_of(quote("q"), {set("a", "1")});
    patch.note = R"({"kind": "edit", "n":1.0})";
    this->must(patch);
    this->must({set("a", "2")});
    const auto all = versions(*this->documents_, quote("q"));
    ASSERT_EQ(all->size(), 2u);
    EXPECT_EQ((*all)[0].note, R"({"kind": "edit", "n":1.0})");
    EXPECT_EQ((*all)[1].note, "");
    for (const char* note : {"[]", "{", "1", " "}) {
        patch.note = note;
        this->refused(Errc::kInvalid, patch);
    }
    patch.note = R"({"a":")" + std::string(4096 - 8, 'x') + R"("})";
    EXPECT_EQ(this->must(patch), 3u);
    patch.note.insert(6, "x");
    this->refused(Errc::kTooLarge, patch);
}

TYPED_TEST_P(DocumentsContract, VersionsSayWhatStoodBefore) {
    this->must({set("", R"({"a":{"b":1.50},"l":[1,2],"v":[{"id":"V1","n":1}]})"), set("a/c", "1")});
    EXPECT_EQ(this->newest_ops(),
              R"([{"op":"set","path":"","value":{"a":{"b":1.50},"l":[1,2],"v":[{"id":"V1","n":1}]}},)"
              R"({"op":"set","path":"a/c","value":1}])");
    this->must({set("a/b", "null"), set("a/b", "2"), set("new/deep", "1"), remove("none"), remove("a/c")});
    EXPECT_EQ(this->newest_ops(), R"([{"op":"set","path":"a/b","value":null,"from":1.50},)"
                                  R"({"op":"set","path":"a/b","value":2,"from":null},)"
                                  R"({"op":"set","path":"new/deep","value":1},{"op":"remove","path":"none"},)"
                                  R"({"op":"remove","path":"a/c","from":1}])");
    this->must({insert("l/-", "3"), insert("l/0", "0"), set("l/1", "9"), remove("l/2"), insert("v/-", R"({"id":"V2"})"),
                insert("v/V3", R"({"id":"V3"})"), set("v/V1/n", "2"), remove("v/V1"), insert("w/-", "1")});
    EXPECT_EQ(this->newest_ops(),
              R"([{"op":"insert","path":"l/2","value":3},{"op":"insert","path":"l/0","value":0},)"
              R"({"op":"set","path":"l/1","value":9,"from":1},{"op":"remove","path":"l/2","from":2},)"
              R"({"op":"insert","path":"v/V2","value":{"id":"V2"}},{"op":"insert","path":"v/V3","value":{"id":"V3"}},)"
              R"({"op":"set","path":"v/V1/n","value":2,"from":1},)"
              R"({"op":"remove","path":"v/V1","from":{"id":"V1","n":2}},{"op":"insert","path":"w/0","value":1}])");
    this->must({set("", "{}")});
    EXPECT_EQ(this->newest_ops(),
              R"([{"op":"set","path":"","value":{},"from":{"a":{"b":2},"l":[0,9,3],"new":{"deep":1},)"
              R"("v":[{"id":"V2"},{"id":"V3"}],"w":[1]}}])");
}

// Every kind of change, each followed by one that is refused.
TYPED_TEST_P(DocumentsContract, TakesBackEveryKindOfChange) {
    const std::string whole = R"({"a":{"b":1,"c":[1,2,3]},"v":[{"id":"V1","n":1},{"id":"V2"}]})";
    this->must({set("", whole)});
    const DocumentOp bad = set("a/b/deep", "1");
    const std::vector<std::vector<DocumentOp>> changes = {
        {set("", R"({"a":{"b":1}})"), bad},
        {set("a/new/deep/er", "1"), insert("a/new/list/-", "1"), set("a/new/deep/er", "2"), remove("a/new/deep"), bad},
        {insert("a/c/0", "0"), insert("a/c/-", "4"), remove("a/c/1"), set("a/c/0", "9"), bad},
        {remove("v/V1"), insert("v/-", R"({"id":"V3"})"), set("v/V2", R"({"id":"V2","n":5})"), set("v/V3/x/y", "1"),
         bad},
        {remove("a/c"), set("a/c", "1"), remove("v"), insert("v/-", R"({"id":"W"})"), remove("v/W"), bad},
        {insert("x/y/-", R"({"id":"ok"})"), insert("z/-", R"({"id":"a/b"})")},
        {remove("v/V2"), remove("v/V1"), insert("v/-", "1"), insert("v/0", R"([2])"), set("v/0/0", "3"), bad}};
    for (const auto& ops : changes) {
        EXPECT_FALSE(apply(*this->documents_, patch_of(quote("q"), ops)));
        // What is stored next shows what is there.
        EXPECT_NE(this->must({remove("none"), test("", whole)}), 0u);
        EXPECT_EQ(this->data(), whole);
    }
    EXPECT_EQ(get(*this->documents_, quote("q"))->revision, 1 + changes.size());
    for (auto ops : changes) {
        ops.pop_back();
        this->must({set("", whole)});
        EXPECT_TRUE(apply(*this->documents_, patch_of(quote("q"), std::move(ops))));  // refused for its last one only
    }
}

TYPED_TEST_P(DocumentsContract, PagesThroughVersionsBothWays) {
    for (int n = 1; n <= 5; ++n) this->must({set("n", std::to_string(n))});
    const auto revisions = [&](VersionQuery query) {
        std::vector<std::uint64_t> found;
        const auto page = versions(*this->documents_, quote("q"), query);
        EXPECT_TRUE(page) << page.error();
        for (const auto& version : *page) found.push_back(version.revision);
        return found;
    };
    using Revisions = std::vector<std::uint64_t>;
    EXPECT_EQ(revisions({}), (Revisions{1, 2, 3, 4, 5}));
    EXPECT_EQ(revisions({1, 5, false, 2}), (Revisions{2, 3}));
    EXPECT_EQ(revisions({0, UINT64_MAX, true, 2}), (Revisions{5, 4}));
    EXPECT_EQ(revisions({1, 4, true, 100}), (Revisions{3, 2}));
    EXPECT_EQ(revisions({4, 5, false, 100}), Revisions());
    EXPECT_EQ(revisions({UINT64_MAX, UINT64_MAX, false, 100}), Revisions());
    EXPECT_EQ(revisions({0, 0, true, 100}), Revisions());
    for (int n = 6; n <= 130; ++n) this->must({set("n", std::to_string(n))});
    EXPECT_EQ(revisions({0, UINT64_MAX, true, 1000}).size(), 100u);
}

TYPED_TEST_P(DocumentsContract, TellsTheCommitOnceAndBeforeTheOutcome) {
    std::vector<std::string> told;
    auto patch = patch_of(quote("q"), {set("a", "1")});
    patch.idempotency_key = "k";
    patch.on_commit = [&](std::uint64_t revision) { told.push_back("commit " + std::to_string(revision)); };
    const auto outcome = wait_for<PatchOutcome>([&](auto done) {
        return this->documents_->patch(patch, [&told, done](Result<PatchOutcome> later) {
            told.push_back("done");
            done(std::move(later));
        });
    });
    ASSERT_TRUE(outcome) << outcome.error();
    if (told.size() == 1) told.push_back("done");  // it completed inline
    EXPECT_EQ(told, (std::vector<std::string>{"commit 1", "done"}));
    told.clear();
    EXPECT_TRUE(apply(*this->documents_, patch)->replayed);
    patch.idempotency_key.clear();
    patch.ops = {set("a/deep", "1")};
    this->refused(Errc::kInvalid, patch);
    patch.ops = {set("a", "2"), test("a", "5")};
    this->refused(Errc::kConflict, patch);
    patch.ops = {set("a", "2")};
    patch.base_revision = 0;
    this->refused(Errc::kConflict, patch);
    EXPECT_EQ(told, std::vector<std::string>());
}

TYPED_TEST_P(DocumentsContract, TellsCommitsInTheOrderOfTheRevisions) {
    constexpr int kThreads = 8, kEach = 60;
    // One list per document: what keeps the order of a document keeps its list, too.
    std::vector<std::uint64_t> told[2];
    std::atomic<int> late{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int n = 0; n < kEach; ++n) {
                const auto which = static_cast<std::size_t>(n % 2);
                auto patch = patch_of(quote(which ? "q1" : "q0"), {set("t" + std::to_string(t), std::to_string(n))});
                std::atomic<bool> mine{false};
                if (n % 10 == 9) patch.ops.push_back(test("none", "1"));  // refused
                patch.on_commit = [&, which](std::uint64_t revision) {
                    told[which].push_back(revision);
                    mine = true;
                };
                const bool applied = apply(*this->documents_, std::move(patch)).has_value();
                late += applied != mine;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(late, 0);
    for (std::size_t which = 0; which < 2; ++which) {
        ASSERT_EQ(told[which].size(), get(*this->documents_, quote("q" + std::to_string(which)))->revision);
        for (std::size_t n = 0; n < told[which].size(); ++n) ASSERT_EQ(told[which][n], n + 1);
    }
}

TYPED_TEST_P(DocumentsContract, SaysWhatAClientMayBeShownOfASchemasRefusal) {
    this->declare(R"({"type":"object","required":["quote_data"],"properties":{"quote_data":{"type":"object",
        "additionalProperties":false,"properties":{"aoi":{"type":"integer","minimum":0},"vehicles":{"type":"array",
        "items":{"type":"object","properties":{"vin":{"type":"string","maxLength":3}}}}}}}})");
    const auto shown = [&](std::vector<DocumentOp> ops) {
        this->refused(Errc::kInvalid, std::move(ops));
        const auto at = this->last_refusal_.find("schema: ");
        return at == std::string::npos ? this->last_refusal_ : this->last_refusal_.substr(at + 8);
    };
    EXPECT_EQ(shown({set("a", "1")}), "Missing required property 'quote_data'.");
    EXPECT_EQ(shown({set("quote_data/aoi", "1.5")}), "quote_data/aoi: Value type not permitted by 'type' constraint.");
    EXPECT_EQ(shown({set("quote_data/aoi", "-1")}),
              "quote_data/aoi: Expected number greater than or equal to 0.000000");
    this->must({set("quote_data", R"({"aoi":9007199254740993,"vehicles":[{"id":"V1"},{"id":7},{}]})")});
    EXPECT_EQ(shown({set("quote_data/vehicles/V1/vin", R"("long")")}),
              "quote_data/vehicles/V1/vin: String should be no more than 3 characters in length.");
    const std::string many = shown({set("quote_data/vehicles/V1/vin", "1"), set("quote_data/vehicles/7/vin", "1"),
                                    set("quote_data/aoi", R"("x")"), set("quote_data/colour", "1")});
    EXPECT_EQ(std::count(many.begin(), many.end(), ';'), 3) << many;
    EXPECT_NE(many.find("; and 1 more"), std::string::npos) << many;
}

TYPED_TEST_P(DocumentsContract, ChecksEveryKindOfValueAgainstTheSchema) {
    this->declare(R"({"type":"object","properties":{
        "n":{"type":"number","exclusiveMinimum":-0.5,"maximum":99.5,"multipleOf":0.5},"i":{"type":"integer"},
        "b":{"const":true},"z":{"type":"null"},"e":{"enum":["a",1,2.5,null,{"x":[1]}]},
        "l":{"type":"array","uniqueItems":true,"minItems":1,"maxItems":3,"items":{"type":["integer","string"]}},
        "o":{"type":"object","minProperties":1,"maxProperties":2,"patternProperties":{"^p":{"type":"string"}},
             "additionalProperties":{"type":"boolean"},"propertyNames":{"maxLength":4}},
        "a":{"anyOf":[{"type":"string"},{"type":"integer","minimum":5}]},"x":{"not":{"type":"object"}}},
        "dependencies":{"i":["n"]}})");
    for (const char* good : {R"({"n":99.5})", R"({"n":0,"i":-3})", R"({"b":true,"z":null})", R"({"e":{"x":[1]}})",
                             R"({"e":2.5})", R"({"e":1})", R"({"e":null})", R"({"l":[1,"1",2]})",
                             R"({"o":{"pa":"x","q":false}})", R"({"a":5})", R"({"a":""})", R"({"x":[{}]})", "{}"}) {
        EXPECT_TRUE(apply(*this->documents_, patch_of(quote("q"), {set("", good)}))) << good;
    }
    for (const char* bad : {R"({"n":-0.5})",      R"({"n":100})",       R"({"n":0.25})",
                            R"({"n":"1"})",       R"({"n":1,"i":1.5})", R"({"i":1})",
                            R"({"b":false})",     R"({"b":1})",         R"({"z":0})",
                            R"({"e":{"x":[2]}})", R"({"e":"b"})",       R"({"e":true})",
                            R"({"l":[]})",        R"({"l":[1,2,3,4]})", R"({"l":[1,1]})",
                            R"({"l":["a","a"]})", R"({"l":[1.5]})",     R"({"o":{}})",
                            R"({"o":{"pa":1}})",  R"({"o":{"q":"x"}})", R"({"o":{"quite":true}})",
                            R"({"a":4})",         R"({"a":[]})",        R"({"x":{}})"}) {
        EXPECT_FALSE(apply(*this->documents_, patch_of(quote("q"), {set("", bad)}))) << bad;
    }
    EXPECT_EQ(this->data(), "{}");
}

TYPED_TEST_P(DocumentsContract, AppliesEveryPatchOfManyThreadsToDifferentPaths) {
    constexpr int kThreads = 8, kEach = 50;
    std::atomic<int> applied{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int n = 0; n < kEach; ++n) {
                auto patch = patch_of(quote("q"), {set("t" + std::to_string(t) + "/v", std::to_string(n))});
                applied += apply(*this->documents_, std::move(patch)).has_value();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(applied, kThreads * kEach);
    EXPECT_EQ(get(*this->documents_, quote("q"))->revision, std::uint64_t{kThreads * kEach});
    EXPECT_EQ(this->data(), R"({"t0":{"v":49},"t1":{"v":49},"t2":{"v":49},"t3":{"v":49},"t4":{"v":49},"t5":{"v":49},)"
                            R"("t6":{"v":49},"t7":{"v":49}})");
}

TYPED_TEST_P(DocumentsContract, LetsOneWriterWinEachRevision) {
    this->must({set("a", "0")});
    constexpr int kThreads = 8, kRounds = 30;
    std::vector<std::atomic<int>> winners(kRounds + 2);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
            for (std::uint64_t base = 1; base <= kRounds;) {
                const auto outcome = apply(*this->documents_, this->based(base, {set("a", std::to_string(base))}));
                if (outcome) ++winners[outcome->revision];
                if (!outcome && outcome.error().code != Errc::kConflict) return;
                base = get(*this->documents_, quote("q"))->revision;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(get(*this->documents_, quote("q"))->revision, std::uint64_t{kRounds + 1});
    for (int revision = 2; revision <= kRounds + 1; ++revision)
        EXPECT_EQ(winners[static_cast<std::size_t>(revision)], 1);
}

TYPED_TEST_P(DocumentsContract, CountsItsOpenings) { EXPECT_EQ(this->documents_->boot(), 1u); }

REGISTER_TYPED_TEST_SUITE_P(
    DocumentsContract, CreatesWithTheFirstPatchAndCountsRevisions, GivesWhatStandsAtAPath, KeepsTheTextOfNumbers,
    AddressesElementsByIdAndByIndex, RemovingWhatIsAbsentSucceeds, AppliesAllOperationsOrNone, RefusesBadPathsAndValues,
    RefusesTypesNobodyDeclared, BoundsTheSizeOfADocument, ConflictsOnlyWhereAPathItsParentOrItsChildChanged,
    AppendsOfDifferentElementsDoNotConflict, RefusesFencesOlderThanOneSeenThere, RepeatsTheAnswerToAKeyItHasSeen,
    RemembersAThousandKeys, ChecksTheResultAgainstTheSchema, KeepsEveryPatchAsAVersion, FencesEachOperationByItsOwn,
    TestsWhatStandsBeforeItChangesAnything, TestsOfADocumentThatIsNotThereFindNothing, ChecksNeitherBaseNorFenceOfATest,
    KeepsTheNoteOfAVersion, VersionsSayWhatStoodBefore, TakesBackEveryKindOfChange, PagesThroughVersionsBothWays,
    TellsTheCommitOnceAndBeforeTheOutcome, TellsCommitsInTheOrderOfTheRevisions,
    SaysWhatAClientMayBeShownOfASchemasRefusal, ChecksEveryKindOfValueAgainstTheSchema,
    AppliesEveryPatchOfManyThreadsToDifferentPaths, LetsOneWriterWinEachRevision, CountsItsOpenings);

}  // namespace tidegate::contract
