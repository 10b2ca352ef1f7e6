#include "adapters/documents/document_schema.hpp"

#include "base/guarded.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <exception>

namespace tidegate {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxViolations = 10;
// std::regex recurses once per character of the text it searches.
constexpr std::size_t kMaxMatchedBytes = 4096;
// Beyond this the list of violations, which the validator does not bound, is not asked for.
constexpr std::size_t kMaxExplainedBytes = 128 * 1024;

bool uses_expressions(const json& schema) {
    if (schema.is_array()) return std::any_of(schema.begin(), schema.end(), uses_expressions);
    if (!schema.is_object()) return false;
    for (const auto& [name, value] : schema.items()) {
        if (name == "pattern" || name == "patternProperties" || name == "format" || uses_expressions(value))
            return true;
    }
    return false;
}

bool has_long_text(const json& value) {
    if (value.is_string()) return value.get_ref<const std::string&>().size() > kMaxMatchedBytes;
    if (value.is_array()) return std::any_of(value.begin(), value.end(), has_long_text);
    if (!value.is_object()) return false;
    for (const auto& [name, member] : value.items()) {
        if (name.size() > kMaxMatchedBytes || has_long_text(member)) return true;
    }
    return false;
}

// "<root>[vehicles][0][vin]" in valijson's words: "vehicles/0/vin".
std::string place_of(const std::vector<std::string>& context) {
    std::string place;
    for (std::size_t i = 1; i < context.size(); ++i) {
        if (i > 1) place += '/';
        const auto& step = context[i];
        place += step.size() > 2 && step.front() == '[' ? step.substr(1, step.size() - 2) : step;
    }
    return place;
}

std::string describe_violations(valijson::ValidationResults& results) {
    std::string text = "the document does not match its schema";
    std::size_t told = 0;
    valijson::ValidationResults::Error violation;
    while (told < kMaxViolations && results.popError(violation)) {
        text += told++ ? "; " : ": ";
        text += "'" + place_of(violation.context).substr(0, 256) + "': " + violation.description.substr(0, 256);
    }
    if (results.numErrors()) text += "; and " + std::to_string(results.numErrors()) + " more";
    return text;
}

}  // namespace

struct DocumentSchema::Compiled {
    valijson::Schema schema;
    bool bounded_texts = false;
    Guarded<valijson::Validator> validator;  // caches compiled expressions
};

DocumentSchema::DocumentSchema(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
DocumentSchema::~DocumentSchema() = default;

Result<std::unique_ptr<DocumentSchema>> DocumentSchema::compile(const std::string& text) {
    const json parsed = json::parse(text, nullptr, false);
    if (parsed.is_discarded()) return fail(Errc::kInvalid, "the schema is not JSON");
    auto compiled = std::make_unique<Compiled>();
    compiled->bounded_texts = uses_expressions(parsed);
    try {
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(parsed), compiled->schema);
    } catch (const std::exception& refused) {
        return fail(Errc::kInvalid, std::string("the schema is not usable: ") + refused.what());
    }
    return std::unique_ptr<DocumentSchema>(new DocumentSchema(std::move(compiled)));
}

Result<void> DocumentSchema::check(const std::string& document) const {
    const json parsed = json::parse(document, nullptr, false);
    if (parsed.is_discarded()) return fail(Errc::kInvalid, "the document is not JSON");
    if (compiled_->bounded_texts && has_long_text(parsed)) {
        return fail(Errc::kInvalid,
                    "the document has a text over 4096 bytes, and its schema matches texts by expression");
    }
    const valijson::adapters::NlohmannJsonAdapter target(parsed);
    try {
        return compiled_->validator.with([&](valijson::Validator& validator) -> Result<void> {
            if (validator.validate(compiled_->schema, target, nullptr)) return {};
            if (document.size() > kMaxExplainedBytes) {
                return fail(Errc::kInvalid, "the document does not match its schema, and is too large to say where");
            }
            valijson::ValidationResults results;
            validator.validate(compiled_->schema, target, &results);
            return fail(Errc::kInvalid, describe_violations(results));
        });
    } catch (const std::exception& refused) {
        return fail(Errc::kInvalid, std::string("the document could not be checked: ") + refused.what());
    }
}

}  // namespace tidegate
