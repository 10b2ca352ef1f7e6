#pragma once

// DocumentSchema: a JSON Schema (draft-7) that documents are checked against. Knows valijson, so that nobody else does.
// Immutable once made; checks of one schema are serial. [any-thread]

#include "adapters/documents/document_text.hpp"
#include "adapters/documents/json_tree.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate {

class DocumentSchema {
public:
    // kInvalid says why the text is no usable schema. References to other files or addresses are refused.
    static Result<std::unique_ptr<DocumentSchema>> compile(const std::string& text);
    ~DocumentSchema();

    // kInvalid says "schema: " and then what a client may be shown: at most three places, by the segments of their
    // paths (elements by their own ids), and what is wrong there. `text` is the document's.
    Result<void> check(const JsonTree& document, std::string_view text) const;

    // Whether a document that matched still surely does when only what lies at a path changed: `places` as of EditStep,
    // `text` of the value that stands there now. False where only check() can tell.
    bool surely_still_matches(const PathSegments& path, const std::vector<std::size_t>& places,
                              std::string_view text) const;
    // Of this schema alone, never 0.
    std::uint64_t serial() const;

private:
    struct Compiled;
    explicit DocumentSchema(std::unique_ptr<Compiled> compiled);

    std::unique_ptr<Compiled> compiled_;
};

}  // namespace tidegate
