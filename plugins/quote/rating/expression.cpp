#include "rating/expression.hpp"

#include <algorithm>

namespace tidegate::rating {
namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

bool same(const ExprValue& a, const ExprValue& b) {
    if (a.type == ExprType::kNumber) return a.number == b.number;
    if (a.type == ExprType::kText) return a.text == b.text;
    return a.truth == b.truth;
}

}  // namespace

// Recursive descent over the text; every level returns the index of the node it made.
class ExpressionParser {
public:
    using Op = Expression::Op;

    ExpressionParser(std::string_view text, const Expression::Resolve& resolve) : text_(text), resolve_(resolve) {}

    bool run(Expression& out, std::string& error) {
        parse_or();
        skip_space();
        if (error_.empty() && at_ != text_.size()) refuse("something is left over");
        if (!error_.empty()) {
            error = "expression \"" + std::string(text_) + "\", character " + std::to_string(at_) + ": " + error_;
            return false;
        }
        out.text_ = std::string(text_);
        out.nodes_ = std::move(nodes_);
        return true;
    }

private:
    static constexpr int kMaxDepth = 32;
    static constexpr std::size_t kMaxNodes = 256;

    std::size_t refuse(std::string why) {
        if (error_.empty()) error_ = std::move(why);
        return 0;
    }

    bool failed() const { return !error_.empty(); }

    void skip_space() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }

    bool take(std::string_view symbol) {
        skip_space();
        if (failed() || text_.substr(at_, symbol.size()) != symbol) return false;
        const bool word = is_name_start(symbol[0]);
        const std::size_t after = at_ + symbol.size();
        if (word && after < text_.size() && is_name_part(text_[after])) return false;
        at_ = after;
        return true;
    }

    std::size_t add(Expression::Node node) {
        if (failed()) return 0;
        if (nodes_.size() == kMaxNodes) return refuse("longer than 256 terms");
        nodes_.push_back(std::move(node));
        return nodes_.size() - 1;
    }

    std::size_t combine(Op op, ExprType operands, ExprType result, std::vector<std::size_t> kids) {
        if (failed()) return 0;
        for (const std::size_t kid : kids) {
            if (nodes_[kid].type != operands) return refuse("an operand has the wrong type");
        }
        Expression::Node node;
        node.op = op;
        node.type = result;
        node.kids = std::move(kids);
        return add(std::move(node));
    }

    std::size_t parse_or() {
        if (++depth_ > kMaxDepth) return refuse("nested deeper than 32 levels");
        std::size_t left = parse_and();
        while (take("or")) left = combine(Op::kOr, ExprType::kBoolean, ExprType::kBoolean, {left, parse_and()});
        --depth_;
        return left;
    }

    std::size_t parse_and() {
        std::size_t left = parse_not();
        while (take("and")) left = combine(Op::kAnd, ExprType::kBoolean, ExprType::kBoolean, {left, parse_not()});
        return left;
    }

    std::size_t parse_not() {
        bool negated = false;
        while (take("not")) negated = !negated;
        const std::size_t inner = parse_comparison();
        return negated ? combine(Op::kNot, ExprType::kBoolean, ExprType::kBoolean, {inner}) : inner;
    }

    std::size_t parse_comparison() {
        const std::size_t left = parse_sum();
        if (failed()) return 0;
        if (take("in")) return parse_list(left);
        static constexpr struct {
            std::string_view symbol;
            Op op;
        } kComparisons[] = {{"<=", Op::kLessEqual}, {">=", Op::kGreaterEqual}, {"==", Op::kEqual},
                            {"!=", Op::kNotEqual},  {"<", Op::kLess},          {">", Op::kGreater}};
        for (const auto& [symbol, op] : kComparisons) {
            if (!take(symbol)) continue;
            const std::size_t right = parse_sum();
            if (failed()) return 0;
            const bool any_type = op == Op::kEqual || op == Op::kNotEqual;
            const ExprType wanted = any_type ? nodes_[left].type : ExprType::kNumber;
            return combine(op, wanted, ExprType::kBoolean, {left, right});
        }
        return left;
    }

    std::size_t parse_list(std::size_t left) {
        if (!take("(")) return refuse("\"in\" needs a list in parentheses");
        std::vector<std::size_t> kids{left};
        do kids.push_back(parse_sum());
        while (take(","));
        if (!take(")")) return refuse("the list is not closed");
        return combine(Op::kIn, nodes_[left].type, ExprType::kBoolean, std::move(kids));
    }

    std::size_t parse_sum() {
        std::size_t left = parse_product();
        while (true) {
            const Op op = take("+") ? Op::kAdd : take("-") ? Op::kSubtract : Op::kNumber;
            if (op == Op::kNumber) return left;
            left = combine(op, ExprType::kNumber, ExprType::kNumber, {left, parse_product()});
        }
    }

    std::size_t parse_product() {
        std::size_t left = parse_unary();
        while (take("*")) left = combine(Op::kMultiply, ExprType::kNumber, ExprType::kNumber, {left, parse_unary()});
        return left;
    }

    std::size_t parse_unary() {
        bool negative = false;
        while (take("-")) negative = !negative;
        const std::size_t inner = parse_primary();
        return negative ? combine(Op::kNegate, ExprType::kNumber, ExprType::kNumber, {inner}) : inner;
    }

    std::size_t parse_primary() {
        if (failed()) return 0;
        if (take("(")) {
            const std::size_t inner = parse_or();
            return take(")") ? inner : refuse("a parenthesis is not closed");
        }
        if (take("min")) return parse_extreme(Op::kMin);
        if (take("max")) return parse_extreme(Op::kMax);
        skip_space();
        if (at_ == text_.size()) return refuse("it ends too early");
        if (text_[at_] == '\'') return parse_text();
        if (is_digit(text_[at_])) return parse_number();
        if (is_name_start(text_[at_])) return parse_name();
        return refuse("unexpected character");
    }

    std::size_t parse_extreme(Op op) {
        if (!take("(")) return refuse("min and max need a list in parentheses");
        std::vector<std::size_t> kids;
        if (++depth_ > kMaxDepth) return refuse("nested deeper than 32 levels");
        do kids.push_back(parse_sum());
        while (take(","));
        --depth_;
        if (!take(")")) return refuse("the list is not closed");
        return combine(op, ExprType::kNumber, ExprType::kNumber, std::move(kids));
    }

    std::size_t parse_text() {
        const std::size_t close = text_.find('\'', at_ + 1);
        if (close == std::string_view::npos) return refuse("a text is not closed");
        Expression::Node node;
        node.op = Op::kText;
        node.type = ExprType::kText;
        node.text = std::string(text_.substr(at_ + 1, close - at_ - 1));
        at_ = close + 1;
        return add(std::move(node));
    }

    std::size_t parse_number() {
        std::size_t end = at_;
        while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '.')) ++end;
        const auto number = Decimal::parse(text_.substr(at_, end - at_));
        if (!number) return refuse("not a decimal number");
        at_ = end;
        Expression::Node node;
        node.number = *number;
        return add(std::move(node));
    }

    std::size_t parse_name() {
        std::size_t end = at_;
        while (end < text_.size() && is_name_part(text_[end])) ++end;
        const std::string_view name = text_.substr(at_, end - at_);
        Expression::Node node;
        if (name == "true" || name == "false") {
            node.op = Op::kTruth;
            node.type = ExprType::kBoolean;
            node.truth = name == "true";
        } else {
            const auto found = resolve_(name);
            if (!found) return refuse("unknown name \"" + std::string(name) + "\"");
            node.op = Op::kName;
            node.type = found->type;
            node.name = *found;
        }
        at_ = end;
        return add(std::move(node));
    }

    std::string_view text_;
    const Expression::Resolve& resolve_;
    std::vector<Expression::Node> nodes_;
    std::string error_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

std::optional<Expression> Expression::parse(std::string_view text, const Resolve& resolve, std::string& error) {
    Expression out;
    if (!ExpressionParser(text, resolve).run(out, error)) return std::nullopt;
    return out;
}

ExprType Expression::type() const { return nodes_.back().type; }

std::vector<ExprName> Expression::names() const {
    std::vector<ExprName> out;
    for (const Node& node : nodes_) {
        if (node.op != Op::kName) continue;
        const bool known =
            std::any_of(out.begin(), out.end(), [&](const ExprName& n) { return n.name == node.name.name; });
        if (!known) out.push_back(node.name);
    }
    return out;
}

ExprValue Expression::evaluate(const ExprContext& context) const { return evaluate_node(nodes_.size() - 1, context); }

ExprValue Expression::evaluate_node(std::size_t at, const ExprContext& context) const {
    const Node& node = nodes_[at];
    if (node.op == Op::kName) return context.value_of(node.name);
    ExprValue out;
    out.type = node.type;
    if (node.op == Op::kText) {
        out.text = node.text;
    } else if (node.type == ExprType::kBoolean) {
        out.truth = evaluate_logic(node, context);
    } else {
        out.number = evaluate_number(node, context);
    }
    return out;
}

bool Expression::evaluate_logic(const Node& node, const ExprContext& context) const {
    if (node.op == Op::kTruth) return node.truth;
    const ExprValue left = evaluate_node(node.kids[0], context);
    if (node.op == Op::kNot) return !left.truth;
    if (node.op == Op::kAnd) return left.truth && evaluate_node(node.kids[1], context).truth;
    if (node.op == Op::kOr) return left.truth || evaluate_node(node.kids[1], context).truth;
    if (node.op == Op::kIn) {
        return std::any_of(node.kids.begin() + 1, node.kids.end(),
                           [&](std::size_t kid) { return same(left, evaluate_node(kid, context)); });
    }
    const ExprValue right = evaluate_node(node.kids[1], context);
    switch (node.op) {
        case Op::kEqual:
            return same(left, right);
        case Op::kNotEqual:
            return !same(left, right);
        case Op::kLess:
            return left.number < right.number;
        case Op::kLessEqual:
            return left.number <= right.number;
        case Op::kGreater:
            return left.number > right.number;
        default:
            return left.number >= right.number;
    }
}

Ratio Expression::evaluate_number(const Node& node, const ExprContext& context) const {
    if (node.op == Op::kNumber) return node.number;
    Ratio value = evaluate_node(node.kids[0], context).number;
    if (node.op == Op::kNegate) return -value;
    for (std::size_t i = 1; i < node.kids.size(); ++i) {
        const Ratio next = evaluate_node(node.kids[i], context).number;
        switch (node.op) {
            case Op::kAdd:
                value = value + next;
                break;
            case Op::kSubtract:
                value = value - next;
                break;
            case Op::kMultiply:
                value = value * next;
                break;
            case Op::kMin:
                value = std::min(value, next);
                break;
            default:
                value = std::max(value, next);
                break;
        }
    }
    return value;
}

}  // namespace tidegate::rating
