#pragma once

// A FrameSink that writes down what it saw as lines of text, pauses when told, and drives a decoder over pieces. Test
// support.

#include "wire/frame_decoder.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::test {

class RecordingSink final : public FrameSink {
public:
    // Asked after each event with its number, from 0; false pauses.
    explicit RecordingSink(std::function<bool(std::size_t)> go_on = {}) : go_on_(std::move(go_on)) {}

    bool on_text(std::string_view message) override { return note("text:", message); }
    bool on_binary(std::string_view message) override { return note("binary:", message); }
    bool on_ping(std::string_view payload) override { return note("ping:", payload); }
    bool on_pong(std::string_view payload) override { return note("pong:", payload); }
    void on_close(std::uint16_t code, std::string_view reason) override {
        note("close:" + std::to_string(code) + ":", reason);
    }

    std::vector<std::string> events;
    std::string_view last_view;  // valid only as long as what was fed

private:
    bool note(std::string kind, std::string_view content) {
        last_view = content;
        events.push_back(kind.append(content));
        return !go_on_ || go_on_(events.size() - 1);
    }

    std::function<bool(std::size_t)> go_on_;
};

// What a whole input came to.
struct Outcome {
    std::vector<std::string> events;
    int error_code = 0;
    std::string error_reason;
    bool operator==(const Outcome&) const = default;
};

// Feeds `bytes` in pieces whose ends are `cuts` (rising); after a pause the rest is fed again together with nothing
// new.
inline Outcome decode(std::string_view bytes, FrameDecoder::Limits limits, const std::vector<std::size_t>& cuts = {},
                      std::function<bool(std::size_t)> go_on = {}) {
    FrameDecoder decoder(limits);
    RecordingSink sink(std::move(go_on));
    Outcome outcome;
    std::vector<std::size_t> ends = cuts;
    ends.push_back(bytes.size());
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
        // A copy of its own, so that a sanitizer sees a read beyond the piece.
        std::vector<char> piece(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                bytes.begin() + static_cast<std::ptrdiff_t>(end));
        std::span<char> rest(piece);
        do {
            const std::size_t seen = sink.events.size();
            const FeedResult result = decoder.feed(rest, sink);
            rest = rest.subspan(result.consumed);
            if (result.error) {
                outcome.error_code = static_cast<int>(result.error->code);
                outcome.error_reason = result.error->reason;
            }
            if (result.consumed == 0 && sink.events.size() == seen) break;
        } while (!rest.empty() && !decoder.finished());
        begin = end;
    }
    outcome.events = std::move(sink.events);
    return outcome;
}

}  // namespace tidegate::test
