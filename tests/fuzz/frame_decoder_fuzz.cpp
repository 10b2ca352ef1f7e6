// Any bytes: no crash, no event that breaks a promise, and the same outcome whole, byte by byte, in pieces and with
// pauses. Input: one byte that chooses the splits, one that chooses the limits, then what the peer sends.

#include "tests/host/wire/recording_sink.hpp"
#include "wire/frame_decoder.hpp"
#include "wire/utf8.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace tidegate;

void require(bool condition) {
    if (!condition) std::abort();
}

std::vector<std::size_t> cuts_every(std::size_t step, std::size_t size) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = step; at < size; at += step) cuts.push_back(at);
    return cuts;
}

void check_promises(const test::Outcome& outcome, const FrameDecoder::Limits& limits) {
    for (std::size_t i = 0; i < outcome.events.size(); ++i) {
        const std::string_view event = outcome.events[i];
        if (event.starts_with("text:")) require(event.size() - 5 <= limits.message_bytes_max && is_valid_utf8(event));
        if (event.starts_with("binary:")) require(event.size() - 7 <= limits.message_bytes_max && limits.accept_binary);
        if (event.starts_with("ping:") || event.starts_with("pong:")) require(event.size() - 5 <= kControlPayloadMax);
        if (event.starts_with("close:")) require(i + 1 == outcome.events.size() && outcome.error_code == 0);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t step = 2 + data[0];
    const FrameDecoder::Limits limits{std::size_t{1} << (data[1] & 0x0F), 1u + (data[1] >> 4 & 7),
                                      (data[1] & 0x80) != 0};
    const std::string_view input(reinterpret_cast<const char*>(data + 2), size - 2);

    const test::Outcome whole = test::decode(input, limits);
    check_promises(whole, limits);
    require(test::decode(input, limits, cuts_every(1, input.size())) == whole);
    require(test::decode(input, limits, cuts_every(step, input.size())) == whole);
    require(test::decode(input, limits, {}, [](std::size_t) { return false; }) == whole);
    return 0;
}
