#include "config/loader.hpp"

#include "config/assignment.hpp"
#include "config/field_table.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace tidegate::config {
namespace {

constexpr std::size_t kFileBytes = std::size_t{1024} * 1024;
constexpr std::string_view kVariables = "TIDEGATE_";

// Defaults that are relative paths count from the file's folder as given ones do.
void anchor_default_paths(Settings& settings) {
    for (const auto& field : fields()) {
        if (field.info.kind != Kind::kPath) continue;
        auto* path = std::get<std::filesystem::path*>(field.slot(settings));
        if (!path->empty()) *path = (settings.folder / *path).lexically_normal();
    }
}

}  // namespace

Pairs process_environment() {
    Pairs out;
    for (char** variable = environ; variable && *variable; ++variable) {
        const std::string_view text = *variable;
        const auto equals = text.find('=');
        if (!text.starts_with(kVariables) || equals == std::string_view::npos) continue;
        out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

Result<Settings> load_text(const std::string& text, const std::string& name, const std::filesystem::path& folder,
                           const Pairs& environment, const Pairs& arguments) {
    if (text.size() > kFileBytes) return fail(Errc::kTooLarge, name + ": is larger than 1 MiB");
    Draft draft;
    draft.settings.folder = std::filesystem::absolute(folder).lexically_normal();
    anchor_default_paths(draft.settings);
    read_yaml(draft, text);
    read_environment(draft, environment);
    for (const auto& [key, value] : arguments)
        if (!assign_by_key(draft, key, key, value, std::filesystem::current_path()))
            draft.complain(0, key, "is no key");
    check_rules(draft);
    if (!draft.problems.empty()) return fail(Errc::kInvalid, to_text(draft.problems, name));
    return std::move(draft.settings);
}

Result<Settings> load(const Sources& sources) {
    std::ifstream file(sources.file, std::ios::binary);
    std::ostringstream content;
    if (!file || !(content << file.rdbuf())) {
        const int error = errno;
        // An empty file leaves the stream failed without an error.
        if (!file || file.bad() || std::filesystem::is_directory(sources.file))
            return fail(Errc::kIo, "open configuration '" + sources.file.string() + "': " +
                                       std::strerror(std::filesystem::is_directory(sources.file) ? EISDIR : error));
    }
    return load_text(content.str(), sources.file.string(), std::filesystem::absolute(sources.file).parent_path(),
                     sources.environment, sources.arguments);
}

}  // namespace tidegate::config
