#include "config/reference.hpp"

#include "config/assignment.hpp"
#include "config/field_table.hpp"

#include <string_view>

namespace tidegate::config {
namespace {

constexpr std::size_t kColumns = 112;

std::string name_in(const Section& section, const FieldInfo& field) {
    return std::string(field.key.substr(section.name.size() + 1));
}

bool belongs(const Section& section, const FieldInfo& field) {
    return field.key.starts_with(std::string(section.name) + ".");
}

std::string default_of(const Field<Settings>& field) {
    Settings defaults;
    if (field.info.kind == Kind::kSecret) return {};
    return show(field.info, field.slot(defaults));
}

std::string default_of(const Field<FeatureSettings>& field) {
    FeatureSettings defaults;
    return show(field.info, field.slot(defaults));
}

std::string comment(std::string_view indent, std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t end = text.size();
        if (end > kColumns) end = text.rfind(' ', kColumns);
        out += std::string(indent) + "# " + std::string(text.substr(0, end)) + "\n";
        text.remove_prefix(end);
        if (text.starts_with(' ')) text.remove_prefix(1);
    }
    return out;
}

std::string about(const FieldInfo& field) {
    std::string expected = expectation(field);
    return std::string(field.doc) + " Expects " + expected + ". Change: " + std::string(to_text(field.mark)) + ".";
}

void write_feature_yaml(std::string& out) {
    out += "  # quote:\n";
    std::string level;
    for (const auto& field : feature_fields()) {
        const auto dot = field.info.key.find('.');
        const std::string inner =
            dot == std::string_view::npos ? std::string() : std::string(field.info.key.substr(0, dot));
        if (inner != level) out += "  #   " + inner + ":\n";
        level = inner;
        const std::string indent = inner.empty() ? "  #   " : "  #     ";
        const std::string name(inner.empty() ? field.info.key : field.info.key.substr(dot + 1));
        out += comment(indent, about(field.info)) + indent + name + ": " + default_of(field) + "\n";
        if (field.info.key != "enabled") continue;
        out += comment(indent, kConfigDoc) + indent + "config: {}\n";
    }
}

std::string row(const std::string& key, const std::string& value, const std::string& expected, std::string_view mark,
                std::string_view doc) {
    return "| `" + key + "` | " + (value.empty() ? "" : "`" + value + "`") + " | " + expected + " | " +
           std::string(mark) + " | " + std::string(doc) + " |\n";
}

constexpr std::string_view kTableHead =
    "| key | default | expects | change | meaning |\n| --- | --- | --- | --- | --- |\n";

}  // namespace

std::string reference_yaml() {
    std::string out =
        "# Every key of Tidegate's configuration with its default. Generated from the field table (`make docs`).\n"
        "# Copy what you change. docs/config.md says how the environment overrides it.\n";
    for (const Section& section : sections()) {
        out += "\n# " + std::string(section.doc) + "\n" + std::string(section.name) + ":\n";
        for (const auto& field : fields()) {
            if (!belongs(section, field.info)) continue;
            std::string value = default_of(field);
            if (field.info.kind == Kind::kSecret) value = "file:/etc/tidegate/hs256.key";
            if (value.empty()) value = "\"\"";
            out += comment("  ", about(field.info)) + "  # " + name_in(section, field.info) + ": " + value + "\n";
        }
        if (section.name == "auth") {
            out += comment("  ", kRolesDoc);
            out += "  # roles: {}\n";
        }
        if (section.name == "features") write_feature_yaml(out);
    }
    return out;
}

std::string reference_markdown() {
    std::string out =
        "# Configuration\n\nGenerated from the field table (`make docs`); "
        "[config/tidegate.yaml](../config/tidegate.yaml) is the "
        "same as YAML.\n\n"
        "- Unknown keys, keys given twice and values of a wrong type are refused, all at once, with line numbers:\n"
        "  `tidegate check-config --config FILE`. A file with one fault changes nothing.\n"
        "- Durations are whole numbers of milliseconds (`_ms`) or seconds (`_s`). Sizes are bytes, or `KiB`, `MiB`, "
        "`GiB`.\n"
        "- Relative paths count from the folder of the YAML file, in the environment too.\n"
        "- Every key can be set by environment: `TIDEGATE_LISTEN_ADDRESS` for `listen.address`,\n"
        "  `TIDEGATE_FEATURES_QUOTE_ENABLED` for `features.quote.enabled`. Lists are comma separated. The environment "
        "is\n"
        "  stronger than the file, the command line stronger than both.\n"
        "- A secret may be given as `file:PATH`; the file's last line break is dropped.\n"
        "- *change* says when a changed value takes effect: `live` at once, `plugin` through a new generation of that\n"
        "  plugin, `restart` at the next start.\n";
    for (const Section& section : sections()) {
        out +=
            "\n## " + std::string(section.name) + "\n\n" + std::string(section.doc) + "\n\n" + std::string(kTableHead);
        for (const auto& field : fields())
            if (belongs(section, field.info))
                out += row(std::string(field.info.key), default_of(field), expectation(field.info),
                           to_text(field.info.mark), field.info.doc);
        if (section.name == "auth")
            out += row("auth.roles", "{}", "a map of role to a list of permissions", "restart", kRolesDoc);
        if (section.name != "features") continue;
        for (const auto& field : feature_fields()) {
            out += row("features.<id>." + std::string(field.info.key), default_of(field), expectation(field.info),
                       to_text(field.info.mark), field.info.doc);
            if (field.info.key == "enabled") out += row("features.<id>.config", "{}", "a map", "plugin", kConfigDoc);
        }
    }
    return out;
}

}  // namespace tidegate::config
