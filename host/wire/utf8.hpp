#pragma once

// UTF-8 as RFC 6455 §8.1 and RFC 3629 want it: whole-text validation, and the two cuts that streaming and truncation
// need. Not a decoder: nothing here yields code points. Pure. [any-thread]

#include <cstddef>
#include <string_view>

namespace tidegate {

bool is_valid_utf8(std::string_view text);

// How many bytes at the end of `text` (0 to 3) begin a character that later bytes may still complete. What stands
// before them can be judged now: an end that no continuation can repair (F4 90) is not a tail, so it fails validation
// at once.
std::size_t incomplete_utf8_tail(std::string_view text);

// The longest prefix of valid `text` that has at most `bytes_max` bytes and ends between two characters.
std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

}  // namespace tidegate
