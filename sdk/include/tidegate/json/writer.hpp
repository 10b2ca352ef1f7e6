#pragma once

// Writer: builds one JSON text. Not a DOM; order is the order of calls, commas are its own. It does not check that keys
// and values alternate. append_string: a JSON string of any UTF-8 text, quotes included. [any-thread]

#include <tidegate/json/plain.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tg::json {

inline void append_string(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    const std::size_t needed = out.size() + text.size() + 2;
    if (out.capacity() < needed) out.reserve(needed);
    out.push_back('"');
    for (std::size_t at = 0;;) {
        const std::size_t end = end_of_plain(text, at);
        out.append(text, at, end - at);
        if (end == text.size()) break;
        const auto c = static_cast<unsigned char>(text[end]);
        at = end + 1;
        switch (c) {
            case '"':
                out.append("\\\"");
                break;
            case '\\':
                out.append("\\\\");
                break;
            case '\n':
                out.append("\\n");
                break;
            case '\r':
                out.append("\\r");
                break;
            case '\t':
                out.append("\\t");
                break;
            default:
                out.append("\\u00");
                out.push_back(kHex[c >> 4]);
                out.push_back(kHex[c & 15]);
        }
    }
    out.push_back('"');
}

class Writer {
public:
    Writer() { out_.reserve(kUsualBytes); }

    Writer& begin_object() { return open('{'); }
    Writer& end_object() { return close('}'); }
    Writer& begin_array() { return open('['); }
    Writer& end_array() { return close(']'); }

    Writer& key(std::string_view name) {
        separate();
        append_string(out_, name);
        out_.push_back(':');
        after_key_ = true;
        return *this;
    }

    Writer& value(std::string_view text) {
        separate();
        append_string(out_, text);
        return *this;
    }
    Writer& value(const char* text) { return value(std::string_view(text)); }
    Writer& value(const std::string& text) { return value(std::string_view(text)); }
    Writer& value(bool truth) { return raw(truth ? "true" : "false"); }
    template <class N>
        requires(std::is_arithmetic_v<N> && !std::is_same_v<N, bool>)
    Writer& value(N number) {
        if constexpr (std::is_floating_point_v<N>) {
            if (!std::isfinite(number)) return null();
        }
        char digits[40];
        const auto end = std::to_chars(digits, digits + sizeof(digits), number);
        return raw(std::string_view(digits, static_cast<std::size_t>(end.ptr - digits)));
    }
    Writer& null() { return raw("null"); }
    // A value that already is JSON text: a document, an amount with exactly two decimals.
    Writer& raw(std::string_view json) {
        separate();
        out_.append(json);
        return *this;
    }

    template <class V>
    Writer& member(std::string_view name, const V& of) {
        return key(name).value(of);
    }
    Writer& raw_member(std::string_view name, std::string_view json) { return key(name).raw(json); }

    std::string_view view() const& noexcept { return out_; }
    std::string take() { return std::exchange(out_, std::string()); }

private:
    Writer& open(char bracket) {
        separate();
        out_.push_back(bracket);
        first_ = true;
        return *this;
    }
    Writer& close(char bracket) {
        out_.push_back(bracket);
        first_ = false;
        return *this;
    }
    void separate() {
        if (!first_ && !after_key_) out_.push_back(',');
        first_ = false;
        after_key_ = false;
    }

    static constexpr std::size_t kUsualBytes = 240;

    std::string out_;
    bool first_ = true;
    bool after_key_ = false;
};

}  // namespace tg::json
