#include "merge_patch.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace tidegate::quote {
namespace {

using rating::FieldError;
using rating::JsonMember;
using rating::JsonValue;
using Kind = JsonValue::Kind;

std::string below(const std::string& path, std::string_view name) {
    std::string out = path;
    if (!out.empty()) out += '/';
    return out.append(name);
}

const char* why_not_a_name(std::string_view name) {
    if (name.empty()) return "a name must not be empty";
    if (name.size() > kMaxNameBytes) return "a name is at most 128 bytes long";
    if (name == "." || name == ".." || name.find('/') != std::string_view::npos) return "a name must not be a path";
    if (name == "__proto__" || name == "constructor" || name == "prototype") return "this name is not allowed";
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(name.begin(), name.end(), is_control)) return "a name has no control characters";
    return nullptr;
}

// The text of an element's id; null when it has none.
const std::string* id_of(const JsonValue& element) {
    const JsonValue* id = element.find("id");
    return id && (id->is_string() || id->is(Kind::kNumber)) ? &id->text : nullptr;
}

bool is_keyed(const JsonValue& value) {
    return value.is_array() && !value.items.empty() &&
           std::all_of(value.items.begin(), value.items.end(), [](const JsonValue& item) { return id_of(item); });
}

const JsonValue* element_of(const JsonValue& array, const std::string& id) {
    for (const JsonValue& item : array.items) {
        if (const std::string* own = id_of(item); own && *own == id) return &item;
    }
    return nullptr;
}

class Check {
public:
    std::optional<FieldError> run(const JsonValue& patch) {
        if (!patch.is_object()) return FieldError{"", "type", "quote_data must be an object"};
        value(patch, "", 1);
        return std::move(problem_);
    }

private:
    void refuse(const std::string& path, const char* code, std::string message) {
        if (!problem_) problem_ = FieldError{path.substr(0, 256), code, std::move(message)};
    }

    void value(const JsonValue& at, const std::string& path, std::size_t depth) {
        if (problem_ || (!at.is_object() && !at.is_array())) return;
        if (path.size() > kMaxPathBytes)
            return refuse(path, "too_long", "the names on this path are too long together");
        if (depth > kMaxPatchDepth) return refuse(path, "too_deep", "nested deeper than 16 levels");
        for (const JsonMember& member : at.members) {
            if (const char* why = why_not_a_name(member.name)) return refuse(path, "name", why);
            value(member.value, below(path, member.name), depth + 1);
        }
        if (is_keyed(at)) {
            ids(at, path);
            for (const JsonValue& item : at.items) value(item, below(path, *id_of(item)), depth + 1);
        } else {
            for (const JsonValue& item : at.items) value(item, path, depth + 1);
        }
    }

    void ids(const JsonValue& array, const std::string& path) {
        std::set<std::string_view> seen;
        for (const JsonValue& item : array.items) {
            const std::string& id = *id_of(item);
            // "-" means "at the end" to the store.
            if (const char* why = id == "-" ? "this id is not allowed" : why_not_a_name(id)) {
                return refuse(path, "id", std::string("id: ") + why);
            }
            if (!seen.insert(id).second) return refuse(path, "id", "two elements have the id " + id);
        }
    }

    std::optional<FieldError> problem_;
};

// A patch applied to nothing: its nulls fall away. In an array that is set whole they are values.
JsonValue without_nulls(const JsonValue& patch) {
    if (patch.is_object()) {
        JsonValue out;
        out.kind = Kind::kObject;
        for (const JsonMember& member : patch.members) {
            if (!member.value.is(Kind::kNull)) out.members.push_back({member.name, without_nulls(member.value)});
        }
        return out;
    }
    if (!is_keyed(patch)) return patch;
    JsonValue out;
    out.kind = Kind::kArray;
    for (const JsonValue& item : patch.items) out.items.push_back(without_nulls(item));
    return out;
}

class Merge {
public:
    MergePlan run(const JsonValue& stored, const JsonValue& patch) {
        object(&stored, patch, "");
        if (changes_.size() > kMaxChanges) {
            return {{}, {}, FieldError{"", "too_many", "more than 200 changes in one update"}};
        }
        return {std::move(changes_), std::move(unchanged_), std::nullopt};
    }

private:
    bool full() const { return changes_.size() > kMaxChanges; }
    void set(const std::string& path, const JsonValue& patch) {
        changes_.push_back({Change::Kind::kSet, path, rating::canonical_json(without_nulls(patch))});
    }

    // `stored` is an object, or null for one that is not there yet.
    void object(const JsonValue* stored, const JsonValue& patch, const std::string& path) {
        for (const JsonMember& member : patch.members) {
            if (full()) return;
            value(stored ? stored->find(member.name) : nullptr, member.value, below(path, member.name));
        }
    }

    void value(const JsonValue* stored, const JsonValue& patch, const std::string& path) {
        if (patch.is(Kind::kNull)) {
            if (stored) {
                changes_.push_back({Change::Kind::kRemove, path, {}});
            } else {
                unchanged(path, {});
            }
        } else if (patch.is_object() && stored && stored->is_object()) {
            object(stored, patch, path);
        } else if (patch.is_object() && !stored && has_leaf(patch)) {
            object(nullptr, patch, path);
        } else if (stored && is_keyed(patch) && is_keyed(*stored)) {
            elements(*stored, patch, path);
        } else if (!stored || rating::canonical_json(*stored) != rating::canonical_json(without_nulls(patch))) {
            set(path, patch);
        } else {
            unchanged(path, rating::canonical_json(*stored));
        }
    }

    // As many as fit beside the changes into one patch of the store.
    void unchanged(const std::string& path, std::string json) {
        if (unchanged_.size() < kMaxUnchanged) unchanged_.emplace_back(path, std::move(json));
    }

    void elements(const JsonValue& stored, const JsonValue& patch, const std::string& path) {
        for (const JsonValue& item : patch.items) {
            if (full()) return;
            const std::string& id = *id_of(item);
            if (const JsonValue* known = element_of(stored, id)) {
                object(known, item, below(path, id));
            } else {
                changes_.push_back(
                    {Change::Kind::kInsert, below(path, id), rating::canonical_json(without_nulls(item))});
            }
        }
    }

    static bool has_leaf(const JsonValue& patch) {
        if (!patch.is_object()) return !patch.is(Kind::kNull);
        return std::any_of(patch.members.begin(), patch.members.end(),
                           [](const JsonMember& member) { return has_leaf(member.value); });
    }

    static constexpr std::size_t kMaxUnchanged = 50;

    std::vector<Change> changes_;
    std::vector<std::pair<std::string, std::string>> unchanged_;
};

std::size_t leaves_of(const JsonValue& value) {
    if (value.members.empty() && value.items.empty()) return 1;
    std::size_t count = 0;
    for (const JsonMember& member : value.members) count += leaves_of(member.value);
    for (const JsonValue& item : value.items) count += leaves_of(item);
    return count;
}

// What the store holds after plan_merge.
JsonValue merged(const JsonValue& stored, const JsonValue& patch) {
    JsonValue out = stored;
    if (patch.is_object() && stored.is_object()) {
        for (const JsonMember& member : patch.members) {
            const auto known = std::find_if(out.members.begin(), out.members.end(),
                                            [&](const JsonMember& other) { return other.name == member.name; });
            if (member.value.is(Kind::kNull)) {
                if (known != out.members.end()) out.members.erase(known);
            } else if (known == out.members.end()) {
                out.members.push_back({member.name, without_nulls(member.value)});
            } else {
                known->value = merged(known->value, member.value);
            }
        }
        return out;
    }
    if (!is_keyed(patch) || !is_keyed(stored)) return without_nulls(patch);
    for (const JsonValue& item : patch.items) {
        const auto known = std::find_if(out.items.begin(), out.items.end(),
                                        [&](const JsonValue& other) { return *id_of(other) == *id_of(item); });
        if (known == out.items.end()) {
            out.items.push_back(without_nulls(item));
        } else {
            *known = merged(*known, item);
        }
    }
    return out;
}

std::optional<FieldError> check_size_of(const JsonValue& quote_data) {
    if (leaves_of(quote_data) > kMaxQuoteLeaves)
        return FieldError{"", "too_many", "a quote holds at most 1,000 values"};
    return check_size(rating::canonical_json(quote_data), kMaxQuoteBytes);
}

}  // namespace

std::optional<FieldError> check_merge_patch(const JsonValue& patch) { return Check().run(patch); }

MergePlan plan_merge(const JsonValue& stored, const JsonValue& patch) {
    if (auto problem = check_merge_patch(patch)) return {{}, {}, std::move(problem)};
    return Merge().run(stored, patch);
}

std::optional<FieldError> check_size(std::string_view quote_data, std::size_t max_bytes) {
    if (quote_data.size() <= max_bytes) return std::nullopt;
    return FieldError{"", "too_large", "more than " + std::to_string(max_bytes / 1024) + " KiB of JSON text"};
}

std::optional<FieldError> check_size_of_new(const JsonValue& patch) { return check_size_of(without_nulls(patch)); }

std::optional<FieldError> check_size_of_merged(const JsonValue& stored, const JsonValue& patch) {
    return check_size_of(merged(stored, patch));
}

std::string_view code_of(const FieldError& problem) { return problem.code == "too_large" ? "too_large" : "invalid"; }

std::string merged_into_nothing(const JsonValue& patch) { return rating::canonical_json(without_nulls(patch)); }

}  // namespace tidegate::quote
