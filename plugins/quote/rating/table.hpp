// Rate tables: rows keyed by inputs, one value each. At most one key is ordered (range, interpolate, up to and
// including); the others match exactly. A lookup tells which row it used and how, so that a trace can show it.
// Thread rule: [any-thread], value types and pure functions.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rating/inputs.hpp"
#include "rating/ratio.hpp"

namespace tidegate::rating {

enum class Match { kExact, kRange, kInterpolate, kUpToAndIncluding };

struct Extrapolation {
    Decimal from;  // the last row
    Decimal per;
    Decimal add;
};

struct TableKey {
    std::string name;
    std::size_t input = 0;
    Match match = Match::kExact;
    std::optional<Extrapolation> extrapolation;
};

struct KeyCell {
    std::string text;  // as matched by exact keys
    Decimal low;       // of ordered keys; low == high but for ranges
    Decimal high;
};

struct TableRow {
    std::vector<KeyCell> keys;
    Decimal value;

    std::string label() const;  // "7|frame"
};

struct Table {
    std::string name;
    std::vector<TableKey> keys;
    std::vector<TableRow> rows;
    std::optional<Rounding> factor_rounding;  // absent: an interpolated factor stays exact
    bool increasing = false;                  // declared: values never fall along the ordered key

    std::optional<std::size_t> ordered_key() const;
};

struct TableLookup {
    std::string table;
    std::vector<std::pair<std::string, std::string>> keys;
    std::string row;
    std::string match;  // exact, range, interpolated, extrapolated, up_to_and_including
    Ratio value;
};

std::optional<TableLookup> look_up(const Table& table, const InputValues& inputs);

}  // namespace tidegate::rating
