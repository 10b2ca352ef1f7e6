#pragma once

// LateStreams: streams that never answer within the call, as those on a disk do not. One thread.

#include "late_answers.hpp"
#include "ports/streams.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidegate::kit {

class LateStreams final : public Streams {
public:
    // `store` answers inline.
    explicit LateStreams(Streams& store) : store_(store) {}

    std::optional<Result<StreamAppended>> append(StreamAppend append, StreamDone<StreamAppended> done) override {
        return answers.later<StreamAppended>([this, append = std::move(append)] { return store_.append(append, {}); },
                                             std::move(done));
    }
    std::optional<Result<std::vector<StreamEntry>>> read(StreamKey key, std::uint64_t after, std::uint32_t limit,
                                                         StreamDone<std::vector<StreamEntry>> done) override {
        return answers.later<std::vector<StreamEntry>>(
            [this, key = std::move(key), after, limit] { return store_.read(key, after, limit, {}); }, std::move(done));
    }
    std::optional<Result<StreamState>> state(StreamKey key, StreamDone<StreamState> done) override {
        return answers.later<StreamState>([this, key = std::move(key)] { return store_.state(key, {}); },
                                          std::move(done));
    }
    std::optional<Result<std::uint64_t>> trim(StreamKey key, std::uint64_t up_to,
                                              StreamDone<std::uint64_t> done) override {
        return answers.later<std::uint64_t>([this, key = std::move(key), up_to] { return store_.trim(key, up_to, {}); },
                                            std::move(done));
    }
    std::optional<Result<std::uint64_t>> ack(StreamKey key, std::string reader, std::uint64_t position,
                                             StreamDone<std::uint64_t> done) override {
        return answers.later<std::uint64_t>([this, key = std::move(key), reader = std::move(reader),
                                             position] { return store_.ack(key, reader, position, {}); },
                                            std::move(done));
    }
    std::optional<Result<std::uint64_t>> acked(StreamKey key, std::string reader,
                                               StreamDone<std::uint64_t> done) override {
        return answers.later<std::uint64_t>(
            [this, key = std::move(key), reader = std::move(reader)] { return store_.acked(key, reader, {}); },
            std::move(done));
    }

    LateAnswers answers;

private:
    Streams& store_;
};

}  // namespace tidegate::kit
