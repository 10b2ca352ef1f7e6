#include "rating/table.hpp"

namespace tidegate::rating {
namespace {

bool exact_keys_match(const Table& table, const TableRow& row, const InputValues& inputs) {
    for (std::size_t i = 0; i < table.keys.size(); ++i) {
        const TableKey& key = table.keys[i];
        if (key.match == Match::kExact && row.keys[i].text != inputs[key.input].text) return false;
    }
    return true;
}

Ratio settle(const Table& table, const Ratio& value) {
    return table.factor_rounding ? Ratio(value.round_to(*table.factor_rounding)) : value;
}

struct Found {
    std::string row;
    std::string_view match;
    Ratio value;
};

Found at_row(const TableRow& row, std::string_view match) { return {row.label(), match, row.value}; }

std::optional<Found> beyond_last(const Table& table, const TableKey& key, const TableRow& last, const Decimal& x) {
    if (!key.extrapolation) return std::nullopt;
    const Extrapolation& rule = *key.extrapolation;
    const Ratio value = Ratio(last.value) + Ratio(x - rule.from) * Ratio(rule.add) / Ratio(rule.per);
    return Found{last.label() + "+", "extrapolated", settle(table, value)};
}

std::optional<Found> find_ordered(const Table& table, std::size_t ordered, const InputValues& inputs) {
    const TableKey& key = table.keys[ordered];
    const Decimal& x = inputs[key.input].number;
    const TableRow* previous = nullptr;
    for (const TableRow& row : table.rows) {
        if (!exact_keys_match(table, row, inputs)) continue;
        const KeyCell& cell = row.keys[ordered];
        if (key.match == Match::kRange) {
            if (cell.low <= x && x <= cell.high) return at_row(row, cell.low == cell.high ? "exact" : "range");
        } else if (x == cell.low) {
            return at_row(row, "exact");
        } else if (x < cell.low) {
            if (key.match == Match::kUpToAndIncluding) return at_row(row, "up_to_and_including");
            if (previous == nullptr) return std::nullopt;
            const Ratio value = interpolate(previous->keys[ordered].low, previous->value, cell.low, row.value, x);
            return Found{previous->label() + ".." + row.label(), "interpolated", settle(table, value)};
        }
        previous = &row;
    }
    if (key.match != Match::kInterpolate || previous == nullptr) return std::nullopt;
    return beyond_last(table, key, *previous, x);
}

std::optional<Found> find(const Table& table, const InputValues& inputs) {
    if (const auto ordered = table.ordered_key()) return find_ordered(table, *ordered, inputs);
    for (const TableRow& row : table.rows) {
        if (exact_keys_match(table, row, inputs)) return at_row(row, "exact");
    }
    return std::nullopt;
}

}  // namespace

std::string TableRow::label() const {
    std::string out;
    for (const KeyCell& cell : keys) {
        if (!out.empty()) out.push_back('|');
        out += cell.text;
    }
    return out;
}

std::optional<std::size_t> Table::ordered_key() const {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].match != Match::kExact) return i;
    }
    return std::nullopt;
}

std::optional<TableLookup> look_up(const Table& table, const InputValues& inputs) {
    auto found = find(table, inputs);
    if (!found) return std::nullopt;
    TableLookup out;
    out.table = table.name;
    for (const TableKey& key : table.keys) out.keys.emplace_back(key.name, inputs[key.input].text);
    out.row = std::move(found->row);
    out.match = found->match;
    out.value = found->value;
    return out;
}

}  // namespace tidegate::rating
