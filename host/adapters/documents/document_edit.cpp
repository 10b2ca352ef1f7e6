#include "adapters/documents/document_edit.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace tidegate {
namespace {

Error refuse(Errc code, const EditOp& op, const std::string& why) {
    static constexpr const char* kNames[] = {"set", "insert", "remove", "test"};
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
    Edit(JsonTree& root, EditOp& op, EditStep& step)
        : node_(&root), op_(op), step_(step), kept_(op.segments.size()), created_(op.segments.size()) {}

    Result<void> run() {
        if (op_.segments.empty()) return replace_root();
        step_.path = op_.path;
        for (std::size_t depth = 0; depth + 1 < op_.segments.size(); ++depth) {
            auto reached = descend(depth);
            if (!reached) return reached.error();
            if (!*reached) return finish();  // remove: nothing there
        }
        auto done = node_->array() ? finish_in_array() : finish_in_object();
        return done ? finish() : done;
    }

private:
    const std::string& last() const { return op_.segments.back(); }
    Result<void> finish() {
        step_.changed = appended_.empty() ? join_path(op_.segments, kept_) : beside(kept_, appended_);
        return {};
    }
    // The first `count` segments, the last of them replaced.
    std::string beside(std::size_t count, const std::string& segment) const {
        return join_path(op_.segments, count - 1) + (count > 1 ? "/" : "") + segment;
    }
    // From here on the path goes by index: what changes is the array.
    void stop_at(std::size_t depth) { kept_ = std::min(kept_, depth); }
    void enter(std::size_t place) {
        if (created_ == op_.segments.size()) step_.places.push_back(place);
    }
    void note_change(EditStep::Undo undo) {
        // What lies in what the operation created goes away with it.
        if (created_ == op_.segments.size()) step_.undo = undo;
    }

    Result<void> replace_root() {
        if (op_.kind != OpKind::kSet) return refuse(Errc::kInvalid, op_, "the whole document can only be set");
        if (!op_.value.object()) return refuse(Errc::kInvalid, op_, "a document must be an object");
        step_.undo = EditStep::Undo::kPutBack;
        step_.before = std::exchange(*node_, std::move(op_.value));
        return {};
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
            enter(place->index);
            node_ = &(*items)[place->index];
            return true;
        }
        if (op_.kind == OpKind::kRemove) return false;
        return refuse(Errc::kInvalid, op_, "'" + segment + "' lies below a value that is no object and no array");
    }

    Result<bool> descend_object(JsonTree::Object& members, const std::string& segment, std::size_t depth) {
        auto member = members.find(segment);
        if (member == members.end() && op_.kind == OpKind::kRemove) return false;
        enter(EditStep::kMember);
        if (member == members.end()) {
            const bool for_append = depth + 2 == op_.segments.size() && op_.kind == OpKind::kInsert && last() == "-";
            member =
                members.emplace(segment, for_append ? JsonTree(JsonTree::Array()) : JsonTree(JsonTree::Object())).first;
            note_change(EditStep::Undo::kErase);
            created_ = std::min(created_, depth);
        }
        node_ = &member->second;
        return true;
    }

    Result<void> finish_in_object() {
        auto* members = node_->object();
        if (!members && op_.kind == OpKind::kRemove) return {};
        if (!members) return refuse(Errc::kInvalid, op_, "it lies below a value that is no object and no array");
        const auto member = members->find(last());
        const bool stands = member != members->end();
        if (in_element_ && last() == "id" &&
            (op_.kind == OpKind::kRemove || !stands || !(member->second == op_.value))) {
            return refuse(Errc::kInvalid, op_, "the id of an element cannot change");
        }
        if (op_.kind == OpKind::kInsert && stands) return refuse(Errc::kConflict, op_, "it exists already");
        if (op_.kind == OpKind::kRemove && !stands) return {};
        enter(EditStep::kMember);
        note_change(stands ? EditStep::Undo::kPutBack : EditStep::Undo::kErase);
        if (stands) step_.before = std::move(member->second);
        if (op_.kind == OpKind::kRemove) {
            members->erase(member);
        } else {
            members->insert_or_assign(last(), std::move(op_.value));
        }
        return {};
    }

    Result<void> finish_in_array() {
        auto& items = *node_->array();
        if (op_.kind == OpKind::kInsert) return insert_element(items);
        const auto place = locate(items, last());
        if (place && !place->by_id) stop_at(op_.segments.size() - 1);
        if (!place && op_.kind == OpKind::kRemove) return {};
        if (!place) return refuse(Errc::kNotFound, op_, "no element '" + last() + "'");
        if (op_.kind == OpKind::kSet && place->by_id && !has_id(op_.value, last())) {
            return refuse(Errc::kInvalid, op_, "the id of an element cannot change");
        }
        enter(place->index);
        step_.before = std::move(items[place->index]);
        if (op_.kind == OpKind::kRemove) {
            note_change(EditStep::Undo::kInsertBack);
            items.erase(items.begin() + static_cast<std::ptrdiff_t>(place->index));
        } else {
            note_change(EditStep::Undo::kPutBack);
            items[place->index] = std::move(op_.value);
        }
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
        if (append) step_.path = beside(op_.segments.size(), std::to_string(*index));
        put_in(items, *index);
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
        step_.path = beside(op_.segments.size(), id);
        put_in(items, items.size());
        return {};
    }

    void put_in(JsonTree::Array& items, std::size_t index) {
        enter(index);
        note_change(EditStep::Undo::kErase);
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(index), std::move(op_.value));
    }

    JsonTree* node_;
    EditOp& op_;
    EditStep& step_;
    std::size_t kept_;      // how many segments of the path name what changed
    std::size_t created_;   // the depth of the first container that was created, or the path's
    std::string appended_;  // stands for the last of them
    bool in_element_ = false;
};

}  // namespace

Result<void> apply_op(JsonTree& root, EditOp& op, EditStep& step) { return Edit(root, op, step).run(); }

void undo_op(JsonTree& root, const EditOp& op, EditStep& step) {
    if (step.undo == EditStep::Undo::kNothing) return;
    if (step.places.empty()) {
        root = std::move(step.before);
        return;
    }
    JsonTree* node = &root;
    const std::size_t depth = step.places.size() - 1;
    for (std::size_t at = 0; at < depth; ++at) {
        const std::size_t place = step.places[at];
        node = place == EditStep::kMember ? &node->object()->find(op.segments[at])->second : &(*node->array())[place];
    }
    if (auto* items = node->array()) {
        const auto at = items->begin() + static_cast<std::ptrdiff_t>(step.places[depth]);
        if (step.undo == EditStep::Undo::kErase) items->erase(at);
        if (step.undo == EditStep::Undo::kPutBack) *at = std::move(step.before);
        if (step.undo == EditStep::Undo::kInsertBack) items->insert(at, std::move(step.before));
    } else if (step.undo == EditStep::Undo::kErase) {
        node->object()->erase(op.segments[depth]);
    } else {
        node->object()->insert_or_assign(op.segments[depth], std::move(step.before));
    }
}

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

DocumentPart part_at(std::uint64_t revision, const JsonTree& root, const PathSegments& segments) {
    DocumentPart part;
    part.revision = revision;
    if (const auto* standing = find(root, segments)) part.value = standing->dump();
    return part;
}

}  // namespace tidegate
