#pragma once

// MemoryStreams: streams that live as long as the process, and therefore not what a product keeps: for tests and
// development. Every call completes inline. Bounded by bytes over all streams; an append or a reader beyond is kBusy.
// [any-thread]; one lock.

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "ports/streams.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tidegate {

class MemoryStreams final : public Streams {
public:
    static constexpr std::size_t kMaxBytes = 256 * 1024 * 1024;

    explicit MemoryStreams(const Clock& clock, std::size_t max_bytes = kMaxBytes);
    ~MemoryStreams() override;

    std::optional<Result<StreamAppended>> append(StreamAppend append, StreamDone<StreamAppended> done) override;
    std::optional<Result<std::vector<StreamEntry>>> read(StreamKey key, std::uint64_t after, std::uint32_t limit,
                                                         StreamDone<std::vector<StreamEntry>> done) override;
    std::optional<Result<StreamState>> state(StreamKey key, StreamDone<StreamState> done) override;
    std::optional<Result<std::uint64_t>> trim(StreamKey key, std::uint64_t up_to,
                                              StreamDone<std::uint64_t> done) override;
    std::optional<Result<std::uint64_t>> ack(StreamKey key, std::string reader, std::uint64_t position,
                                             StreamDone<std::uint64_t> done) override;
    std::optional<Result<std::uint64_t>> acked(StreamKey key, std::string reader,
                                               StreamDone<std::uint64_t> done) override;

private:
    class Stream;
    class Table;

    const Clock& clock_;
    const std::unique_ptr<Guarded<Table>> table_;
};

}  // namespace tidegate
