#include "adapters/documents/type_rules.hpp"

#include "adapters/documents/document_edit.hpp"
#include "adapters/documents/index_key.hpp"
#include "adapters/documents/limits.hpp"

namespace tidegate {

Result<std::shared_ptr<const TypeRules>> TypeRules::make(const DocumentType& declared) {
    if (auto named = check_name("document type", declared.type); !named) return named.error();
    const std::string act = "declare document type '" + declared.type + "': ";
    auto rules = std::make_shared<TypeRules>();
    rules->type = declared.type;
    if (declared.indexes.size() > document_limits::kIndexes) return fail(Errc::kInvalid, act + "more than 16 indexes");
    for (const auto& index : declared.indexes) {
        if (auto named = check_name("index name", index.name); !named)
            return fail(Errc::kInvalid, act + named.error().text);
        auto path = parse_path(index.path);
        if (!path) return fail(Errc::kInvalid, act + path.error().text);
        const bool fresh = index.name != kCreatedBy && rules->indexes.emplace(index.name, std::move(*path)).second;
        if (!fresh) return fail(Errc::kInvalid, act + "index '" + index.name + "' stands twice");
    }
    if (!declared.schema.empty()) {
        auto schema = DocumentSchema::compile(declared.schema);
        if (!schema) return fail(Errc::kInvalid, act + schema.error().text);
        rules->schema = std::move(*schema);
    }
    return std::shared_ptr<const TypeRules>(std::move(rules));
}

IndexKeys TypeRules::index_keys(const JsonTree& content, const std::string& created_by) const {
    IndexKeys keys;
    for (const auto& [name, path] : indexes) {
        const auto* value = find(content, path);
        if (auto key = value ? index_key(*value) : std::nullopt) keys.emplace(name, std::move(*key));
    }
    if (auto key = index_key(JsonTree(created_by))) keys.emplace(kCreatedBy, std::move(*key));
    return keys;
}

}  // namespace tidegate
