#include "adapters/memory/memory_documents.hpp"

#include "tests/contract/documents_contract.hpp"
#include "tests/contract/documents_events_contract.hpp"
#include "tests/contract/documents_listing_contract.hpp"

#include <atomic>
#include <thread>

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

// It is declared anew when its plugin is reloaded, and that serves meanwhile.
TEST(MemoryDocuments, AListingMeetsATypeAsItWasDeclaredBeforeOrAfter) {
    const ManualClock clock;
    MemoryDocuments documents(clock);
    const DocumentType with_index{"quote", "", {{"n", "n"}}};
    ASSERT_TRUE(documents.declare(with_index));
    constexpr std::size_t kDocuments = 64;
    for (std::size_t n = 0; n < kDocuments; ++n)
        ASSERT_TRUE(apply(documents, patch_of(quote("q" + std::to_string(n)), {set("n", "1")})));
    std::atomic<bool> done{false};
    std::thread declaring([&] {
        for (int n = 0; n < 300; ++n) {
            EXPECT_TRUE(documents.declare({"quote", "", {}}));
            EXPECT_TRUE(documents.declare(with_index));
        }
        done = true;
    });
    std::size_t whole = 0;
    while (!done) {
        const auto page = list(documents, {"default", "quote", "n", std::nullopt, "", 100});
        if (!page) continue;  // not declared at this moment
        const auto found = page->items.size();
        EXPECT_TRUE(found == 0 || found == kDocuments) << found;
        whole += found == kDocuments;
    }
    declaring.join();
    EXPECT_GT(whole, 0u);
}

}  // namespace
}  // namespace tidegate::contract
