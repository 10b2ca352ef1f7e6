// The store's words about a refused patch, as kinds of outcomes. "test: …" and "base: …" tell its conflicts apart,
// "schema: …" is a text that a client may read.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <string>
#include <string_view>
#include <tidegate/status.hpp>

#include "quote_document/edit_outcome.hpp"

namespace tidegate::quote {

// Whether the document says why: a test failed, or there is nothing at a path.
bool needs_a_look(const tg::Status& why);

EditOutcome outcome_of(const tg::Status& why);

// What the document says after such a refusal; empty: there is none.
EditOutcome outcome_of(const tg::Status& why, std::string_view document);

// "quote_data/aoi: too large; …" as [{"path":"aoi","code":"schema","message":"too large"}, …]; "" when it names no
// place in quote_data.
std::string schema_errors(std::string_view text);

}  // namespace tidegate::quote
