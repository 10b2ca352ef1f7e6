#include "rating/expression.hpp"

#include <gtest/gtest.h>

#include <map>

#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using testing::dec;

class Names : public ExprContext {
public:
    ExprValue value_of(const ExprName& name) const override {
        ExprValue out;
        out.type = name.type;
        if (name.name == "three") out.number = dec("3");
        if (name.name == "tenth") out.number = dec("0.1");
        if (name.name == "kind") out.text = "frame";
        if (name.name == "yes") out.truth = true;
        return out;
    }

    static std::optional<ExprName> resolve(std::string_view name) {
        static const std::map<std::string_view, ExprType> kKnown{{"three", ExprType::kNumber},
                                                                 {"tenth", ExprType::kNumber},
                                                                 {"kind", ExprType::kText},
                                                                 {"yes", ExprType::kBoolean}};
        const auto found = kKnown.find(name);
        if (found == kKnown.end()) return std::nullopt;
        ExprName out;
        out.name = name;
        out.type = found->second;
        return out;
    }
};

std::string value_of(std::string_view text) {
    std::string error;
    const auto parsed = Expression::parse(text, Names::resolve, error);
    if (!parsed) return error;
    const ExprValue value = parsed->evaluate(Names());
    return value.type == ExprType::kNumber ? value.number.text() : value.truth ? "true" : "false";
}

TEST(Expression, CalculatesExactly) {
    EXPECT_EQ(value_of("1 - tenth - tenth"), "0.8");
    EXPECT_EQ(value_of("1 + 2 * three"), "7");
    EXPECT_EQ(value_of("(1 + 2) * three"), "9");
    EXPECT_EQ(value_of("10 - 2 - three"), "5");
    EXPECT_EQ(value_of("-three + - -1"), "-2");
    EXPECT_EQ(value_of("max(0.75, 1 - three * tenth)"), "0.75");
    EXPECT_EQ(value_of("min(three, 2, 5)"), "2");
}

TEST(Expression, JudgesConditions) {
    EXPECT_EQ(value_of("three > 2 and three <= 3"), "true");
    EXPECT_EQ(value_of("three != 3 or kind == 'frame'"), "true");
    EXPECT_EQ(value_of("kind in ('masonry', 'frame')"), "true");
    EXPECT_EQ(value_of("three in (1, 2)"), "false");
    EXPECT_EQ(value_of("not yes"), "false");
    EXPECT_EQ(value_of("not three >= 4 and yes == true"), "true");
    EXPECT_EQ(value_of("(three < 1 or yes) and not (kind == 'x')"), "true");
}

TEST(Expression, SaysWhatIsWrong) {
    const std::pair<const char*, const char*> cases[] = {{"", "ends too early"},
                                                         {"1 +", "ends too early"},
                                                         {"nobody", "unknown name \"nobody\""},
                                                         {"1 2", "left over"},
                                                         {"three + kind", "wrong type"},
                                                         {"yes and 1", "wrong type"},
                                                         {"kind < 'a'", "wrong type"},
                                                         {"(1", "not closed"},
                                                         {"'x", "not closed"},
                                                         {"three in 3", "needs a list"},
                                                         {"1.2.3", "not a decimal"},
                                                         {"1 / 2", "left over"},
                                                         {"three in (1, 'a')", "wrong type"},
                                                         {"$", "unexpected"},
                                                         {"01", "not a decimal"}};
    for (const auto& [text, reason] : cases)
        EXPECT_NE(value_of(text).find(reason), std::string::npos) << text << " -> " << value_of(text);
}

TEST(Expression, BoundsItsDepthAndLength) {
    EXPECT_NE(value_of(std::string(5000, '(') + "1").find("deeper than 32"), std::string::npos);
    std::string sum = "1";
    for (int i = 0; i < 1000; ++i) sum += " + 1";
    EXPECT_NE(value_of(sum).find("longer than 256"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::rating
