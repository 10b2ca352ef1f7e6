#include <tidegate/json/shape.hpp>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace tg::json {
namespace {

using Json = nlohmann::json;

bool accepts(const char* schema, const char* text) { return Shape::of(Json::parse(schema)).accepts(text); }

TEST(Shape, AcceptsWhatIsPlainlyValid) {
    EXPECT_TRUE(accepts("true", "[1]"));
    EXPECT_TRUE(accepts("{}", R"({"a":[null]})"));
    EXPECT_TRUE(accepts(R"({"type":["string","null"]})", "null"));
    EXPECT_TRUE(accepts(R"({"type":"string","minLength":2,"maxLength":2})", "\"\xc3\xa9\xc3\xa9\""));
    EXPECT_TRUE(accepts(R"({"type":"integer","minimum":1,"maximum":9})", "9"));
    EXPECT_TRUE(accepts(R"({"enum":["a","b"]})", R"("b")"));
    EXPECT_TRUE(accepts(R"({"type":"string","pattern":"^a+$"})", R"("aa")"));
    EXPECT_TRUE(
        accepts(R"({"type":"object","required":["a"],"properties":{"a":{"type":"number"}}})", R"({"b":{},"a":1.5})"));
    EXPECT_TRUE(
        accepts(R"({"patternProperties":{"^x":{"type":"number"}},"additionalProperties":false})", R"({"x1":1})"));
    EXPECT_TRUE(accepts(R"({"items":{"$ref":"#/definitions/n"},"definitions":{"n":{"type":"number"}}})", "[1,2]"));
}

TEST(Shape, IsNotSureOfTheRest) {
    EXPECT_FALSE(accepts("false", "1"));
    EXPECT_FALSE(accepts(R"({"type":"integer"})", "1.0"));
    EXPECT_FALSE(accepts(R"({"type":"integer","minimum":1})", "0"));
    EXPECT_FALSE(accepts(R"({"type":"string","maxLength":1})", R"("ab")"));
    EXPECT_FALSE(accepts(R"({"type":"string","pattern":"^a+$"})", R"("b")"));
    EXPECT_FALSE(accepts(R"({"required":["a"]})", R"({"b":1})"));
    EXPECT_FALSE(accepts(R"({"required":["a"],"additionalProperties":{"type":"string"}})", R"({"a":1})"));
    EXPECT_FALSE(accepts(R"({"properties":{"a":{}},"additionalProperties":false})", R"({"a":1,"b":1})"));
    EXPECT_FALSE(accepts(R"({"anyOf":[{}]})", "1")) << "a word that it does not know";
    EXPECT_FALSE(accepts(R"({"$ref":"#"})", "1")) << "a reference that it does not follow";
    EXPECT_FALSE(accepts(R"({"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/a"}}})", "1"));
    EXPECT_FALSE(accepts("{}", "[1,]"));
    EXPECT_FALSE(accepts("{}", "1 2"));
}

TEST(Shape, IsBoundedWhereASchemaIsNot) {
    const Json node = {{"type", "object"},
                       {"properties",
                        {{"a", {{"$ref", "#/definitions/node"}}},
                         {"b", {{"$ref", "#/definitions/node"}}},
                         {"c", {{"$ref", "#/definitions/node"}}},
                         {"d", {{"$ref", "#/definitions/node"}}}}}};
    const Json schema = {{"$ref", "#/definitions/node"}, {"definitions", {{"node", node}}}};
    EXPECT_FALSE(Shape::of(schema).accepts("{}")) << "a reference with a neighbour";
    const Json tree = {{"properties", {{"root", {{"$ref", "#/definitions/node"}}}}}, {"definitions", {{"node", node}}}};
    EXPECT_FALSE(Shape::of(tree).accepts(R"({"root":{"a":{"b":1}}})"));
    EXPECT_TRUE(Shape::of(tree).accepts("{}"));
}

// Schemas and values from the same few words, so that both verdicts are common.
class Words {
public:
    explicit Words(unsigned seed) : random_(seed) {}

    Json schema(int depth) {
        static const char* const kTypes[] = {"object", "array", "string", "number", "integer", "boolean", "null"};
        Json made = Json::object();
        if (one_in(2)) made["type"] = kTypes[upto(7)];
        if (one_in(6)) made["type"] = Json::array({kTypes[upto(7)], kTypes[upto(7)]});
        if (one_in(6)) made["enum"] = Json::array({"a", "bb", one_in(4) ? Json(1) : Json("c")});
        if (one_in(8)) made["const"] = "a";
        if (one_in(5)) made["minLength"] = upto(3);
        if (one_in(5)) made["maxLength"] = upto(4);
        if (one_in(5)) made["minimum"] = static_cast<int>(upto(5)) - 2;
        if (one_in(5)) made["maximum"] = static_cast<int>(upto(5)) - 1;
        if (one_in(8)) made["pattern"] = "^[ab]*$";
        if (one_in(8)) made["maxItems"] = upto(3);
        if (one_in(8)) made["minItems"] = upto(2);
        if (one_in(8)) made["maxProperties"] = upto(3);
        if (one_in(4)) made["required"] = Json::array({name()});
        if (depth == 0) return made;
        if (one_in(2)) made["properties"] = {{name(), schema(depth - 1)}, {name(), schema(depth - 1)}};
        if (one_in(5)) made["patternProperties"] = {{"^a", schema(depth - 1)}};
        if (one_in(4)) made["additionalProperties"] = one_in(2) ? Json(one_in(2)) : schema(depth - 1);
        if (one_in(3)) made["items"] = schema(depth - 1);
        return made;
    }
    Json value(int depth) {
        switch (upto(depth > 0 ? 8 : 5)) {
            case 0:
                return nullptr;
            case 1:
                return one_in(2);
            case 2:
                return static_cast<int>(upto(7)) - 3;
            case 3:
                return (static_cast<int>(upto(9)) - 4) / 2.0;
            case 4:
                return Json::array({"a", "bb", "c", "", "ab\xc3\xa9"})[upto(5)];
            case 5: {
                Json made = Json::array();
                for (unsigned n = upto(4); n > 0; --n) made.push_back(value(depth - 1));
                return made;
            }
            default: {
                Json made = Json::object();
                for (unsigned n = upto(4); n > 0; --n) made[name()] = value(depth - 1);
                return made;
            }
        }
    }

    unsigned upto(unsigned n) { return static_cast<unsigned>(random_() % n); }
    bool one_in(unsigned n) { return upto(n) == 0; }
    const char* name() { return std::array{"a", "b", "c", "ab"}[upto(4)]; }

private:
    std::mt19937 random_;
};

class FullValidator {
public:
    explicit FullValidator(const Json& schema) {
        valijson::SchemaParser(valijson::SchemaParser::kDraft7)
            .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), schema_);
    }
    bool accepts(const Json& value) const {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(value), nullptr);
    }

private:
    valijson::Schema schema_;
};

constexpr unsigned kSchemas = 4000;

// One schema of Words, to both verdicts.
struct RandomSchema {
    explicit RandomSchema(unsigned seed) : words(seed) {}

    Words words;
    const Json schema = words.schema(2);
    const FullValidator full{schema};
    const Shape shape = Shape::of(schema);
};

TEST(Shape, NeverAcceptsWhatAFullValidatorRefuses) {
    int accepted = 0, valid = 0;
    for (unsigned seed = 0; seed < kSchemas; ++seed) {
        RandomSchema made(seed);
        auto& [words, schema, full, shape] = made;
        for (int n = 0; n < 20; ++n) {
            const Json value = words.value(2);
            const bool is_valid = full.accepts(value);
            const bool surely = shape.accepts(value.dump());
            ASSERT_TRUE(is_valid || !surely) << "seed " << seed << ": " << schema << " refuses " << value;
            accepted += surely;
            valid += is_valid;
        }
    }
    EXPECT_GT(accepted, valid / 2) << "it is there to be sure of most";
}

// A change of one member or element somewhere in an object, as a patch makes it.
struct Change {
    std::vector<std::string> names;
    std::vector<bool> in_array;
};

// Down to a random place of what stands there, or to a new member.
Change change_in(Json& root, Words& words, const Json& value) {
    Change change;
    Json* at = &root;
    for (;;) {
        const bool in_array = at->is_array();
        const bool is_leaf = in_array ? at->empty() : !at->is_object();
        if (is_leaf) break;
        const std::string name =
            in_array ? std::to_string(words.upto(static_cast<unsigned>(at->size()))) : words.name();
        Json& next = in_array ? (*at)[std::stoul(name)] : (*at)[name];
        change.names.push_back(name);
        change.in_array.push_back(in_array);
        at = &next;
        if (words.one_in(2)) break;
    }
    *at = value;
    return change;
}

TEST(Shape, NeverTakesAChangeThatAFullValidatorRefuses) {
    int taken = 0, valid = 0;
    for (unsigned seed = 0; seed < kSchemas; ++seed) {
        RandomSchema made(seed);
        auto& [words, schema, full, shape] = made;
        for (int n = 0; n < 20; ++n) {
            const Json before = words.value(2);
            if (!before.is_object() || !full.accepts(before)) continue;
            Json after = before;
            const Json value = words.value(1);
            const Change change = change_in(after, words, value);
            const Shape* part = &shape;
            for (std::size_t at = 0; part && at < change.names.size(); ++at)
                part = change.in_array[at] ? part->element() : part->member(change.names[at]);
            const bool surely = part && part->accepts(value.dump());
            const bool still = full.accepts(after);
            ASSERT_TRUE(still || !surely)
                << "seed " << seed << ": " << schema << " had " << before << ", refuses " << after;
            taken += surely;
            valid += still;
        }
    }
    EXPECT_GT(valid, 2000);
    EXPECT_GT(taken, valid / 2) << "it is there to be sure of most";
}

}  // namespace
}  // namespace tg::json
