// Checks messages and bodies against the schemas of the manifest (JSON Schema draft-7, valijson over nlohmann/json).
// Compiled into each plugin that has a schema folder; nothing of it shows in a header.

#define VALIJSON_USE_EXCEPTIONS 1  // else it aborts on a schema that it cannot use

#include <tidegate/detail/schema_gate.hpp>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/shape.hpp>
#include <tidegate/json/writer.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace tg::detail {
namespace {

constexpr std::size_t kMaxErrors = 10;
// std::regex recurses per character: a schema with a pattern does not see longer strings.
constexpr std::size_t kMaxPatternBytes = 1024;

struct Words {
    std::string_view begins;
    std::string_view code;
};
constexpr Words kCodes[] = {
    {"Missing required property", "required"},
    {"Missing dependency", "required"},
    {"Value type not permitted", "type"},
    {"Failed to match against any enum", "enum"},
    {"Failed to match expected value", "const"},
    {"Failed to match regex", "pattern"},
    {"Expected number greater", "minimum"},
    {"Expected number less", "maximum"},
    {"Value should be a multiple", "multiple_of"},
    {"String should be no fewer", "min_length"},
    {"String should be no more", "max_length"},
    {"String should be a valid", "format"},
    {"Array should contain no fewer", "min_items"},
    {"Array should contain no more", "max_items"},
    {"Array contains more items", "max_items"},
    {"Elements at indexes", "unique"},
    {"Object contains a property", "unknown_property"},
    {"Object should have", "property_count"},
};

std::string_view code_of(std::string_view description) {
    for (const Words& words : kCodes)
        if (description.starts_with(words.begins)) return words.code;
    return "invalid";
}

// valijson reports a failure again for every level above it.
bool repeats(std::string_view description) {
    return description.starts_with("Failed to validate against schema associated with") ||
           description.starts_with("Failed to validate item #") ||
           description.starts_with("Failed to validate against additional properties") ||
           description.starts_with("Failed to validate against child schema #");
}

void append_step(std::string& path, std::string_view step) {
    if (!path.empty()) path.push_back('/');
    path.append(step);
}

// {"<root>", "[vehicles]", "[0]"} -> "vehicles/0"; what is missing is named too.
std::string path_of(const valijson::ValidationResults::Error& error) {
    std::string path;
    for (std::size_t i = 1; i < error.context.size(); ++i) {
        std::string_view step = error.context[i];
        if (step.size() >= 2 && step.front() == '[' && step.back() == ']') step = step.substr(1, step.size() - 2);
        append_step(path, step);
    }
    constexpr std::string_view kMissing = "Missing required property '";
    if (error.description.starts_with(kMissing)) {
        const std::string_view rest = std::string_view(error.description).substr(kMissing.size());
        append_step(path, rest.substr(0, rest.rfind('\'')));
    }
    return path;
}

class Errors {
public:
    Errors() { writer_.begin_object().key("errors").begin_array(); }
    void add(std::string_view path, std::string_view code, std::string_view message) {
        if (count_++ >= kMaxErrors) return;
        writer_.begin_object().member("path", path).member("code", code).member("message", message).end_object();
    }
    std::string take() {
        writer_.end_array().end_object();
        return writer_.take();
    }

private:
    json::Writer writer_;
    std::size_t count_ = 0;
};

bool uses_patterns(const nlohmann::json& schema) {
    if (schema.is_object()) {
        for (const auto& [name, value] : schema.items())
            if (name == "pattern" || name == "patternProperties" || uses_patterns(value)) return true;
    } else if (schema.is_array()) {
        for (const auto& value : schema)
            if (uses_patterns(value)) return true;
    }
    return false;
}

// The path of the first string that is too long for std::regex, keys included.
bool find_long_string(const nlohmann::json& value, const std::string& path, std::string& found) {
    if (value.is_string() && value.get_ref<const std::string&>().size() > kMaxPatternBytes) {
        found = path;
        return true;
    }
    if (value.is_object()) {
        for (const auto& [name, member] : value.items()) {
            if (name.size() > kMaxPatternBytes) {
                found = path;
                return true;
            }
            if (find_long_string(member, path.empty() ? name : path + "/" + name, found)) return true;
        }
    } else if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i)
            if (find_long_string(value[i], path.empty() ? std::to_string(i) : path + "/" + std::to_string(i), found))
                return true;
    }
    return false;
}

class Schema {
public:
    explicit Schema(const nlohmann::json& text) : patterns_(uses_patterns(text)), shape_(json::Shape::of(text)) {
        valijson::SchemaParser(valijson::SchemaParser::kDraft7)
            .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema_);
    }

    // Most messages are what their schema plainly asks for, and need neither a tree nor a reason.
    bool surely_accepts(std::string_view text) const {
        if (patterns_ && text.size() > kMaxPatternBytes) return false;
        const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
        return std::all_of(text.begin(), text.end(), is_ascii) && shape_.accepts(text);
    }

    bool check(const nlohmann::json& value, Errors& errors) const {
        std::string long_path;
        if (patterns_ && find_long_string(value, std::string(), long_path)) {
            errors.add(long_path, "max_length", "String should be no more than 1024 characters in length.");
            return false;
        }
        // One validator per call: it caches expressions and is not to be shared between threads.
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        valijson::ValidationResults results;
        if (validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(value), &results)) return true;
        for (const auto& error : results)
            if (!repeats(error.description)) errors.add(path_of(error), code_of(error.description), error.description);
        return false;
    }

private:
    valijson::Schema schema_;
    bool patterns_;
    json::Shape shape_;
};

class Gate final : public SchemaGate {
public:
    explicit Gate(const nlohmann::json& schemas) {
        for (const auto& [name, text] : schemas.items()) {
            try {
                by_name_.try_emplace(name, text);
            } catch (const std::exception& e) {
                throw std::runtime_error("use schema '" + name + "' of the manifest: " + e.what());
            }
        }
    }

    bool has(std::string_view name) const override { return by_name_.find(name) != by_name_.end(); }

    bool check(std::string_view name, std::string_view text, std::string& fields) const override {
        const auto schema = by_name_.find(name);
        if (schema == by_name_.end()) return true;
        Errors errors;
        if (check(schema->second, text, errors)) return true;
        fields = errors.take();
        return false;
    }

private:
    static bool check(const Schema& schema, std::string_view text, Errors& errors) {
        if (schema.surely_accepts(text)) return true;
        json::Reader bounds(text);  // depth: nlohmann has no limit of its own
        if (!bounds.skip() || !bounds.finish()) {
            errors.add("", "syntax", bounds.error());
            return false;
        }
        const nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
        if (value.is_discarded()) {
            errors.add("", "syntax", "not valid JSON in UTF-8");
            return false;
        }
        return schema.check(value, errors);
    }

    std::map<std::string, Schema, std::less<>> by_name_;
};

}  // namespace

std::unique_ptr<SchemaGate> make_schema_gate(std::string_view manifest) {
    const nlohmann::json text = nlohmann::json::parse(manifest, nullptr, false);
    if (text.is_discarded()) throw std::runtime_error("read the embedded manifest: not JSON");
    const auto schemas = text.find("schemas");
    if (schemas == text.end() || schemas->empty()) return nullptr;
    return std::make_unique<Gate>(*schemas);
}

}  // namespace tg::detail
