// Any split of the input, and any pause, gives the same events and the same error.

#include "tests/host/wire/client_frame.hpp"
#include "tests/host/wire/recording_sink.hpp"
#include "wire/frame_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

namespace tidegate::test {
namespace {

constexpr FrameDecoder::Limits kLimits{700, 5, true};

class Generator {
public:
    explicit Generator(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }
    bool one_in(std::size_t n) { return below(n) == 0; }

    // Mostly right; about every second sequence has something wrong somewhere.
    std::string sequence() {
        std::string out;
        const std::size_t count = 1 + below(6);
        for (std::size_t i = 0; i < count; ++i) out += one_in(5) ? control() : message();
        if (one_in(3))
            out += client_frame({Opcode::kClose, one_in(3) ? "" : std::string("\x03\xE8 bye"), true, mask()});
        if (one_in(3)) out[below(out.size())] ^= static_cast<char>(1 << below(8));
        if (one_in(5)) out.resize(below(out.size()) + 1);
        return out;
    }

    std::vector<std::size_t> cuts(std::size_t size) {
        std::set<std::size_t> points;
        const std::size_t count = 1 + below(8);
        for (std::size_t i = 0; i < count; ++i) points.insert(below(size + 1));
        return {points.begin(), points.end()};
    }

private:
    MaskKey mask() {
        MaskKey key;
        for (auto& byte : key) byte = static_cast<std::uint8_t>(below(256));
        return key;
    }

    std::string text(std::size_t characters) {
        static const std::vector<std::string> kAlphabet = {
            "a", "{", "\"", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x92\x96"};
        std::string out;
        for (std::size_t i = 0; i < characters; ++i) out += kAlphabet[below(kAlphabet.size())];
        if (one_in(25)) out.insert(below(out.size() + 1), one_in(2) ? "\xF4\x90" : "\xC0");
        return out;
    }

    std::string control() {
        return client_frame({one_in(2) ? Opcode::kPing : Opcode::kPong, text(below(12)), true, mask()});
    }

    std::string message() {
        const Opcode opcode = one_in(4) ? Opcode::kBinary : Opcode::kText;
        const std::string whole = text(one_in(4) ? below(300) : below(40));
        const std::size_t fragments = one_in(2) ? 1 : 1 + below(6);
        std::string out;
        std::size_t at = 0;
        for (std::size_t i = 0; i < fragments; ++i) {
            const bool last = i + 1 == fragments;
            const std::size_t size = last ? whole.size() - at : below(whole.size() - at + 1);
            out += client_frame({i == 0 ? opcode : Opcode::kContinuation, whole.substr(at, size), last, mask()});
            at += size;
            if (!last && one_in(4)) out += control();
        }
        return out;
    }

    std::mt19937 random_;
};

std::vector<std::size_t> every_byte(std::size_t size) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = 1; at < size; ++at) cuts.push_back(at);
    return cuts;
}

TEST(FrameDecoderProperty, EverySplitInTwoGivesTheSameOutcome) {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        const std::string input = Generator(seed).sequence();
        const Outcome whole = decode(input, kLimits);
        for (std::size_t cut = 0; cut <= input.size(); ++cut) {
            ASSERT_EQ(decode(input, kLimits, {cut}), whole) << "seed " << seed << " cut " << cut;
        }
    }
}

TEST(FrameDecoderProperty, RandomSplitsAndByteByByteGiveTheSameOutcome) {
    for (std::uint32_t seed = 1000; seed < 3000; ++seed) {
        Generator generator(seed);
        const std::string input = generator.sequence();
        const Outcome whole = decode(input, kLimits);
        ASSERT_EQ(decode(input, kLimits, every_byte(input.size())), whole) << "seed " << seed;
        for (int i = 0; i < 10; ++i) {
            ASSERT_EQ(decode(input, kLimits, generator.cuts(input.size())), whole) << "seed " << seed;
        }
    }
}

TEST(FrameDecoderProperty, APauseAtAnyEventChangesNothing) {
    for (std::uint32_t seed = 5000; seed < 6000; ++seed) {
        Generator generator(seed);
        const std::string input = generator.sequence();
        const Outcome whole = decode(input, kLimits);
        for (std::size_t pause = 0; pause < whole.events.size(); ++pause) {
            const auto pauses_once = [pause](std::size_t event) { return event != pause; };
            ASSERT_EQ(decode(input, kLimits, {}, pauses_once), whole) << "seed " << seed << " pause " << pause;
            ASSERT_EQ(decode(input, kLimits, generator.cuts(input.size()), pauses_once), whole) << "seed " << seed;
        }
        ASSERT_EQ(decode(input, kLimits, {}, [](std::size_t) { return false; }), whole) << "seed " << seed;
    }
}

// The properties above are worth something only if the inputs reach both ends.
TEST(FrameDecoderProperty, TheGeneratorReachesSuccessAndEveryKindOfError) {
    std::set<int> codes;
    std::size_t events = 0;
    for (std::uint32_t seed = 0; seed < 3000; ++seed) {
        const Outcome outcome = decode(Generator(seed).sequence(), kLimits);
        codes.insert(outcome.error_code);
        events += outcome.events.size();
    }
    EXPECT_EQ(codes, (std::set<int>{0, 1002, 1007, 1009}));
    EXPECT_GT(events, 3000u);
}

}  // namespace
}  // namespace tidegate::test
