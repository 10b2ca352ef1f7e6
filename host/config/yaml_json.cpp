#include "config/yaml_json.hpp"

#include "protocol/json_text.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace tidegate::config {
namespace {

constexpr int kDepth = 32;
// An alias may name the same part again and again, so the outcome needs a bound of its own.
constexpr std::size_t kJsonBytes = std::size_t{256} * 1024;

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

enum class Shape : std::uint8_t { kText, kNumber, kUnclear };

// A JSON number, said as it is. YAML would also read 007, +1, .5 and 0x1f as numbers, where a reader may have meant a
// text (a post code): unclear.
Shape shape_of(std::string_view text) {
    const bool sign = text.starts_with('-') || text.starts_with('+');
    std::string_view rest = text.substr(sign ? 1 : 0);
    if (rest.starts_with("0x") || rest.starts_with("0o"))
        return rest.size() > 2 && rest.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos
                   ? Shape::kUnclear
                   : Shape::kText;
    if (rest == ".inf" || rest == ".Inf" || rest == ".INF" || text == ".nan" || text == ".NaN" || text == ".NAN")
        return Shape::kUnclear;
    const auto exponent = rest.find_first_of("eE");
    bool plain = !text.starts_with('+');
    if (exponent != std::string_view::npos) {
        std::string_view power = rest.substr(exponent + 1);
        if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
        if (!all_digits(power)) return Shape::kText;
        rest = rest.substr(0, exponent);
    }
    const auto point = rest.find('.');
    const std::string_view whole = rest.substr(0, point);
    const std::string_view fraction = point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
    if (whole.empty() && fraction.empty()) return Shape::kText;
    if ((!whole.empty() && !all_digits(whole)) || (!fraction.empty() && !all_digits(fraction))) return Shape::kText;
    if (whole.empty() || (point != std::string_view::npos && fraction.empty())) plain = false;
    if (whole.size() > 1 && whole.front() == '0') plain = false;
    return plain ? Shape::kNumber : Shape::kUnclear;
}

class Writer {
public:
    explicit Writer(const std::filesystem::path& folder) : folder_(folder) {}

    void write(const YAML::Node& node, int depth) {
        if (complaint) return;
        if (depth > kDepth) return complain(node, "nested more than " + std::to_string(kDepth) + " deep");
        if (out.size() > kJsonBytes) return complain(node, "more than " + std::to_string(kJsonBytes) + " bytes");
        switch (node.Type()) {
            case YAML::NodeType::Map:
                return write_map(node, depth);
            case YAML::NodeType::Sequence:
                return write_list(node, depth);
            case YAML::NodeType::Scalar:
                return write_scalar(node);
            default:
                out += "null";
        }
    }

    std::string out;
    std::optional<YamlComplaint> complaint;

private:
    void complain(const YAML::Node& node, std::string text) {
        complaint = YamlComplaint{line_of(node), std::move(text)};
    }

    void write_map(const YAML::Node& node, int depth) {
        std::set<std::string> seen;
        out += '{';
        for (const auto& member : node) {
            if (!member.first.IsScalar()) return complain(member.first, "a key must be a text");
            const std::string& name = member.first.Scalar();
            if (!seen.insert(name).second) return complain(member.first, "'" + name + "' is given twice");
            if (seen.size() > 1) out += ',';
            out += protocol::json_quoted(name) + ':';
            write(member.second, depth + 1);
            if (complaint) return;
        }
        out += '}';
    }

    void write_list(const YAML::Node& node, int depth) {
        out += '[';
        bool first = true;
        for (const auto& element : node) {
            if (!first) out += ',';
            first = false;
            write(element, depth + 1);
            if (complaint) return;
        }
        out += ']';
    }

    void write_scalar(const YAML::Node& node) {
        const std::string& text = node.Scalar();
        if (node.Tag() != "?") return void(out += protocol::json_quoted(text));  // quoted, or tagged as a text
        if (text == "true" || text == "True" || text == "TRUE") return void(out += "true");
        if (text == "false" || text == "False" || text == "FALSE") return void(out += "false");
        if (text.starts_with("./") || text.starts_with("../"))
            return void(out += protocol::json_quoted((folder_ / text).lexically_normal().string()));
        switch (shape_of(text)) {
            case Shape::kNumber:
                out += text;
                return;
            case Shape::kText:
                out += protocol::json_quoted(text);
                return;
            case Shape::kUnclear:
                complain(node, "'" + text + "' may be a number or a text: write 7 or \"007\"");
        }
    }

    const std::filesystem::path& folder_;
};

}  // namespace

int line_of(const YAML::Node& node) { return node.Mark().is_null() ? 0 : node.Mark().line + 1; }

YamlResult<std::string> to_json(const YAML::Node& node, const std::filesystem::path& folder) {
    Writer writer(folder);
    writer.write(node, 0);
    if (writer.complaint) return *writer.complaint;
    return std::move(writer.out);
}

}  // namespace tidegate::config
