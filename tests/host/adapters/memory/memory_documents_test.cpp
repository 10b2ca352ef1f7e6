#include "adapters/memory/memory_documents.hpp"

#include "tests/contract/documents_contract.hpp"
#include "tests/contract/documents_events_contract.hpp"
#include "tests/contract/documents_listing_contract.hpp"

namespace tidegate::contract {
namespace {

struct MemoryFixture {
    std::unique_ptr<Documents> open(const Clock& clock) { return std::make_unique<MemoryDocuments>(clock); }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, DocumentsContract, MemoryFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, DocumentsEventsContract, MemoryFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, DocumentsListingContract, MemoryFixture);

TEST(MemoryDocuments, CompletesInline) {
    const ManualClock clock;
    MemoryDocuments documents(clock);
    ASSERT_TRUE(documents.declare({"quote", "", {}}));
    const auto never = [](const auto&) { FAIL() << "completed a second time"; };
    EXPECT_TRUE(documents.patch(patch_of(quote("q"), {set("a", "1")}), never).has_value());
    EXPECT_TRUE(documents.get(quote("q"), never).has_value());
}

}  // namespace
}  // namespace tidegate::contract
