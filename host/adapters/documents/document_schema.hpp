#pragma once

// DocumentSchema: a JSON Schema (draft-7) that documents are checked against. Knows valijson, so that nobody else does.
// Immutable once made; checks of one schema are serial. [any-thread]

#include "base/result.hpp"

#include <memory>
#include <string>

namespace tidegate {

class DocumentSchema {
public:
    // kInvalid says why the text is no usable schema. References to other files or addresses are refused.
    static Result<std::unique_ptr<DocumentSchema>> compile(const std::string& text);
    ~DocumentSchema();

    // kInvalid lists at most 10 places and what is wrong there.
    Result<void> check(const std::string& document) const;

private:
    struct Compiled;
    explicit DocumentSchema(std::unique_ptr<Compiled> compiled);

    std::unique_ptr<Compiled> compiled_;
};

}  // namespace tidegate
