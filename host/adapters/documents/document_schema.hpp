#pragma once

// DocumentSchema: a JSON Schema (draft-7) that documents are checked against. Knows valijson, so that nobody else does.
// Immutable once made; checks of one schema are serial. [any-thread]

#include "adapters/documents/json_tree.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tidegate {

class DocumentSchema {
public:
    // kInvalid says why the text is no usable schema. References to other files or addresses are refused.
    static Result<std::unique_ptr<DocumentSchema>> compile(const std::string& text);
    ~DocumentSchema();

    // kInvalid says "schema: " and then what a client may be shown: at most three places, by the segments of their
    // paths (elements by their own ids), and what is wrong there. `text` is the document's.
    Result<void> check(const JsonTree& document, std::string_view text) const;

private:
    struct Compiled;
    explicit DocumentSchema(std::unique_ptr<Compiled> compiled);

    std::unique_ptr<Compiled> compiled_;
};

}  // namespace tidegate
