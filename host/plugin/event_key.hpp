#pragma once

// The strand key of a domain event: a template of the manifest, filled from the event. Pure. [any-thread]

#include "ports/documents.hpp"

#include <string>
#include <string_view>

namespace tidegate::plugin {

// Text and {members}, each brace with its pair and a name in it.
bool is_key_template(std::string_view text);

// {doc_id} and {doc_type} are the document's, others are string members of the event's data. An empty template, a
// member that is not there and a key over 256 bytes give "events": one strand for what belongs to none.
std::string event_key(std::string_view key_template, const StoredEvent& event);

}  // namespace tidegate::plugin
