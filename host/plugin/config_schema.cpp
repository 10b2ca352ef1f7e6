#include "plugin/config_schema.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <string>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace tidegate::plugin {

namespace {

std::string text_of(valijson::ValidationResults& results) {
    std::string text;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        std::string place;
        for (const auto& part : error.context) place += part;
        text += (text.empty() ? "" : "; ") + place + ": " + error.description;
    }
    return text;
}

}  // namespace

Result<void> check_config(std::string_view schema, std::string_view config) {
    const auto value = nlohmann::json::parse(config, nullptr, false);
    if (!value.is_object()) return fail(Errc::kInvalid, "config: not a JSON object");
    if (schema.empty()) return {};
    const auto rules = nlohmann::json::parse(schema, nullptr, false);
    try {
        valijson::Schema parsed;
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(rules), parsed);
        valijson::Validator validator;
        valijson::ValidationResults results;
        const valijson::adapters::NlohmannJsonAdapter target(value);
        if (validator.validate(parsed, target, &results)) return {};
        return fail(Errc::kInvalid, "config: " + text_of(results));
    } catch (const std::exception& error) {
        return fail(Errc::kInvalid, std::string("config_schema: ") + error.what());
    }
}

}  // namespace tidegate::plugin
