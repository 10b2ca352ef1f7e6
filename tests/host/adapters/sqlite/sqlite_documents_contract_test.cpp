#include "adapters/sqlite/sqlite_documents.hpp"

#include "tests/contract/documents_contract.hpp"
#include "tests/contract/documents_events_contract.hpp"
#include "tests/contract/documents_listing_contract.hpp"
#include "tests/host/adapters/sqlite/temporary_folder.hpp"

namespace tidegate::contract {
namespace {

class SqliteFixture {
public:
    std::unique_ptr<Documents> open(const Clock& clock) {
        auto documents = SqliteDocuments::open(folder_.file("documents.db"), clock);
        EXPECT_TRUE(documents) << documents.error();
        return documents ? std::move(*documents) : nullptr;
    }

private:
    TemporaryFolder folder_;
};

// A cache of nothing: every group loads its documents from their rows.
class SqliteWithoutCacheFixture {
public:
    std::unique_ptr<Documents> open(const Clock& clock) {
        SqliteDocumentsOptions options;
        options.cached_bytes = 0;
        auto documents = SqliteDocuments::open(folder_.file("documents.db"), clock, options);
        EXPECT_TRUE(documents) << documents.error();
        return documents ? std::move(*documents) : nullptr;
    }

private:
    TemporaryFolder folder_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, DocumentsContract, SqliteFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, DocumentsEventsContract, SqliteFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, DocumentsListingContract, SqliteFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(SqliteWithoutCache, DocumentsContract, SqliteWithoutCacheFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(SqliteWithoutCache, DocumentsEventsContract, SqliteWithoutCacheFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(SqliteWithoutCache, DocumentsListingContract, SqliteWithoutCacheFixture);

}  // namespace
}  // namespace tidegate::contract
