#pragma once

// JsonTree as the validator reads it, in place: nothing is parsed or copied for a check. The names are those valijson
// wants of an adapter. For document_schema.cpp alone. A view; the tree must outlive it.

#include "adapters/documents/json_tree.hpp"

#include <valijson/internal/adapter.hpp>
#include <valijson/internal/basic_adapter.hpp>
#include <valijson/internal/frozen_value.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <system_error>

namespace tidegate {

class JsonTreeAdapter;
struct JsonTreeMember;

// Walks a container of the tree, making an adapter of each place it stands at.
template <class Place, class Value>
class JsonTreeIterator {
public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = Value*;
    using reference = Value&;

    explicit JsonTreeIterator(Place at) : at_(at) {}
    Value operator*() const { return Value(*at_); }
    valijson::adapters::DerefProxy<Value> operator->() const {
        return valijson::adapters::DerefProxy<Value>(Value(*at_));
    }
    bool operator==(const JsonTreeIterator& other) const { return at_ == other.at_; }
    bool operator!=(const JsonTreeIterator& other) const { return at_ != other.at_; }
    JsonTreeIterator& operator++() {
        ++at_;
        return *this;
    }
    JsonTreeIterator operator++(int) { return JsonTreeIterator(at_++); }
    JsonTreeIterator& operator--() {
        --at_;
        return *this;
    }
    void advance(std::ptrdiff_t n) { std::advance(at_, n); }

private:
    Place at_;
};

class JsonTreeArray {
public:
    using const_iterator = JsonTreeIterator<JsonTree::Array::const_iterator, JsonTreeAdapter>;
    using iterator = const_iterator;

    JsonTreeArray() : items_(&empty()) {}
    explicit JsonTreeArray(const JsonTree::Array& items) : items_(&items) {}
    const_iterator begin() const;
    const_iterator end() const;
    std::size_t size() const { return items_->size(); }

private:
    static const JsonTree::Array& empty() {
        static const JsonTree::Array none;
        return none;
    }
    const JsonTree::Array* items_;
};

class JsonTreeObject {
public:
    using const_iterator = JsonTreeIterator<JsonTree::Object::const_iterator, JsonTreeMember>;
    using iterator = const_iterator;

    JsonTreeObject() : members_(&empty()) {}
    explicit JsonTreeObject(const JsonTree::Object& members) : members_(&members) {}
    const_iterator begin() const;
    const_iterator end() const;
    const_iterator find(const std::string& name) const;
    std::size_t size() const { return members_->size(); }

private:
    static const JsonTree::Object& empty() {
        static const JsonTree::Object none;
        return none;
    }
    const JsonTree::Object* members_;
};

// A value that outlives the document, for comparisons the validator keeps.
class FrozenJsonTree final : public valijson::adapters::FrozenValue {
public:
    explicit FrozenJsonTree(const JsonTree& tree) : tree_(tree) {}
    FrozenValue* clone() const override { return new FrozenJsonTree(tree_); }
    bool equalTo(const valijson::adapters::Adapter& other, bool strict) const override;

private:
    JsonTree tree_;
};

class JsonTreeValue {
public:
    JsonTreeValue() : tree_(&empty()) {}
    explicit JsonTreeValue(const JsonTree& tree) : tree_(&tree) {}

    valijson::adapters::FrozenValue* freeze() const { return new FrozenJsonTree(*tree_); }
    opt::optional<JsonTreeArray> getArrayOptional() const {
        if (const auto* items = tree_->array()) return opt::make_optional(JsonTreeArray(*items));
        return {};
    }
    opt::optional<JsonTreeObject> getObjectOptional() const {
        if (const auto* members = tree_->object()) return opt::make_optional(JsonTreeObject(*members));
        return {};
    }
    bool getArraySize(std::size_t& result) const {
        if (const auto* items = tree_->array()) result = items->size();
        return isArray();
    }
    bool getObjectSize(std::size_t& result) const {
        if (const auto* members = tree_->object()) result = members->size();
        return isObject();
    }
    bool getBool(bool& result) const {
        if (const auto* flag = tree_->boolean()) result = *flag;
        return isBool();
    }
    bool getString(std::string& result) const {
        if (const auto* text = tree_->string()) result = *text;
        return isString();
    }
    bool getInteger(std::int64_t& result) const {
        const auto* number = tree_->number();
        if (!number) return false;
        const char* last = number->token.data() + number->token.size();
        const auto [end, error] = std::from_chars(number->token.data(), last, result);
        return error == std::errc{} && end == last;
    }
    bool getDouble(double& result) const {
        if (!isDouble()) return false;
        const std::string& token = tree_->number()->token;
        result = 0;  // what is too small to tell from it leaves it there
        std::from_chars(token.data(), token.data() + token.size(), result);
        return true;
    }

    static bool hasStrictTypes() { return true; }
    bool isArray() const { return tree_->array(); }
    bool isBool() const { return tree_->boolean(); }
    bool isDouble() const { return isNumber() && !isInteger(); }
    bool isInteger() const {
        std::int64_t ignored = 0;
        return getInteger(ignored);
    }
    bool isNull() const { return *tree_ == JsonTree(); }
    bool isNumber() const { return tree_->number(); }
    bool isObject() const { return tree_->object(); }
    bool isString() const { return tree_->string(); }

private:
    static const JsonTree& empty() {
        static const JsonTree object{JsonTree::Object()};
        return object;
    }
    const JsonTree* tree_;
};

class JsonTreeAdapter final : public valijson::adapters::BasicAdapter<JsonTreeAdapter, JsonTreeArray, JsonTreeMember,
                                                                      JsonTreeObject, JsonTreeValue> {
public:
    JsonTreeAdapter() = default;
    explicit JsonTreeAdapter(const JsonTree& tree) : BasicAdapter(JsonTreeValue(tree)) {}
};

struct JsonTreeMember {
    explicit JsonTreeMember(const JsonTree::Object::value_type& member) : first(member.first), second(member.second) {}
    const std::string& first;
    JsonTreeAdapter second;
};

inline bool FrozenJsonTree::equalTo(const valijson::adapters::Adapter& other, bool strict) const {
    return JsonTreeAdapter(tree_).equalTo(other, strict);
}
inline JsonTreeArray::const_iterator JsonTreeArray::begin() const { return const_iterator(items_->begin()); }
inline JsonTreeArray::const_iterator JsonTreeArray::end() const { return const_iterator(items_->end()); }
inline JsonTreeObject::const_iterator JsonTreeObject::begin() const { return const_iterator(members_->begin()); }
inline JsonTreeObject::const_iterator JsonTreeObject::end() const { return const_iterator(members_->end()); }
inline JsonTreeObject::const_iterator JsonTreeObject::find(const std::string& name) const {
    return const_iterator(members_->find(name));
}

}  // namespace tidegate

template <>
struct valijson::adapters::AdapterTraits<tidegate::JsonTreeAdapter> {
    using DocumentType = tidegate::JsonTree;
    static std::string adapterName() { return "JsonTreeAdapter"; }
};
