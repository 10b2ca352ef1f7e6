// The parts of a manual that say what it costs: tables, rounding, steps, rules.
#include <algorithm>

#include "rating/manual_parts.hpp"

namespace tidegate::rating {
namespace {

std::optional<Match> parse_match(std::string_view text) {
    if (text == "exact") return Match::kExact;
    if (text == "range") return Match::kRange;
    if (text == "interpolate") return Match::kInterpolate;
    if (text == "up_to_and_including") return Match::kUpToAndIncluding;
    return std::nullopt;
}

std::optional<Rounding> read_rounding(const ManualNode& node) {
    node.only({"quantum", "mode"});
    const auto quantum = node.decimal("quantum");
    const std::string name = node.text("mode");
    const auto mode = parse_rounding_mode(name);
    if (!mode && !name.empty()) node.refuse("mode", "\"" + name + "\" is no rounding mode");
    if (quantum && *quantum <= Decimal(0)) node.refuse("quantum", "must be positive");
    if (!quantum || !mode || *quantum <= Decimal(0)) return std::nullopt;
    return Rounding{*quantum, *mode};
}

std::optional<Extrapolation> read_extrapolation(const ManualNode& key) {
    const auto node = key.object("extrapolate", false);
    if (!node) return std::nullopt;
    node->only({"from", "per", "add"});
    const auto from = node->decimal("from");
    const auto per = node->decimal("per");
    const auto add = node->decimal("add");
    if (per && *per <= Decimal(0)) node->refuse("per", "must be positive");
    if (!from || !per || !add || *per <= Decimal(0)) return std::nullopt;
    return Extrapolation{*from, *per, *add};
}

std::optional<TableKey> read_key(const ManualNode& node, const Manual& manual) {
    if (!node.is_object()) return std::nullopt;
    node.only({"name", "match", "extrapolate"});
    TableKey key;
    key.name = node.text("name");
    const auto input = find_input(manual, key.name);
    if (!input && !key.name.empty()) node.refuse("name", "\"" + key.name + "\" is no input");
    const std::string match_name = node.text("match");
    const auto match = parse_match(match_name);
    if (!match && !match_name.empty()) node.refuse("match", "\"" + match_name + "\" is no way to match");
    key.extrapolation = read_extrapolation(node);
    if (!input || !match) return std::nullopt;
    key.input = *input;
    key.match = *match;
    const InputSpec& spec = manual.inputs[*input];
    if (!spec.always_present()) node.refuse("name", "\"" + key.name + "\" may be absent: require it or give a default");
    if (spec.lead_days) node.refuse("name", "\"" + key.name + "\" may be read by rules only");
    if (*match != Match::kExact && !spec.is_number()) node.refuse("match", match_name + " needs a number");
    if (key.extrapolation && *match != Match::kInterpolate) node.refuse("extrapolate", "belongs to interpolate only");
    return key;
}

// "5" or "1..4" for ranges, one number for the other ordered matches.
bool read_bounds(const TableKey& key, std::string_view text, KeyCell& cell) {
    const std::size_t dots = key.match == Match::kRange ? text.find("..") : std::string_view::npos;
    const auto low = Decimal::parse(text.substr(0, dots));
    const auto high = dots == std::string_view::npos ? low : Decimal::parse(text.substr(dots + 2));
    if (!low || !high || *low > *high) return false;
    cell.low = *low;
    cell.high = *high;
    return true;
}

std::optional<TableRow> read_row(const ManualNode& node, const Table& table, const Manual& manual) {
    const auto& items = node.value().items;
    const bool all_texts =
        std::all_of(items.begin(), items.end(), [](const JsonValue& item) { return item.is_string(); });
    if (!node.value().is_array() || items.size() != table.keys.size() + 1 || !all_texts) {
        node.refuse("must be an array of " + std::to_string(table.keys.size() + 1) +
                    " strings: the keys and the value");
        return std::nullopt;
    }
    TableRow row;
    bool usable = true;
    for (std::size_t i = 0; i < table.keys.size(); ++i) {
        const TableKey& key = table.keys[i];
        KeyCell cell;
        cell.text = items[i].text;
        const InputSpec& spec = manual.inputs[key.input];
        const auto number = spec.is_number() ? Decimal::parse(cell.text) : std::nullopt;
        if (key.match == Match::kExact && number) cell.text = number->to_string();
        if (key.match == Match::kExact ? spec.is_number() && !number : !read_bounds(key, cell.text, cell)) {
            node.refuse("\"" + cell.text + "\" is no key for " + key.name);
            usable = false;
        }
        row.keys.push_back(std::move(cell));
    }
    const auto value = Decimal::parse(items.back().text);
    if (!value) node.refuse("\"" + items.back().text + "\" is not a decimal number");
    if (!value || !usable) return std::nullopt;
    row.value = *value;
    return row;
}

void read_table(const std::string& name, const ManualNode& node, Manual& manual) {
    if (!node.is_object()) return;
    node.only({"keys", "rows", "round", "monotone", "title", "page"});
    Table table;
    table.name = name;
    if (find_input(manual, name)) node.refuse("shares its name with an input");
    bool usable = true;
    const auto keys = node.array("keys");
    for (const ManualNode& item : keys) {
        auto key = read_key(item, manual);
        if (key) table.keys.push_back(std::move(*key));
        usable = usable && key.has_value();
    }
    if (keys.empty()) node.refuse("keys", "must not be empty");
    const auto ordered = std::count_if(table.keys.begin(), table.keys.end(),
                                       [](const TableKey& key) { return key.match != Match::kExact; });
    if (ordered > 1) node.refuse("keys", "at most one key may be anything but exact");
    if (const auto round = node.object("round", false)) table.factor_rounding = read_rounding(*round);
    const std::string monotone = node.text("monotone", false);
    if (!monotone.empty() && monotone != "increasing") node.refuse("monotone", "must be \"increasing\"");
    table.increasing = monotone == "increasing";
    const auto rows = node.array("rows");
    if (rows.empty()) node.refuse("rows", "must not be empty");
    for (const ManualNode& item : usable ? rows : std::vector<ManualNode>{}) {
        if (auto row = read_row(item, table, manual)) table.rows.push_back(std::move(*row));
    }
    manual.tables.push_back(std::move(table));
}

void read_operand(const ManualNode& node, const Manual& manual, Step& step) {
    const int given = (node.has("value") ? 1 : 0) + (node.has("table") ? 1 : 0) + (node.has("expr") ? 1 : 0);
    if (given != 1) {
        node.refuse("needs exactly one of value, table and expr");
        return;
    }
    if (node.has("value")) {
        step.value = node.decimal("value").value_or(Decimal(0));
    } else if (node.has("table")) {
        step.operand = Step::Operand::kTable;
        const std::string name = node.text("table");
        const auto table = find_table(manual, name);
        if (!table) node.refuse("table", "\"" + name + "\" is no table");
        step.table = table.value_or(0);
    } else {
        step.operand = Step::Operand::kExpression;
        std::string error;
        auto parsed = Expression::parse(node.text("expr"), resolver(manual, true), error);
        if (!parsed) {
            node.refuse("expr", error);
        } else if (parsed->type() != ExprType::kNumber) {
            node.refuse("expr", "must be a number");
        } else {
            step.expression = std::move(*parsed);
        }
    }
}

void read_step_rounding(const ManualNode& node, const Manual& manual, Step& step) {
    step.rounding = manual.after_step;
    const JsonValue* round = node.value().find("round");
    if (round == nullptr) return;
    if (round->is_string() && round->text == "none") {
        step.rounding.reset();
    } else if (const auto own = node.object("round")) {
        step.rounding = read_rounding(*own);
    }
}

Step read_step(const ManualNode& node, const Manual& manual) {
    Step step;
    node.only({"id", "phase", "op", "value", "table", "expr", "rule", "round", "charge", "also_shown_in"});
    step.id = node.text("id");
    step.phase = node.integer("phase").value_or(1);
    if (step.phase < 1 || step.phase > kPhases) node.refuse("phase", "must be 1..10");
    const std::string op = node.text("op");
    if (op == "mul") {
        step.op = StepOp::kMultiply;
    } else if (op == "add") {
        step.op = StepOp::kAdd;
    } else if (op != "set") {
        node.refuse("op", "must be set, mul or add");
    }
    read_operand(node, manual, step);
    read_step_rounding(node, manual, step);
    step.rule = node.text("rule", false);
    step.charge = node.has("charge") ? node.text("charge") : "premium";
    if (step.charge != "premium" && step.charge != "fee" && step.charge != "tax" && step.charge != "surcharge") {
        node.refuse("charge", "must be premium, fee, tax or surcharge");
    }
    if (step.charge != "premium" && step.op != StepOp::kAdd) node.refuse("charge", "belongs to steps that add");
    step.also_shown_in = node.integer("also_shown_in", false).value_or(0);
    if (step.also_shown_in != 0 && (step.also_shown_in <= step.phase || step.also_shown_in > kPhases)) {
        node.refuse("also_shown_in", "must be a later phase");
    }
    return step;
}

void read_rule(const ManualNode& node, RuleKind kind, Manual& manual) {
    if (!node.is_object()) return;
    node.only({"id", "when", "message", "path"});
    Rule rule;
    rule.kind = kind;
    rule.id = node.text("id");
    rule.message = node.text("message");
    rule.path = node.text("path", kind == RuleKind::kEligibility);
    std::string error;
    auto when = Expression::parse(node.text("when"), resolver(manual, false), error);
    if (!when) {
        node.refuse("when", error);
    } else if (when->type() != ExprType::kBoolean) {
        node.refuse("when", "must be a condition");
    } else {
        rule.when = std::move(*when);
        manual.rules.push_back(std::move(rule));
    }
}

}  // namespace

void read_tables_section(const ManualNode& root, Manual& manual) {
    const auto node = root.object("tables");
    if (!node) return;
    for (const auto& [name, item] : node->members()) read_table(name, item, manual);
}

void read_steps_section(const ManualNode& root, Manual& manual) {
    if (const auto rounding = root.object("rounding")) {
        rounding->only({"after_step", "final"});
        if (const auto after = rounding->object("after_step", false)) manual.after_step = read_rounding(*after);
        if (const auto last = rounding->object("final"))
            manual.final_rounding = read_rounding(*last).value_or(Rounding{});
    }
    const auto items = root.array("steps");
    if (items.empty()) root.refuse("steps", "must not be empty");
    for (const ManualNode& item : items) {
        if (item.is_object()) manual.steps.push_back(read_step(item, manual));
    }
}

void read_rules_section(const ManualNode& root, Manual& manual) {
    const auto node = root.object("rules", false);
    if (!node) return;
    node->only({"eligibility", "referral", "decline"});
    for (const RuleKind kind : {RuleKind::kEligibility, RuleKind::kReferral, RuleKind::kDecline}) {
        for (const ManualNode& item : node->array(rule_kind_name(kind), false)) read_rule(item, kind, manual);
    }
}

}  // namespace tidegate::rating
