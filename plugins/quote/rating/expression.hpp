// The small expression language of manuals: decimals, 'texts', true/false, names of inputs and tables, + - * min max,
// comparisons, `in`, and/or/not, parentheses. Typed when it is read, exact when it is evaluated; no division, loops,
// floats or clock.
// Thread rule: [any-thread]; an Expression is immutable once parsed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rating/ratio.hpp"

namespace tidegate::rating {

enum class ExprType { kNumber, kText, kBoolean };

struct ExprName {
    std::string name;
    ExprType type = ExprType::kNumber;
    bool is_table = false;
    std::size_t index = 0;  // into the manual's inputs or tables
};

struct ExprValue {
    ExprType type = ExprType::kNumber;
    Ratio number;
    std::string text;
    bool truth = false;
};

class ExprContext {
public:
    virtual ~ExprContext() = default;
    virtual ExprValue value_of(const ExprName& name) const = 0;
};

class Expression {
public:
    using Resolve = std::function<std::optional<ExprName>(std::string_view)>;

    Expression() = default;
    // nullopt with `error` filled: unknown names, wrong types and syntax alike.
    static std::optional<Expression> parse(std::string_view text, const Resolve& resolve, std::string& error);

    const std::string& text() const { return text_; }
    ExprType type() const;
    std::vector<ExprName> names() const;  // as they appear, each once
    ExprValue evaluate(const ExprContext& context) const;

private:
    friend class ExpressionParser;

    enum class Op {
        kNumber,
        kText,
        kTruth,
        kName,
        kNegate,
        kAdd,
        kSubtract,
        kMultiply,
        kMin,
        kMax,
        kLess,
        kLessEqual,
        kGreater,
        kGreaterEqual,
        kEqual,
        kNotEqual,
        kIn,
        kAnd,
        kOr,
        kNot
    };
    struct Node {
        Op op = Op::kNumber;
        ExprType type = ExprType::kNumber;
        Ratio number;
        std::string text;
        bool truth = false;
        ExprName name;
        std::vector<std::size_t> kids;
    };

    ExprValue evaluate_node(std::size_t at, const ExprContext& context) const;
    bool evaluate_logic(const Node& node, const ExprContext& context) const;
    Ratio evaluate_number(const Node& node, const ExprContext& context) const;

    std::string text_;
    std::vector<Node> nodes_;  // children stand before their parents; the last is the root
};

}  // namespace tidegate::rating
