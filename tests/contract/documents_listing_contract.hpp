#pragma once

// What every adapter of ports/documents.hpp promises of listings and indexes, as one typed suite over the fixture of
// documents_contract.hpp.

#include "tests/contract/documents_contract.hpp"

#include <algorithm>
#include <map>

namespace tidegate::contract {

template <class Fixture>
class DocumentsListingContract : public DocumentsContract<Fixture> {};

TYPED_TEST_SUITE_P(DocumentsListingContract);

TYPED_TEST_P(DocumentsListingContract, ListsByIdPageByPage) {
    for (const char* id : {"c", "a", "e", "b", "d"}) this->must(patch_of(quote(id), {set("n", "1")}));
    this->must(patch_of(quote("z", "other"), {set("n", "1")}));
    EXPECT_EQ(this->ids({}), (Ids{"a", "b", "c", "d", "e"}));
    ListQuery two;
    two.limit = 2;
    EXPECT_EQ(this->ids(two), (Ids{"a", "b", "c", "d", "e"}));
    two.tenant = "other";
    EXPECT_EQ(this->ids(two), (Ids{"z"}));
    const auto page = list(*this->documents_, {"default", "quote", "", std::nullopt, "a", 1});
    ASSERT_EQ(page->items.size(), 1u);
    EXPECT_EQ(page->items[0].id, "b");
    EXPECT_EQ(page->items[0].revision, 1u);
    EXPECT_EQ(page->items[0].data, R"({"n":1})");
    EXPECT_EQ(page->items[0].updated_ms, this->clock_.wall_ms());
    EXPECT_FALSE(page->items[0].updated_by.empty());
    EXPECT_EQ(page->items[0].updated_by, get(*this->documents_, {"default", "quote", "b"})->updated_by);
}

TYPED_TEST_P(DocumentsListingContract, ListsByADeclaredIndex) {
    const auto status = [](const char* value) { return set("status", value); };
    this->must(patch_of(quote("a"), {status(R"("bound")"), set("aoi", "10")}));
    this->must(patch_of(quote("b"), {status(R"("draft")"), set("aoi", "9.5")}));
    this->must(patch_of(quote("c"), {status(R"("bound")"), set("aoi", "-3")}));
    this->must(patch_of(quote("d"), {status("null"), set("aoi", "1e1")}));
    ListQuery query;
    query.index = "status";
    query.limit = 1;
    EXPECT_EQ(this->ids(query), (Ids{"a", "c", "b"}));
    query.equals = "bound";
    EXPECT_EQ(this->ids(query), (Ids{"a", "c"}));
    query.equals = "none";
    EXPECT_EQ(this->ids(query), Ids());
    query.index = "aoi";
    query.equals.reset();
    EXPECT_EQ(this->ids(query), (Ids{"c", "b", "a", "d"}));
    query.equals = "10.00";
    EXPECT_EQ(this->ids(query), (Ids{"a", "d"}));
    this->must(patch_of(quote("e"), {set("aoi", R"("10.00")")}));
    EXPECT_EQ(this->ids(query), (Ids{"a", "d", "e"}));
    this->must(patch_of(quote("a"), {set("aoi", "11")}));
    this->must(patch_of(quote("d"), {remove("aoi")}));
    EXPECT_EQ(this->ids(query), (Ids{"e"}));
    const auto unknown = list(*this->documents_, {"default", "quote", "colour", std::nullopt, "", 10});
    EXPECT_EQ(unknown.error().code, Errc::kInvalid);
    const auto bad_cursor = list(*this->documents_, {"default", "quote", "aoi", std::nullopt, "no cursor", 10});
    EXPECT_EQ(bad_cursor.error().code, Errc::kInvalid);
}

// However a store parts its documents.
TYPED_TEST_P(DocumentsListingContract, ManyAreListedInOneOrderWhateverThePages) {
    Ids by_id;
    std::map<int, Ids> by_number;
    for (int n = 0; n < 100; ++n) {
        const int at = n * 37 % 100;
        const std::string id = (at < 10 ? "q0" : "q") + std::to_string(at);
        this->must(patch_of(quote(id.c_str()), {set("aoi", std::to_string(at % 7))}));
        by_id.push_back(id);
    }
    std::sort(by_id.begin(), by_id.end());
    for (const auto& id : by_id) by_number[std::stoi(id.substr(1)) % 7].push_back(id);
    Ids by_index;
    for (const auto& [number, ids] : by_number) by_index.insert(by_index.end(), ids.begin(), ids.end());
    for (const std::uint32_t limit : {1u, 7u, 100u, 1000u}) {
        ListQuery query;
        query.limit = limit;
        EXPECT_EQ(this->ids(query), by_id) << limit;
        query.index = "aoi";
        EXPECT_EQ(this->ids(query), by_index) << limit;
        query.equals = "3";
        EXPECT_EQ(this->ids(query), by_number[3]) << limit;
    }
}

TYPED_TEST_P(DocumentsListingContract, AnIndexFollowsElementsThatAreNamedOtherwiseOrMove) {
    this->declare("", {{"vin", "vehicles/V1/vin"}, {"second", "tags/1"}});
    const auto listed = [&](const char* index, const char* equals) {
        ListQuery query;
        query.index = index;
        query.equals = equals;
        return this->ids(query);
    };
    this->must({insert("vehicles/-", R"({"id":"V1","vin":"X"})"), set("tags", R"(["k0","k1"])")});
    EXPECT_EQ(listed("vin", "X"), Ids{"q"});
    EXPECT_EQ(listed("second", "k1"), Ids{"q"});
    this->must({insert("tags/0", R"("k")")});
    EXPECT_EQ(listed("second", "k1"), Ids());
    EXPECT_EQ(listed("second", "k0"), Ids{"q"});
    this->must({set("tags/1", R"("k1")")});
    EXPECT_EQ(listed("second", "k0"), Ids());
    EXPECT_EQ(listed("second", "k1"), Ids{"q"});
    this->must({remove("tags/0")});
    EXPECT_EQ(listed("second", "k1"), Ids{"q"}) << "k1, k1";
    this->must({remove("tags/0")});
    EXPECT_EQ(listed("second", "k1"), Ids());
    this->must({insert("vehicles/-", R"({"id":"V2","vin":"Y"})")});
    this->must({set("vehicles/V1/vin", R"("Z")")});
    EXPECT_EQ(listed("vin", "Z"), Ids{"q"});
    this->must({remove("vehicles/V1")});
    EXPECT_EQ(listed("vin", "Z"), Ids());
    this->must({insert("vehicles/V1", R"({"id":"V1","vin":"Z"})")});
    EXPECT_EQ(listed("vin", "Z"), Ids{"q"});
    this->must({set("", R"({"tags":[1,"k9"]})")});
    EXPECT_EQ(listed("vin", "Z"), Ids());
    EXPECT_EQ(listed("second", "k9"), Ids{"q"});
}

TYPED_TEST_P(DocumentsListingContract, ListsWhatOneCreated) {
    for (const char* id : {"a", "b", "c"}) {
        auto patch = patch_of(quote(id), {set("n", "1")});
        patch.actor = *id == 'b' ? "ben" : "anna";
        this->must(std::move(patch));
    }
    auto later = patch_of(quote("a"), {set("n", "2")});
    later.actor = "ben";
    this->must(std::move(later));
    ListQuery query;
    query.index = "created_by";
    query.equals = "anna";
    EXPECT_EQ(this->ids(query), (Ids{"a", "c"}));
}

TYPED_TEST_P(DocumentsListingContract, IndexesStoredDocumentsAnewWhenDeclaredAnew) {
    this->must(patch_of(quote("a"), {set("colour", R"("red")"), set("status", R"("bound")")}));
    this->declare("", {{"colour", "colour"}});
    ListQuery query;
    query.index = "colour";
    query.equals = "red";
    EXPECT_EQ(this->ids(query), (Ids{"a"}));
    EXPECT_EQ(list(*this->documents_, {"default", "quote", "status", std::nullopt, "", 10}).error().code,
              Errc::kInvalid);
    query.index = "created_by";
    query.equals = "anna";
    EXPECT_EQ(this->ids(query), (Ids{"a"}));
    this->must(patch_of(quote("a"), {set("colour", R"("blue")")}));
    query.index = "colour";
    query.equals.reset();
    EXPECT_EQ(this->ids(query), (Ids{"a"}));
    query.equals = "red";
    EXPECT_EQ(this->ids(query), Ids());
}

REGISTER_TYPED_TEST_SUITE_P(DocumentsListingContract, ListsByIdPageByPage, ListsByADeclaredIndex,
                            ManyAreListedInOneOrderWhateverThePages, AnIndexFollowsElementsThatAreNamedOtherwiseOrMove,
                            ListsWhatOneCreated, IndexesStoredDocumentsAnewWhenDeclaredAnew);

}  // namespace tidegate::contract
