#pragma once

// Outcomes of the documents port as the JSON that tg.docs/1 promises. Pure. [any-thread]

#include "plugin/port_value.hpp"
#include "ports/documents.hpp"

#include <vector>

namespace tidegate::plugin {

PortValue encode(const PatchOutcome& outcome);
PortValue encode(const Document& document);
PortValue encode(const DocumentPart& part);
PortValue encode(const Page& page);
PortValue encode(const std::vector<DocumentVersion>& versions);

}  // namespace tidegate::plugin
