// The id of a quote that is created under an Idempotency-Key.
// Thread rule: [any-thread], pure function.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::quote {

// The same user and key name the same quote.
std::string quote_id_of(std::string_view sub, std::string_view idempotency_key);

}  // namespace tidegate::quote
