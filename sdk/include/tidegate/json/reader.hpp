#pragma once

// Reader: pulls values out of one JSON text in one pass. Bounded (depth <= 64, no recursion), allocates only to
// unescape a string. It checks the grammar of what it passes over; bytes >= 0x80 inside strings pass unchecked (a
// message's UTF-8 was checked by the host). Not a DOM. The text must outlive the reader and its views.
//
//   Reader r(text);
//   std::string_view key;
//   if (r.enter_object())
//       while (r.next_member(key))
//           if (key == "n") r.integer(n);          // a value that is not read is skipped
//   if (!r.finish()) … r.error() …                  // nothing failed, and nothing follows
//
// The first failure sticks: every later call returns false. A failed read of the wrong kind is a failure. [any-thread]

#include <tidegate/json/plain.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace tg::json {

enum class Kind : std::uint8_t { kNone, kObject, kArray, kString, kNumber, kBool, kNull };

class Reader {
public:
    static constexpr unsigned kMaxDepth = 64;

    explicit Reader(std::string_view text) noexcept : text_(text) {}
    explicit Reader(const char* text) noexcept : text_(text) {}
    explicit Reader(std::string&& text) = delete;  // the text must outlive the reader

    // What comes next, without taking it; kNone at an end, between members, or after a failure.
    Kind peek() noexcept {
        if (!expects_value()) return Kind::kNone;
        space();
        switch (at()) {
            case '{':
                return Kind::kObject;
            case '[':
                return Kind::kArray;
            case '"':
                return Kind::kString;
            case 't':
            case 'f':
                return Kind::kBool;
            case 'n':
                return Kind::kNull;
            default:
                return at() == '-' || is_digit(at()) ? Kind::kNumber : Kind::kNone;
        }
    }

    bool enter_object() { return enter('{', true); }
    bool enter_array() { return enter('[', false); }

    // The next member's key (valid until the next call); false at the object's end, which is thereby left.
    bool next_member(std::string_view& key) {
        if (!advance(true)) return false;
        const std::size_t start = pos_;
        bool escaped = false;
        if (at() != '"') return fail("expected a key");
        if (!pass_string(escaped)) return false;
        key_token_ = text_.substr(start, pos_ - start);
        space();
        if (at() != ':') return fail("expected ':'");
        ++pos_;
        value_due_ = true;
        if (!escaped) {
            key = key_token_.substr(1, key_token_.size() - 2);
            return true;
        }
        unescape(key_token_, key_);
        key = key_;
        return true;
    }
    // The key just read as it stands in the text, quotes included.
    std::string_view key_token() const noexcept { return key_token_; }

    // Whether the array has one more; false at its end, which is thereby left.
    bool next_element() {
        if (!advance(false)) return false;
        value_due_ = true;
        return true;
    }

    bool string(std::string& out) {
        std::string_view token;
        bool escaped = false;
        if (!string_token(token, escaped)) return false;
        if (escaped)
            unescape(token, out);
        else
            out.assign(token.substr(1, token.size() - 2));
        return true;
    }
    // The number as it stands in the text: amounts stay exact.
    bool number(std::string_view& raw_text) {
        if (!begin_value()) return false;
        const std::size_t start = pos_;
        if (!pass_number()) return false;
        raw_text = text_.substr(start, pos_ - start);
        return true;
    }
    // Fails on fractions, exponents and what does not fit.
    bool integer(std::int64_t& out) {
        std::string_view raw_text;
        if (!number(raw_text)) return false;
        const auto [end, error] = std::from_chars(raw_text.data(), raw_text.data() + raw_text.size(), out);
        if (error != std::errc() || end != raw_text.data() + raw_text.size()) return fail("expected an integer");
        return true;
    }
    bool boolean(bool& out) {
        if (!begin_value()) return false;
        out = at() == 't';
        return pass_word(out ? "true" : "false");
    }
    bool null() { return begin_value() && pass_word("null"); }

    // The next value of any kind as it stands in the text, checked.
    bool raw(std::string_view& out) {
        if (!begin_value()) return false;
        const std::size_t start = pos_;
        if (!pass_value()) return false;
        out = text_.substr(start, pos_ - start);
        return true;
    }
    bool skip() {
        std::string_view ignored;
        return raw(ignored);
    }
    // Leaves the object or array that was entered last, over what is left of it.
    bool leave() {
        if (depth_ == 0) return fail("nothing to leave");
        if (value_due_ && !skip()) return false;
        std::string_view key;
        while (in_object() ? next_member(key) : next_element()) {
            if (!skip()) return false;
        }
        return ok();
    }

    // Nothing failed, everything was left, and only space follows.
    bool finish() {
        if (!ok()) return false;
        if (depth_ != 0 || value_due_) return fail("the text was not read to its end");
        space();
        return pos_ == text_.size() || fail("text after the value");
    }

    bool ok() const noexcept { return error_.empty(); }
    std::string_view error() const noexcept { return error_; }
    std::size_t offset() const noexcept { return pos_; }
    unsigned depth() const noexcept { return depth_; }

private:
    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
    static int hex(char c) noexcept {
        if (is_digit(c)) return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    }

    char at() const noexcept { return pos_ < text_.size() ? text_[pos_] : '\0'; }
    void space() noexcept {
        while (pos_ < text_.size() &&
               (text_[pos_] == ' ' || text_[pos_] == '\n' || text_[pos_] == '\r' || text_[pos_] == '\t'))
            ++pos_;
    }
    bool fail(std::string_view why) noexcept {
        if (error_.empty()) error_ = why;
        return false;
    }

    bool in_object() const noexcept { return (objects_ >> (depth_ - 1)) & 1; }
    bool expects_value() const noexcept { return ok() && value_due_; }
    bool begin_value() noexcept {
        if (!ok()) return false;
        if (!value_due_) return fail("no value is due here");
        value_due_ = false;
        space();
        return true;
    }

    bool push(bool object) noexcept {
        if (depth_ == kMaxDepth) return fail("nested too deep");
        const std::uint64_t bit = std::uint64_t{1} << depth_;
        objects_ = object ? objects_ | bit : objects_ & ~bit;
        first_ |= bit;
        ++depth_;
        return true;
    }

    bool enter(char bracket, bool object) {
        if (!begin_value()) return false;
        if (at() != bracket) return fail(object ? "expected an object" : "expected an array");
        ++pos_;
        return push(object);
    }

    // Over an unread value and the comma to the next one's first character; false at the closing bracket, which is
    // taken.
    bool advance(bool object) {
        if (!ok()) return false;
        if (depth_ == 0 || in_object() != object) return fail(object ? "not inside an object" : "not inside an array");
        if (value_due_ && !skip()) return false;
        const std::uint64_t bit = std::uint64_t{1} << (depth_ - 1);
        space();
        if (at() == (object ? '}' : ']')) {
            ++pos_;
            --depth_;
            return false;
        }
        if (first_ & bit) {
            first_ &= ~bit;
            return true;
        }
        if (at() != ',') return fail("expected ',' or the end");
        ++pos_;
        space();
        return true;
    }

    // Over one value, without recursion: the levels below `floor` are the caller's.
    bool pass_value() {
        const unsigned floor = depth_;
        for (;;) {
            space();
            const char c = at();
            if (c == '{' || c == '[') {
                ++pos_;
                if (!push(c == '{')) return false;
            } else if (!pass_scalar(c)) {
                return false;
            }
            // To the next value of an open level, or out of the levels that end here.
            for (;;) {
                if (depth_ == floor) return true;
                if (!advance(in_object())) {
                    if (!ok()) return false;
                    continue;
                }
                if (in_object() && !pass_key()) return false;
                break;
            }
        }
    }

    bool pass_key() {
        bool escaped = false;
        if (at() != '"') return fail("expected a key");
        if (!pass_string(escaped)) return false;
        space();
        if (at() != ':') return fail("expected ':'");
        ++pos_;
        return true;
    }

    bool pass_scalar(char c) {
        bool escaped = false;
        switch (c) {
            case '"':
                return pass_string(escaped);
            case 't':
                return pass_word("true");
            case 'f':
                return pass_word("false");
            case 'n':
                return pass_word("null");
            default:
                return pass_number();
        }
    }

    bool pass_word(std::string_view word) noexcept {
        if (text_.substr(pos_, word.size()) != word) return fail("expected a value of another kind");
        pos_ += word.size();
        return true;
    }

    bool pass_digits() noexcept {
        const std::size_t start = pos_;
        while (is_digit(at())) ++pos_;
        return pos_ != start || fail("expected a digit");
    }

    bool pass_number() noexcept {
        if (at() == '-') ++pos_;
        if (at() == '0')
            ++pos_;
        else if (!pass_digits())
            return false;
        if (at() == '.') {
            ++pos_;
            if (!pass_digits()) return false;
        }
        if (at() == 'e' || at() == 'E') {
            ++pos_;
            if (at() == '+' || at() == '-') ++pos_;
            if (!pass_digits()) return false;
        }
        return true;
    }

    bool string_token(std::string_view& token, bool& escaped) {
        if (!begin_value()) return false;
        if (at() != '"') return fail("expected a string");
        const std::size_t start = pos_;
        if (!pass_string(escaped)) return false;
        token = text_.substr(start, pos_ - start);
        return true;
    }

    bool pass_string(bool& escaped) noexcept {
        for (pos_ = end_of_plain(text_, pos_ + 1); pos_ < text_.size(); pos_ = end_of_plain(text_, pos_)) {
            const char c = text_[pos_];
            if (c != '"' && c != '\\') return fail("a control character inside a string");
            ++pos_;
            if (c == '"') return true;
            escaped = true;
            if (!pass_escape()) return false;
        }
        return fail("a string without an end");
    }

    bool pass_escape() noexcept {
        const char c = at();
        if (c != 'u') {
            if (c == '\0' || std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos)
                return fail("a bad escape");
            ++pos_;
            return true;
        }
        ++pos_;
        const int unit = pass_unit();
        if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return fail("a bad escape");
        if (unit < 0xD800 || unit > 0xDBFF) return true;
        if (text_.substr(pos_, 2) != "\\u") return fail("half a surrogate pair");
        pos_ += 2;
        const int low = pass_unit();
        return (low >= 0xDC00 && low <= 0xDFFF) || fail("half a surrogate pair");
    }

    int pass_unit() noexcept {
        if (text_.size() - pos_ < 4) return -1;
        const int unit = unit_at(text_.data() + pos_);
        pos_ += 4;
        return unit;
    }

    static int unit_at(const char* digits) noexcept {
        int unit = 0;
        for (int i = 0; i < 4; ++i) {
            const int digit = hex(digits[i]);
            if (digit < 0) return -1;
            unit = unit * 16 + digit;
        }
        return unit;
    }

    static void append_utf8(std::string& out, unsigned code) {
        if (code < 0x80) {
            out.push_back(static_cast<char>(code));
            return;
        }
        if (code < 0x800) {
            out.push_back(static_cast<char>(0xC0 | (code >> 6)));
        } else {
            if (code < 0x10000) {
                out.push_back(static_cast<char>(0xE0 | (code >> 12)));
            } else {
                out.push_back(static_cast<char>(0xF0 | (code >> 18)));
                out.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3F)));
            }
            out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
        }
        out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    }

    // Of a token that pass_string accepted.
    static void unescape(std::string_view token, std::string& out) {
        out.clear();
        for (std::size_t i = 1; i + 1 < token.size(); ++i) {
            if (token[i] != '\\') {
                out.push_back(token[i]);
                continue;
            }
            switch (token[++i]) {
                case 'b':
                    out.push_back('\b');
                    break;
                case 'f':
                    out.push_back('\f');
                    break;
                case 'n':
                    out.push_back('\n');
                    break;
                case 'r':
                    out.push_back('\r');
                    break;
                case 't':
                    out.push_back('\t');
                    break;
                case 'u': {
                    auto code = static_cast<unsigned>(unit_at(token.data() + i + 1));
                    i += 4;
                    if (code >= 0xD800 && code <= 0xDBFF) {
                        code = 0x10000 + ((code - 0xD800) << 10) +
                               (static_cast<unsigned>(unit_at(token.data() + i + 3)) - 0xDC00);
                        i += 6;
                    }
                    append_utf8(out, code);
                    break;
                }
                default:
                    out.push_back(token[i]);
            }
        }
    }

    std::string_view text_;
    std::size_t pos_ = 0;
    std::uint64_t objects_ = 0;  // per level: an object
    std::uint64_t first_ = 0;    // per level: no member taken yet
    unsigned depth_ = 0;
    bool value_due_ = true;
    std::string_view key_token_;
    std::string key_;
    std::string_view error_;
};

}  // namespace tg::json
