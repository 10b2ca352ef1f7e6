#include "adapters/documents/document_edit.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace tidegate {
namespace {

Error refuse(Errc code, const EditOp& op, const std::string& why) {
    static constexpr const char* kNames[] = {"set", "insert", "remove"};
    return fail(code, std::string(kNames[static_cast<int>(op.kind)]) + " '" + op.path + "': " + why);
}

// The text of the "id" of an object, null for anything else.
const std::string* id_of(const JsonTree& element) {
    const auto* members = element.object();
    if (!members) return nullptr;
    const auto member = members->find("id");
    if (member == members->end()) return nullptr;
    if (const auto* number = member->second.number()) return &number->token;
    return member->second.string();
}

bool has_id(const JsonTree& element, std::string_view id) {
    const auto* own = id_of(element);
    return own && *own == id;
}

// The first element speaks for all.
bool is_keyed(const JsonTree::Array& array) { return !array.empty() && id_of(array.front()); }

std::optional<std::size_t> parse_index(std::string_view segment) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
    const bool canonical = segment == "0" || segment.front() != '0';
    if (error != std::errc{} || end != segment.data() + segment.size() || !canonical) return std::nullopt;
    return index;
}

struct Place {
    std::size_t index;
    bool by_id;
};

std::optional<Place> locate(const JsonTree::Array& array, std::string_view segment) {
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (has_id(array[i], segment)) return Place{i, true};
    }
    if (is_keyed(array)) return std::nullopt;
    const auto index = parse_index(segment);
    if (!index || *index >= array.size()) return std::nullopt;
    return Place{*index, false};
}

class Edit {
public:
    Edit(JsonTree& root, EditOp& op) : node_(&root), op_(op), kept_(op.segments.size()) {}

    Result<std::string> run() {
        if (op_.segments.empty()) return replace_root();
        for (std::size_t depth = 0; depth + 1 < op_.segments.size(); ++depth) {
            auto reached = descend(depth);
            if (!reached) return reached.error();
            if (!*reached) return changed();  // remove: nothing there
        }
        auto done = node_->array() ? finish_in_array() : finish_in_object();
        if (!done) return done.error();
        return changed();
    }

private:
    const std::string& last() const { return op_.segments.back(); }
    std::string changed() const {
        return appended_.empty() ? join_path(op_.segments, kept_)
                                 : join_path(op_.segments, kept_ - 1) + (kept_ > 1 ? "/" : "") + appended_;
    }
    // From here on the path goes by index: what changes is the array.
    void stop_at(std::size_t depth) { kept_ = std::min(kept_, depth); }

    Result<std::string> replace_root() {
        if (op_.kind != OpKind::kSet) return refuse(Errc::kInvalid, op_, "the whole document can only be set");
        if (!op_.value.object()) return refuse(Errc::kInvalid, op_, "a document must be an object");
        *node_ = std::move(op_.value);
        return std::string();
    }

    // False: a remove met nothing.
    Result<bool> descend(std::size_t depth) {
        const std::string& segment = op_.segments[depth];
        in_element_ = false;
        if (auto* members = node_->object()) return descend_object(*members, segment, depth);
        if (auto* items = node_->array()) {
            const auto place = locate(*items, segment);
            if (!place && op_.kind == OpKind::kRemove) return false;
            if (!place) return refuse(Errc::kNotFound, op_, "no element '" + segment + "'");
            if (!place->by_id) stop_at(depth);
            in_element_ = place->by_id;
            node_ = &(*items)[place->index];
            return true;
        }
        if (op_.kind == OpKind::kRemove) return false;
        return refuse(Errc::kInvalid, op_, "'" + segment + "' lies below a value that is no object and no array");
    }

    Result<bool> descend_object(JsonTree::Object& members, const std::string& segment, std::size_t depth) {
        auto member = members.find(segment);
        if (member == members.end()) {
            if (op_.kind == OpKind::kRemove) return false;
            const bool for_append = depth + 2 == op_.segments.size() && op_.kind == OpKind::kInsert && last() == "-";
            member =
                members.emplace(segment, for_append ? JsonTree(JsonTree::Array()) : JsonTree(JsonTree::Object())).first;
        }
        node_ = &member->second;
        return true;
    }

    Result<void> finish_in_object() {
        auto* members = node_->object();
        if (!members && op_.kind == OpKind::kRemove) return {};
        if (!members) return refuse(Errc::kInvalid, op_, "it lies below a value that is no object and no array");
        const auto member = members->find(last());
        if (in_element_ && last() == "id" &&
            (op_.kind == OpKind::kRemove || member == members->end() || member->second.dump() != op_.value.dump())) {
            return refuse(Errc::kInvalid, op_, "the id of an element cannot change");
        }
        if (op_.kind == OpKind::kRemove) {
            if (member != members->end()) members->erase(member);
            return {};
        }
        if (op_.kind == OpKind::kInsert && member != members->end())
            return refuse(Errc::kConflict, op_, "it exists already");
        members->insert_or_assign(last(), std::move(op_.value));
        return {};
    }

    Result<void> finish_in_array() {
        auto& items = *node_->array();
        if (op_.kind == OpKind::kInsert) return insert_element(items);
        const auto place = locate(items, last());
        if (place && !place->by_id) stop_at(op_.segments.size() - 1);
        if (op_.kind == OpKind::kRemove) {
            if (place) items.erase(items.begin() + static_cast<std::ptrdiff_t>(place->index));
            return {};
        }
        if (!place) return refuse(Errc::kNotFound, op_, "no element '" + last() + "'");
        if (place->by_id && !has_id(op_.value, last())) {
            return refuse(Errc::kInvalid, op_, "the id of an element cannot change");
        }
        items[place->index] = std::move(op_.value);
        return {};
    }

    Result<void> insert_element(JsonTree::Array& items) {
        const auto* id = id_of(op_.value);
        const bool append = last() == "-";
        if (id && (append || *id == last()) && (items.empty() || is_keyed(items))) return append_by_id(items, *id);
        if (is_keyed(items)) return refuse(Errc::kInvalid, op_, "the element needs an id, that of the path");
        const auto index = append ? std::optional(items.size()) : parse_index(last());
        if (!index || *index > items.size()) return refuse(Errc::kInvalid, op_, "no such place in the array");
        stop_at(op_.segments.size() - 1);
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(*index), std::move(op_.value));
        return {};
    }

    Result<void> append_by_id(JsonTree::Array& items, const std::string& id) {
        if (locate(items, id)) return refuse(Errc::kConflict, op_, "an element '" + id + "' exists already");
        const auto addressable = parse_path(id);
        if (!addressable || addressable->size() != 1) {
            return refuse(Errc::kInvalid, op_, "the id of the element cannot stand in a path");
        }
        // Two appends of different elements do not conflict: each changed its own path.
        if (kept_ == op_.segments.size()) appended_ = id;
        items.push_back(std::move(op_.value));
        return {};
    }

    JsonTree* node_;
    EditOp& op_;
    std::size_t kept_;      // how many segments of the path name what changed
    std::string appended_;  // stands for the last of them
    bool in_element_ = false;
};

}  // namespace

Result<std::string> apply_op(JsonTree& root, EditOp& op) { return Edit(root, op).run(); }

const JsonTree* find(const JsonTree& root, const PathSegments& segments) {
    const JsonTree* node = &root;
    for (const auto& segment : segments) {
        if (const auto* members = node->object()) {
            const auto member = members->find(segment);
            if (member == members->end()) return nullptr;
            node = &member->second;
        } else if (const auto* items = node->array()) {
            const auto place = locate(*items, segment);
            if (!place) return nullptr;
            node = &(*items)[place->index];
        } else {
            return nullptr;
        }
    }
    return node;
}

}  // namespace tidegate
