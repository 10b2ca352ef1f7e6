#pragma once

// Shared values as the host says them. Not for authors: values.hpp is. [any-thread]

#include <tidegate/detail/answer_json.hpp>
#include <tidegate/detail/table_call.hpp>

#include <utility>
#include <vector>

namespace tg::detail {

struct MembersAnswer {
    using Type = std::vector<std::string>;
    static Result<Type> read(Outcome&& outcome) {
        Type members;
        const auto member = [&members](json::Reader& reader) { return reader.string(members.emplace_back()); };
        if (!read_answer(outcome.bytes.view(), array_member("members", member)))
            return malformed("Values::set_members");
        return members;
    }
};

// ["field","value"]
inline bool read_field(json::Reader& reader, std::vector<std::pair<std::string, std::string>>& out) {
    auto& [name, value] = out.emplace_back();
    return reader.enter_array() && reader.next_element() && reader.string(name) && reader.next_element() &&
           reader.string(value) && reader.leave();
}

struct FieldsAnswer {
    using Type = std::vector<std::pair<std::string, std::string>>;
    static Result<Type> read(Outcome&& outcome) {
        Type fields;
        const auto field = [&fields](json::Reader& reader) { return read_field(reader, fields); };
        if (!read_answer(outcome.bytes.view(), array_member("fields", field))) return malformed("Values::hash_all");
        return fields;
    }
};

}  // namespace tg::detail
