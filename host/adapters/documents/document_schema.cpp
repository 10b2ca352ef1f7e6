#include "adapters/documents/document_schema.hpp"

#include "adapters/documents/document_edit.hpp"
#include "adapters/documents/json_tree_adapter.hpp"
#include "base/guarded.hpp"

#include <nlohmann/json.hpp>
#include <tidegate/json/shape.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace tidegate {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxViolations = 3;
constexpr std::size_t kMaxToldBytes = 256;
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

bool has_long_text(const JsonTree& value) {
    if (const auto* text = value.string()) return text->size() > kMaxMatchedBytes;
    if (const auto* items = value.array()) return std::any_of(items->begin(), items->end(), has_long_text);
    const auto* members = value.object();
    return members && std::any_of(members->begin(), members->end(), [](const auto& member) {
               return member.first.size() > kMaxMatchedBytes || has_long_text(member.second);
           });
}

std::string shortened(std::string text) {
    if (text.size() <= kMaxToldBytes) return text;
    std::size_t end = kMaxToldBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside a character
    return text.substr(0, end) + "…";
}

// An element's own id when it has one, as paths name it.
std::string segment_of(const JsonTree& element, const std::string& index) {
    const auto* members = element.object();
    const auto id = members ? members->find("id") : JsonTree::Object::const_iterator();
    if (!members || id == members->end()) return index;
    if (const auto* number = id->second.number()) return number->token;
    return id->second.string() ? *id->second.string() : index;
}

// "<root>[vehicles][0][vin]" in valijson's words: "vehicles/V1/vin".
std::string place_of(const JsonTree& document, const std::vector<std::string>& context) {
    std::string place;
    const JsonTree* node = &document;
    for (std::size_t i = 1; i < context.size(); ++i) {
        const auto& step = context[i];
        std::string name = step.size() > 2 && step.front() == '[' ? step.substr(1, step.size() - 2) : step;
        if (node && node->array()) {
            const std::size_t index = std::strtoul(name.c_str(), nullptr, 10);
            node = index < node->array()->size() ? &(*node->array())[index] : nullptr;
            if (node) name = segment_of(*node, name);
        } else if (node && node->object()) {
            const auto member = node->object()->find(name);
            node = member == node->object()->end() ? nullptr : &member->second;
        }
        if (i > 1) place += '/';
        place += name;
    }
    return place;
}

// What the validator says of the parents of a violation, besides the violation itself.
bool only_repeats(const std::string& description) {
    for (const char* words :
         {"Failed to validate item #", "Failed to validate against schema associated with",
          "Failed to validate against additional properties schema", "Failed to validate against child schema #"}) {
        if (description.starts_with(words)) return true;
    }
    return false;
}

std::string describe_violations(const JsonTree& document, const valijson::ValidationResults& results) {
    std::string told, repeats;
    std::size_t count = 0;
    for (const auto& violation : results) {
        const std::string place = place_of(document, violation.context);
        std::string text = place.empty() ? "" : shortened(place) + ": ";
        text += shortened(violation.description);
        if (only_repeats(violation.description)) {
            if (repeats.empty()) repeats = std::move(text);
        } else if (++count <= kMaxViolations) {
            told += (told.empty() ? "" : "; ") + text;
        }
    }
    if (count == 0) return repeats.empty() ? "the document does not match it" : repeats;
    if (count > kMaxViolations) told += "; and " + std::to_string(count - kMaxViolations) + " more";
    return told;
}

std::uint64_t next_serial() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

}  // namespace

struct DocumentSchema::Compiled {
    valijson::Schema schema;
    bool bounded_texts = false;
    tg::json::Shape shape;
    const std::uint64_t serial = next_serial();
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
        compiled->shape = tg::json::Shape::of(parsed);
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(parsed), compiled->schema);
    } catch (const std::exception& refused) {
        return fail(Errc::kInvalid, std::string("the schema is not usable: ") + refused.what());
    }
    return std::unique_ptr<DocumentSchema>(new DocumentSchema(std::move(compiled)));
}

std::uint64_t DocumentSchema::serial() const { return compiled_->serial; }

bool DocumentSchema::surely_still_matches(const PathSegments& path, const std::vector<std::size_t>& places,
                                          std::string_view text) const {
    if (path.empty() || places.size() != path.size()) return false;
    if (compiled_->bounded_texts && text.size() > kMaxMatchedBytes) return false;
    const tg::json::Shape* shape = &compiled_->shape;
    for (std::size_t at = 0; shape && at < path.size(); ++at)
        shape = places[at] == EditStep::kMember ? shape->member(path[at]) : shape->element();
    return shape && shape->accepts(text);
}

Result<void> DocumentSchema::check(const JsonTree& document, std::string_view text) const {
    // Most documents are plainly valid; the validator says why not, and decides on what is not plain.
    const bool may_hold_long_text = compiled_->bounded_texts && text.size() > kMaxMatchedBytes;
    if (!may_hold_long_text && compiled_->shape.accepts(text)) return {};
    const auto refuse = [](const std::string& why) { return fail(Errc::kInvalid, "schema: " + why); };
    if (compiled_->bounded_texts && has_long_text(document)) {
        return refuse("a text is over 4096 bytes, and the schema matches texts by expression");
    }
    const JsonTreeAdapter target(document);
    try {
        return compiled_->validator.with([&](valijson::Validator& validator) -> Result<void> {
            if (validator.validate(compiled_->schema, target, nullptr)) return {};
            if (text.size() > kMaxExplainedBytes)
                return refuse("the document does not match it, and is too large to say where");
            valijson::ValidationResults results;
            validator.validate(compiled_->schema, target, &results);
            return refuse(describe_violations(document, results));
        });
    } catch (const std::exception& failed) {
        return fail(Errc::kInvalid, std::string(failed.what()) + ": schema: the document could not be checked");
    }
}

}  // namespace tidegate
