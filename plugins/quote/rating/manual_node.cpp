#include "rating/manual_node.hpp"

#include <algorithm>

namespace tidegate::rating {

using Kind = JsonValue::Kind;

std::string ManualNode::path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

bool ManualNode::is_object() const {
    if (value_.is_object()) return true;
    refuse("must be an object");
    return false;
}

void ManualNode::only(std::initializer_list<std::string_view> names) const {
    for (const JsonMember& entry : value_.members) {
        if (std::find(names.begin(), names.end(), entry.name) == names.end()) refuse(entry.name, "is no known member");
    }
}

const JsonValue* ManualNode::member(std::string_view name, bool required) const {
    const JsonValue* found = value_.find(name);
    if (found != nullptr && found->is(Kind::kNull)) found = nullptr;
    if (found == nullptr && required) refuse(name, "is missing");
    return found;
}

std::string ManualNode::text(std::string_view name, bool required) const {
    const JsonValue* found = member(name, required);
    if (found == nullptr) return {};
    if (!found->is_string() || found->text.empty()) {
        refuse(name, "must be a text");
        return {};
    }
    return found->text;
}

std::optional<Decimal> ManualNode::decimal(std::string_view name, bool required) const {
    const JsonValue* found = member(name, required);
    if (found == nullptr) return std::nullopt;
    const auto number = found->is_string() ? Decimal::parse(found->text) : std::nullopt;
    if (!number) refuse(name, "must be a decimal number written as a string");
    return number;
}

std::optional<int> ManualNode::integer(std::string_view name, bool required) const {
    const JsonValue* found = member(name, required);
    if (found == nullptr) return std::nullopt;
    const auto number = found->is(Kind::kNumber) ? Decimal::parse(found->text) : std::nullopt;
    if (!number || number->scale() != 0 || *number < Decimal(0) || *number > Decimal(1'000'000)) {
        refuse(name, "must be a whole number");
        return std::nullopt;
    }
    return static_cast<int>(number->mantissa());
}

bool ManualNode::boolean(std::string_view name) const {
    const JsonValue* found = member(name, false);
    if (found == nullptr) return false;
    if (!found->is(Kind::kBoolean)) refuse(name, "must be true or false");
    return found->truth;
}

std::vector<std::string> ManualNode::texts(std::string_view name, bool required) const {
    std::vector<std::string> out;
    for (const ManualNode& item : array(name, required)) {
        if (item.value().is_string()) {
            out.push_back(item.value().text);
        } else {
            item.refuse("must be a text");
        }
    }
    return out;
}

std::optional<ManualNode> ManualNode::object(std::string_view name, bool required) const {
    const JsonValue* found = member(name, required);
    if (found == nullptr) return std::nullopt;
    ManualNode node(*found, path_of(name), problems_);
    if (!node.is_object()) return std::nullopt;
    return node;
}

std::vector<ManualNode> ManualNode::array(std::string_view name, bool required) const {
    std::vector<ManualNode> out;
    const JsonValue* found = member(name, required);
    if (found == nullptr) return out;
    if (!found->is_array()) {
        refuse(name, "must be an array");
        return out;
    }
    for (std::size_t i = 0; i < found->items.size(); ++i) {
        out.emplace_back(found->items[i], path_of(name) + "[" + std::to_string(i) + "]", problems_);
    }
    return out;
}

std::vector<std::pair<std::string, ManualNode>> ManualNode::members() const {
    std::vector<std::pair<std::string, ManualNode>> out;
    for (const JsonMember& entry : value_.members) {
        out.emplace_back(entry.name, ManualNode(entry.value, path_of(entry.name), problems_));
    }
    return out;
}

}  // namespace tidegate::rating
