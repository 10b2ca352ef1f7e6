#pragma once

// Outcomes of the documents port as the JSON that tg.docs/1 promises. Pure. [any-thread]

#include "base/buffer.hpp"
#include "ports/documents.hpp"

#include <cstdint>
#include <vector>

namespace tidegate::plugin {

struct DocsValue {
    BufferRef bytes;
    std::uint64_t number = 0;
};

DocsValue encode(const PatchOutcome& outcome);
DocsValue encode(const Document& document);
DocsValue encode(const Page& page);
DocsValue encode(const std::vector<DocumentVersion>& versions);

}  // namespace tidegate::plugin
