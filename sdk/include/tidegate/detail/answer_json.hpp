#pragma once

// How the host's answers and notices are read: each member that must be there, once and of its kind; unknown members
// are passed over, so that the host may grow. One pass, no DOM. Not for authors. [any-thread]

#include <tidegate/json/reader.hpp>
#include <tidegate/status.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tg::detail {

enum class Need { kRequired, kOptional };

// A member by its name, and what reads its value.
template <class Read>
class Member {
public:
    Member(std::string_view name, Need need, Read read) noexcept : name_(name), need_(need), read_(std::move(read)) {}

    // False: not this one.
    bool offer(std::string_view key, json::Reader& reader) {
        if (key != name_) return false;
        good_ = good_ && !seen_ && read_(reader);
        seen_ = true;
        return true;
    }
    bool good() const noexcept { return good_ && (seen_ || need_ == Need::kOptional); }

private:
    std::string_view name_;
    Need need_;
    Read read_;
    bool seen_ = false;
    bool good_ = true;
};

inline auto text_member(std::string_view name, std::string& out) noexcept {
    return Member(name, Need::kRequired, [&out](json::Reader& reader) { return reader.string(out); });
}
inline auto integer_member(std::string_view name, std::int64_t& out) noexcept {
    return Member(name, Need::kRequired, [&out](json::Reader& reader) { return reader.integer(out); });
}
// Not negative.
inline auto count_member(std::string_view name, std::uint64_t& out) noexcept {
    return Member(name, Need::kRequired, [&out](json::Reader& reader) {
        std::int64_t number = -1;
        if (!reader.integer(number) || number < 0) return false;
        out = static_cast<std::uint64_t>(number);
        return true;
    });
}
inline auto flag_member(std::string_view name, bool& out) noexcept {
    return Member(name, Need::kRequired, [&out](json::Reader& reader) { return reader.boolean(out); });
}
// Any value, as it stands in the text.
inline auto raw_member(std::string_view name, std::string& out) noexcept {
    return Member(name, Need::kRequired, [&out](json::Reader& reader) {
        std::string_view value;
        if (!reader.raw(value)) return false;
        out.assign(value);
        return true;
    });
}
// An object as it stands in the text; empty when it is null or missing.
inline auto object_member(std::string_view name, std::string& out) noexcept {
    return Member(name, Need::kOptional, [&out](json::Reader& reader) {
        if (reader.peek() == json::Kind::kNull) return reader.null();
        std::string_view value;
        if (reader.peek() != json::Kind::kObject || !reader.raw(value)) return false;
        out.assign(value);
        return true;
    });
}
// each(reader) reads one element.
template <class Each>
auto array_member(std::string_view name, Each each) noexcept {
    return Member(name, Need::kRequired, [each = std::move(each)](json::Reader& reader) mutable {
        if (!reader.enter_array()) return false;
        while (reader.next_element())
            if (!each(reader)) return false;
        return reader.ok();
    });
}

template <class... Members>
bool read_object(json::Reader& reader, Members... members) {
    if (!reader.enter_object()) return false;
    std::string_view key;
    while (reader.next_member(key)) (void)(members.offer(key, reader) || ...);
    return reader.ok() && (members.good() && ...);
}

// The whole text is one object with these members.
template <class... Members>
bool read_answer(std::string_view text, Members... members) {
    json::Reader reader(text);
    return read_object(reader, std::move(members)...) && reader.finish();
}

inline Status malformed(std::string_view call) {
    return Status(TG_E_INTERNAL, std::string(call) + ": malformed answer of the host");
}

}  // namespace tg::detail
