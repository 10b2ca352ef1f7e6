#include "adapters/documents/index_key.hpp"

#include "adapters/documents/limits.hpp"

#include <algorithm>
#include <charconv>

namespace tidegate {
namespace {

// A number is 0.d1d2d3… × 10^exponent with d1 ≠ 0: ordered by sign, exponent, digits.
std::string number_key(const std::string& token) {
    const bool negative = token.front() == '-';
    std::string digits;
    std::int64_t exponent = 0;
    std::size_t at = negative;
    bool fraction = false;
    for (; at < token.size() && token[at] != 'e' && token[at] != 'E'; ++at) {
        if (token[at] == '.') {
            fraction = true;
            continue;
        }
        if (digits.empty() && token[at] == '0') {
            exponent -= fraction;
            continue;
        }
        digits += token[at];
        exponent += !fraction;
    }
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    if (digits.empty()) return "n1";
    if (at < token.size()) {
        std::int64_t power = 0;
        const char* first = token.data() + at + 1 + (token[at + 1] == '+');
        const auto parsed = std::from_chars(first, token.data() + token.size(), power);
        // A power that overflows is that of a number too small to tell from zero: parsing refuses the large ones.
        if (parsed.ec != std::errc{}) return "n1";
        exponent += std::clamp<std::int64_t>(power, -400'000'000, 400'000'000);
    }
    std::string key = std::to_string(5'000'000'000 + exponent) + digits;  // ten digits of exponent
    if (!negative) return "n2" + key;
    for (char& digit : key) digit = static_cast<char>('9' - (digit - '0'));
    return "n0" + key + '~';  // '~' is above every digit: the shorter of two prefixes is the greater number
}

}  // namespace

std::optional<std::string> index_key(const JsonTree& value) {
    if (const auto* flag = value.boolean()) return *flag ? "b1" : "b0";
    if (const auto* number = value.number()) {
        if (number->token.size() > document_limits::kIndexedBytes) return std::nullopt;
        return number_key(number->token);
    }
    const auto* text = value.string();
    if (!text || text->size() > document_limits::kIndexedBytes) return std::nullopt;
    return "s" + *text;
}

std::vector<std::string> index_keys_of_text(const std::string& text) {
    std::vector<std::string> keys;
    if (text.size() > document_limits::kIndexedBytes) return keys;
    if (const auto scalar = JsonTree::parse(text); scalar && (scalar->number() || scalar->boolean())) {
        keys.push_back(*index_key(*scalar));
    }
    keys.push_back("s" + text);
    return keys;
}

std::string encode_cursor(const IndexCursor& cursor) {
    return std::to_string(cursor.key.size()) + ':' + cursor.key + cursor.id;
}

std::optional<IndexCursor> decode_cursor(std::string_view text) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc{} || end == text.data() + text.size() || *end != ':') return std::nullopt;
    const auto rest = text.substr(static_cast<std::size_t>(end - text.data()) + 1);
    if (rest.size() < size) return std::nullopt;
    return IndexCursor{std::string(rest.substr(0, size)), std::string(rest.substr(size))};
}

}  // namespace tidegate
