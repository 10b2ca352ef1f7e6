#include "routing/path_template.hpp"

#include <algorithm>

namespace tidegate::routing {
namespace {

std::string_view take_segment(std::string_view& rest) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    return segment;
}

bool is_placeholder(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::size_t segment_count(std::string_view path) {
    return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

const std::string* value_of(const Params& params, std::string_view name) {
    for (const auto& [held, value] : params) {
        if (held == name) return &value;
    }
    return nullptr;
}

// Calls put(literal) and placeholder(inside the braces) in turn.
template <class Put, class Placeholder>
void each_piece(std::string_view text, Put&& put, Placeholder&& placeholder) {
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) {
            put(text);
            return;
        }
        put(text.substr(0, open));
        placeholder(text.substr(open + 1, close - open - 1));
        text = text.substr(close + 1);
    }
}

}  // namespace

std::optional<Params> match_path(std::string_view pattern, std::string_view path) {
    if (segment_count(pattern) != segment_count(path)) return std::nullopt;
    Params params;
    for (std::size_t left = segment_count(pattern) + 1; left > 0; --left) {
        const std::string_view wanted = take_segment(pattern);
        const std::string_view given = take_segment(path);
        if (is_placeholder(wanted)) {
            if (given.empty()) return std::nullopt;
            params.emplace_back(wanted.substr(1, wanted.size() - 2), given);
        } else if (wanted != given) {
            return std::nullopt;
        }
    }
    return params;
}

bool same_shape(std::string_view a, std::string_view b) {
    if (segment_count(a) != segment_count(b)) return false;
    for (std::size_t left = segment_count(a) + 1; left > 0; --left) {
        const std::string_view x = take_segment(a);
        const std::string_view y = take_segment(b);
        if (is_placeholder(x) != is_placeholder(y) || (!is_placeholder(x) && x != y)) return false;
    }
    return true;
}

bool is_more_exact(std::string_view a, std::string_view b) {
    while (!a.empty() || !b.empty()) {
        const bool a_is_open = is_placeholder(take_segment(a));
        const bool b_is_open = is_placeholder(take_segment(b));
        if (a_is_open != b_is_open) return b_is_open;
    }
    return false;
}

std::string fill_template(std::string_view text, const Params& params) {
    std::string out;
    each_piece(
        text, [&](std::string_view literal) { out += literal; },
        [&](std::string_view inside) {
            if (const std::string* value = value_of(params, inside.substr(0, inside.find('=')))) {
                out += *value;
            } else {
                out.append(1, '{').append(inside).append(1, '}');
            }
        });
    return out;
}

std::optional<std::string> fill_rest(std::string_view text, const Params& params) {
    std::string out;
    bool complete = true;
    each_piece(
        text, [&](std::string_view literal) { out += literal; },
        [&](std::string_view inside) {
            const std::size_t equals = inside.find('=');
            if (const std::string* value = value_of(params, inside.substr(0, equals))) {
                out += *value;
            } else if (equals != std::string_view::npos) {
                out += inside.substr(equals + 1);
            } else {
                complete = false;
            }
        });
    if (!complete) return std::nullopt;
    return out;
}

}  // namespace tidegate::routing
