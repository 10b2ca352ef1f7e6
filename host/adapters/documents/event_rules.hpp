#pragma once

// What a domain event may be, the same for every store, of a patch or of none. Pure. [any-thread]

#include "base/result.hpp"
#include "ports/documents.hpp"

#include <cstddef>
#include <string>

namespace tidegate {

// Makes its data canonical. kInvalid and kTooLarge name the event.
Result<void> prepare_event(DomainEvent& event);
// The same for all of an event that no patch carries.
Result<void> prepare_event(LooseEvent& loose);

// Whose idempotency keys are told apart.
std::string reply_scope(const LooseEvent& loose);
// Of everything it carries.
std::size_t bytes_of(const LooseEvent& loose);

}  // namespace tidegate
