#pragma once

// TypeRules: a declared document type, ready for use. Immutable. [any-thread]

#include "adapters/documents/document_schema.hpp"
#include "adapters/documents/document_text.hpp"
#include "adapters/documents/json_tree.hpp"
#include "base/result.hpp"
#include "ports/documents.hpp"

#include <map>
#include <memory>
#include <string>

namespace tidegate {

// The index every type has: the actor of revision 1.
inline constexpr const char* kCreatedBy = "created_by";

using IndexKeys = std::map<std::string, std::string>;  // index name -> index key

struct TypeRules {
    std::string type;
    std::map<std::string, PathSegments> indexes;
    std::unique_ptr<const DocumentSchema> schema;  // null: anything is allowed

    static Result<std::shared_ptr<const TypeRules>> make(const DocumentType& declared);

    IndexKeys index_keys(const JsonTree& content, const std::string& created_by) const;
};

}  // namespace tidegate
