#include "adapters/sqlite/sqlite_streams.hpp"

#include "tests/contract/streams_contract.hpp"
#include "tests/host/adapters/sqlite/temporary_folder.hpp"

namespace tidegate::contract {
namespace {

class SqliteStreamsFixture {
public:
    std::unique_ptr<Streams> open(const Clock& clock) {
        auto streams = SqliteStreams::open(folder_.file("streams.db"), clock);
        EXPECT_TRUE(streams) << streams.error();
        return streams ? std::move(*streams) : nullptr;
    }

private:
    TemporaryFolder folder_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StreamsContract, SqliteStreamsFixture);

}  // namespace
}  // namespace tidegate::contract
